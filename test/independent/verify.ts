/**
 * A second verifier of proofs of public-weight perceptrons over KoalaBear^4, written from docs/protocol.md alone:
 * sections 9 to 12. It shares no line with the library, so that both agree only where the page says what they do.
 */

import { Channel, type Relation, relate, type Step, uint32 } from './channel.ts';
import * as F from './field.ts';
import { type Model, readModel, readProof, size } from './files.ts';
import { lookUp } from './lookups.ts';
import { type Member, open } from './opening.ts';
import { checkParameters } from './parameters.ts';
import { cubeIndex, derive, intervals, type Node, type Plan } from './plan.ts';

interface Claim {
  readonly point: F.Point;
  readonly value: F.Element;
}

/** What happened: the steps of the transcript, and the claims as the vectors call them. */
interface Trace {
  readonly steps: Step[];
  readonly claims: (Claim & { readonly what: string })[];
}

export interface Verdict extends Trace {
  readonly ok: boolean;
  readonly reason: string;
}

/** The extension of a batch of tensors on their cube; value i of tensor b is values(b, i), unpadded. */
function batched(shape: readonly number[], batch: number, point: F.Point, value: (b: number, i: number) => bigint) {
  const padded = Array.from({ length: 2 ** point.length }, () => 0n);
  const extents = [batch, ...shape];
  for (let i = 0; i < size(extents); i++) {
    padded[cubeIndex(extents, i)] = value(Math.floor(i / size(shape)), i % size(shape));
  }
  return F.extension(padded, point);
}

/** Claims are listed in the order of section 9; those on the output of a requantise node are on its column. */
class Claims {
  readonly tensors: Claim[][];
  readonly columns: (Claim & { column: number })[] = [];
  readonly outputs = new Map<number, number>();
  readonly trace: Trace;

  constructor(plan: Plan, trace: Trace) {
    this.tensors = plan.tensors.map(() => []);
    this.trace = trace;
  }

  record(what: string, { point, value }: Claim): void {
    this.trace.claims.push({ what, point, value });
  }

  enter(tensor: number, claim: Claim): void {
    const column = this.outputs.get(tensor);
    if (column === undefined) this.tensors[tensor]!.push(claim);
    else this.columns.push({ ...claim, column });
  }
}

/** Claims that the lookups leave; the row point is returned. */
function fromLookups(channel: Channel, { nodes, tables, lookups }: Plan, claims: Claims): F.Point {
  if (lookups.length === 0) return [];
  const found = lookUp(channel, tables, lookups);
  for (const [l, { point, v, y }] of found.columns.entries()) {
    claims.record(`lookup ${l}: v`, { point, value: v });
    if (y) claims.record(`lookup ${l}: y`, { point, value: y });
  }
  const rest = [...found.columns];
  let column = 0;
  for (const [i, node] of nodes.entries()) {
    if (node.kind !== 'requantise') continue;
    const { point, v, y } = rest.shift()!;
    const limbs = rest.splice(0, node.limbs.length);
    if (node.shift > 0) claims.columns.push({ point, value: v, column: column++ });
    claims.outputs.set(i + 1, column + limbs.length);
    claims.enter(i + 1, { point, value: y! });
    for (const limb of limbs) claims.columns.push({ point, value: limb.v, column: column++ });
    column++;
    const remainder = limbs.map((limb, j) => F.times(limb.v, 2n ** BigInt(node.limbs[j]!.place)));
    claims.enter(node.input, { point, value: F.sum([F.times(v, 2n ** BigInt(node.shift)), ...remainder]) });
  }
  for (const { point, v } of rest) claims.enter(0, { point, value: v });
  for (const [t, claim] of found.multiplicities.entries()) {
    claims.record(`multiplicities of table ${t}`, claim);
    claims.columns.push({ ...claim, column: column++ });
  }
  return found.point;
}

/** Claims on the public outputs, all at suffixes of the statement point. */
function fromOutputs(channel: Channel, plan: Plan, claims: Claims, rows: F.Point, output: readonly bigint[]): void {
  const { outputs, variables, tensors, batch } = plan;
  const n = Math.max(0, ...outputs.map((t) => variables[t]!));
  const whole = rows.length < n ? [...channel.draw('output', n - rows.length), ...rows] : rows;
  const stride = output.length / batch;
  let start = 0;
  for (const t of outputs) {
    const { shape } = tensors[t]!;
    const point = F.suffix(whole, variables[t]!);
    const claim = { point, value: batched(shape, batch, point, (b, i) => output[b * stride + start + i]!) };
    start += size(shape);
    claims.record(`statement: tensor ${t} of the graph`, claim);
    claims.enter(t, claim);
  }
}

/** Section 11: claims travel until all are on columns or on the input. */
function turns(channel: Channel, { nodes, variables, batch }: Plan, claims: Claims): void {
  const front = F.log2(batch);
  const due = new Set([...nodes.keys()].filter((i) => nodes[i]!.kind !== 'requantise'));
  const unbiased = (node: Node, { point, value }: Claim): F.Element =>
    F.sub(value, F.mul(F.below(point.slice(0, front), batch), F.extension(node.biases, point.slice(front))));
  while (due.size) {
    const ready = [...due].filter((i) => ![...due].some((other) => nodes[other]!.input === i + 1));
    const direct = ready.filter((i) => nodes[i]!.uniform !== undefined);
    const turn = direct.length ? direct : ready;
    for (const i of turn) due.delete(i);
    const items = turn.flatMap((i) => claims.tensors[i + 1]!.map((claim) => ({ node: nodes[i]!, claim })));
    if (direct.length) {
      for (const { node, claim } of items) {
        const value = F.times(unbiased(node, claim), F.inverse(node.uniform!));
        claims.enter(node.input, { point: claim.point, value });
      }
      continue;
    }
    for (const { node, claim } of items) claims.record(`run: ${node.name}`, claim);
    const relations = items.map(({ node, claim }): Relation => {
      const row = F.expand(claim.point.slice(front));
      const weight = (end: F.Point): F.Element => {
        const column = F.expand(end);
        return F.sum(node.entries.map(([o, j, w]) => F.times(F.mul(row[o]!, column[j]!), w)));
      };
      return { variables: variables[node.input]! - front, claim: unbiased(node, claim), weight };
    });
    const { point, factors } = relate(channel, relations);
    for (const [j, { node, claim }] of items.entries()) {
      const end = [...claim.point.slice(0, front), ...F.suffix(point, relations[j]!.variables)];
      const left = { point: end, value: factors[j]! };
      claims.record(`left by ${node.name}: input`, left);
      claims.enter(node.input, left);
    }
  }
}

/** Section 12: one relation for all claims on columns. */
function columnRelation(channel: Channel, { packing, columns }: Plan, claims: Claims): Relation {
  const eta = channel.draw('claims')[0]!;
  for (const claim of claims.columns) claims.record(`column ${claim.column}`, claim);
  const at = (u: F.Point, { point, column }: { point: F.Point; column: number }): F.Element =>
    F.mul(packing.select(u, column), F.eq(point, F.suffix(u, columns[column]!)));
  const claim = F.combine(
    claims.columns.map(({ value }) => value),
    eta,
  );
  const weight = (u: F.Point): F.Element =>
    F.combine(
      claims.columns.map((c) => at(u, c)),
      eta,
    );
  return { variables: packing.variables, claim, weight };
}

/** Section 12: the claims on the committed input, and zeros beyond the batch and the shape. */
function inputRelation(channel: Channel, plan: Plan, on: readonly Claim[]): Relation {
  const v = plan.variables[0]!;
  const eta = channel.draw('claims')[0]!;
  const q = v < 9 ? channel.draw('padding', 9 - v) : [];
  const { point: first } = on[0]!;
  const box = (u: F.Point): F.Element => {
    let [all, offset] = [F.one, 0];
    for (const extent of [plan.batch, ...plan.tensors[0]!.shape]) {
      const axis = (point: F.Point): F.Point => point.slice(offset, offset + F.log2(extent));
      all = F.mul(all, F.eqBelow(axis(first), axis(u), extent));
      offset += F.log2(extent);
    }
    return all;
  };
  const weight = (u: F.Point): F.Element => {
    const inner = F.suffix(u, v);
    const z = F.eqIndex(u.slice(0, u.length - v), 0);
    const outside = F.sub(F.eq([...q, ...first], u), F.product([z, F.eqIndex(q, 0), box(inner)]));
    return F.combine([...on.map(({ point }) => F.mul(z, F.eq(point, inner))), outside], eta);
  };
  return {
    variables: Math.max(9, v),
    claim: F.combine(
      on.map(({ value }) => value),
      eta,
    ),
    weight,
  };
}

/** The statement of a file, after it was found to fit the model. */
function statement(model: Model, bytes: Uint8Array) {
  const file = readProof(bytes);
  F.check(model.digest.equals(file.digest), 'the proof is for another model');
  F.check(
    file.committed.length === 0 || (file.committed.length === 1 && file.committed[0]!.tensor === 0),
    'a tensor other than the input is committed',
  );
  const [input, output] = [file.input, file.output].map((part) =>
    Array.from({ length: part.length / 4 }, (_, i) => BigInt(part.readInt32LE(4 * i))),
  ) as [bigint[], bigint[]];
  const committed = file.committed.length > 0;
  F.check(committed || file.batch === 0, 'a batch follows from the input');
  const batch = committed ? file.batch : input.length / model.sizes[0]!;
  F.check(Number.isInteger(batch) && batch >= 1 && batch <= 2 ** 26, 'the input is not a batch');
  F.check(!committed || input.length === 0, 'the input is both public and committed');
  const plan = derive(model, batch, committed);
  const ranges = intervals(plan);
  F.check(
    input.every((x) => x >= model.min && x <= model.max),
    'a value of the input is out of range',
  );
  F.check(output.length === batch * ranges.length, 'the output does not have as many values as the batch');
  const inside = (x: bigint, [a, b]: readonly [bigint, bigint]): boolean => x >= a && x <= b;
  F.check(
    output.every((x, i) => inside(x, ranges[i % ranges.length]!)),
    'a value of the output is out of range',
  );
  return { file, input, output, plan };
}

function accept(modelBytes: Uint8Array, fileBytes: Uint8Array, text: string, trace: Trace): void {
  const model = readModel(modelBytes);
  const { file, input, output, plan } = statement(model, fileBytes);
  const parameters = checkParameters(text, plan);
  const channel = new Channel('network proof, version 3', file.proof, trace.steps);
  channel.absorb('network', model.digest);
  channel.absorb('parameters', Buffer.from(`batch ${plan.batch}; ${text}`));
  channel.absorb('input', file.input);
  channel.absorb('output', file.output);
  for (const { tensor, root } of file.committed) {
    channel.absorb('committed tensor', uint32(tensor));
    channel.absorb('committed root', root);
  }
  // The columns are the first member; above level 0 the matrix of the message stands before them.
  const place = parameters?.places[0] ?? 0;
  const digest = parameters?.levels[place]?.matrices[place > 0 ? 1 : 0]?.digestLength ?? 0;
  const root = plan.columns.length ? channel.bytes('root', digest) : undefined;
  const claims = new Claims(plan, trace);
  const rows = fromLookups(channel, plan, claims);
  fromOutputs(channel, plan, claims, rows, output);
  turns(channel, plan, claims);
  for (const claim of claims.tensors[0]!) {
    claims.record('input', claim);
    if (plan.committed) continue;
    const value = batched(model.shape, plan.batch, claim.point, (b, i) => input[b * model.sizes[0]! + i]!);
    F.check(F.equal(value, claim.value), 'a claim on the input is not its value');
  }
  const members: Member[] = root ? [{ root, relation: columnRelation(channel, plan, claims) }] : [];
  for (const own of file.committed)
    members.push({ root: own.root, relation: inputRelation(channel, plan, claims.tensors[0]!) });
  if (parameters) open(channel, parameters, members);
  channel.finish();
}

/** The verdict on a proof file. The parameters come from the verifier, never from the prover. */
export function verify(model: Uint8Array, file: Uint8Array, parameters: string): Verdict {
  const trace: Trace = { steps: [], claims: [] };
  try {
    accept(model, file, parameters, trace);
    return { ok: true, reason: '', ...trace };
  } catch (error) {
    if (error instanceof F.Refusal) return { ok: false, reason: error.message, ...trace };
    throw error;
  }
}
