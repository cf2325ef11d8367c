// The tables of a layer's prover (protocol.ts), filled by the engine. With a layer's terms as matrices of signs
// (term-order.ts), a table over wires is one gather, of products of pairs where it sums products:
//     ℓ(x) = Σ_{source = x} ±w(gate),    A(x) = Σ_{left = x} ±w(gate)·V(right),    k(y) = Σ_{right = y} ±w(gate)·eq(u, left).
// Where some coefficients are not ±1, a table of the terms, coefficient·w(gate), takes the place of w.

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { GateWeights } from './circuit.ts';
import type { LayerPlan, ProductPlan, WeighedPlan } from './prove-plan.ts';

/** w(z) for all gates, on their cube. */
export function weightVector<E>(engine: Engine<E>, weights: GateWeights<E>): Vector {
  const [first, ...others] = weights.map(({ coefficient, point }) => engine.eqTable(point, coefficient));
  return others.reduce((sum, table) => engine.add(sum, table), first);
}

/** ℓ(x) for the wires of a layer's left block; undefined without linear terms, or if they are sums of lines. */
export function linearVector<E>(engine: Engine<E>, { linear }: LayerPlan, w: Vector): Vector | undefined {
  if (linear === undefined || linear === 'lines') return undefined;
  return engine.gatherSigned(linear.sums, linear.weighed === undefined ? w : weigh(engine, linear.weighed, w));
}

/** The product terms of a layer with w at hand: both phases' tables. */
export interface ProductTables {
  /** ±coefficient·w(gate) of each term, in the order of the left wires; zero beyond `lefts`. For plans of many copies. */
  weighted(): Vector;
  /** The wires that each term reads, in the same order. */
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  /** A(·, c) on the left block from V(·, c) over the wires; for plans of few copies. */
  inner(values: Vector): Vector;
  /** k on the right block from eq(u, ·) on the left block. */
  outer(eqLeft: Vector): Vector;
}

export function productTables<E>(engine: Engine<E>, plan: ProductPlan, w: Vector): ProductTables {
  const terms = plan.weighed && weigh(engine, plan.weighed, w);
  const named = plan.pairsOfTerms ? needed(terms) : w;
  return {
    weighted: () => needed(terms),
    lefts: plan.lefts,
    rights: plan.rights,
    inner: (values) => engine.gatherProducts(needed(plan.byLeft), named, values),
    outer: (eqLeft) => engine.gatherProducts(plan.byRight, named, eqLeft),
  };
}

function needed<T>(part: T | undefined): T {
  if (part === undefined) throw new UsageError('this layer is laid out for another number of copies');
  return part;
}

/** The picked rows, times the coefficients where some are not ±1. */
function weigh<E>(engine: Engine<E>, { pick, coefficients }: WeighedPlan, table: Vector): Vector {
  const picked = engine.gatherSigned(pick, table);
  return coefficients === undefined ? picked : engine.mul(picked, coefficients);
}
