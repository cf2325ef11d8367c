// GKR for layered circuits, after Libra (Xie et al., ePrint 2019/317), with data-parallel copies. Values of a
// layer are a table over (wire, copy), wire variables first. Claims Ṽ(g_j, g_c) on a layer, combined with
// powers of a drawn challenge into weights w(z) = Σ_j coefficient_j·eq(g_j, z), become claims on the layer
// below:
//     Σ_z w(z)·(Ṽ(z, g_c) − constant(z)) = Σ_{x, c} eq(g_c, c)·V(x, c)·(ℓ(x) + A(x, c)),
//     ℓ(x) = Σ_linear w(gate)·coefficient·[source = x],
//     A(x, c) = Σ_products w(gate)·coefficient·[left = x]·V(right, c).
// - A layer without products: Σ_x ℓ(x)·Ṽ(x, g_c), one plain run over the wires; one claim, at (u, g_c).
// - Otherwise three runs: over x, plain; over the copies c, weighted by g_c; after them send "left",
//   Ṽ(u, c') and A's value Q; over y, plain, for Q = Σ_y k(y)·Ṽ(y, c'), k(y) = Σ_products
//   w(gate)·coefficient·eq(u, left)·[right = y]; two claims, at (u, c') and (v, c').
// The first two runs cost a few multiplications a wire, the tables two a term.
//
// Messages for each layer, outputs first: [draw "combine" if there are several claims]; the runs; "left" or
// "factors". What remains are claims on the inputs.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import { logCeil, prefixBefore, suffix } from '../../poly/point.ts';
import { combine, powers, type SumcheckShape, sumcheckErrorCount } from '../../sumcheck/protocol.ts';
import { type Circuit, type CircuitLayer, type GateWeights, outputCount, sourceWidth } from './circuit.ts';

/** The claims on one layer as one: Σ weights of the gates, the copies' point, and the value. */
export interface LayerClaim<E> {
  readonly weights: GateWeights<E>;
  readonly copyPoint: readonly E[];
  /** Σ_j coefficient_j·value_j, without the constants. */
  readonly value: E;
}

/** Wires of the layer below a layer, as variables. */
export function wireVariables(circuit: Circuit, layer: number): number {
  return logCeil(sourceWidth(circuit, layer));
}

/**
 * Variables of a claim on the outputs.
 *
 * @example
 * ```ts
 * import { adderTreeLayers, outputVariables } from 'ternary-gkr/gkr';
 *
 * // two outputs, four copies
 * console.log(outputVariables({ inputCount: 8, layers: adderTreeLayers(8, 2) }, 2)); // 3
 * ```
 */
export function outputVariables(circuit: Circuit, copyVariables: number): number {
  return logCeil(outputCount(circuit)) + copyVariables;
}

/** Combines claims on a layer's gates; all of them share the copies' point. */
export function combineClaims<E>(
  field: Field<E>,
  channel: { draw(label: string): E },
  layer: CircuitLayer,
  copyVariables: number,
  claims: readonly Claim<E>[],
): LayerClaim<E> {
  const coefficients = powers(field, claims.length > 1 ? channel.draw('combine') : field.one, claims.length);
  const weights = claims.map(({ point }, j) => ({
    coefficient: coefficients[j],
    point: prefixBefore(point, copyVariables),
  }));
  const values = claims.map(({ value }) => value);
  return {
    weights,
    copyPoint: suffix(claims[0].point, copyVariables),
    value: field.sub(combine(field, coefficients, values), evaluateConstants(field, layer, weights)),
  };
}

/** Σ_z w(z)·constant(z): constants are the same for every copy. */
function evaluateConstants<E>(field: Field<E>, { constants }: CircuitLayer, weights: GateWeights<E>): E {
  if (constants === undefined) return field.zero;
  return weights.reduce(
    (sum, { coefficient, point }) =>
      field.add(sum, field.mul(coefficient, field.tables.evaluateIntegers(constants, point))),
    field.zero,
  );
}

/** @throws UsageError if the point is not one of (output, copy) variables */
export function checkOutputClaim(circuit: Circuit, copyVariables: number, { point }: Claim<unknown>): void {
  const variables = outputVariables(circuit, copyVariables);
  if (point.length !== variables) {
    throw new UsageError(`a claim on the outputs has a point of ${variables} variables, not ${point.length}`);
  }
}

/** A plain run over the wires below a layer. */
export function wireShape(circuit: Circuit, layer: number): SumcheckShape {
  return { variables: wireVariables(circuit, layer), degree: 2 };
}

/**
 * Numerator of the error over |F| of all layers.
 *
 * @example
 * ```ts
 * import { adderTreeLayers, circuitErrorCount } from 'ternary-gkr/gkr';
 *
 * // the numerator over |F|
 * console.log(circuitErrorCount({ inputCount: 8, layers: adderTreeLayers(8) }, 0)); // 15
 * ```
 */
export function circuitErrorCount(circuit: Circuit, copyVariables: number): number {
  return circuit.layers.reduce((count, layer, index) => {
    const wires = sumcheckErrorCount([wireShape(circuit, index)]);
    const copies = sumcheckErrorCount([{ variables: copyVariables, degree: 2 }]);
    // at most two claims are combined; constants and terms are exact
    return count + 1 + wires + (layer.hasProducts ? copies + wires : 0);
  }, 0);
}
