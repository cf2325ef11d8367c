// The matrix of committed weights, to be opened: rows are combined by one addition for each nonzero; queried columns
// come from the stored encoding, or are evaluated from the nonzeros where memory is short.

import type { Hasher } from '../../commit/hash/hasher.ts';
import { type CommittedMatrix, commitMatrix } from '../../commit/recursive/commit.ts';
import { codeVariables } from '../../commit/recursive/parameters.ts';
import type { Engine, GatherPlan, Vector } from '../../field/engine.ts';
import { createEngine } from '../engines.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import { type CommittedWeights, weightRows } from './commitment.ts';
import { addDenseRows, codeRowMatrix, layOutWeights, type WeightVectors, weightEntries } from './vectors.ts';

/** Committed weights, laid out in an engine. */
export interface PreparedWeights {
  readonly vectors: WeightVectors;
  readonly matrix: CommittedMatrix;
}

/** Lays out committed weights; the root is computed from them, whatever a key says. */
export function prepareWeights<E>(
  engine: Engine<E>,
  hasher: Hasher,
  graph: RelationGraph,
  weights: Pick<CommittedWeights, 'layout' | 'code'>,
  memory: 'high' | 'low' = 'high',
): PreparedWeights {
  const rows = weightRows(weights);
  const code = { ...weights.code, rows };
  const vectors = layOutWeights(engine, graph, weights.layout);
  const plan = engine.gatherPlan(codeRowMatrix(graph, weights));
  const combine = (by: Vector): Vector => combineRows(engine, weights, plan, vectors, by);
  const entries = (from: Engine<E>): Vector =>
    from.fromIntegers(weightEntries(graph, weights.layout, rows * 2 ** weights.code.columnVariables));
  if (memory === 'high') {
    const matrix = commitMatrix(engine, hasher, entries(engine), code);
    return { vectors, matrix: { ...matrix, combineRows: combine } };
  }
  // an engine of its own, whose memory goes when the tree stands
  const other = createEngine(engine.field, engine.name === 'js' ? 'js' : undefined);
  const { columns: _, ...matrix } = commitMatrix(other.engine, other.hasher, entries(other.engine), code);
  const last = denseRows(engine, graph, weights);
  const columns = (positions: readonly number[]): Uint8Array => {
    const bytes = engine.evaluateColumns(plan, positions, codeVariables(code));
    if (last !== undefined) last.overwrite(positions, bytes);
    return bytes;
  };
  return { vectors, matrix: { ...matrix, combineRows: combine, columns } };
}

/** The rows of the code that hold entries of S, which are not signs, encoded whole. */
function denseRows<E>(
  engine: Engine<E>,
  graph: RelationGraph,
  weights: Pick<CommittedWeights, 'layout' | 'code'>,
): { overwrite(positions: readonly number[], columns: Uint8Array): void } | undefined {
  const { layout, code } = weights;
  if (layout.dense === undefined) return undefined;
  const width = 2 ** code.columnVariables;
  const rows = weightRows(weights);
  const start = layout.squares.length * 2 ** (layout.columnVariables + layout.rowVariables);
  const first = Math.floor(start / width);
  const entries = weightEntries(graph, layout, rows * width).subarray(first * width);
  const encoded = engine.encodeRows(engine.fromIntegers(entries), rows - first, codeVariables(code));
  return {
    overwrite(positions, columns) {
      const bytes = encoded.bytes();
      const [own, all] = [encoded.columnByteLength, columns.length / positions.length];
      for (const [k, position] of positions.entries()) {
        columns.set(bytes.subarray(position * own, (position + 1) * own), (k + 1) * all - own);
      }
    },
  };
}

function combineRows<E>(
  engine: Engine<E>,
  weights: Pick<CommittedWeights, 'layout' | 'code'>,
  plan: GatherPlan,
  { dense }: WeightVectors,
  by: Vector,
): Vector {
  const combined = engine.gatherSigned(plan, by);
  if (dense !== undefined) addDenseRows(engine, weights, dense, by, combined);
  return combined;
}
