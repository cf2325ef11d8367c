// One polynomial at many points: a circuit for one point, copied. Powers are made by doubling, x^(m+k) = x^m·x^k for
// the largest m so far, so that degree d takes ⌈log₂ d⌉ layers of products and one gate for the sum; Horner's rule
// would take d layers, and a layer costs a proof its rounds, however narrow it is.
// Run it: npm run build && node examples/circuits/polynomial-evaluation.mjs

import { buildCircuit } from 'ternary-gkr/gkr';
import { run } from './run.mjs';

/** Input: x. Output: Σ_k coefficients[k]·x^k. The coefficients are part of the circuit. */
export function polynomial(coefficients) {
  const [constant, ...others] = coefficients;
  return buildCircuit((c) => {
    const powers = c.inputs(1); // powers[k] is x^(k+1)
    while (powers.length < others.length) {
      const highest = powers[powers.length - 1];
      const next = powers.slice(0, others.length - powers.length);
      powers.push(...next.map((power) => c.mul(highest, power)));
    }
    return [
      c.linear(
        others.map((coefficient, k) => [coefficient, powers[k]]),
        constant,
      ),
    ];
  });
}

const coefficients = Array.from({ length: 32 }, (_, k) => (-1) ** k * (k + 1));
const points = Array.from({ length: 5000 }, (_, k) => k - 2500);
run(`a polynomial of degree 31 at ${points.length} points`, polynomial(coefficients), points, points.length);
