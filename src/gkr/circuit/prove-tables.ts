// The tables of a layer's prover (protocol.ts), filled by the engine. With a layer's terms as matrices of signs
// (term-order.ts), a table over wires is gather, multiply, gather:
//     ℓ = S_source·(coefficient ∘ P_gate·w),    A = S_left·(t ∘ P_right·V),    k = S_right·(t ∘ P_left·eq(u, ·)),
// t = coefficient ∘ P_gate·w. Where every coefficient is ±1, the sign stands in P_gate and ℓ is one gather. An
// element-wise product costs a multiplication a term, a gather an addition.

import type { Engine, GatherPlan, Vector } from '../../field/engine.ts';
import type { GateWeights } from './circuit.ts';
import type { LayerPlan, PickedTerms, ProductPlan } from './prove-plan.ts';

/** w(z) for all gates, on their cube. */
export function weightVector<E>(engine: Engine<E>, weights: GateWeights<E>): Vector {
  const [first, ...others] = weights.map(({ coefficient, point }) => engine.eqTable(point, coefficient));
  return others.reduce((sum, table) => engine.add(sum, table), first);
}

/** ℓ(x) for every wire below a layer. */
export function linearVector<E>(engine: Engine<E>, { linear }: LayerPlan, w: Vector, wires: number): Vector {
  if (linear === undefined) return engine.zeros('extension', wires);
  return engine.gatherSigned(linear.sums, linear.picked === undefined ? w : weigh(engine, linear.picked, w));
}

/** The product terms of a layer with w at hand: both phases' tables. */
export interface ProductTables {
  /** t, term by term, in the order of the left wires; zero beyond `lefts`. */
  readonly weighted: Vector;
  /** The wires that each term reads, in the same order. */
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  /** A(·, c) from V(·, c) over the wires; for plans of few copies. */
  inner(values: Vector): Vector;
  /** k from eq(u, ·). */
  outer(eqLeft: Vector): Vector;
}

export function productTables<E>(engine: Engine<E>, plan: ProductPlan, w: Vector): ProductTables {
  const weighted = weigh(engine, plan.gates, w);
  const sumProducts = ({ pick, sums }: { pick: GatherPlan; sums: GatherPlan }, table: Vector): Vector =>
    engine.gatherSigned(sums, engine.mul(weighted, engine.gatherSigned(pick, table)));
  return {
    weighted,
    lefts: plan.lefts,
    rights: plan.rights,
    inner: (values) => sumProducts(plan.inner(), values),
    outer: (eqLeft) => sumProducts(plan.outer, eqLeft),
  };
}

/** The picked rows, times the coefficients where some are not ±1. */
function weigh<E>(engine: Engine<E>, { pick, coefficients }: PickedTerms, table: Vector): Vector {
  const picked = engine.gatherSigned(pick, table);
  return coefficients === undefined ? picked : engine.mul(picked, coefficients);
}
