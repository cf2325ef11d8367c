// C = A·B: as a circuit of one's own, and as the library's layer with its wiring in closed form. One layer, one gate
// an entry, each a sum of n products: two runs of 2·log₂(n) + 1 rounds, whatever the entries.
// Run it: npm run build && node examples/circuits/matrix-product.mjs

import { buildCircuit, matrixPlaces, matrixProductLayer } from 'ternary-gkr/gkr';
import { run } from './run.mjs';

/** Inputs: A, then B, row by row. The verifier walks the n³ terms. */
export function matrixProduct(n) {
  return buildCircuit((c) => {
    const matrix = () => Array.from({ length: n }, () => c.inputs(n));
    const [a, b] = [matrix(), matrix()];
    return a.flatMap((row) => b.map((_, j) => c.dot(row.map((entry, k) => [entry, b[k][j]]))));
  });
}

/** The same, with n a power of two: the verifier evaluates the wiring in O(log n). */
export function matrixProductInClosedForm(n) {
  const shape = { rows: n, inner: n, columns: n };
  return { inputCount: matrixPlaces(shape).sources, layers: [matrixProductLayer(shape)] };
}

const n = 64;
const entries = Array.from({ length: 2 * n * n }, (_, k) => ((k * k + 3 * k) % 201) - 100);
run(`matrix product, ${n} × ${n}, wiring walked`, matrixProduct(n), entries);
run(`matrix product, ${n} × ${n}, wiring in closed form`, matrixProductInClosedForm(n), entries);
