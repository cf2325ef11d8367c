// GKR as the definition has it, over plain scalars: for each layer one sumcheck over x and y of
//     Σ_{x, y} [ (add(g, x) at y = 0) V(x) + mult(g, x, y) V(x) V(y) ],
// every round polynomial by summing over the whole cube, wiring tables dense. One copy, and as slow as it
// looks. It has its own protocol; what it shares with the library's is the claim that must remain true.

import type { Field } from '../../src/field/field.ts';
import { type Circuit, sourceWidth } from '../../src/gkr/circuit/circuit.ts';
import { logCeil } from '../../src/poly/index.ts';

type AnyField = Field<unknown>;

/** The extension of a table at a point, by definition. */
export function extension(field: AnyField, values: readonly unknown[], point: readonly unknown[]): unknown {
  return values.reduce(
    (sum: unknown, value, index) => field.add(sum, field.mul(value, chi(field, point, index))),
    field.zero,
  );
}

function chi(field: AnyField, point: readonly unknown[], index: number): unknown {
  return point.reduce((product: unknown, r, k) => {
    const bit = (index >> (point.length - 1 - k)) & 1;
    return field.mul(product, bit === 1 ? r : field.sub(field.one, r));
  }, field.one);
}

/**
 * Runs prover and verifier together, layer by layer, with the given challenges.
 *
 * @returns the claim on the inputs that remains, or undefined if a check of the verifier fails
 */
export function naiveGkr(
  field: AnyField,
  circuit: Circuit,
  values: readonly (readonly unknown[])[],
  outputPoint: readonly unknown[],
  draw: () => unknown,
): { point: readonly unknown[]; value: unknown } | undefined {
  let point = outputPoint;
  let claim = extension(field, values[values.length - 1], point);
  for (let layer = circuit.layers.length - 1; layer >= 0; layer--) {
    const variables = logCeil(sourceWidth(circuit, layer));
    const below = Array.from({ length: 2 ** variables }, (_, k) => values[layer][k] ?? field.zero);
    const summand = layerSummand(field, circuit, layer, point, below, variables);
    claim = field.sub(
      claim,
      extension(field, [...(circuit.layers[layer].constants ?? [])].map(field.fromInteger), point),
    );
    const bound: unknown[] = [];
    for (let round = 0; round < 2 * variables; round++) {
      // degree 3 at most: values at 0 … 3
      const at = [0, 1, 2, 3].map((x) => sumOver(field, summand, [...bound, field.fromInteger(x)], 2 * variables));
      if (!field.equal(field.add(at[0], at[1]), claim)) return undefined;
      const challenge = draw();
      claim = lagrange(field, at, challenge);
      bound.push(challenge);
    }
    if (!field.equal(summand(bound), claim)) return undefined;
    // two claims on the layer below become one on the line between them, in degree `variables`
    const [u, v] = [bound.slice(0, variables), bound.slice(variables)];
    const onLine = (t: unknown): unknown[] => u.map((from, k) => field.add(from, field.mul(t, field.sub(v[k], from))));
    const restriction = Array.from({ length: variables + 1 }, (_, t) =>
      extension(field, below, onLine(field.fromInteger(t))),
    );
    const t = draw();
    point = onLine(t);
    claim = lagrange(field, restriction, t);
  }
  return { point, value: claim };
}

/** The summand of a layer as a function on F^(2·variables). */
function layerSummand(
  field: AnyField,
  circuit: Circuit,
  layer: number,
  point: readonly unknown[],
  below: readonly unknown[],
  variables: number,
): (xy: readonly unknown[]) => unknown {
  const { linear, products } = circuit.layers[layer].terms();
  return (xy) => {
    const [x, y] = [xy.slice(0, variables), xy.slice(variables)];
    const [left, right] = [extension(field, below, x), extension(field, below, y)];
    let sum = field.zero;
    const add = (gate: number, coefficient: number, wiring: unknown, value: unknown): void => {
      const weight = field.mul(field.fromInteger(coefficient), field.mul(chi(field, point, gate), wiring));
      sum = field.add(sum, field.mul(weight, value));
    };
    linear.gates.forEach((gate, k) => {
      // linear terms live at y = 0, so that each is counted once
      add(gate, linear.coefficients[k], field.mul(chi(field, x, linear.sources[k]), chi(field, y, 0)), left);
    });
    products.gates.forEach((gate, k) => {
      const wiring = field.mul(chi(field, x, products.lefts[k]), chi(field, y, products.rights[k]));
      add(gate, products.coefficients[k], wiring, field.mul(left, right));
    });
    return sum;
  };
}

function sumOver(
  field: AnyField,
  f: (at: readonly unknown[]) => unknown,
  prefix: readonly unknown[],
  variables: number,
): unknown {
  const free = variables - prefix.length;
  let sum = field.zero;
  for (let index = 0; index < 2 ** free; index++) {
    const rest = Array.from({ length: free }, (_, k) => field.fromInteger((index >> (free - 1 - k)) & 1));
    sum = field.add(sum, f([...prefix, ...rest]));
  }
  return sum;
}

/** The polynomial through (0, values[0]), (1, values[1]), … at x. */
function lagrange(field: AnyField, values: readonly unknown[], x: unknown): unknown {
  return values.reduce((sum: unknown, value, i) => {
    let basis = field.one;
    for (let j = 0; j < values.length; j++) {
      if (j === i) continue;
      const numerator = field.sub(x, field.fromInteger(j));
      basis = field.mul(basis, field.mul(numerator, field.inv(field.fromInteger(i - j))));
    }
    return field.add(sum, field.mul(value, basis));
  }, field.zero);
}
