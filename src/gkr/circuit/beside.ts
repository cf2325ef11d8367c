// Layers that read the same wires, as one: a layer that computes something new and relays what a later one reads
// again, say. The wiring stays in closed form: a part's gates are a block of the cube, and weights restricted to it
// are weights again, Σ_j coefficient_j·select(g_j)·eq(rest of g_j, ·).

import { concatenate } from '../../bytes.ts';
import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { type Block, evaluateSelector } from '../../poly/packing.ts';
import { logCeil, suffix } from '../../poly/point.ts';
import type { CircuitLayer, ClosedForm, GateWeights, LayerTerms } from './circuit.ts';
import { evaluateLinear, evaluateProducts } from './closed-form.ts';
import { layerOf } from './layers.ts';

/**
 * Layers in closed form that read the same wires, as one layer: the gates of the first, then those of the next.
 *
 * @throws UsageError if a part has no closed form, reads other wires, or does not begin at a multiple of its width,
 *   rounded up to a power of two: put wide parts first
 *
 * @example
 * ```ts
 * import { besideLayer, relayLayer, sumLayer } from 'ternary-gkr/gkr';
 *
 * // both read the same four values: the four values carried up, and two sums
 * const layer = besideLayer(relayLayer(4), sumLayer(2, 2));
 * console.log(layer.width); // 6
 * ```
 */
export function besideLayer(...parts: readonly CircuitLayer[]): CircuitLayer {
  let width = 0;
  const placed = parts.map((layer) => {
    const { closedForm } = layer;
    const block: Block = { start: width, variables: logCeil(layer.width) };
    if (closedForm === undefined) throw new UsageError('layers beside each other have closed forms');
    if (closedForm.sources !== parts[0].closedForm?.sources) {
      throw new UsageError(
        `layers beside each other read ${parts[0].closedForm?.sources} wires, not ${closedForm.sources}`,
      );
    }
    if (width % 2 ** block.variables !== 0) {
      throw new UsageError(`${layer.width} gates after ${width}: not at a multiple of ${2 ** block.variables}`);
    }
    width += layer.width;
    return { layer, closedForm, block };
  });
  if (placed.length === 0) throw new UsageError('a layer has at least one part');
  const sumOfParts = <E>(
    field: Field<E>,
    weights: GateWeights<E>,
    evaluate: (form: ClosedForm, weights: GateWeights<E>) => E,
  ): E =>
    placed.reduce((sum, { closedForm, block }) => {
      const within = weights.map(({ coefficient, point }) => ({
        coefficient: field.mul(coefficient, evaluateSelector(field, block, point)),
        point: suffix(point, block.variables),
      }));
      return field.add(sum, evaluate(closedForm, within));
    }, field.zero);
  const closedForm: ClosedForm = {
    name: `beside ${JSON.stringify(placed.map(({ layer, closedForm: { name } }) => [layer.width, name]))}`,
    sources: placed[0].closedForm.sources,
    linear: (field, weights, u) => sumOfParts(field, weights, (form, within) => evaluateLinear(field, form, within, u)),
    ...(placed.some(({ closedForm: { products } }) => products !== undefined) && {
      products: (field, weights, u, v) =>
        sumOfParts(field, weights, (form, within) => evaluateProducts(field, form, within, u, v)),
    }),
  };
  return {
    ...layerOf(width, closedForm, () => termsBeside(placed.map(({ layer, block }) => [layer.terms(), block.start]))),
    ...(parts.some(({ constants }) => constants !== undefined) && { constants: constantsBeside(parts, width) }),
  };
}

function constantsBeside(parts: readonly CircuitLayer[], width: number): Int32Array {
  const all = new Int32Array(width);
  let start = 0;
  for (const part of parts) {
    all.set(part.constants ?? [], start);
    start += part.width;
  }
  return all;
}

/** All terms, those of each part with its gates from a start of its own. */
function termsBeside(parts: readonly (readonly [LayerTerms, start: number])[]): LayerTerms {
  const gatesOf = (kind: keyof LayerTerms): Uint32Array =>
    concatenate(
      Uint32Array,
      parts.map(([terms, start]) => terms[kind].gates.map((gate) => gate + start)),
    );
  const linear = parts.map(([terms]) => terms.linear);
  const products = parts.map(([terms]) => terms.products);
  return {
    linear: {
      gates: gatesOf('linear'),
      sources: concatenate(
        Uint32Array,
        linear.map(({ sources }) => sources),
      ),
      coefficients: concatenate(
        Int32Array,
        linear.map(({ coefficients }) => coefficients),
      ),
    },
    products: {
      gates: gatesOf('products'),
      lefts: concatenate(
        Uint32Array,
        products.map(({ lefts }) => lefts),
      ),
      rights: concatenate(
        Uint32Array,
        products.map(({ rights }) => rights),
      ),
      coefficients: concatenate(
        Int32Array,
        products.map(({ coefficients }) => coefficients),
      ),
    },
  };
}
