// A permutation like those that hash functions for proof systems are made of, at many inputs: rounds of x³ on each of
// four elements, a matrix of small integers that mixes them, and constants. Raising to the third power is a bijection
// where 3 does not divide p − 1, as for KoalaBear; over BN254's scalar field it is not, and one would take x⁵.
// The matrix is that of Poseidon2 for four elements (ePrint 2023/323): no minor of it vanishes.
//
// THIS IS NOT A HASH: a real one has the rounds that cryptanalysis asks for, and constants from a hash.
// Run it: npm run build && node examples/circuits/permutation.mjs

import { buildCircuit } from 'ternary-gkr/gkr';
import { run } from './run.mjs';

const MIX = [
  [5, 7, 1, 3],
  [4, 6, 1, 1],
  [1, 3, 5, 7],
  [1, 1, 4, 6],
];

/** Inputs and outputs: four elements. A round is two layers: squares, and their products with what was squared, mixed. */
export function permutation(constants) {
  return buildCircuit((c) => {
    let state = c.inputs(4);
    for (const roundConstants of constants) {
      const squares = state.map((x) => c.mul(x, x));
      const mixed = (row) => row.map((m, j) => [m, squares[j], state[j]]);
      state = MIX.map((row, i) => c.gate(mixed(row), roundConstants[i]));
    }
    return state;
  });
}

export const constants = Array.from({ length: 8 }, (_, round) => [1, 2, 3, 4].map((i) => (4 * round + i) ** 5));

const copies = 1000;
const inputs = Array.from({ length: 4 * copies }, (_, k) => k);
run(`a permutation of ${constants.length} rounds at ${copies} inputs`, permutation(constants), inputs, copies);
