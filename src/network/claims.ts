// How claims travel through a network, from its output to its input: the order of a proof, written once for
// both sides. Tensors that requantisation produces are committed, so that all layers can be proven side by
// side; a claim on any other tensor passes to the layer that produced it, once every reader of the tensor
// has said its claims. Relations that are ready together share a run of sumcheck: weighted ones if their
// points are suffixes of one point, plain ones always.

import type { Field } from '../field/field.ts';
import type { LookupClaims } from '../lookup/protocol.ts';
import type { Claim } from '../poly/claim.ts';
import type { Point } from '../poly/point.ts';
import { passAffine } from './layers/affine/protocol.ts';
import { rulesOf } from './layers/registry.ts';
import type { AffineLayer, Layer, LinearLayer } from './network.ts';
import type { ColumnClaim } from './openings/protocol.ts';
import type { LookupPlan, Plan } from './plan.ts';

/** A claim on the output of a layer, to be reduced to one on its input. */
export interface Step<E> {
  readonly layer: AffineLayer | LinearLayer;
  readonly output: Claim<E>;
}

/** Steps that share one run, weighted by eq of a point or plain. */
export interface Run<E> {
  readonly steps: readonly Step<E>[];
  readonly weight: Point<E> | undefined;
}

/** What is left when all claims have travelled. */
export interface RemainingClaims<E> {
  /** To be compared with the public input. */
  readonly input: readonly Claim<E>[];
  /** To be compared with the public output. */
  readonly output: readonly Claim<E>[];
  /** To be opened. */
  readonly columns: readonly ColumnClaim<E>[];
}

/** The claims that start it: of the lookups on columns, and on tensors. */
interface Book<E> {
  readonly tensors: Claim<E>[][];
  readonly columns: ColumnClaim<E>[];
}

/**
 * Yields runs and takes the claims on the inputs of their steps.
 *
 * @param lookupClaims - what the lookups left, if anything is requantised
 * @param outputClaim - a claim on the output that the public output itself gives, unless the output is
 *   requantised and the lookups make claims on it
 */
export function* passClaims<E>(
  field: Field<E>,
  plan: Plan,
  lookupClaims: LookupClaims<E> | undefined,
  outputClaim: Claim<E> | undefined,
): Generator<Run<E>, RemainingClaims<E>, readonly Claim<E>[]> {
  const { layers } = plan.network;
  const book: Book<E> = { tensors: plan.tensors.map(() => []), columns: [] };
  if (plan.lookups !== undefined && lookupClaims !== undefined) {
    enterLookupClaims(field, plan, plan.lookups, lookupClaims, book);
  }
  if (outputClaim !== undefined) book.tensors[layers.length].push(outputClaim);
  const waiting = waitingReaders(plan);
  // layers whose output's readers have all said their claims; requantised tensors need nobody's
  let ready = layers.map((_, index) => index).filter((index) => !isLookedUp(layers[index]) && waiting[index + 1] === 0);
  while (ready.length > 0) {
    const kinds = ready.map((index) => rulesOf(layers[index]).reduction(layers[index]));
    const kind = (['direct', 'weighted', 'plain'] as const).find((candidate) => kinds.includes(candidate));
    const chosen = ready.filter((_, k) => kinds[k] === kind);
    const steps = chosen.flatMap((index) =>
      book.tensors[index + 1].map((output) => ({ layer: layers[index] as Step<E>['layer'], output })),
    );
    if (kind === 'direct') {
      for (const { layer, output } of steps) {
        const passed = layer.kind === 'affine' ? passAffine(field, layer, plan.batch, output) : output;
        enterTensorClaim(plan, book, layer.input, passed);
      }
    } else {
      for (const run of kind === 'weighted' ? weightedRuns(field, steps) : [{ steps, weight: undefined }]) {
        const claims = yield run;
        for (const [k, { layer }] of run.steps.entries()) enterTensorClaim(plan, book, layer.input, claims[k]);
      }
    }
    const freed = chosen
      .map((index) => layers[index].input)
      .filter((tensor) => --waiting[tensor] === 0 && tensor > 0 && !isLookedUp(layers[tensor - 1]));
    ready = [...ready.filter((_, k) => kinds[k] !== kind), ...freed.map((tensor) => tensor - 1)].sort((x, y) => x - y);
  }
  return {
    input: book.tensors[0],
    output: isLookedUp(layers[layers.length - 1]) ? book.tensors[layers.length] : [],
    columns: book.columns,
  };
}

function isLookedUp(layer: Layer): boolean {
  return rulesOf(layer).reduction(layer) === 'lookup';
}

/** For each tensor, how many of its readers have yet to make their claims; lookups have made theirs. */
function waitingReaders({ network, tensors }: Plan): number[] {
  const waiting = tensors.map(() => 0);
  for (const layer of network.layers) if (!isLookedUp(layer)) waiting[layer.input]++;
  return waiting;
}

/** From the lookups: claims on columns, on a requantised public output, and z̃ = 2^shift·q̃ + Σ 2^place·limb. */
function enterLookupClaims<E>(
  field: Field<E>,
  plan: Plan,
  lookups: LookupPlan,
  claims: LookupClaims<E>,
  book: Book<E>,
): void {
  for (const { layer: index, limbs, lookups: rows, quotient, limbColumns, output } of lookups.requantised) {
    const layer = plan.network.layers[index];
    const shift = layer.kind === 'requantise' ? layer.shift : 0;
    const [activation, ...remainders] = rows.map((row) => claims.columns[row]);
    book.columns.push({ column: quotient, claim: activation.value });
    if (activation.output !== undefined) {
      if (output === undefined) book.tensors[index + 1].push(activation.output);
      else book.columns.push({ column: output, claim: activation.output });
    }
    let value = field.mul(activation.value.value, field.fromInteger(2 ** shift));
    remainders.forEach((remainder, j) => {
      book.columns.push({ column: limbColumns[j], claim: remainder.value });
      value = field.add(value, field.mul(remainder.value.value, field.fromInteger(2 ** limbs[j].place)));
    });
    enterTensorClaim(plan, book, layer.input, { point: activation.value.point, value });
  }
  lookups.multiplicities.forEach((column, table) => {
    book.columns.push({ column, claim: claims.multiplicities[table] });
  });
}

/** A claim on a requantised tensor is one on its column; on others it waits for their layer. */
function enterTensorClaim<E>(plan: Plan, book: Book<E>, tensor: number, claim: Claim<E>): void {
  const column = plan.lookups?.columnOfTensor.get(tensor);
  if (column === undefined) book.tensors[tensor].push(claim);
  else book.columns.push({ column, claim });
}

/** Groups steps whose claims lie at suffixes of one point, longest first. */
function weightedRuns<E>(field: Field<E>, steps: readonly Step<E>[]): Run<E>[] {
  const runs: { steps: Step<E>[]; weight: Point<E> }[] = [];
  for (const step of [...steps].sort((a, b) => b.output.point.length - a.output.point.length)) {
    const point = step.output.point;
    const run = runs.find(({ weight }) =>
      point.every((coordinate, k) => field.equal(coordinate, weight[weight.length - point.length + k])),
    );
    if (run === undefined) runs.push({ steps: [step], weight: point });
    else run.steps.push(step);
  }
  return runs;
}
