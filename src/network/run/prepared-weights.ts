// The matrix of committed weights, to be opened: rows are combined by one addition for each nonzero; queried columns
// come from the stored encoding, or are evaluated from the nonzeros where memory is short. In that case the Merkle tree
// comes from the digests of its leaves, if the caller has them; otherwise all is encoded once for it and dropped.

import { equalBytes } from '../../bytes.ts';
import { DIGEST_LENGTH, LEAF_KEY } from '../../commit/merkle/protocol.ts';
import { type MerkleTree, multiProof, treeOfDigests } from '../../commit/merkle/prove.ts';
import { type CommittedMatrix, commitMatrix } from '../../commit/recursive/commit.ts';
import { type CodeParameters, codeVariables } from '../../commit/recursive/parameters.ts';
import { InputError } from '../../errors.ts';
import type { Engine, GatherPlan, Vector } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import { type CommittedWeights, weightRows } from '../weights/commitment.ts';
import { addDenseRows, codeRowMatrix, layOutWeights, type WeightVectors, weightEntries } from '../weights/vectors.ts';
import { createEngine, type MemoryChoice } from './engines.ts';

/** Committed weights, laid out in an engine. */
export interface PreparedWeights {
  readonly vectors: WeightVectors;
  readonly matrix: CommittedMatrix;
  /** The tree of the matrix. */
  readonly tree: MerkleTree;
}

/**
 * Lays out committed weights; the root is computed from them, never taken from a key.
 *
 * @param leaves - digests of the tree's leaves, if they are known (`leafDigests`)
 * @param before - the same weights in another engine, whose code and tree are used
 * @throws InputError if the digests are not those of these weights: every one is compared where the matrix is encoded,
 * else a few
 */
export function prepareWeights<E>(
  engine: Engine<E>,
  hasher: Hasher,
  graph: RelationGraph,
  weights: Pick<CommittedWeights, 'layout' | 'code'>,
  memory: MemoryChoice = 'high',
  leaves?: Uint8Array,
  before?: PreparedWeights,
): PreparedWeights {
  const rows = weightRows(weights);
  const code = { ...weights.code, rows };
  const vectors = layOutWeights(engine, graph, weights.layout);
  const plan = engine.gatherPlan(codeRowMatrix(graph, weights));
  const combine = (by: Vector): Vector => combineRows(engine, weights, plan, vectors, by);
  const entries = (from: Engine<E>): Vector =>
    from.fromIntegers(weightEntries(graph, weights.layout, rows * 2 ** weights.code.columnVariables));
  const known = leaves === undefined ? undefined : treeOfDigests(hasher, leaves, code.digestLength);
  if (memory === 'high') {
    const made = before && { ...before.matrix, tree: before.tree };
    const { tree, ...matrix } = made ?? commitMatrix(engine, hasher, entries(engine), code);
    if (known !== undefined && !equalBytes(known.root, tree.root)) refuseLeaves();
    return { vectors, tree, matrix: { ...matrix, combineRows: combine } };
  }
  const tree = before?.tree ?? known ?? encodeOnce(engine, entries, code);
  const last = denseRows(engine, graph, weights);
  const columns = (positions: readonly number[]): Uint8Array => {
    const bytes = engine.evaluateColumns(plan, positions, codeVariables(code));
    if (last !== undefined) last.overwrite(positions, bytes);
    return bytes;
  };
  if (known !== undefined) checkLeaves(hasher, known, columns);
  const paths = (positions: readonly number[]): Uint8Array => multiProof(tree, positions);
  return { vectors, tree, matrix: { ...code, root: tree.root, combineRows: combine, columns, paths } };
}

/** Returns the tree of an encoding that is not kept: a separate engine encodes, and its memory is freed afterwards. */
function encodeOnce<E>(
  engine: Engine<E>,
  entries: (engine: Engine<E>) => Vector,
  code: CodeParameters & { readonly rows: number },
): MerkleTree {
  const other = createEngine(engine.field, engine.name === 'js' ? 'js' : undefined);
  return commitMatrix(other.engine, other.hasher, entries(other.engine), code).tree;
}

/** Number of columns that are compared with their digests. Codewords of different rows agree in few positions. */
const COMPARED = 4;
/** Odd, so that no two powers of its root of unity below the length are equal: all weights are distinguished. */
const STRIDE = 0x9e3779b1;

function checkLeaves(
  hasher: Hasher,
  { levels: [digests], digestLength }: MerkleTree,
  columns: (positions: readonly number[]) => Uint8Array,
): void {
  const count = digests.length / DIGEST_LENGTH;
  const spread = Array.from({ length: COMPARED }, (_, k) => ((k + 1) * STRIDE) % count);
  const positions = [...new Set(spread)].sort((a, b) => a - b);
  const own = hasher.hashMany(columns(positions), positions.length, LEAF_KEY, digestLength);
  positions.forEach((position, k) => {
    const digest = digests.subarray(position * DIGEST_LENGTH, (position + 1) * DIGEST_LENGTH);
    if (!equalBytes(digest, own.subarray(k * DIGEST_LENGTH, (k + 1) * DIGEST_LENGTH))) refuseLeaves();
  });
}

function refuseLeaves(): never {
  throw new InputError(
    "prover's file: its weights are not those that its key commits to; make it again with `ternary-gkr register`",
  );
}

/** Returns the rows of the code that hold entries of S, which are not signs, encoded in full. */
function denseRows<E>(
  engine: Engine<E>,
  graph: RelationGraph,
  weights: Pick<CommittedWeights, 'layout' | 'code'>,
): { overwrite(positions: readonly number[], columns: Uint8Array): void } | undefined {
  const { layout, code } = weights;
  if (layout.dense === undefined) return undefined;
  const width = 2 ** code.columnVariables;
  const rows = weightRows(weights);
  const first = Math.floor(layout.denseStart / width);
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
