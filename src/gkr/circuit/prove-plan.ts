// A circuit laid out for an engine: its terms as gathers (term-order.ts) and vectors of coefficients, all layers once
// for many proofs. Without a plan a prover lays out one layer at a time and forgets it.

import { UsageError } from '../../errors.ts';
import type { Engine, GatherPlan, Vector } from '../../field/engine.ts';
import type { SignedColumns } from '../../field/field.ts';
import { logCeil } from '../../poly/point.ts';
import { type Circuit, type CircuitLayer, checkCircuit, sourceWidth } from './circuit.ts';
import { orderTerms } from './term-order.ts';

/** Up to this many copies are handled one by one, and more of them wire by wire (prove-wires.ts). */
const FEW_COPIES = 16;

export function areFew(copies: number): boolean {
  return copies <= FEW_COPIES;
}

/** One entry of a table for each term, times its coefficient where some are not ±1. */
export interface PickedTerms {
  readonly pick: GatherPlan;
  readonly coefficients?: Vector;
}

/** One entry of a table for each term, and sums of terms. */
interface PickAndSum {
  readonly pick: GatherPlan;
  readonly sums: GatherPlan;
}

export interface ProductPlan {
  readonly gates: PickedTerms;
  /** The wires that each term reads, in the order of the left ones. */
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  /** From the right wires to the left ones. @throws UsageError if the plan is for many copies */
  inner(): PickAndSum;
  /** From the left wires to the right ones. */
  readonly outer: PickAndSum;
}

/** A layer's terms; stays valid until the mark before it is released. */
export interface LayerPlan {
  readonly linear: { readonly picked?: PickedTerms; readonly sums: GatherPlan } | undefined;
  readonly products: ProductPlan | undefined;
}

/** All layers' terms; stays valid until the mark before it is released. */
export interface CircuitPlan {
  /** Whose memory it lies in. */
  readonly engine: unknown;
  readonly circuit: Circuit;
  readonly copyVariables: number;
  readonly layers: readonly LayerPlan[];
}

/**
 * Lays a circuit out for many proofs by one engine.
 *
 * @param copies - how many copies those proofs have, rounded up to a power of two
 * @throws UsageError if the circuit is not one
 */
export function planCircuit<E>(engine: Engine<E>, circuit: Circuit, copies = 1): CircuitPlan {
  checkCircuit(circuit);
  const copyVariables = logCeil(copies);
  const layers = circuit.layers.map((layer, index) =>
    planLayer(engine, layer, 2 ** logCeil(sourceWidth(circuit, index)), 2 ** copyVariables),
  );
  return { engine, circuit, copyVariables, layers };
}

/** @param wires - a power of two */
export function planLayer<E>(engine: Engine<E>, layer: CircuitLayer, wires: number, copies: number): LayerPlan {
  const { linear, products } = orderTerms(layer, wires);
  const picked = (pick: SignedColumns, coefficients: Int32Array | undefined): PickedTerms => ({
    pick: engine.gatherPlan(pick),
    ...(coefficients && { coefficients: coefficientVector(engine, coefficients) }),
  });
  const pickAndSum = (pick: SignedColumns, sums: SignedColumns): PickAndSum => ({
    pick: engine.gatherPlan(pick),
    sums: engine.gatherPlan(sums),
  });
  const inner = products && areFew(copies) ? pickAndSum(products.rights, products.sumsByLeft) : undefined;
  return {
    linear: linear && {
      ...(linear.pick && { picked: picked(linear.pick, linear.coefficients) }),
      sums: engine.gatherPlan(linear.sums),
    },
    products: products && {
      gates: picked(products.gates, products.coefficients),
      lefts: products.lefts.rows,
      rights: products.rights.rows,
      inner() {
        if (inner === undefined) throw new UsageError('this layer is laid out for many copies');
        return inner;
      },
      outer: pickAndSum(products.lefts, products.sumsByRight),
    },
  };
}

/** As elements, on the cube of the terms. */
function coefficientVector<E>(engine: Engine<E>, coefficients: Int32Array): Vector {
  const { characteristic } = engine.field;
  const padded = new Int32Array(2 ** logCeil(coefficients.length));
  // a vector holds integers below p in absolute value
  if (characteristic >= 2n ** 31n) padded.set(coefficients);
  else for (let k = 0; k < coefficients.length; k++) padded[k] = coefficients[k] % Number(characteristic);
  return engine.fromIntegers(padded);
}
