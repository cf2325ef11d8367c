// The verifier of GKR for layered circuits (protocol.ts). It evaluates the wiring itself, term by term, or by
// the closed form that comes with a layer.

import type { Field } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import type { Point } from '../../poly/point.ts';
import { checkReduction, verifySumcheck } from '../../sumcheck/verify.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import type { Circuit, CircuitLayer, GateWeights } from './circuit.ts';
import { evaluateLinear, evaluateProducts } from './closed-form.ts';
import { scaleBy } from './evaluate.ts';
import { checkOutputClaim, combineClaims, type LayerClaim, wireShape } from './protocol.ts';

/**
 * Verifies a claim on a circuit's outputs, at a point of (output, copy) variables that was drawn after inputs
 * and outputs were absorbed.
 *
 * @param circuit - one that `checkCircuit` returned
 * @returns claims on the inputs at points of (input, copy) variables, to be discharged by the caller
 * @throws Rejection if a check fails or the claim is not of canonical elements
 * @throws UsageError if the claim's point does not fit the circuit, or a closed form gives no element
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { adderTreeLayers, evaluateCircuit, proveCircuit, verifyCircuit } from 'ternary-gkr/gkr';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const circuit = { inputCount: 4, layers: adderTreeLayers(4) };
 * const inputs = Int32Array.of(1, 2, 3, 4);
 * const values = evaluateCircuit(field, circuit, inputs);
 * const output = { point: [], value: field.fromInteger(10) };
 * const prover = createProverChannel(field);
 * proveCircuit(engine, prover, circuit, 0, values, output);
 * const claims = verifyCircuit(field, createVerifierChannel(field, prover.bytes()), circuit, 0, output);
 * // what is left are claims on the inputs, for the caller to check
 * console.log(claims.every(({ point, value }) => field.equal(field.tables.evaluateIntegers(inputs, point), value))); // true
 * ```
 */
export function verifyCircuit<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  circuit: Circuit,
  copyVariables: number,
  output: Claim<E>,
): Claim<E>[] {
  checkOutputClaim(circuit, copyVariables, output);
  channel.requireCanonical([...output.point, output.value], 'outputs');
  let claims: Claim<E>[] = [output];
  for (let layer = circuit.layers.length - 1; layer >= 0; layer--) {
    claims = channel.within(`layer ${layer}`, () => {
      const claim = combineClaims(field, channel, circuit.layers[layer], copyVariables, claims);
      return circuit.layers[layer].hasProducts
        ? verifyProducts(field, channel, circuit, layer, claim)
        : verifyLinear(field, channel, circuit, layer, claim);
    });
  }
  return claims;
}

function verifyLinear<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  circuit: Circuit,
  layer: number,
  { weights, copyPoint, value }: LayerClaim<E>,
): Claim<E>[] {
  const reduction = verifySumcheck(field, channel, [{ shape: wireShape(circuit, layer), claim: value }]);
  const [below] = channel.receive('factors', 1);
  const wiring = wiringOf(field, circuit.layers[layer], weights).linear(reduction.point);
  checkReduction(field, channel, reduction, [field.mul(wiring, below)]);
  return [{ point: [...reduction.point, ...copyPoint], value: below }];
}

function verifyProducts<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  circuit: Circuit,
  layer: number,
  { weights, copyPoint, value }: LayerClaim<E>,
): Claim<E>[] {
  const shape = wireShape(circuit, layer);
  const wiring = wiringOf(field, circuit.layers[layer], weights);
  const wires = verifySumcheck(field, channel, [{ shape, claim: value }]);
  const copies = verifySumcheck(
    field,
    channel,
    [{ shape: { variables: copyPoint.length, degree: 2 }, claim: wires.value }],
    copyPoint,
  );
  const [left, rest] = channel.receive('left', 2);
  const linear = wiring.linear(wires.point);
  checkReduction(field, channel, copies, [field.mul(left, field.add(linear, rest))]);
  const others = verifySumcheck(field, channel, [{ shape, claim: rest }]);
  const [right] = channel.receive('factors', 1);
  const products = wiring.products(wires.point, others.point);
  checkReduction(field, channel, others, [field.mul(products, right)]);
  return [
    { point: [...wires.point, ...copies.point], value: left },
    { point: [...others.point, ...copies.point], value: right },
  ];
}

/** The wiring of a layer, as the verifier evaluates it: the linear terms first. */
interface Wiring<E> {
  /** Σ_linear w(gate)·coefficient·eq(u, source) */
  linear(u: Point<E>): E;
  /** Σ_products w(gate)·coefficient·eq(u, left)·eq(v, right) */
  products(u: Point<E>, v: Point<E>): E;
}

function wiringOf<E>(field: Field<E>, layer: CircuitLayer, weights: GateWeights<E>): Wiring<E> {
  const { closedForm } = layer;
  if (closedForm !== undefined) {
    return {
      linear: (u) => evaluateLinear(field, closedForm, weights, u),
      products: (u, v) => evaluateProducts(field, closedForm, weights, u, v),
    };
  }
  const terms = layer.terms();
  const w = weightTable(field, weights);
  let last: { readonly point: Point<E>; readonly table: E[] } | undefined;
  const eqAt = (point: Point<E>): E[] => {
    if (last?.point !== point) last = { point, table: field.tables.eqTable(point) };
    return last.table;
  };
  return {
    linear(u) {
      const { gates, sources, coefficients } = terms.linear;
      if (gates.length === 0) return field.zero;
      const eq = eqAt(u);
      let sum = field.zero;
      for (let k = 0; k < gates.length; k++) {
        sum = field.add(sum, scaleBy(field, coefficients[k], field.mul(w[gates[k]], eq[sources[k]])));
      }
      return sum;
    },
    products(u, v) {
      const { gates, lefts, rights, coefficients } = terms.products;
      const [eqLeft, eqRight] = [eqAt(u), field.tables.eqTable(v)];
      let sum = field.zero;
      for (let k = 0; k < gates.length; k++) {
        const term = field.mul(w[gates[k]], field.mul(eqLeft[lefts[k]], eqRight[rights[k]]));
        sum = field.add(sum, scaleBy(field, coefficients[k], term));
      }
      return sum;
    },
  };
}

/** A table of w(z), for all gates. */
function weightTable<E>(field: Field<E>, weights: GateWeights<E>): E[] {
  const [first, ...others] = weights.map(({ coefficient, point }) => {
    const table = field.tables.eqTable(point);
    if (field.equal(coefficient, field.one)) return table;
    for (let z = 0; z < table.length; z++) table[z] = field.mul(coefficient, table[z]);
    return table;
  });
  for (const table of others) {
    for (let z = 0; z < table.length; z++) first[z] = field.add(first[z], table[z]);
  }
  return first;
}
