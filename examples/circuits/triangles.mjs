// The triangles of a graph: trace(A³)/6 for its adjacency matrix A, symmetric, of zeros and ones, with a zero diagonal
// (the inputs are public: the verifier sees that they are a graph's). One layer makes A·A and relays A beside it, the
// next sums (A·A)(i, j)·A(i, j) over all i and j. Both wirings have closed forms: besides reading the graph, the
// verifier takes O(log n) steps, where counting takes about n³ (after Thaler, CRYPTO 2013).
// Run it: npm run build && node examples/circuits/triangles.mjs

import { besideLayer, matrixProductLayer, relayLayer } from 'ternary-gkr/gkr';
import { run } from './run.mjs';

/** Inputs: A, row by row, n a power of two; add vertices without edges. Output: 6 times the number of triangles. */
export function triangles(n) {
  const size = n * n;
  const square = matrixProductLayer({ rows: n, inner: n, columns: n }, { left: 0, right: 0, sources: size });
  const inner = matrixProductLayer({ rows: 1, inner: size, columns: 1 });
  return { inputCount: size, layers: [besideLayer(square, relayLayer(size)), inner] };
}

/** Vertices i ≠ j are joined if |i − j| is a square modulo n. */
export function graph(n) {
  const squares = new Set(Array.from({ length: n }, (_, k) => (k * k) % n));
  const areJoined = (i, j) => i !== j && squares.has(Math.abs(i - j));
  return Array.from({ length: n * n }, (_, k) => (areJoined(Math.floor(k / n), k % n) ? 1 : 0));
}

const n = 64;
const { outputs } = run(`triangles of a graph of ${n} vertices`, triangles(n), graph(n));
console.log(`${outputs[0] / 6} triangles`);
