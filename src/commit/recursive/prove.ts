// The prover of the recursive tensor code (protocol.ts).

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
import { encodeNonce } from '../../hash/proof-of-work.ts';
import { type Point, suffix } from '../../poly/point.ts';
import { sumOfProducts } from '../../sumcheck/products.ts';
import { type ProverRelation, proveRelations } from '../../sumcheck/prove-relations.ts';
import { vectorRelation } from '../../sumcheck/relation.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { drawPositions } from '../tensor-code/protocol.ts';
import { type CommittedMatrix, commitMatrix } from './commit.ts';
import type { LevelParameters, RecursiveParameters } from './parameters.ts';
import { checkRelations, drawRunning, drawSelectors, type Running, sharedPoint, sharesOf } from './protocol.ts';

/** A committed vector, and what it is opened for: a relation that ends in one claim on it, or a point. */
export interface OpenedMember<E> {
  readonly matrix: CommittedMatrix;
  readonly point?: Point<E>;
  readonly relation?: ProverRelation<E>;
}

/** A message that was committed: its vector, its matrix and what is claimed of it. */
interface Message<E> {
  readonly vector: Vector;
  readonly matrix: CommittedMatrix;
  readonly running: Running<E>;
}

/**
 * Opens committed vectors. Their roots, and what their relations depend on, have been absorbed; relations of extension
 * tables are consumed.
 *
 * @throws UsageError if matrices or relations do not have the shapes of the parameters
 */
export function openMatrices<E>(
  engine: Engine<E>,
  hasher: Hasher,
  channel: ProverChannel<E>,
  parameters: RecursiveParameters,
  members: readonly OpenedMember<E>[],
): void {
  const { levels, places, isPoint } = parameters;
  if (members.length !== places.length) {
    throw new UsageError(`${members.length} vectors to open, parameters for ${places.length}`);
  }
  const mark = engine.mark();
  let message: Message<E> | undefined;
  levels.forEach((level, index) => {
    const joined = members.filter((_, member) => places[member] === index);
    message = channel.within(`level ${index}`, () => {
      const matrices = [...(message === undefined ? [] : [message.matrix]), ...joined.map(({ matrix }) => matrix)];
      checkMatrices(level, matrices);
      const y =
        isPoint && index === 0 ? givenPoint(level, joined[0]) : runRelations(engine, channel, level, message, joined);
      return openLevel(engine, hasher, channel, level, levels[index + 1], matrices, y);
    });
  });
  engine.release(mark);
}

function givenPoint<E>(level: LevelParameters, { point }: OpenedMember<E>): Point<E> {
  if (point?.length !== level.matrices[0].variables) {
    throw new UsageError(`a point of ${level.matrices[0].variables} variables is due`);
  }
  return point;
}

/** The run of a level's relations; the point that it leaves. */
function runRelations<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  level: LevelParameters,
  message: Message<E> | undefined,
  joined: readonly OpenedMember<E>[],
): Point<E> {
  const relations = [
    ...(message === undefined ? [] : [messageRelation(engine, message)]),
    ...joined.flatMap(({ relation }) => relation ?? []),
  ];
  checkRelations(level, relations);
  const claims = proveRelations(engine, channel, relations);
  return sharedPoint(
    level,
    claims.map(([{ point }]) => point),
  );
}

/** Σ t·w, over a copy: the message itself is combined row by row later. */
function messageRelation<E>(engine: Engine<E>, { vector, running }: Message<E>): ProverRelation<E> {
  const { columnPoint, logLength, positions, coefficients } = running;
  const weights = engine.powerSums(positions, coefficients, logLength, vector.length);
  engine.addScaled(weights, engine.eqTable(columnPoint), engine.field.one);
  const claim = engine.dot(vector, weights);
  const copy = engine.zeros('extension', vector.length);
  engine.copy(copy, vector);
  const summand = sumOfProducts(engine, [[copy, weights]]);
  return { ...vectorRelation(columnPoint.length, claim), summand, factors: () => [summand.finals()[0]] };
}

/** Combines the rows, sends or commits to the message, and opens the columns; the message if it was committed. */
function openLevel<E>(
  engine: Engine<E>,
  hasher: Hasher,
  channel: ProverChannel<E>,
  level: LevelParameters,
  next: LevelParameters | undefined,
  matrices: readonly CommittedMatrix[],
  y: Point<E>,
): Message<E> | undefined {
  const vector = combineStack(engine, level, matrices, y, drawSelectors(channel, level));
  let matrix: CommittedMatrix | undefined;
  if (next === undefined) {
    channel.send('row', engine.toElements(vector));
  } else {
    matrix = commitMatrix(engine, hasher, vector, { ...next, ...next.matrices[0] });
    channel.sendBytes('root', matrix.root);
  }
  channel.sendBytes('nonce', encodeNonce(hasher.grind(channel.drawBytes('work'), level.grindingBits)));
  const positions = drawPositions(channel, level);
  for (const committed of matrices) {
    channel.hint('columns', committed.columns(positions));
    channel.hint('paths', committed.paths(positions));
  }
  if (matrix === undefined) return undefined;
  const running = drawRunning(engine.field, channel, level, suffix(y, level.columnVariables), positions);
  return { vector, matrix, running };
}

/** t = Σ_b Σ_R weights_b[R]·M_b[R, ·]. */
function combineStack<E>(
  engine: Engine<E>,
  level: LevelParameters,
  matrices: readonly CommittedMatrix[],
  y: Point<E>,
  selectors: Point<E>,
): Vector {
  const shares = sharesOf(engine.field, level, y, selectors);
  return matrices
    .map((matrix, b) => {
      const { rowPoint, rowScale } = shares[b];
      return matrix.combineRows(engine.view(engine.eqTable(rowPoint, rowScale), 0, matrix.rows));
    })
    .reduce((sum, part) => engine.add(sum, part));
}

function checkMatrices(level: LevelParameters, matrices: readonly CommittedMatrix[]): void {
  const { columnVariables, rateBits } = level;
  const fits = matrices.every((matrix, b) => {
    const due = { ...level.matrices[b], columnVariables, rateBits };
    return (['rows', 'columnVariables', 'rateBits', 'digestLength'] as const).every((key) => matrix[key] === due[key]);
  });
  if (!fits || matrices.length !== level.matrices.length) {
    throw new UsageError(`matrices of other shapes than ${JSON.stringify(level)}`);
  }
}
