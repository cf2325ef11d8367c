// The path of claims through a network, from its outputs to its input: the order of a proof, written once for both
// sides. Tensors that requantisation produces are committed, so that all relations can be proven side by side; a claim
// on any other tensor passes to the node that produced it, once every reader of the tensor has made its claims.
// Relations that are ready together share a run of sumcheck. Sums need none: the prover sends the value of each term
// but the last, which the claim determines. A turn is one such step of both sides: a run, or values that are sent.

import { InputError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { LookupClaims } from '../../lookup/protocol.ts';
import type { Claim } from '../../poly/claim.ts';
import {
  hasBiases,
  type MatrixNode,
  type RelationNode,
  readBy,
  type ScaleNode,
  type SumNode,
  type WindowsNode,
} from '../relations/nodes.ts';
import {
  passScale,
  type ScaleShape,
  splitPoint as splitScalePoint,
  uniformMultiplier,
} from '../relations/scale/protocol.ts';
import type { LookupPlan, Plan } from '../statement/plan.ts';
import { claimedTensors, type TensorClaim } from '../statement/statement.ts';
import { committedRoles, type WeightClaim } from '../weights/claims.ts';
import type { ColumnClaim } from './columns/protocol.ts';

/** A claim on a node's output, to be reduced to one on its input. */
export interface Step<E> {
  readonly node: MatrixNode | WindowsNode | ScaleNode;
  /** Index of the node. */
  readonly index: number;
  readonly output: Claim<E>;
}

/** A claim on a sum, to be split into claims on its terms at the same point; a scale with committed biases is m·a + b. */
export interface Split<E> {
  readonly node: SumNode | ScaleNode;
  /** Index of the node. */
  readonly index: number;
  readonly output: Claim<E>;
}

/** A step that prover and verifier take together before claims are passed on. */
export type Turn<E> =
  | { readonly kind: 'run'; readonly steps: readonly Step<E>[] }
  | { readonly kind: 'split'; readonly splits: readonly Split<E>[] };

/** The claims that remain when all others have been reduced. */
export interface RemainingClaims<E> {
  /** To be compared with the public input, or opened where it is committed; none where it is hidden. */
  readonly input: readonly Claim<E>[];
  /** To be opened. */
  readonly columns: readonly ColumnClaim<E>[];
  /** On committed weights, in the order in which their values were sent. */
  readonly weights: readonly WeightClaim<E>[];
}

/** The result of a turn: the claims of each step, on the tensor and then on committed weights; the values of splits. */
export interface Answer<E> {
  readonly claims: readonly (readonly Claim<E>[])[];
  readonly values: readonly E[];
}

/** The claims that have been made: on columns, and on tensors. */
interface Book<E> {
  readonly tensors: Claim<E>[][];
  readonly columns: ColumnClaim<E>[];
  readonly weights: WeightClaim<E>[];
}

/** Returns the shape that a scale's claim ranges over. */
export function scaleShape({ batch, batchVariables, graph }: Plan, node: ScaleNode): ScaleShape {
  return { batch, batchVariables, tensor: graph.tensors[node.input] };
}

/** Returns the number of values that the prover sends for splits. */
export function splitCount(splits: readonly Split<unknown>[]): number {
  return splits.reduce((count, { node }) => count + (node.kind === 'sum' ? node.inputs.length - 1 : 1), 0);
}

/**
 * Yields runs, and takes the claims on the inputs of their nodes; yields splits, and takes the values that were sent.
 *
 * @param lookupClaims - the claims of the lookups, if there are any
 * @param statementClaims - the claims that public outputs and committed tensors give
 */
export function* passClaims<E>(
  field: Field<E>,
  plan: Plan,
  lookupClaims: LookupClaims<E> | undefined,
  statementClaims: readonly TensorClaim<E>[],
): Generator<Turn<E>, RemainingClaims<E>, Answer<E>> {
  const { nodes, tensors } = plan.graph;
  const book: Book<E> = { tensors: tensors.map(() => []), columns: [], weights: [] };
  if (plan.lookups !== undefined && lookupClaims !== undefined) {
    enterLookupClaims(field, plan, plan.lookups, lookupClaims, book);
  }
  for (const { tensor, claim } of statementClaims) enterTensorClaim(plan, book, tensor, claim);
  const waiting = waitingReaders(plan);
  // nodes whose outputs have received every reader's claim; requantised outputs need none
  let ready = nodes.map((_, index) => index).filter((index) => !isLookedUp(nodes[index]) && waiting[index + 1] === 0);
  while (ready.length > 0) {
    const kinds = ready.map((index) => turnOf(nodes[index]));
    const kind = (['direct', 'split', 'run'] as const).find((candidate) => kinds.includes(candidate));
    const chosen = ready.filter((_, k) => kinds[k] === kind);
    const made = chosen.flatMap((index) =>
      book.tensors[index + 1].map((output) => ({ node: nodes[index], index, output })),
    );
    if (kind === 'direct') {
      for (const { node, output } of made) {
        if (node.kind !== 'scale') continue;
        enterTensorClaim(plan, book, node.input, passScale(field, node, scaleShape(plan, node), output));
      }
    } else if (kind === 'split') {
      const splits = made as Split<E>[];
      const { values } = yield { kind: 'split', splits };
      enterTerms(field, plan, book, splits, values);
    } else {
      const steps = made as Step<E>[];
      const { claims } = yield { kind: 'run', steps };
      for (const [k, { node, index }] of steps.entries()) {
        const [tensorClaim, ...weightClaims] = claims[k];
        enterTensorClaim(plan, book, node.input, tensorClaim);
        const roles = committedRoles(node);
        for (const [j, claim] of weightClaims.entries()) {
          book.weights.push({ node: index, role: roles[j], ...claim });
        }
      }
    }
    const freed = chosen
      .flatMap((index) => readBy(nodes[index]))
      .filter((tensor) => --waiting[tensor] === 0 && tensor > 0 && !isLookedUp(nodes[tensor - 1]));
    ready = [...ready.filter((_, k) => kinds[k] !== kind), ...freed.map((tensor) => tensor - 1)].sort((x, y) => x - y);
  }
  return { input: book.tensors[0], columns: book.columns, weights: book.weights };
}

/** Returns the number of claims in a proof on each tensor, and on committed columns. */
export function claimCounts(plan: Plan): { readonly tensors: readonly number[]; readonly columns: number } {
  const { graph, lookups } = plan;
  const { nodes } = graph;
  const tensors = graph.tensors.map(() => 0);
  for (const tensor of claimedTensors(plan)) tensors[tensor]++;
  if (lookups?.input !== undefined) tensors[0]++;
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    // a requantised tensor's claims end at its column; the lookups make one on the input of its node
    const passed = node.kind === 'requantise' ? 1 : tensors[index + 1];
    for (const tensor of readBy(node)) tensors[tensor] += passed;
  }
  const onTensors = [...(lookups?.columnOfTensor.keys() ?? [])].reduce((sum, tensor) => sum + tensors[tensor], 0);
  return { tensors, columns: onTensors + (lookups?.columns.length ?? 0) };
}

/** The most claims on one tensor: chains of sums could otherwise double the claims at every layer. */
const MOST_CLAIMS = 2 ** 8;

/** @throws InputError that names the layer on whose output a proof would make more claims than are supported */
export function checkClaims(plan: Plan): void {
  const { tensors } = claimCounts(plan);
  const index = tensors.findIndex((count) => count > MOST_CLAIMS);
  if (index < 0) return;
  const name = index === 0 ? 'the input' : `layer ${plan.graph.nodes[index - 1].name}`;
  throw new InputError(
    `network ${plan.network.name}: a proof would make ${tensors[index]} claims on ${name}, at most ${MOST_CLAIMS}; ` +
      'requantise between the layers that read it',
  );
}

function isLookedUp(node: RelationNode): boolean {
  return node.kind === 'requantise';
}

/** Returns how claims pass a node: by arithmetic alone, by values that the prover sends, or by a sumcheck. */
function turnOf(node: RelationNode): 'direct' | 'split' | 'run' {
  if (node.kind === 'scale' && uniformMultiplier(node) !== undefined) return hasBiases(node) ? 'split' : 'direct';
  return node.kind === 'sum' ? 'split' : 'run';
}

/** Returns, for each tensor, how many reads by nodes still lack their claims; lookups have made theirs. */
function waitingReaders({ graph: { nodes, tensors } }: Plan): number[] {
  const waiting = tensors.map(() => 0);
  for (const node of nodes) {
    if (isLookedUp(node)) continue;
    for (const tensor of readBy(node)) waiting[tensor]++;
  }
  return waiting;
}

/** Σ_j m_j·x̃_j(r) = z̃(r), m·ã(r) + b̃(r) = z̃(r): the last term from the claim and the values of the others. */
function enterTerms<E>(
  field: Field<E>,
  plan: Plan,
  book: Book<E>,
  splits: readonly Split<E>[],
  values: readonly E[],
): void {
  let next = 0;
  for (const { node, index, output } of splits) {
    const { point } = output;
    if (node.kind === 'scale') {
      const value = values[next++];
      const shape = scaleShape(plan, node);
      const { channel } = splitScalePoint(shape, point);
      book.weights.push({ node: index, role: 'biases', point: channel, value });
      enterTensorClaim(plan, book, node.input, passScale(field, node, shape, output, value));
      continue;
    }
    const last = node.inputs.length - 1;
    let rest = output.value;
    for (let j = 0; j < last; j++) {
      const value = values[next++];
      rest = field.sub(rest, field.mul(field.fromInteger(node.multipliers[j]), value));
      enterTensorClaim(plan, book, node.inputs[j], { point, value });
    }
    const inverse = field.inv(field.fromInteger(node.multipliers[last]));
    enterTensorClaim(plan, book, node.inputs[last], { point, value: field.mul(rest, inverse) });
  }
}

/** Enters the lookups' claims: on columns, and z̃ = 2^shift·q̃ + Σ 2^place·limb. */
function enterLookupClaims<E>(
  field: Field<E>,
  plan: Plan,
  lookups: LookupPlan,
  claims: LookupClaims<E>,
  book: Book<E>,
): void {
  for (const { node: index, limbs, lookups: rows, quotient, limbColumns, output } of lookups.requantised) {
    const node = plan.graph.nodes[index];
    if (node.kind !== 'requantise') continue;
    const [activation, ...remainders] = rows.map((row) => claims.columns[row]);
    if (quotient !== undefined) book.columns.push({ column: quotient, claim: activation.value });
    if (activation.output !== undefined) book.columns.push({ column: output, claim: activation.output });
    let value = field.mul(activation.value.value, field.fromInteger(2 ** node.shift));
    remainders.forEach((remainder, j) => {
      book.columns.push({ column: limbColumns[j], claim: remainder.value });
      value = field.add(value, field.mul(remainder.value.value, field.fromInteger(2 ** limbs[j].place)));
    });
    enterTensorClaim(plan, book, node.input, { point: activation.value.point, value });
  }
  if (lookups.input !== undefined) enterTensorClaim(plan, book, 0, claims.columns[lookups.input].value);
  lookups.multiplicities.forEach((column, table) => {
    book.columns.push({ column, claim: claims.multiplicities[table] });
  });
}

/** Enters a claim on a tensor: on the column of a requantised tensor; any other claim waits for its node. */
function enterTensorClaim<E>(plan: Plan, book: Book<E>, tensor: number, claim: Claim<E>): void {
  const column = plan.lookups?.columnOfTensor.get(tensor);
  if (column === undefined) book.tensors[tensor].push(claim);
  else book.columns.push({ column, claim });
}
