// A circuit laid out for an engine: its terms as gathers (term-order.ts) and vectors of coefficients, all layers once
// for many proofs. Without a plan a prover lays out one layer at a time and forgets it.

import type { Engine, GatherPlan, PairPlan, Vector } from '../../field/engine.ts';
import type { Block } from '../../poly/packing.ts';
import { logCeil } from '../../poly/point.ts';
import { type Circuit, type CircuitLayer, checkCircuit, sourceWidth } from './circuit.ts';
import { orderTerms, type WeighedTerms } from './term-order.ts';

/** Up to this many copies are handled one by one, and more of them wire by wire (prove-wires.ts). */
const FEW_COPIES = 16;

export function areFew(copies: number): boolean {
  return copies <= FEW_COPIES;
}

/** w(gate) for each term, times its coefficient where some are not ±1. */
export interface WeighedPlan {
  readonly pick: GatherPlan;
  readonly coefficients?: Vector;
}

export interface LinearPlan {
  readonly weighed?: WeighedPlan;
  readonly sums: GatherPlan;
}

export interface ProductPlan {
  readonly rightBlock: Block;
  /** The terms one by one; absent where none of the tables needs them. */
  readonly weighed?: WeighedPlan;
  /** The wires that each term reads, in the order of the left ones. */
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  /** Whether pairs name terms and not gates. */
  readonly pairsOfTerms: boolean;
  /** Pairs of gates, or terms, and right wires, summed at the left ones; absent for many copies. */
  readonly byLeft?: PairPlan;
  /** Pairs of gates, or terms, and left wires, summed at the right ones. */
  readonly byRight: PairPlan;
}

/** A layer's terms; stays valid until the mark before it is released. */
export interface LayerPlan {
  /** Number of gates. */
  readonly width: number;
  readonly leftBlock: Block;
  /** `lines` as in term-order.ts. */
  readonly linear: LinearPlan | 'lines' | undefined;
  readonly products: ProductPlan | undefined;
}

/**
 * All layers' terms; stays valid until the mark before it is released.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { adderTreeLayers, type CircuitPlan, planCircuit } from 'ternary-gkr/gkr';
 *
 * const plan: CircuitPlan = planCircuit(createKoalaBearEngine(), { inputCount: 4, layers: adderTreeLayers(4) });
 * console.log(plan.layers.length); // 2
 * ```
 */
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
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { adderTreeLayers, planCircuit, proveCircuitStatement } from 'ternary-gkr/gkr';
 *
 * const engine = createKoalaBearEngine();
 * const circuit = { inputCount: 4, layers: adderTreeLayers(4) };
 * // laid out once, for many proofs
 * const plan = planCircuit(engine, circuit);
 * const sums = [[1, 2, 3, 4], [5, 6, 7, 8]].map((inputs) => proveCircuitStatement(engine, circuit, inputs, 1, { plan }));
 * console.log(sums.map(({ outputs }) => outputs[0])); // [ 10, 26 ]
 * ```
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
  const { leftBlock, linear, products } = orderTerms(layer, wires, copies === 1);
  const weigh = ({ pick, coefficients }: WeighedTerms): WeighedPlan => ({
    pick: engine.gatherPlan(pick),
    ...(coefficients && { coefficients: coefficientVector(engine, coefficients) }),
  });
  return {
    width: layer.width,
    leftBlock,
    linear:
      typeof linear === 'object'
        ? {
            ...(linear.weighed && { weighed: weigh(linear.weighed) }),
            sums: engine.gatherPlan(linear.sums),
          }
        : linear,
    products: products && {
      rightBlock: products.rightBlock,
      ...((products.pairsOfTerms || !areFew(copies)) && { weighed: weigh(products.weighed) }),
      lefts: products.lefts,
      rights: products.rights,
      pairsOfTerms: products.pairsOfTerms,
      ...(areFew(copies) && { byLeft: engine.pairPlan(products.byLeft) }),
      byRight: engine.pairPlan(products.byRight),
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
