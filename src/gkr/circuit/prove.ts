// The prover of GKR for layered circuits (protocol.ts): Libra's two phases, on the engine throughout. The tables
// come from prove-tables.ts and prove-wires.ts; here stands the order of runs and messages.

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Claim } from '../../poly/claim.ts';
import { type Block, evaluateSelector } from '../../poly/packing.ts';
import { logCeil, type Point, suffix } from '../../poly/point.ts';
import { sumOfProducts } from '../../sumcheck/products.ts';
import { proveSumcheck, type Summand } from '../../sumcheck/prove.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { type Circuit, sourceWidth } from './circuit.ts';
import type { LayerValues } from './evaluate.ts';
import { checkOutputClaim, combineClaims, type LayerClaim, wireVariables } from './protocol.ts';
import { type CircuitPlan, type LayerPlan, type ProductPlan, planLayer } from './prove-plan.ts';
import { linearVector, productTables, weightVector } from './prove-tables.ts';
import { productOverBlock, productOverLines } from './prove-tensor.ts';
import { placeWires, type WireTables } from './prove-wires.ts';

/**
 * Proves a claim on a circuit's outputs.
 *
 * @param values - all layers' values, inputs first, as `evaluateCircuit` gives them
 * @param plan - of this circuit and as many copies, by this engine; else layers are laid out as they come
 * @returns the claims on the inputs that the verifier is left with too
 * @throws UsageError if values, the claim's point or the plan do not fit the circuit
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { adderTreeLayers, evaluateCircuit, proveCircuit } from 'ternary-gkr/gkr';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const circuit = { inputCount: 4, layers: adderTreeLayers(4) };
 * const values = evaluateCircuit(engine.field, circuit, Int32Array.of(1, 2, 3, 4));
 * const output = { point: [], value: values[values.length - 1][0] };
 * const claims = proveCircuit(engine, createProverChannel(engine.field), circuit, 0, values, output);
 * // claims on the inputs
 * console.log(claims.map(({ point }) => point.length)); // [ 2 ]
 * ```
 */
export function proveCircuit<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  circuit: Circuit,
  copyVariables: number,
  values: readonly LayerValues<E>[],
  output: Claim<E>,
  plan?: CircuitPlan,
): Claim<E>[] {
  checkOutputClaim(circuit, copyVariables, output);
  if (
    plan !== undefined &&
    (plan.circuit !== circuit || plan.copyVariables !== copyVariables || plan.engine !== engine)
  ) {
    throw new UsageError('the plan is of another circuit, for another number of copies, or by another engine');
  }
  let claims: Claim<E>[] = [output];
  for (let layer = circuit.layers.length - 1; layer >= 0; layer--) {
    const expected = sourceWidth(circuit, layer) * 2 ** copyVariables;
    if (values[layer]?.length !== expected) {
      throw new UsageError(`layer ${layer} reads ${expected} values, not ${values[layer]?.length}`);
    }
    const mark = engine.mark();
    const claim = combineClaims(engine.field, channel, circuit.layers[layer], copyVariables, claims);
    const wires = 2 ** wireVariables(circuit, layer);
    const below = placeWires(engine, values[layer], wires, 2 ** copyVariables);
    const laidOut = plan?.layers[layer] ?? planLayer(engine, circuit.layers[layer], wires, 2 ** copyVariables);
    claims =
      laidOut.products === undefined
        ? proveLinear(engine, channel, laidOut, below, claim)
        : proveProducts(engine, channel, laidOut, laidOut.products, wires, below, claim);
    engine.release(mark);
  }
  return claims;
}

function proveLinear<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  plan: LayerPlan,
  below: WireTables,
  { weights, copyPoint, value }: LayerClaim<E>,
): Claim<E>[] {
  const w = weightVector(engine, weights);
  const padded = { values: below.foldCopies(engine.eqTable(copyPoint)), used: below.used };
  const summand =
    plan.linear === 'lines'
      ? productOverLines(engine, padded, withoutPadding(engine, w, plan.width))
      : productOverBlock(
          engine,
          padded,
          linearVector(engine, plan, w) ?? zeroBlock(engine, plan.leftBlock),
          plan.leftBlock,
        );
  const { point } = proveSumcheck(engine, channel, [{ summand, claim: value }]);
  const [factor] = summand.finals();
  channel.send('factors', [factor]);
  return [{ point: [...point, ...copyPoint], value: factor }];
}

/** The weights of a layer's gates, zero on padding. */
function withoutPadding<E>(engine: Engine<E>, weights: Vector, width: number): Vector {
  if (width === weights.length) return weights;
  const masked = engine.zeros('extension', weights.length);
  engine.copy(engine.view(masked, 0, width), engine.view(weights, 0, width));
  return masked;
}

function zeroBlock<E>(engine: Engine<E>, { variables }: Block): Vector {
  return engine.zeros('extension', 2 ** variables);
}

function proveProducts<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  plan: LayerPlan,
  productPlan: ProductPlan,
  wires: number,
  below: WireTables,
  { weights, copyPoint, value }: LayerClaim<E>,
): Claim<E>[] {
  const { field } = engine;
  const { leftBlock } = plan;
  const w = weightVector(engine, weights);
  const linear = linearVector(engine, plan, w);
  const products = productTables(engine, productPlan, w);

  // over x: Σ_c eq(g_c, c)·V(x, c)·(ℓ(x) + A(x, c))
  const inner = below.inner(linear, products);
  const overWires =
    copyPoint.length === 0
      ? productOverBlock(engine, { values: below.table, used: below.used }, inner, leftBlock)
      : copiesSummed(engine, sumOfProducts(engine, [[below.table, inner]]), logCeil(wires), copyPoint);
  const { point: u, values } = proveSumcheck(engine, channel, [{ summand: overWires, claim: value }]);

  const eqLeft = engine.eqTable(suffix(u, leftBlock.variables), evaluateSelector(field, leftBlock, u));
  const linearAtU = linear === undefined ? field.zero : engine.dot(linear, eqLeft);
  const k = products.outer(eqLeft);
  const [copies, leftValue, rest] =
    copyPoint.length === 0
      ? [[], overWires.finals()[0], field.sub(overWires.finals()[1], linearAtU)]
      : proveCopies(engine, channel, below, eqLeft, k, linearAtU, values[0], copyPoint);
  channel.send('left', [leftValue, rest]);

  // over y: k(y)·V(y, c')
  const others = { values: below.foldCopies(engine.eqTable(copies)), used: below.used };
  const overOthers = productOverBlock(engine, others, k, productPlan.rightBlock);
  const { point: v } = proveSumcheck(engine, channel, [{ summand: overOthers, claim: rest }]);
  const rightValue = overOthers.finals()[0];
  channel.send('factors', [rightValue]);
  return [
    { point: [...u, ...copies], value: leftValue },
    { point: [...v, ...copies], value: rightValue },
  ];
}

/** The run over c, weighted by g_c, of V(u, c)·(ℓ(u) + A(u, c)): where it ends, V there, and A there. */
function proveCopies<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  below: WireTables,
  eqLeft: Vector,
  k: Vector,
  linearAtU: E,
  claim: E,
  copyPoint: Point<E>,
): [point: Point<E>, left: E, rest: E] {
  const { field } = engine;
  const right = below.foldWires(k);
  const total = engine.affine(linearAtU, [{ vector: right, scale: field.one }], right.length);
  const summand = sumOfProducts(engine, [[below.foldWires(eqLeft), total]]);
  const { point } = proveSumcheck(engine, channel, [{ summand, claim }], copyPoint);
  const [left, sum] = summand.finals();
  return [point, left, field.sub(sum, linearAtU)];
}

/** The rounds of the first `variables` variables only; the copies stay summed up, weighted by eq of their point. */
function copiesSummed<E>(
  engine: Engine<E>,
  summand: Summand<E>,
  variables: number,
  copyPoint: readonly E[],
): Summand<E> {
  const inner = engine.eqTable(copyPoint);
  const ones = engine.affine(engine.field.one, [], 2 ** Math.max(variables - 1, 0));
  let left = variables;
  return {
    ...summand,
    shape: { ...summand.shape, variables },
    round: () => summand.round({ outer: engine.view(ones, 0, 2 ** --left), inner }),
  };
}
