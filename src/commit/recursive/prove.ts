// The prover of the recursive tensor code (protocol.ts).

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
import { encodeNonce } from '../../hash/proof-of-work.ts';
import type { Coins } from '../../hiding/coins.ts';
import { basisOf } from '../../hiding/protocol.ts';
import type { Point } from '../../poly/point.ts';
import { sumOfProducts } from '../../sumcheck/products.ts';
import { type ProverRelation, proveRelations } from '../../sumcheck/prove-relations.ts';
import { vectorRelation } from '../../sumcheck/relation.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { type CommittedMatrix, commitMatrix, tailsOf } from './commit.ts';
import { type CommitmentParameters, type LevelParameters, messageLength } from './parameters.ts';
import { checkRelations, levelName, type Running, type Turn, walkLevels } from './protocol.ts';

/**
 * A committed vector and the purpose of its opening: a relation that ends in one claim on it, or a point.
 *
 * @example
 * ```ts
 * import { chooseParameters, codeOf, commitMatrix, createHasher, type OpenedMember } from 'ternary-gkr/commit';
 * import { createKoalaBearEngine, type KoalaElement } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const code = codeOf(chooseParameters({ field: engine.field, securityBits: 100, members }), 0);
 * const member: OpenedMember<KoalaElement> = {
 *   matrix: commitMatrix(engine, createHasher(), engine.fromIntegers(new Int32Array(2 ** 12)), code),
 *   point: new Array(12).fill(engine.field.one),
 * };
 * ```
 */
export interface OpenedMember<E> {
  readonly matrix: CommittedMatrix;
  readonly point?: Point<E>;
  readonly relation?: ProverRelation<E>;
}

/**
 * The prover's part of an opening that hides.
 *
 * @example
 * ```ts
 * import type { HidingOpening } from 'ternary-gkr/commit';
 * import type { KoalaElement } from 'ternary-gkr/field';
 *
 * // what no prover should do: zeros for coins, and a line without a mask
 * const opening: HidingOpening<KoalaElement> = {
 *   coins: { draw: (_label, count) => new Uint8Array(4 * count) },
 *   line: (combined) => combined,
 * };
 * ```
 */
export interface HidingOpening<E> {
  readonly coins: Coins;
  /** The line, at the level that discloses; returns the message, from the combined rows and tails. */
  line(combined: Vector, columnPoint: Point<E>): Vector;
}

/** A message that was committed. */
interface Message {
  readonly vector: Vector;
  readonly matrix: CommittedMatrix;
}

/**
 * Opens committed vectors. Their roots, and what their relations depend on, have been absorbed; relations of extension
 * tables are consumed.
 *
 * @throws UsageError if matrices or relations do not have the shapes of the parameters
 *
 * @example
 * ```ts
 * import { chooseParameters, codeOf, commitMatrix, createHasher, openMatrices } from 'ternary-gkr/commit';
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const hasher = createHasher();
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const parameters = chooseParameters({ field: engine.field, securityBits: 100, members });
 * const vector = engine.fromIntegers(Int32Array.from({ length: 2 ** 12 }, (_, k) => k));
 * const matrix = commitMatrix(engine, hasher, vector, codeOf(parameters, 0));
 * const channel = createProverChannel(engine.field);
 * channel.sendBytes('root', matrix.root);
 * const point = channel.drawMany('point', 12);
 * openMatrices(engine, hasher, channel, parameters, [{ matrix, point }]);
 * console.log(channel.bytes().length < 2 ** 15); // true
 * ```
 */
export function openMatrices<E>(
  engine: Engine<E>,
  hasher: Hasher,
  channel: ProverChannel<E>,
  parameters: CommitmentParameters,
  members: readonly OpenedMember<E>[],
  hiding?: HidingOpening<E>,
): void {
  const mark = engine.mark();
  let message: Message | undefined;
  let stack: readonly CommittedMatrix[] = [];
  const take = (turn: Turn<E>): readonly Point<E>[] => {
    switch (turn.kind) {
      case 'claims': {
        const joined = turn.joined.map((member) => members[member]);
        stack = [...(message === undefined ? [] : [message.matrix]), ...joined.map(({ matrix }) => matrix)];
        checkMatrices(turn.level, stack);
        if (turn.isGiven) return [givenPoint(turn.level, joined[0])];
        return runRelations(engine, channel, turn.level, messageRelations(engine, message, turn.running), joined);
      }
      case 'message':
        message = sendMessage(engine, hasher, channel, turn, messageOf(engine, stack, turn, hiding), hiding);
        return [];
      case 'work':
        channel.sendBytes('nonce', encodeNonce(hasher.grind(turn.seed, turn.level.grindingBits)));
        return [];
      case 'columns':
        for (const matrix of stack) {
          channel.hint('columns', matrix.columns(turn.positions));
          channel.hint('paths', matrix.paths(turn.positions));
        }
        return [];
    }
  };
  const walk = walkLevels(engine.field, channel, parameters, members.length);
  for (let step = walk.next([]); !step.done; ) {
    const { value: turn } = step;
    step = walk.next(channel.within(levelName(turn.index), () => take(turn)));
  }
  engine.release(mark);
}

function givenPoint<E>(level: LevelParameters, { point }: OpenedMember<E>): Point<E> {
  if (point?.length !== level.matrices[0].variables) {
    throw new UsageError(`a point of ${level.matrices[0].variables} variables is due`);
  }
  return point;
}

/** The run of a level's relations; the points of the claims that it leaves. */
function runRelations<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  level: LevelParameters,
  running: readonly ProverRelation<E>[],
  joined: readonly OpenedMember<E>[],
): Point<E>[] {
  const relations = [...running, ...joined.flatMap(({ relation }) => relation ?? [])];
  checkRelations(level, relations);
  return proveRelations(engine, channel, relations).map(([{ point }]) => point);
}

/** Σ t·w, over a copy: the message itself is combined row by row later. None at the first level. */
function messageRelations<E>(
  engine: Engine<E>,
  message: Message | undefined,
  running: Running<E> | undefined,
): ProverRelation<E>[] {
  if (message === undefined || running === undefined) return [];
  const { vector } = message;
  const { columnPoint, logLength, positions, coefficients, zeros } = running;
  const weights = engine.powerSums(positions, coefficients, logLength, vector.length);
  engine.addScaled(weights, engine.eqTable(columnPoint), engine.field.one);
  if (zeros !== undefined) {
    const table = engine.eqTable(zeros.point);
    engine.copy(engine.view(table, 0, zeros.length), engine.zeros('extension', zeros.length));
    engine.addScaled(weights, table, zeros.coefficient);
  }
  const claim = engine.dot(vector, weights);
  const copy = engine.zeros('extension', vector.length);
  engine.copy(copy, vector);
  const summand = sumOfProducts(engine, [[copy, weights]]);
  return [{ ...vectorRelation(columnPoint.length, claim), summand, factors: () => [summand.finals()[0]] }];
}

/** Returns t = Σ_b Σ_R weights_b[R]·M_b[R, ·], or what the line makes of it. */
function messageOf<E>(
  engine: Engine<E>,
  matrices: readonly CommittedMatrix[],
  { level, shares, columnPoint }: Turn<E> & { readonly kind: 'message' },
  hiding: HidingOpening<E> | undefined,
): Vector {
  const combined = matrices
    .map((matrix, b) => {
      const { rowPoint, rowScale } = shares[b];
      const { rows } = matrix;
      const { blinds = 0 } = level.matrices[b];
      const table = engine.eqTable(rowPoint, rowScale);
      if (blinds === 0) return matrix.combineRows(engine.view(table, 0, rows));
      const weights = engine.zeros('extension', rows);
      engine.copy(engine.view(weights, 0, rows - blinds), engine.view(table, 0, rows - blinds));
      return matrix.combineRows(weights);
    })
    .reduce((sum, part) => engine.add(sum, part));
  if (level.chunks === undefined) return combined;
  return hidingOf(hiding).line(combined, columnPoint);
}

/** Sends the message, or commits to it for the next level. */
function sendMessage<E>(
  engine: Engine<E>,
  hasher: Hasher,
  channel: ProverChannel<E>,
  { index, level, next }: Turn<E> & { readonly kind: 'message' },
  vector: Vector,
  hiding: HidingOpening<E> | undefined,
): Message | undefined {
  if (next === undefined) {
    channel.send('row', engine.toElements(engine.view(vector, 0, messageLength(level))));
    return undefined;
  }
  const code = { ...next, ...next.matrices[0] };
  const { tail = 0 } = next;
  const tails = tail === 0 ? undefined : messageTails(engine, hidingOf(hiding).coins, index, code.rows, tail);
  const matrix = commitMatrix(engine, hasher, vector, code, tails);
  channel.sendBytes('root', matrix.root);
  return { vector, matrix };
}

/** Returns uniform elements of F as the tails of a message's rows. */
function messageTails<E>(engine: Engine<E>, coins: Coins, index: number, rows: number, tail: number): Vector {
  const { field } = engine;
  const terms = basisOf(field).map((scale, c) => {
    const coordinates = coins.draw(`message ${index}, coordinate ${c}`, rows * tail);
    return { vector: tailsOf(engine, coordinates, rows, tail), scale };
  });
  return engine.affine(field.zero, terms, terms[0].vector.length);
}

function hidingOf<E>(hiding: HidingOpening<E> | undefined): HidingOpening<E> {
  if (hiding === undefined) throw new UsageError('the parameters hide, and the prover has nothing to hide with');
  return hiding;
}

function checkMatrices(level: LevelParameters, matrices: readonly CommittedMatrix[]): void {
  const { columnVariables, rateBits, tail } = level;
  const fits = matrices.every((matrix, b) => {
    const due = { ...level.matrices[b], columnVariables, rateBits, tail };
    return (['rows', 'columnVariables', 'rateBits', 'digestLength', 'tail'] as const).every(
      (key) => matrix[key] === due[key],
    );
  });
  if (!fits || matrices.length !== level.matrices.length) {
    throw new UsageError(`matrices of other shapes than ${JSON.stringify(level)}`);
  }
}
