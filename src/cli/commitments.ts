// Commitment files: the root that `commit` publishes of some samples, and the comparison of a proof's input with it.
// The root follows from shape, batch and values alone. It binds; it does not hide.

import { equalBytes } from '../bytes.ts';
import { InputError, Rejection } from '../errors.ts';
import { checkIntegers } from '../field/canonical.ts';
import { koalaBear } from '../field/koalabear.ts';
import { splitInputs } from '../network/model/evaluate.ts';
import type { Shape } from '../network/model/network.ts';
import { commitTensor } from '../network/proof/tensors/commit.ts';
import { type PublicSignals, ROOT_LENGTH } from '../network/statement/signals.ts';
import { readFile } from './files.ts';
import { requireKind } from './kinds.ts';

/** The published data of a commitment to samples. */
export interface InputCommitment {
  /** Shape of one of them. */
  readonly shape: Shape;
  readonly batch: number;
  readonly root: Uint8Array;
}

/** Commits to samples of one shape. */
export function commitSamples(shape: Shape, samples: readonly Int32Array[]): InputCommitment {
  return { shape, batch: samples.length, root: commitTensor(shape, samples) };
}

/** Returns the bytes of a commitment file: JSON. */
export function encodeCommitment({ shape, batch, root }: InputCommitment): Uint8Array {
  const json = { shape: [...shape], batch, root: Buffer.from(root).toString('hex') };
  return new TextEncoder().encode(`${JSON.stringify(json)}\n`);
}

/** Returns the commitment in a file. */
export function readCommitment(path: string): InputCommitment {
  const bytes = readFile(path);
  requireKind(path, bytes, ['commitment']);
  const { shape, batch, root } = parse(path, bytes);
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every(isCount)) refuse(path, 'shape is not a size list');
  if (!isCount(batch)) refuse(path, 'batch is not a number of samples');
  if (typeof root !== 'string' || !new RegExp(`^[0-9a-f]{${2 * ROOT_LENGTH}}$`).test(root)) {
    refuse(path, `root does not have ${2 * ROOT_LENGTH} hexadecimal digits`);
  }
  return { shape, batch, root: new Uint8Array(Buffer.from(root, 'hex')) };
}

function parse(path: string, bytes: Uint8Array): Partial<Readonly<Record<keyof InputCommitment, unknown>>> {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Partial<Record<keyof InputCommitment, unknown>>;
  } catch {
    return refuse(path, 'it is not JSON');
  }
}

function refuse(path: string, problem: string): never {
  throw new InputError(`${path}: commitment file: ${problem}; copy it again, or make it with \`ternary-gkr commit\``);
}

/** Returns a shape without its axes of length one, which change neither the order of values nor the root. */
function significant(shape: Shape): string {
  return shape.filter((size) => size > 1).join();
}

/** Returns the root of a proof's input, if it is committed. */
export function inputRoot({ committed }: PublicSignals): Uint8Array | undefined {
  return committed?.tensors.find(({ tensor }) => tensor === 0)?.root;
}

/**
 * Compares the input of a proof, shown or committed, with a commitment.
 *
 * @param shape - of the network's input
 * @param source - the file or option of the commitment, for messages
 * @throws Rejection with `statement` if the proof is about another input
 */
export function checkInputCommitment(
  signals: PublicSignals,
  shape: Shape,
  expected: InputCommitment,
  source: string,
): void {
  const differ = (what: string): never => {
    throw new Rejection('statement', 'input', `the proof is about another input than ${source}: ${what}`);
  };
  if (significant(shape) !== significant(expected.shape)) {
    differ(
      `the model takes inputs of shape [${shape.join(', ')}], the commitment is of [${expected.shape.join(', ')}]; ` +
        'the root depends on the shape: commit with --model, or with this shape by --shape',
    );
  }
  const root = inputRoot(signals);
  const length = shape.reduce((product, size) => product * size, 1);
  const batch = signals.committed?.batch ?? signals.input.length / length;
  if (batch !== expected.batch)
    differ(`samples: ${batch} in the proof, ${expected.batch} there; commit to as many as are proven`);
  if (root === undefined && signals.input.length !== batch * length) differ('its values are not whole samples');
  checkIntegers(koalaBear, 'input', signals.input);
  if (!equalBytes(root ?? commitTensor(shape, splitInputs(signals.input, length)), expected.root))
    differ('the roots differ');
}
