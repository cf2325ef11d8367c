// The prover's side of a commitment (protocol.ts): a matrix whose encoded columns are the leaves of a Merkle tree.

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
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
  /** `digestLength` bytes. */
  readonly root: Uint8Array;
  /** Returns Σ_row weights[row]·M[row, ·], an extension vector of 2^columnVariables; `weights` is one of `rows`. */
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
): EncodedMatrix {
  const { rows, columnVariables, digestLength } = code;
  const width = 2 ** columnVariables;
  const matrix = wholeRows(engine, vector, rows * width);
  const encoded = engine.encodeRows(matrix, rows, codeVariables(code));
  const tree = buildTree(hasher, encoded.bytes(), encoded.columnByteLength, digestLength);
  return {
    rows,
    columnVariables,
    rateBits: code.rateBits,
    digestLength,
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

/** Returns the first `length` entries, zeros where the vector ends before. */
function wholeRows<E>(engine: Engine<E>, vector: Vector, length: number): Vector {
  if (vector.length >= length) return engine.view(vector, 0, length);
  if (length % vector.length !== 0) {
    throw new UsageError(`a vector of ${vector.length} elements for whole rows of ${length} in all`);
  }
  const padded = engine.zeros(vector.kind, length);
  engine.copy(engine.view(padded, 0, vector.length), vector);
  return padded;
}
