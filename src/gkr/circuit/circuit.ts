// Layered arithmetic circuits. Every gate of a layer computes, from the wires of the layer below it,
//     V(gate) = constant + Σ coefficient·V(source) + Σ coefficient·V(left)·V(right),
// which covers addition, multiplication, sum, linear-combination and constant gates; any wire may be read
// any number of times. A layer's cost follows its terms, not the square of its width. A circuit can run on
// many copies of its inputs at once (data-parallel), with the same wiring for each.
//
// Wires beyond a layer's width exist only as padding to a power of two, and are zero.

import { isTyped } from '../../bytes.ts';
import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { logCeil, type Point } from '../../poly/point.ts';

/**
 * Terms coefficient·V(source), as parallel lists.
 *
 * @example
 * ```ts
 * import type { LinearTerms } from 'ternary-gkr/gkr';
 *
 * // gate 0 is 2·(source 0) − (source 1)
 * const linear: LinearTerms = {
 *   gates: Uint32Array.of(0, 0),
 *   sources: Uint32Array.of(0, 1),
 *   coefficients: Int32Array.of(2, -1),
 * };
 * ```
 */
export interface LinearTerms {
  readonly gates: Uint32Array;
  readonly sources: Uint32Array;
  readonly coefficients: Int32Array;
}

/**
 * Terms coefficient·V(left)·V(right), as parallel lists.
 *
 * @example
 * ```ts
 * import type { ProductTerms } from 'ternary-gkr/gkr';
 *
 * // gate 0 is (source 0)·(source 1)
 * const products: ProductTerms = {
 *   gates: Uint32Array.of(0),
 *   lefts: Uint32Array.of(0),
 *   rights: Uint32Array.of(1),
 *   coefficients: Int32Array.of(1),
 * };
 * ```
 */
export interface ProductTerms {
  readonly gates: Uint32Array;
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  readonly coefficients: Int32Array;
}

/**
 * All terms of a layer.
 *
 * @example
 * ```ts
 * import { type LayerTerms, sumLayer } from 'ternary-gkr/gkr';
 *
 * const terms: LayerTerms = sumLayer(1, 2).terms();
 * console.log(terms.linear.sources); // Uint32Array(2) [ 0, 1 ]
 * ```
 */
export interface LayerTerms {
  readonly linear: LinearTerms;
  readonly products: ProductTerms;
}

/**
 * Σ_j coefficient_j·eq(point_j, ·) over the gates of a layer.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import type { GateWeights } from 'ternary-gkr/gkr';
 *
 * // the claim that is at hand, at one point
 * const weights: GateWeights<KoalaElement> = [{ coefficient: koalaBear.one, point: [koalaBear.zero] }];
 * ```
 */
export type GateWeights<E> = readonly { readonly coefficient: E; readonly point: Point<E> }[];

/**
 * The wiring of a layer in closed form, for a verifier that does not walk the terms; part of the statement,
 * as the terms are. The verifier trusts it: a form that differs from the layer's terms describes another
 * circuit, and proofs made from the terms are then rejected.
 *
 * @example
 * ```ts
 * import { type ClosedForm, sumLayer } from 'ternary-gkr/gkr';
 *
 * // the multilinear extension of the wiring, which the verifier evaluates without the gates
 * const form: ClosedForm | undefined = sumLayer(2, 4).closedForm;
 * console.log(form?.sources); // 8
 * ```
 */
export interface ClosedForm {
  /** Names the wiring, parameters included: a digest of the circuit contains it in place of the terms. */
  readonly name: string;
  /** Wires that the layer reads. */
  readonly sources: number;
  /** Σ weight(gate)·coefficient·eq(u, source) over the linear terms; zero where absent. */
  linear?<E>(field: Field<E>, weights: GateWeights<E>, u: Point<E>): E;
  /** Σ weight(gate)·coefficient·eq(u, left)·eq(v, right) over the product terms; zero where absent. */
  products?<E>(field: Field<E>, weights: GateWeights<E>, u: Point<E>, v: Point<E>): E;
}

/**
 * One layer: its gates and what they read of the layer below. `wiredLayer` makes one from lists.
 *
 * @example
 * ```ts
 * import { type CircuitLayer, sumLayer } from 'ternary-gkr/gkr';
 *
 * const layer: CircuitLayer = sumLayer(2, 4);
 * console.log(layer.width, layer.hasProducts); // 2 false
 * ```
 */
export interface CircuitLayer {
  /** Number of gates. */
  readonly width: number;
  /** One for each gate; none where absent. */
  readonly constants?: Int32Array;
  /** Whether any gate multiplies: decides which messages are sent. */
  readonly hasProducts: boolean;
  /** The terms; with a closed form only provers ask for them, and they may be made on demand. */
  terms(): LayerTerms;
  readonly closedForm?: ClosedForm;
}

/**
 * A circuit from its inputs to its outputs: layer 0 reads the inputs, the last layer is the output.
 *
 * @example
 * ```ts
 * import { adderTreeLayers, type Circuit } from 'ternary-gkr/gkr';
 *
 * // the sum of eight inputs
 * const circuit: Circuit = { inputCount: 8, layers: adderTreeLayers(8) };
 * console.log(circuit.layers.length); // 3
 * ```
 */
export interface Circuit {
  readonly inputCount: number;
  readonly layers: readonly CircuitLayer[];
}

export const NO_LINEAR_TERMS: LinearTerms = {
  gates: new Uint32Array(0),
  sources: new Uint32Array(0),
  coefficients: new Int32Array(0),
};

export const NO_PRODUCT_TERMS: ProductTerms = {
  gates: new Uint32Array(0),
  lefts: new Uint32Array(0),
  rights: new Uint32Array(0),
  coefficients: new Int32Array(0),
};

/**
 * Returns a layer from its terms.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateCircuit, wiredLayer } from 'ternary-gkr/gkr';
 *
 * const linear = { gates: Uint32Array.of(0, 0), sources: Uint32Array.of(0, 1), coefficients: Int32Array.of(2, -1) };
 * // one gate: 2·(source 0) − (source 1) + 10
 * const layer = wiredLayer(1, { linear }, Int32Array.of(10));
 * console.log(evaluateCircuit(bn254, { inputCount: 2, layers: [layer] }, [5n, 3n]).at(-1)); // [ 17n ]
 * ```
 */
export function wiredLayer(width: number, terms: Partial<LayerTerms>, constants?: Int32Array): CircuitLayer {
  const { linear = NO_LINEAR_TERMS, products = NO_PRODUCT_TERMS } = terms;
  return {
    width,
    ...(constants?.some((constant) => constant !== 0) ? { constants } : {}),
    hasProducts: products.gates.length > 0,
    terms: () => ({ linear, products }),
  };
}

/** Returns the number of wires that layer `layer` reads. */
export function sourceWidth(circuit: Circuit, layer: number): number {
  return layer === 0 ? circuit.inputCount : circuit.layers[layer - 1].width;
}

/**
 * Returns the number of outputs.
 *
 * @example
 * ```ts
 * import { adderTreeLayers, outputCount } from 'ternary-gkr/gkr';
 *
 * console.log(outputCount({ inputCount: 8, layers: adderTreeLayers(8, 2) })); // 2
 * ```
 */
export function outputCount(circuit: Circuit): number {
  return circuit.layers[circuit.layers.length - 1].width;
}

/** The most wires of a layer whose terms the verifier walks: it holds up to four tables of them, in a heap of 2 GB. */
const MOST_WALKED_WIRES = 2 ** 22;

/**
 * The circuit as it is now, its lists copied: what is checked is what is hashed and verified, even if a layer's `terms`
 * gave others when asked again, or the same lists with other entries. Every term reads and writes wires that are there. Layers in closed form are checked by their widths,
 * their terms not asked for.
 *
 * @throws UsageError that names the layer, and what of it does not fit
 *
 * @example
 * ```ts
 * import { adderTreeLayers, checkCircuit } from 'ternary-gkr/gkr';
 *
 * // a copy that is checked: it throws for wires that lead nowhere
 * console.log(checkCircuit({ inputCount: 4, layers: adderTreeLayers(4) }).layers.length); // 2
 * ```
 */
export function checkCircuit(circuit: Circuit): Circuit {
  const { inputCount, layers } = (circuit ?? {}) as Partial<Circuit>;
  if (!Array.isArray(layers)) throw new UsageError('a circuit has a list of layers; make one with buildCircuit');
  if (layers.length === 0) throw new UsageError('a circuit has at least one layer');
  if (typeof inputCount !== 'number') throw new UsageError('a circuit has a number of inputs, inputCount');
  logCeil(inputCount);
  let wires = inputCount;
  const checked = Array.from(layers, (layer: CircuitLayer, index) => {
    const fail = (wrong: string): never => {
      throw new UsageError(`layer ${index} of the circuit: ${wrong}`);
    };
    if (typeof layer !== 'object' || layer === null) return fail('it is not a layer; make one with wiredLayer');
    if (typeof layer.terms !== 'function') return fail('it has no terms; make one with wiredLayer');
    const { closedForm } = layer;
    const own =
      closedForm === undefined ? walkedLayer(layer, wires, fail) : closedLayer(layer, closedForm, wires, fail);
    wires = own.width;
    return own;
  });
  return { inputCount, layers: checked };
}

type Fail = (wrong: string) => never;

/** Returns a layer's own fields, each read once. */
function gatesOf({ width, constants, hasProducts }: CircuitLayer, fail: Fail): Omit<CircuitLayer, 'terms'> {
  if (!Number.isInteger(width) || width < 1 || width > 2 ** 32) fail(`${width} gates; a layer has 1 to 2^32`);
  if (constants === undefined) return { width, hasProducts };
  if (!isTyped(constants, 'Int32Array')) return fail('its constants are not an Int32Array');
  if (constants.length !== width) fail(`${constants.length} constants, ${width} gates`);
  return { width, hasProducts, constants: new Int32Array(constants) };
}

function closedLayer(layer: CircuitLayer, closedForm: ClosedForm, wires: number, fail: Fail): CircuitLayer {
  const gates = gatesOf(layer, fail);
  if (typeof closedForm?.name !== 'string') fail('its closed form has no name');
  const { name, sources } = closedForm;
  for (const part of ['linear', 'products'] as const) {
    const evaluate: unknown = closedForm[part];
    if (evaluate !== undefined && typeof evaluate !== 'function') fail(`${name}: its \`${part}\` is not a function`);
  }
  if (gates.hasProducts !== (closedForm.products !== undefined)) fail(`${name}: products, or none?`);
  if (sources !== wires) fail(`${name} reads ${sources} wires of ${wires}`);
  return { ...gates, closedForm, terms: () => layer.terms() };
}

function walkedLayer(layer: CircuitLayer, wires: number, fail: Fail): CircuitLayer {
  const gates = gatesOf(layer, fail);
  const most = Math.max(gates.width, wires);
  if (most > MOST_WALKED_WIRES) fail(`${most} wires; at most 2^22 where the verifier walks terms: give a closed form`);
  const { linear, products } = (layer.terms() ?? {}) as { readonly [K in keyof LayerTerms]?: LayerTerms[K] | null };
  if (!linear || !products) return fail('its terms have no list `linear` or `products`');
  const indices = (name: string, list: unknown): Uint32Array =>
    isTyped(list, 'Uint32Array') ? new Uint32Array(list) : fail(`its list of "${name}" is not a Uint32Array`);
  const integers = (name: string, list: unknown): Int32Array =>
    isTyped(list, 'Int32Array') ? new Int32Array(list) : fail(`its list of "${name}" is not an Int32Array`);
  const own: LayerTerms = {
    linear: {
      gates: indices('gate', linear.gates),
      sources: indices('source', linear.sources),
      coefficients: integers('coefficient', linear.coefficients),
    },
    products: {
      gates: indices('gate', products.gates),
      lefts: indices('left', products.lefts),
      rights: indices('right', products.rights),
      coefficients: integers('coefficient', products.coefficients),
    },
  };
  const lists = [
    ['gate', own.linear.gates, own.linear, gates.width],
    ['source', own.linear.sources, own.linear, wires],
    ['coefficient', own.linear.coefficients, own.linear, undefined],
    ['gate', own.products.gates, own.products, gates.width],
    ['left', own.products.lefts, own.products, wires],
    ['right', own.products.rights, own.products, wires],
    ['coefficient', own.products.coefficients, own.products, undefined],
  ] as const;
  for (const [name, list, { gates: every }, bound] of lists) {
    if (list.length !== every.length) fail(`${every.length} terms with ${list.length} of "${name}"`);
    if (bound === undefined) continue;
    for (let k = 0; k < list.length; k++) {
      if (list[k] >= bound) fail(`term ${k} names ${name} ${list[k]} of ${bound}`);
    }
  }
  const count = own.products.gates.length;
  if (gates.hasProducts !== count > 0) fail(`${count} products, but said otherwise`);
  return { ...gates, terms: () => own };
}
