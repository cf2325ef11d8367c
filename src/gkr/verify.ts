// The verifier of GKR for layered circuits (protocol.ts). It evaluates the wiring itself, term by term, or by
// the closed form that comes with a layer.

import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import type { Point } from '../poly/point.ts';
import { checkReduction, verifySumcheck } from '../sumcheck/verify.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import type { Circuit, CircuitLayer, GateWeights } from './circuit.ts';
import { scaleBy } from './evaluate.ts';
import { checkOutputClaim, combineClaims, type LayerClaim, wireShape } from './protocol.ts';

/**
 * Verifies a claim on a circuit's outputs, at a point of (output, copy) variables that was drawn after inputs
 * and outputs were absorbed.
 *
 * @param circuit - one that `checkCircuit` accepts
 * @returns claims on the inputs at points of (input, copy) variables, to be discharged by the caller
 * @throws Rejection if a check fails; UsageError if the claim's point does not fit the circuit
 */
export function verifyCircuit<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  circuit: Circuit,
  copyVariables: number,
  output: Claim<E>,
): Claim<E>[] {
  checkOutputClaim(circuit, copyVariables, output);
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
  const wiring = evaluateLinear(field, circuit.layers[layer], weights, reduction.point);
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
  const wiring = circuit.layers[layer];
  const wires = verifySumcheck(field, channel, [{ shape, claim: value }]);
  const copies = verifySumcheck(
    field,
    channel,
    [{ shape: { variables: copyPoint.length, degree: 2 }, claim: wires.value }],
    copyPoint,
  );
  const [left, rest] = channel.receive('left', 2);
  const linear = evaluateLinear(field, wiring, weights, wires.point);
  checkReduction(field, channel, copies, [field.mul(left, field.add(linear, rest))]);
  const others = verifySumcheck(field, channel, [{ shape, claim: rest }]);
  const [right] = channel.receive('factors', 1);
  const products = evaluateProducts(field, wiring, weights, wires.point, others.point);
  checkReduction(field, channel, others, [field.mul(products, right)]);
  return [
    { point: [...wires.point, ...copies.point], value: left },
    { point: [...others.point, ...copies.point], value: right },
  ];
}

function evaluateLinear<E>(field: Field<E>, layer: CircuitLayer, weights: GateWeights<E>, u: Point<E>): E {
  if (layer.closedForm !== undefined) return layer.closedForm.linear?.(field, weights, u) ?? field.zero;
  const { gates, sources, coefficients } = layer.terms().linear;
  if (gates.length === 0) return field.zero;
  const [w, eq] = [weightTable(field, weights), field.tables.eqTable(u)];
  let sum = field.zero;
  for (let k = 0; k < gates.length; k++) {
    sum = field.add(sum, scaleBy(field, coefficients[k], field.mul(w[gates[k]], eq[sources[k]])));
  }
  return sum;
}

function evaluateProducts<E>(
  field: Field<E>,
  layer: CircuitLayer,
  weights: GateWeights<E>,
  u: Point<E>,
  v: Point<E>,
): E {
  if (layer.closedForm !== undefined) return layer.closedForm.products?.(field, weights, u, v) ?? field.zero;
  const { gates, lefts, rights, coefficients } = layer.terms().products;
  const [w, eqLeft, eqRight] = [weightTable(field, weights), field.tables.eqTable(u), field.tables.eqTable(v)];
  let sum = field.zero;
  for (let k = 0; k < gates.length; k++) {
    const term = field.mul(w[gates[k]], field.mul(eqLeft[lefts[k]], eqRight[rights[k]]));
    sum = field.add(sum, scaleBy(field, coefficients[k], term));
  }
  return sum;
}

/** A table of w(z), for all gates. */
function weightTable<E>(field: Field<E>, weights: GateWeights<E>): E[] {
  const [first, ...others] = weights.map(({ coefficient, point }) =>
    field.tables.eqTable(point).map((value) => field.mul(coefficient, value)),
  );
  return others.reduce((sum, table) => sum.map((value, z) => field.add(value, table[z])), first);
}
