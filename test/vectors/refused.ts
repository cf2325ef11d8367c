// Proofs that a verifier refuses, each with the code of the check that fails first: changes to the bytes of honest files,
// and proofs that a prover made who lies and goes on honestly.

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Field } from '../../src/field/field.ts';
import { encodeProofFile } from '../../src/network/files/proof.ts';
import type { ProvingKey } from '../../src/network/index.ts';
import { proveWitness } from '../../src/network/proof/prove-witness.ts';
import { makeWitness, type Witness } from '../../src/network/proof/witness.ts';
import { withWorkspace } from '../../src/network/run/workspace.ts';
import { PROTOCOL } from '../../src/network/statement/statement.ts';
import type { ProverChannel } from '../../src/transcript/channel.ts';
import { recordingChannel, type Step } from '../support/recording.ts';
import type { Json } from './format.ts';

/** An honest vector: its name, its file and the steps of its proof. */
export interface Honest {
  readonly name: string;
  readonly file: Uint8Array;
  readonly steps: readonly Step[];
}

/** Where a file has the lengths of input, output and proof, and where without committed tensors the input begins. */
const [INPUTS, LENGTH, FIRST] = [45, 53, 57];
const ELEMENT = 16;
const P = '0100007f';

/** Bytes of what a step adds to a proof. */
function lengthOf({ operation, count }: Step): number {
  if (operation === 'send') return ELEMENT * count;
  return operation === 'send bytes' || operation === 'hint' ? count : 0;
}

/** Where the first message with a label is in a file; behind `after`, if that is given. */
function startOf({ file, steps }: Honest, label: string, after?: string): number {
  const from = after === undefined ? 0 : steps.findIndex((step) => step.label === after);
  const index = steps.findIndex((step, k) => k >= from && step.label === label && lengthOf(step) > 0);
  if (from < 0 || index < 0) throw new Error(`no message ${label}`);
  const all = steps.reduce((sum, step) => sum + lengthOf(step), 0);
  return file.length - all + steps.slice(0, index).reduce((sum, step) => sum + lengthOf(step), 0);
}

/** Bytes put in place of others. */
type Change = readonly [start: number, removed: number, bytes: string];

const uint32 = (value: number): string => bytesToHex(new Uint8Array(Uint32Array.of(value).buffer));
const readUint32 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer).getUint32(at, true);

/** The file with its changes, which ascend. */
export function changed(file: Uint8Array, changes: readonly Change[]): Uint8Array {
  let [hex, start] = ['', 0];
  for (const [at, removed, bytes] of changes) {
    hex += bytesToHex(file.subarray(start, at)) + bytes;
    start = at + removed;
  }
  return hexToBytes(hex + bytesToHex(file.subarray(start)));
}

/** One bit of a byte is another. */
function flip({ file }: Honest, at: number): Change {
  return [at, 1, bytesToHex(Uint8Array.of(file[at] ^ 1))];
}

/** The changed ones: name, of which vector, what is changed, and the code. */
function changesOf(images: Honest, plain: Honest): [string, Honest, readonly Change[], string][] {
  const length = readUint32(plain.file, LENGTH);
  const end = plain.file.length;
  const first = (label: string, after?: string): readonly Change[] => [flip(images, startOf(images, label, after))];
  const output = FIRST + 30 + 4 * readUint32(images.file, INPUTS);
  return [
    ['another kind of file', plain, [flip(plain, 0)], 'bad-header'],
    ['another version', plain, [flip(plain, 4)], 'bad-header'],
    ['the digest of another model', plain, [flip(plain, 5)], 'statement'],
    ['a batch without committed tensors', plain, [flip(plain, 37)], 'non-canonical'],
    [
      'a proof that ends early',
      plain,
      [
        [LENGTH, 4, uint32(length - 1)],
        [end - 1, 1, ''],
      ],
      'truncated',
    ],
    [
      'a proof with a byte left',
      plain,
      [
        [LENGTH, 4, uint32(length + 1)],
        [end, 0, '00'],
      ],
      'trailing-bytes',
    ],
    ['an input out of range', plain, [[FIRST, 4, uint32(16)]], 'input-range'],
    ['another input', plain, [flip(plain, FIRST)], 'sumcheck'],
    ['an output that no input gives', images, [[output, 4, uint32(2 ** 29)]], 'statement'],
    ['an output beyond half of the field', images, [[output, 4, uint32(2 ** 31 - 1)]], 'non-canonical'],
    ['another output', images, [flip(images, output)], 'sumcheck'],
    ['another root of the committed tensor', images, [flip(images, FIRST + 4)], 'sumcheck'],
    ['a coordinate that is p', images, [[startOf(images, 'roots'), 4, P]], 'non-canonical'],
    ['another sum of fractions', images, first('roots'), 'sumcheck'],
    [
      'a denominator of zero',
      images,
      [[startOf(images, 'roots') + ELEMENT, ELEMENT, '00'.repeat(ELEMENT)]],
      'sumcheck',
    ],
    ['a round of the fractions', images, first('round'), 'sumcheck'],
    ['a value of a looked-up column', images, first('columns'), 'claim'],
    ['a value of the multiplicities', images, first('multiplicities'), 'claim'],
    ['the value of the committed tensor', images, first('tensors'), 'sumcheck'],
    ['the value of a term', images, first('terms'), 'sumcheck'],
    ['a factor of a relation', images, first('factors'), 'sumcheck'],
    ['the last row', images, first('row', 'selector'), 'opening'],
    ['the nonce', images, first('nonce'), 'grinding'],
    ['an opened column', images, first('columns', 'work'), 'merkle'],
    ['a path', images, first('paths'), 'merkle'],
  ];
}

/** Where a prover lies: about the input that the network ran on, the columns of the witness, or a message. */
interface Lies<E> {
  readonly stated?: Int32Array;
  columns?(columns: Witness['columns']): Witness['columns'];
  channel?(field: Field<E>, channel: ProverChannel<E>): ProverChannel<E>;
}

async function forge<E>(key: ProvingKey<E>, input: Int32Array, lies: Lies<E>): Promise<string> {
  const plan = key.plan(input.length / key.inputLength, []);
  return withWorkspace(key, {}, async (workspace) => {
    const made = makeWitness(plan, input);
    const publicSignals = { ...made.publicSignals, input: lies.stated ?? input };
    const columns = lies.columns?.(made.columns) ?? made.columns;
    const { channel } = recordingChannel(key.field, PROTOCOL);
    const own = lies.channel?.(key.field, channel) ?? channel;
    await proveWitness(key, plan, { ...made, columns, publicSignals }, [], own, workspace);
    return bytesToHex(encodeProofFile(key.digest, publicSignals, channel.bytes()));
  });
}

/** Counts a row once more than it is looked up: in the last column, which has the multiplicities of a table. */
function otherCount(columns: Witness['columns']): Witness['columns'] {
  return columns.map((column, k) => (k < columns.length - 1 ? column : column.map((n, i) => (i === 0 ? n + 1 : n))));
}

/** Sends another last row with the value that is due: it differs where eq of the last variables does not see it. */
function otherRow<E>(field: Field<E>, channel: ProverChannel<E>): ProverChannel<E> {
  const bound: E[] = [];
  return {
    ...channel,
    draw(label) {
      const value = channel.draw(label);
      if (label === 'bind') bound.push(value);
      return value;
    },
    send(label, values) {
      if (label !== 'row') return channel.send(label, values);
      const weights = field.tables.eqTable(bound.slice(bound.length - Math.log2(values.length)));
      const [first, second, ...rest] = values;
      channel.send(label, [field.add(first, weights[1]), field.sub(second, weights[0]), ...rest]);
    },
  };
}

/** The parts of a vector that a forger needs. */
export interface Forgeable {
  readonly name: string;
  readonly key: ProvingKey<unknown>;
  readonly input: Int32Array;
}

export async function refusedVectors(
  images: Honest,
  plain: Honest & Forgeable,
  columns: Forgeable,
): Promise<readonly Json[]> {
  const changes = changesOf(images, plain).map(
    ([name, of, edits, code]): Json => ({ name, of: of.name, code, changes: edits.map((change) => [...change]) }),
  );
  const other = plain.input.map((value, i) => (i === 0 ? (value === 0 ? 1 : value - 1) : value));
  const lied = async (name: string, { name: of, key, input }: Forgeable, code: string, lies: Lies<unknown>) => {
    return { name, of, code, proofFile: await forge(key, input, lies) };
  };
  return [
    ...changes,
    await lied('the output of another input', { ...plain, input: other }, 'claim', { stated: plain.input }),
    await lied('a row that is counted once too often', columns, 'lookup-root', { columns: otherCount }),
    await lied('another last row of the same value', columns, 'proximity', { channel: otherRow }),
  ];
}
