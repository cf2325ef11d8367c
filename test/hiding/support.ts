// Openings that hide, for tests: vectors are committed, their values at random points sent and squared, all of it hidden.

import { chooseParameters } from '../../src/commit/recursive/choose.ts';
import { type CommittedMatrix, commitMatrix, tailsOf } from '../../src/commit/recursive/commit.ts';
import { type CommitmentParameters, codeOf, type MemberRequest } from '../../src/commit/recursive/parameters.ts';
import { openMatrices } from '../../src/commit/recursive/prove.ts';
import { commitSecrets, secretsShape } from '../../src/commit/recursive/secrets.ts';
import { verifyMatrices } from '../../src/commit/recursive/verify.ts';
import type { Engine, Vector } from '../../src/field/engine.ts';
import { drawBlinds } from '../../src/hiding/blinds.ts';
import type { Coins } from '../../src/hiding/coins.ts';
import { hidingProver } from '../../src/hiding/prove.ts';
import { type HidingVerifier, hidingVerifier } from '../../src/hiding/verify.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
import type { ChannelOptions } from '../../src/transcript/index.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { hasher, provenRelation, verifiedRelation } from '../commit/recursive/support.ts';
import type { AnyField } from '../support/fields.ts';

/** Vectors of which all is hidden; the last one stands with the secrets. */
export interface HidingCase {
  readonly members: readonly MemberRequest[];
  readonly parameters: CommitmentParameters;
}

export function hidingCase(
  field: AnyField,
  members: readonly MemberRequest[],
  { pads = 200, equations = 40, securityBits = 100, grindingBits = 4 } = {},
): HidingCase {
  const hiding = { pads, equations, secrets: members.length - 1 };
  return { members, parameters: chooseParameters({ field, securityBits, members, grindingBits, hiding }) };
}

/** Hooks of a test in a prover's run. */
export interface Watch {
  /** Wraps the channel that the proof goes through, below the pads. */
  readonly below?: (channel: ProverChannel<unknown>) => ProverChannel<unknown>;
  /** Wraps the channel that provers send to, above the pads. */
  readonly above?: (channel: ProverChannel<unknown>) => ProverChannel<unknown>;
  /** Takes the message at the line; returns the one that is used. */
  readonly onMessage?: (message: Vector) => Vector | undefined;
  /** Returns the matrix that is opened in the place of a member's. */
  readonly matrix?: (matrix: CommittedMatrix, member: number) => CommittedMatrix;
}

/** Proves; returns the proof. */
export function proveHidden(
  engine: Engine<unknown>,
  statement: HidingCase,
  witness: readonly Int32Array[],
  coins: Coins,
  options: ChannelOptions = {},
  watch: Watch = {},
): Uint8Array {
  const native = createProverChannel(engine.field, options);
  proveHiddenOn(engine, watch.below?.(native) ?? native, statement, witness, coins, watch);
  return native.bytes();
}

/** Proves on a channel. */
export function proveHiddenOn(
  engine: Engine<unknown>,
  native: ProverChannel<unknown>,
  statement: HidingCase,
  witness: readonly Int32Array[],
  coins: Coins,
  watch: Omit<Watch, 'below'> = {},
): void {
  const { members, parameters } = statement;
  const { field } = engine;
  const mark = engine.mark();
  const blinds = drawBlinds(field, coins, secretsShape(parameters));
  const prover = hidingProver(engine, native, parameters.hiding!, blinds, (verifier) =>
    verifyWith(verifier, statement),
  );
  const channel = watch.above?.(prover.channel) ?? prover.channel;
  const tables = witness.map((values) => engine.fromIntegers(values));
  const matrices = tables.map((table, k): CommittedMatrix => {
    if (k === members.length - 1) return commitSecrets(engine, hasher, table, parameters, k, { coins, blinds });
    const code = codeOf(parameters, k);
    const tails = coins.draw(`tails of member ${k}`, code.rows * code.tail!);
    return commitMatrix(engine, hasher, table, code, tailsOf(engine, tails, code.rows, code.tail!));
  });
  for (const { root } of matrices) channel.sendBytes('root', root);
  const points = members.map(({ variables }) => channel.drawMany('point', variables));
  const values = witness.map((vector, k) => field.tables.evaluateIntegers(vector, points[k]));
  channel.send('values', values);
  channel.send(
    'squares',
    values.map((value) => field.mul(value, value)),
  );
  channel.requireNonzero([values[0]]);
  openMatrices(
    engine,
    hasher,
    channel,
    parameters,
    matrices.map((committed, k) => {
      const matrix = watch.matrix?.(committed, k) ?? committed;
      if (members[k].isPoint === true) return { matrix, point: points[k] };
      return { matrix, relation: provenRelation(engine, tables[k], points[k], values[k]) };
    }),
    {
      coins,
      line(combined, columnPoint) {
        const message = prover.line(combined, columnPoint);
        return watch.onMessage?.(message) ?? message;
      },
    },
  );
  engine.release(mark);
}

/** The verifier, over hidden values. */
function verifyWith(verifier: HidingVerifier<unknown>, { members, parameters }: HidingCase): void {
  const { field, channel } = verifier;
  const roots = members.map((_, k) => channel.receiveBytes('root', codeOf(parameters, k).digestLength));
  const points = members.map(({ variables }) => channel.drawMany('point', variables));
  const values = channel.receive('values', members.length);
  const squares = channel.receive('squares', members.length);
  for (const [k, value] of values.entries()) channel.require(field.mul(value, value), squares[k], 'claim', 'a square');
  channel.requireNonzero(values[0], 'claim', 'a value is zero');
  verifyMatrices(
    field,
    channel,
    parameters,
    roots.map((root, k) => {
      if (members[k].isPoint === true) return { root, claim: { point: points[k], value: values[k] } };
      return { root, relation: verifiedRelation(field as AnyField, points[k], values[k]) as never };
    }),
    verifier,
  );
}

/** Verifies; raises a rejection unless the proof is good. */
export function verifyHidden(
  field: AnyField,
  statement: HidingCase,
  proof: Uint8Array,
  options: ChannelOptions = {},
): void {
  verifyHiddenOn(field, createVerifierChannel(field, proof, options), statement);
}

/** Verifies what a channel brings, to its last byte. */
export function verifyHiddenOn(field: AnyField, native: VerifierChannel<unknown>, statement: HidingCase): void {
  const verifier = hidingVerifier(field, native, statement.parameters.hiding!);
  verifyWith(verifier, statement);
  verifier.channel.finish();
}
