// The verifier of the recursive tensor code (protocol.ts). All lengths come from the parameters, which are part of
// the statement, and from positions that it draws itself. Every level but the last checks only that columns were
// committed: the values that they give for the message enter the claim of the next level.

import { equalBytes } from '../../bytes.ts';
import { Rejection, UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { checkNonce, decodeNonce, NONCE_LENGTH } from '../../hash/proof-of-work.ts';
import type { Line, LineSource } from '../../hiding/protocol.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateEq, evaluateEqBelow } from '../../poly/eq.ts';
import type { Point } from '../../poly/point.ts';
import { combine } from '../../sumcheck/protocol.ts';
import { type VerifierRelation, vectorRelation } from '../../sumcheck/relation.ts';
import { verifyRelations } from '../../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import { proofLength } from '../merkle/protocol.ts';
import { rootOfProof } from '../merkle/verify.ts';
import {
  type CommitmentParameters,
  codeVariables,
  elementBytes,
  type LevelParameters,
  type MatrixParameters,
  messageLength,
} from './parameters.ts';
import {
  checkRelations,
  evaluatePowerSums,
  levelName,
  type Running,
  type Share,
  type Turn,
  walkLevels,
} from './protocol.ts';

/**
 * A commitment and the claim on it: a relation that ends in one claim on the vector, or a claim at a given point.
 *
 * @example
 * ```ts
 * import type { VerifiedMember } from 'ternary-gkr/commit';
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 *
 * const member: VerifiedMember<KoalaElement> = {
 *   root: new Uint8Array(26),
 *   claim: { point: new Array(12).fill(koalaBear.one), value: koalaBear.zero },
 * };
 * ```
 */
export interface VerifiedMember<E> {
  readonly root: Uint8Array;
  readonly claim?: Claim<E>;
  readonly relation?: VerifierRelation<E>;
}

/**
 * Verifies the opening of committed vectors. Their roots, and what their relations depend on, have been absorbed.
 *
 * @throws Rejection `sumcheck`, `merkle`, `proximity`, `opening`, `grinding`, `non-canonical` or `truncated`
 * @throws UsageError if the members do not have the shapes of the parameters
 *
 * @param hiding - where the parameters hide: the line
 *
 * @example
 * ```ts
 * import {
 *   chooseParameters,
 *   codeOf,
 *   commitMatrix,
 *   createHasher,
 *   openMatrices,
 *   verifyMatrices,
 * } from 'ternary-gkr/commit';
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const hasher = createHasher();
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const parameters = chooseParameters({ field, securityBits: 100, members });
 * const values = Int32Array.from({ length: 2 ** 12 }, (_, k) => k);
 * const matrix = commitMatrix(engine, hasher, engine.fromIntegers(values), codeOf(parameters, 0));
 * const prover = createProverChannel(field);
 * prover.sendBytes('root', matrix.root);
 * openMatrices(engine, hasher, prover, parameters, [{ matrix, point: prover.drawMany('point', 12) }]);
 * const verifier = createVerifierChannel(field, prover.bytes());
 * const root = verifier.receiveBytes('root', matrix.digestLength);
 * const point = verifier.drawMany('point', 12);
 * const value = field.tables.evaluateIntegers(values, point);
 * // throws unless the committed vector has this value at the point
 * verifyMatrices(field, verifier, parameters, [{ root, claim: { point, value } }]);
 * verifier.finish();
 * console.log(root.length); // 26
 * ```
 */
export function verifyMatrices<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  parameters: CommitmentParameters,
  members: readonly VerifiedMember<E>[],
  hiding?: LineSource<E>,
): void {
  const { levels } = parameters;
  if ((parameters.hiding === undefined) !== (hiding === undefined)) {
    throw new UsageError('a line is due where the parameters hide');
  }
  let roots: readonly Uint8Array[] = [];
  let claims: readonly Claim<E>[] = [];
  /** Of the message: its root, or the message itself at the last level; its value v, and its code word at positions. */
  let root: Uint8Array | undefined;
  let row: readonly E[] = [];
  let value = field.zero;
  let values: readonly E[] = [];
  let line: Line<E> | undefined;
  const take = (turn: Turn<E>): readonly Point<E>[] => {
    const { level } = turn;
    switch (turn.kind) {
      case 'claims': {
        const joined = turn.joined.map((member) => members[member]);
        const { running } = turn;
        roots = [...(root === undefined ? [] : [root]), ...joined.map((member) => member.root)];
        const relations = running === undefined ? [] : [messageRelation(field, running, value, values)];
        claims = turn.isGiven
          ? [givenClaim(channel, level, joined[0])]
          : runRelations(field, channel, level, relations, joined);
        return claims.map(({ point }) => point);
      }
      case 'message': {
        value = combine(
          field,
          turn.shares.map(({ valueScale }) => valueScale),
          claims.map((claim) => claim.value),
        );
        line = level.chunks === undefined ? undefined : hiding?.drawLine(level, value);
        value = line?.value ?? value;
        if (turn.next === undefined) row = receiveRow(field, channel, level, turn.columnPoint, value);
        else root = channel.receiveBytes('root', turn.next.matrices[0].digestLength);
        return [];
      }
      case 'work':
        checkWork(channel, turn.seed, level.grindingBits);
        return [];
      case 'columns':
        values = receiveValues(field, channel, level, roots, turn, line);
        if (turn.index === levels.length - 1) checkCodeword(field, channel, level, row, turn.positions, values);
        return [];
    }
  };
  const walk = walkLevels(field, channel, parameters, members.length);
  for (let step = walk.next([]); !step.done; ) {
    const { value: turn } = step;
    step = walk.next(channel.within(levelName(turn.index), () => take(turn)));
  }
}

function givenClaim<E>(channel: VerifierChannel<E>, level: LevelParameters, { claim }: VerifiedMember<E>): Claim<E> {
  if (claim?.point.length !== level.matrices[0].variables) {
    throw new UsageError(`a claim at a point of ${level.matrices[0].variables} variables is due`);
  }
  channel.requireCanonical([...claim.point, claim.value]);
  return claim;
}

/** The run of a level's relations: a claim on each matrix. */
function runRelations<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  level: LevelParameters,
  running: readonly VerifierRelation<E>[],
  joined: readonly VerifiedMember<E>[],
): Claim<E>[] {
  const relations = [...running, ...joined.flatMap(({ relation }) => relation ?? [])];
  checkRelations(level, relations);
  return verifyRelations(field, channel, relations).flat();
}

/** Σ t·w = v + Σ_j γ^(j+1)·u_j. */
function messageRelation<E>(field: Field<E>, running: Running<E>, value: E, values: readonly E[]): VerifierRelation<E> {
  const claim = field.add(value, combine(field, running.coefficients, values));
  return {
    ...vectorRelation(running.columnPoint.length, claim),
    evaluate(y, [final]) {
      const weight = field.add(evaluateEq(field, running.columnPoint, y), evaluatePowerSums(field, running, y));
      return field.mul(field.add(weight, evaluateZeros(field, running, y)), final);
    },
  };
}

/** The extension of i ↦ coefficient·eq(point, i) from `length` on. */
function evaluateZeros<E>(field: Field<E>, { zeros }: Running<E>, y: Point<E>): E {
  if (zeros === undefined) return field.zero;
  const { point, length, coefficient } = zeros;
  const after = field.sub(evaluateEq(field, point, y), evaluateEqBelow(field, point, y, length));
  return field.mul(coefficient, after);
}

/** The message t, with ⟨t, eq(columnPoint)⟩ = value. */
function receiveRow<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  level: LevelParameters,
  columnPoint: Point<E>,
  value: E,
): E[] {
  const row = channel.receive('row', messageLength(level));
  channel.within('row', () => {
    const opened = field.tables.dot(row, field.tables.eqTable(columnPoint).slice(0, row.length));
    channel.require(opened, value, 'opening', 'the combined row does not give the claimed value');
  });
  return row;
}

/** The proof of work before the positions are drawn. */
function checkWork<E>(channel: VerifierChannel<E>, seed: Uint8Array, grindingBits: number): void {
  const nonce = decodeNonce(channel.receiveBytes('nonce', NONCE_LENGTH));
  channel.within('nonce', () => {
    if (!checkNonce(seed, nonce, grindingBits)) {
      throw new Rejection('grinding', channel.where, `the nonce ${nonce} does not give ${grindingBits} zero bits`);
    }
  });
}

/** Returns the values of the message's code word at the positions, from the columns of all matrices. */
function receiveValues<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  level: LevelParameters,
  roots: readonly Uint8Array[],
  { shares, positions }: { readonly shares: readonly Share<E>[]; readonly positions: readonly number[] },
  line: Line<E> | undefined,
): E[] {
  const values = positions.map(() => field.zero);
  level.matrices.forEach((matrix, b) => {
    channel.within(`matrix ${b}`, () => {
      const columns = receiveColumns(field, channel, level, matrix, roots[b], positions);
      const { rowPoint, rowScale } = shares[b];
      const { kind, rows, blinds = 0 } = matrix;
      const scale = line === undefined ? rowScale : field.mul(line.z, rowScale);
      const ofData = field.tables
        .eqTable(rowPoint)
        .slice(0, rows - blinds)
        .map((weight) => field.mul(scale, weight));
      const secrets = blinds > 0 ? line : undefined;
      const weights = [...ofData, ...(secrets?.mask ?? [])];
      const size = weights.length * elementBytes(field, kind);
      for (const [j, column] of columns.entries()) {
        channel.within('columns', () => {
          const value = dotColumn(field, channel, matrix, column.subarray(0, size), weights);
          values[j] = field.add(values[j], value);
          secrets?.checkPads(column.subarray(size), positions[j]);
        });
      }
    });
  });
  return values;
}

/** Returns the columns of one matrix, as they were committed. */
function receiveColumns<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  level: LevelParameters,
  { rows, kind, digestLength }: MatrixParameters,
  root: Uint8Array,
  positions: readonly number[],
): Uint8Array[] {
  const length = rows * elementBytes(field, kind);
  const bytes = channel.hint('columns', positions.length * length);
  const columns = positions.map((_, k) => bytes.subarray(k * length, (k + 1) * length));
  const depth = codeVariables(level);
  const paths = channel.hint('paths', proofLength(positions, depth) * digestLength);
  channel.within('paths', () => {
    if (!equalBytes(rootOfProof(columns, positions, depth, paths, digestLength), root)) {
      throw new Rejection('merkle', channel.where, 'the opened columns do not lead to the committed root');
    }
  });
  return columns;
}

/** Σ_row weights[row]·column[row]. */
function dotColumn<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  { kind }: MatrixParameters,
  column: Uint8Array,
  weights: readonly E[],
): E {
  const value = kind === 'base' ? field.tables.dotBaseBytes(column, weights) : dotBytes(field, column, weights);
  if (value === undefined) {
    throw new Rejection('non-canonical', channel.where, 'a column holds a value that is not canonical');
  }
  return value;
}

/** Returns the same for a column of elements of F; undefined if one is not canonical. */
function dotBytes<E>(field: Field<E>, column: Uint8Array, weights: readonly E[]): E | undefined {
  const values: E[] = [];
  for (let offset = 0; offset < column.length; offset += field.byteLength) {
    const value = field.read(column, offset);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return field.tables.dot(values, weights);
}

/** Enc(t) at the positions. */
function checkCodeword<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  level: LevelParameters,
  row: readonly E[],
  positions: readonly number[],
  values: readonly E[],
): void {
  const codeword = field.tables.encode(row, codeVariables(level));
  channel.within('columns', () => {
    for (const [j, position] of positions.entries()) {
      channel.require(codeword[position], values[j], 'proximity', `column ${position} disagrees with the combined row`);
    }
  });
}
