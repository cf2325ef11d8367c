// The prover of claims on committed weights (protocol.ts): one addition for each nonzero of the ternary matrices.

import type { Engine, Vector } from '../../field/engine.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateEqAtIndex } from '../../poly/eq.ts';
import { logCeil, type Point, prefixBefore, suffix } from '../../poly/point.ts';
import { type PackedClaim, packedRelation } from '../../sumcheck/packed-claims.ts';
import { sumOfProducts } from '../../sumcheck/products.ts';
import { powers } from '../../sumcheck/protocol.ts';
import type { Summand } from '../../sumcheck/prove.ts';
import { type ProverRelation, proveRelations } from '../../sumcheck/prove-relations.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import type { WeightClaim } from './claims.ts';
import type { WeightLayout } from './layout.ts';
import { placeClaims, type SquareClaim, squareRelation, sumRelation, sumSquares } from './protocol.ts';
import type { WeightVectors } from './vectors.ts';

/** A claim; for a ternary matrix also Σ_o eq(r, o)·W[o, ·] over its padded columns. */
export interface ProverWeightClaim<E> extends WeightClaim<E> {
  readonly folded: Vector | undefined;
}

/** Proves all claims up to one claim on M. */
export function proveWeightClaims<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  graph: RelationGraph,
  weights: WeightVectors,
  claims: readonly ProverWeightClaim<E>[],
): Claim<E> {
  const { field } = engine;
  const { layout } = weights;
  const placed = placeClaims(field, graph, layout, claims);
  const coefficients = powers(field, channel.draw('weights'), placed.dense.length);
  const mark = engine.mark();
  const rowSums = sharedRowSums(engine, weights);
  const relations: ProverRelation<E>[] = placed.squares.map((square) => {
    const summand = squareSummand(engine, layout, square, rowSums.at);
    return { ...squareRelation(layout, square), summand, factors: () => [summand.finals()[0]] };
  });
  const packing = layout.dense?.packing;
  if (packing !== undefined && weights.dense !== undefined) {
    const table = denseWeights(engine, layout, placed.dense, coefficients);
    const summand = sumOfProducts(engine, [[widened(engine, weights.dense, 2 ** packing.variables), table]]);
    relations.push({
      ...packedRelation(field, packing, placed.dense, coefficients),
      summand,
      factors: () => [summand.finals()[0]],
    });
  }
  const left = proveRelations(engine, channel, relations).map(([claim]) => claim);
  const dense = packing === undefined ? undefined : left[left.length - 1];
  const longest = left.reduce(
    (point, claim) => (claim.point.length > point.length ? claim.point : point),
    left[0].point,
  );
  const values = left.slice(0, placed.squares.length).map(({ value }) => value);
  const sum = sumSquares(field, layout, placed, channel.draw('squares'), longest, values, dense);
  const table = squareValues(engine, weights, rowSums.vector, longest, sum.weights.length);
  const summand = sumOfProducts(engine, [[table, engine.fromElements(sum.weights)]]);
  const [[remaining]] = proveRelations(engine, channel, [
    { ...sumRelation(layout, longest, sum), summand, factors: () => [summand.finals()[0]] },
  ]);
  engine.release(mark);
  return remaining;
}

/** Σ_c eq(σ, c)·M[z, c, o] for all claims together, computed when the first of them has bound its columns. */
interface RowSums<E> {
  readonly vector: Vector | undefined;
  at(columns: Point<E>): Vector;
}

function sharedRowSums<E>(engine: Engine<E>, { layout, rowSums }: WeightVectors): RowSums<E> {
  if (rowSums === undefined) {
    return {
      vector: undefined,
      at: () => {
        throw new Error('ternary weights are missing');
      },
    };
  }
  const width = 2 ** logCeil(layout.squares.length * 2 ** layout.rowVariables);
  // kept beyond the run, which frees what it allocates
  const vector = engine.zeros('extension', width);
  let isMade = false;
  return {
    vector,
    at(columns) {
      if (!isMade) {
        const mark = engine.mark();
        engine.copy(vector, engine.gatherSigned(rowSums, engine.eqTable(columns)));
        engine.release(mark);
        isMade = true;
      }
      return vector;
    },
  };
}

/** Returns the summand: columns first, with the folded matrix; then rows, with the sums of the squares' rows. */
function squareSummand<E>(
  engine: Engine<E>,
  layout: WeightLayout,
  square: SquareClaim<E>,
  rowSums: (columns: Point<E>) => Vector,
): Summand<E> {
  const bound: E[] = [];
  const { folded } = square.claim as ProverWeightClaim<E>;
  if (folded === undefined) throw new Error('a claim on a ternary matrix without its folded rows');
  const outer = engine.eqTable(square.columnPrefix);
  const columns = engine.contract(folded, outer, Math.min(folded.length, 2 ** layout.columnVariables));
  let current = sumOfProducts(engine, [
    [widened(engine, columns, 2 ** layout.columnVariables), engine.eqTable(square.columnPoint)],
  ]);
  const turn = (): void => {
    if (bound.length !== layout.columnVariables) return;
    const [, scale] = current.finals();
    const rows = engine.zeros('extension', 2 ** layout.rowVariables);
    const sums = rowSums(bound);
    for (const { index, weight } of square.squares) {
      engine.addScaled(rows, engine.view(sums, index * rows.length, rows.length), weight);
    }
    current = sumOfProducts(engine, [[rows, engine.eqTable(square.rowPoint, scale)]]);
  };
  turn();
  return {
    shape: { variables: layout.squareVariables, degree: 2 },
    round: (eq) => current.round(eq),
    atOne: (eq) => current.atOne(eq),
    bind(challenge) {
      current.bind(challenge);
      if (bound.length >= layout.columnVariables) return;
      bound.push(challenge);
      turn();
    },
    finals: () => current.finals(),
  };
}

/** Returns Σ_i η^i·Σ_j sign_j·[block j]·eq(point_i, ·) over S. */
function denseWeights<E>(
  engine: Engine<E>,
  { dense }: WeightLayout,
  claims: readonly PackedClaim<E>[],
  coefficients: readonly E[],
): Vector {
  const { field } = engine;
  const packing = dense?.packing ?? { variables: 0, blocks: [], used: 0 };
  const table = engine.zeros('extension', 2 ** packing.variables);
  claims.forEach(({ terms, point }, i) => {
    const eq = engine.eqTable(point, coefficients[i]);
    for (const { block, sign } of terms) {
      const { start } = packing.blocks[block];
      engine.addScaled(engine.view(table, start, eq.length), eq, sign === 1 ? field.one : field.neg(field.one));
    }
  });
  return table;
}

/** Returns Y(z) = M̃_z(p) for every square, zero beyond them. */
function squareValues<E>(
  engine: Engine<E>,
  { layout, dense }: WeightVectors,
  rowSums: Vector | undefined,
  point: Point<E>,
  length: number,
): Vector {
  const { field } = engine;
  const { squareVariables } = layout;
  const within = point.slice(point.length - squareVariables);
  const values = new Array<E>(length).fill(field.zero);
  if (rowSums !== undefined) {
    const sums = engine.toElements(engine.contract(rowSums, engine.eqTable(within.slice(layout.columnVariables)), 1));
    for (let z = 0; z < layout.squares.length; z++) values[z] = sums[z];
  }
  if (dense !== undefined) {
    // S is whole squares, or the beginning of one: the variables before its own are all zero
    const own = Math.min(squareVariables, logCeil(dense.length));
    const lead = evaluateEqAtIndex(field, prefixBefore(within, own), 0);
    const eq = engine.eqTable(suffix(within, own), lead);
    for (let k = 0; k * eq.length < dense.length; k++) {
      values[layout.squares.length + k] = engine.dot(engine.view(dense, k * eq.length, eq.length), eq);
    }
  }
  return engine.fromElements(values);
}

/** Returns the vector with zeros behind it. */
function widened<E>(engine: Engine<E>, vector: Vector, length: number): Vector {
  if (vector.length === length) return vector;
  const wide = engine.zeros(vector.kind, length);
  const part = 2 ** Math.floor(Math.log2(vector.length & -vector.length));
  for (let start = 0; start < vector.length; start += part) {
    engine.copy(engine.view(wide, start, part), engine.view(vector, start, part));
  }
  return wide;
}
