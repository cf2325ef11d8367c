// The prover's side of a commitment (protocol.ts): a matrix whose encoded columns are the leaves of a Merkle tree.

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
import { logCeil } from '../../poly/point.ts';
import { buildTree, type MerkleTree, multiProof } from '../merkle/prove.ts';
import { type CodeParameters, codeVariables } from './parameters.ts';

/**
 * A matrix that has been committed, from any source of its rows and encoded columns.
 *
 * @example
 * ```ts
 * import {
 *   chooseParameters,
 *   codeOf,
 *   commitMatrix,
 *   type CommittedMatrix,
 *   createHasher,
 * } from 'ternary-gkr/commit';
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const parameters = chooseParameters({ field: engine.field, securityBits: 100, members });
 * const vector = engine.fromIntegers(new Int32Array(2 ** 12));
 * const matrix: CommittedMatrix = commitMatrix(engine, createHasher(), vector, codeOf(parameters, 0));
 * console.log(matrix.root.length === matrix.digestLength); // true
 * ```
 */
export interface CommittedMatrix {
  readonly rows: number;
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly digestLength: number;
  /** Random coefficients after each row; none if absent. */
  readonly tail?: number;
  /** `digestLength` bytes. */
  readonly root: Uint8Array;
  /**
   * Returns Σ_row weights[row]·M[row, ·], an extension vector of 2^columnVariables, or twice that: the combined tails follow,
   * then zeros. `weights` is one of `rows`.
   */
  combineRows(weights: Vector): Vector;
  /** Returns the encoded columns at ascending distinct positions: canonical encodings, back to back. */
  columns(positions: readonly number[]): Uint8Array;
  /** Returns their Merkle multi-proof. */
  paths(positions: readonly number[]): Uint8Array;
}

/** A matrix that was encoded here. */
export interface EncodedMatrix extends CommittedMatrix {
  readonly tree: MerkleTree;
}

/**
 * Commits to the first rows of a base vector or an extension vector, which must stay allocated with everything that
 * is allocated here until the matrix has been opened. Entries after the last row are taken to be zero; a vector shorter
 * than one row is padded with zeros.
 *
 * @param tails - the rows' random coefficients (`tailsOf`), of the vector's kind, where the code has a tail
 * @throws UsageError if there are more or fewer
 *
 * @example
 * ```ts
 * import { chooseParameters, codeOf, commitMatrix, createHasher } from 'ternary-gkr/commit';
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const code = codeOf(chooseParameters({ field: engine.field, securityBits: 100, members }), 0);
 * const vector = engine.fromIntegers(Int32Array.from({ length: 2 ** 12 }, (_, k) => k));
 * const { rows, columnVariables } = commitMatrix(engine, createHasher(), vector, code);
 * console.log(rows * 2 ** columnVariables); // 4096
 * ```
 */
export function commitMatrix<E>(
  engine: Engine<E>,
  hasher: Hasher,
  vector: Vector,
  code: CodeParameters & { readonly rows: number },
  tails?: Vector,
): EncodedMatrix {
  const { rows, columnVariables, digestLength, tail = 0 } = code;
  const due = tail === 0 ? 0 : rows * 2 ** logCeil(tail);
  if ((tails?.length ?? 0) !== due) {
    throw new UsageError(`a vector of ${tails?.length ?? 0} random coefficients for ${rows} rows, not of ${due}`);
  }
  const data = wholeRows(engine, vector, rows * 2 ** columnVariables);
  const matrix = tails === undefined ? data : withTails(engine, data, tails, rows);
  const width = matrix.length / rows;
  const encoded = engine.encodeRows(matrix, rows, codeVariables(code));
  const tree = buildTree(hasher, encoded.bytes(), encoded.columnByteLength, digestLength);
  return {
    rows,
    columnVariables,
    rateBits: code.rateBits,
    digestLength,
    ...(tails !== undefined && { tail }),
    root: tree.root,
    tree,
    combineRows: (weights) => engine.contract(matrix, weights, width),
    columns(positions) {
      const length = encoded.columnByteLength;
      const bytes = encoded.bytes();
      const columns = new Uint8Array(positions.length * length);
      for (const [k, position] of positions.entries()) {
        columns.set(bytes.subarray(position * length, (position + 1) * length), k * length);
      }
      return columns;
    },
    paths: (positions) => multiProof(tree, positions),
  };
}

/** Returns base elements, `tail` for each row and back to back, as a vector in which a power of two stands for each row. */
export function tailsOf<E>(engine: Engine<E>, elements: Uint8Array, rows: number, tail: number): Vector {
  const { baseByteLength } = engine.field;
  const piece = 2 ** logCeil(tail);
  const bytes = new Uint8Array(rows * piece * baseByteLength);
  const length = tail * baseByteLength;
  for (let row = 0; row < rows; row++) {
    bytes.set(elements.subarray(row * length, (row + 1) * length), row * piece * baseByteLength);
  }
  return engine.fromBaseBytes(bytes);
}

/** Returns rows of twice the length: the row's entries, its tail, zeros. */
function withTails<E>(engine: Engine<E>, data: Vector, tails: Vector, rows: number): Vector {
  const width = data.length / rows;
  const piece = tails.length / rows;
  const matrix = engine.zeros(data.kind, 2 * data.length);
  for (let row = 0; row < rows; row++) {
    engine.copy(engine.view(matrix, 2 * row * width, width), engine.view(data, row * width, width));
    engine.copy(engine.view(matrix, (2 * row + 1) * width, piece), engine.view(tails, row * piece, piece));
  }
  return matrix;
}

/** Returns the first `length` entries, zeros where the vector ends before. */
export function wholeRows<E>(engine: Engine<E>, vector: Vector, length: number): Vector {
  if (vector.length >= length) return engine.view(vector, 0, length);
  if (length % vector.length !== 0) {
    throw new UsageError(`a vector of ${vector.length} elements for whole rows of ${length} in all`);
  }
  const padded = engine.zeros(vector.kind, length);
  engine.copy(engine.view(padded, 0, vector.length), vector);
  return padded;
}
