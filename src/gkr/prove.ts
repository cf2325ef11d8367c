// The prover of GKR for layered circuits (protocol.ts): Libra's two phases. Tables are filled term by term
// with scalars where there is one copy, and copy-vector by copy-vector where there are many; the rounds are
// the engine's.

import { UsageError } from '../errors.ts';
import type { Engine, Vector } from '../field/engine.ts';
import type { Claim } from '../poly/claim.ts';
import { sumOfProducts } from '../sumcheck/products.ts';
import { proveSumcheck, type Summand } from '../sumcheck/prove.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { type Circuit, type CircuitLayer, sourceWidth } from './circuit.ts';
import { combineClaims, hasProducts, type LayerClaim, weightTable, wireVariables } from './protocol.ts';

/**
 * Proves a claim on a circuit's outputs.
 *
 * @param values - all layers' values, inputs first, as `evaluateCircuit` gives them
 * @returns the claims on the inputs that the verifier is left with too
 */
export function proveCircuit<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  circuit: Circuit,
  copyVariables: number,
  values: readonly (readonly E[])[],
  output: Claim<E>,
): Claim<E>[] {
  let claims: Claim<E>[] = [output];
  for (let layer = circuit.layers.length - 1; layer >= 0; layer--) {
    const mark = engine.mark();
    const claim = combineClaims(engine.field, channel, circuit.layers[layer], copyVariables, claims);
    const below = placeWires(engine, circuit, layer, copyVariables, values[layer]);
    claims = hasProducts(circuit.layers[layer])
      ? proveProducts(engine, channel, circuit, layer, below, claim)
      : proveLinear(engine, channel, circuit, layer, below, claim);
    engine.release(mark);
  }
  return claims;
}

/** The wires below a layer on their cube: 2^(wire variables + copy variables) elements. */
function placeWires<E>(
  engine: Engine<E>,
  circuit: Circuit,
  layer: number,
  copyVariables: number,
  values: readonly E[],
): Vector {
  const copies = 2 ** copyVariables;
  if (values.length !== sourceWidth(circuit, layer) * copies) {
    throw new UsageError(`layer ${layer} reads ${sourceWidth(circuit, layer) * copies} values, not ${values.length}`);
  }
  const padding = 2 ** wireVariables(circuit, layer) * copies - values.length;
  return engine.fromElements([...values, ...new Array<E>(padding).fill(engine.field.zero)]);
}

function proveLinear<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  circuit: Circuit,
  layer: number,
  below: Vector,
  { weights, copyPoint, value }: LayerClaim<E>,
): Claim<E>[] {
  const wires = 2 ** wireVariables(circuit, layer);
  const linear = engine.fromElements(
    linearTable(engine, circuit.layers[layer], weightTable(engine.field, weights), wires),
  );
  const summand = sumOfProducts(engine, [[foldCopies(engine, below, wires, copyPoint), linear]]);
  const { point } = proveSumcheck(engine, channel, [{ summand, claim: value }]);
  const [factor] = summand.finals();
  channel.send('factors', [factor]);
  return [{ point: [...point, ...copyPoint], value: factor }];
}

function proveProducts<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  circuit: Circuit,
  layer: number,
  below: Vector,
  { weights, copyPoint, value }: LayerClaim<E>,
): Claim<E>[] {
  const { field } = engine;
  const wiring = circuit.layers[layer];
  const wires = 2 ** wireVariables(circuit, layer);
  const w = weightTable(field, weights);
  const original = engine.zeros('extension', below.length);
  engine.copy(original, below);

  // over x: V(x, c)·eq(g_c, c)·(ℓ(x) + A(x, c)), the copies summed up inside
  const inner = innerTable(engine, wiring, w, original, wires, copyPoint);
  const overWires = leading(sumOfProducts(engine, [[below, inner]]), Math.log2(wires));
  const { point: u, values } = proveSumcheck(engine, channel, [{ summand: overWires, claim: value }]);

  // over c, weighted by g_c: V(u, c)·(ℓ(u) + A(u, c))
  const k = productTable(engine, wiring, w, field.tables.eqTable(u), wires);
  const linear = linearTable(engine, wiring, w, wires);
  const linearAtU = field.tables.dot(linear, field.tables.eqTable(u));
  const left = foldWires(engine, original, field.tables.eqTable(u));
  const right = foldWires(engine, original, k);
  const total = engine.affine(linearAtU, [{ vector: right, scale: field.one }], right.length);
  const overCopies = sumOfProducts(engine, [[left, total]]);
  const { point: copies } = proveSumcheck(engine, channel, [{ summand: overCopies, claim: values[0] }], copyPoint);
  const leftValue = overCopies.finals()[0];
  const rest = field.sub(overCopies.finals()[1], linearAtU);
  channel.send('left', [leftValue, rest]);

  // over y: k(y)·V(y, c')
  const overOthers = sumOfProducts(engine, [[foldCopies(engine, original, wires, copies), engine.fromElements(k)]]);
  const { point: v } = proveSumcheck(engine, channel, [{ summand: overOthers, claim: rest }]);
  const rightValue = overOthers.finals()[0];
  channel.send('factors', [rightValue]);
  return [
    { point: [...u, ...copies], value: leftValue },
    { point: [...v, ...copies], value: rightValue },
  ];
}

/** A summand whose last variables stay summed up: only the leading `variables` become rounds. */
function leading<E>(summand: Summand<E>, variables: number): Summand<E> {
  return { ...summand, shape: { ...summand.shape, variables } };
}

/** Ṽ(·, copyPoint): one dot product a wire. */
function foldCopies<E>(engine: Engine<E>, table: Vector, wires: number, copyPoint: readonly E[]): Vector {
  if (copyPoint.length === 0) return table;
  const copies = 2 ** copyPoint.length;
  const eq = engine.eqTable(copyPoint);
  return engine.fromElements(
    Array.from({ length: wires }, (_, wire) => engine.dot(engine.view(table, wire * copies, copies), eq)),
  );
}

/** Σ_wire weights[wire]·V(wire, ·): a vector over the copies. */
function foldWires<E>(engine: Engine<E>, table: Vector, weights: readonly E[]): Vector {
  const copies = table.length / weights.length;
  if (copies === 1) return engine.fromElements([engine.dot(table, engine.fromElements(weights))]);
  const folded = engine.zeros('extension', copies);
  for (const [wire, weight] of weights.entries()) {
    if (!engine.field.isZero(weight)) engine.addScaled(folded, engine.view(table, wire * copies, copies), weight);
  }
  return folded;
}

/** ℓ(x) for every wire. */
function linearTable<E>({ field }: Engine<E>, { linear }: CircuitLayer, w: readonly E[], wires: number): E[] {
  const table = new Array<E>(wires).fill(field.zero);
  for (let k = 0; k < linear.gates.length; k++) {
    const term = scaleBy(field, linear.coefficients[k], w[linear.gates[k]]);
    table[linear.sources[k]] = field.add(table[linear.sources[k]], term);
  }
  return table;
}

/** k(y) for every wire. */
function productTable<E>(
  { field }: Engine<E>,
  { products }: CircuitLayer,
  w: readonly E[],
  eqLeft: readonly E[],
  wires: number,
): E[] {
  const table = new Array<E>(wires).fill(field.zero);
  for (let k = 0; k < products.gates.length; k++) {
    const term = field.mul(w[products.gates[k]], eqLeft[products.lefts[k]]);
    table[products.rights[k]] = field.add(table[products.rights[k]], scaleBy(field, products.coefficients[k], term));
  }
  return table;
}

/** eq(g_c, c)·(ℓ(x) + A(x, c)) for every wire and copy. */
function innerTable<E>(
  engine: Engine<E>,
  wiring: CircuitLayer,
  w: readonly E[],
  values: Vector,
  wires: number,
  copyPoint: readonly E[],
): Vector {
  const { field } = engine;
  const { gates, lefts, rights, coefficients } = wiring.products;
  const linear = linearTable(engine, wiring, w, wires);
  const copies = 2 ** copyPoint.length;
  if (copies === 1) {
    const plain = engine.toElements(values);
    for (let k = 0; k < gates.length; k++) {
      const term = field.mul(w[gates[k]], plain[rights[k]]);
      linear[lefts[k]] = field.add(linear[lefts[k]], scaleBy(field, coefficients[k], term));
    }
    return engine.fromElements(linear);
  }
  const inner = engine.zeros('extension', values.length);
  const ones = engine.affine(field.one, [], copies);
  const row = (table: Vector, wire: number): Vector => engine.view(table, wire * copies, copies);
  for (const [wire, value] of linear.entries()) {
    if (!field.isZero(value)) engine.addScaled(row(inner, wire), ones, value);
  }
  for (let k = 0; k < gates.length; k++) {
    engine.addScaled(row(inner, lefts[k]), row(values, rights[k]), scaleBy(field, coefficients[k], w[gates[k]]));
  }
  const eq = engine.eqTable(copyPoint);
  for (let wire = 0; wire < wires; wire++) {
    const mark = engine.mark();
    engine.copy(row(inner, wire), engine.mul(row(inner, wire), eq));
    engine.release(mark);
  }
  return inner;
}

function scaleBy<E>(field: Engine<E>['field'], coefficient: number, value: E): E {
  if (coefficient === 1) return value;
  return coefficient === -1 ? field.neg(value) : field.mul(field.fromInteger(coefficient), value);
}
