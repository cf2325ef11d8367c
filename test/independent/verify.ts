/**
 * A second verifier of proofs of public-weight perceptrons over KoalaBear^4, written from docs/protocol.md alone:
 * sections 9 to 12. It shares no line with the library, so that both agree only where the page says what they do.
 */

import { Channel, type Relation, relate, type Step, uint32 } from './channel.ts';
import {
  add,
  below,
  check,
  combine,
  type Element,
  eq,
  eqBelow,
  eqIndex,
  equal,
  expand,
  extension,
  inverse,
  log2,
  mul,
  one,
  type Point,
  product,
  Refusal,
  sub,
  suffix,
  sum,
  times,
} from './field.ts';
import { readModel, readProof, size } from './files.ts';
import { lookUp } from './lookups.ts';
import { type Member, open } from './opening.ts';
import { checkParameters, cube, cubeIndex, derive, hull, type Plan } from './plan.ts';

interface Claim {
  readonly point: Point;
  readonly value: Element;
}

/** What a claim is on, as the vectors call it. */
export type Record = readonly [what: string, point: Point, value: Element];

export interface Verdict {
  readonly ok: boolean;
  readonly reason: string;
  readonly steps: readonly Step[];
  readonly claims: readonly Record[];
}

/** Signed integers of a file. */
const signed = (bytes: Buffer): bigint[] =>
  Array.from({ length: bytes.length / 4 }, (_, i) => BigInt(bytes.readInt32LE(4 * i)));

/** The extension at a point of a batch of tensors: value i of input b is values(b, i), unpadded. */
function batched(
  batch: number,
  shape: readonly number[],
  point: Point,
  value: (b: number, i: number) => bigint,
): Element {
  const padded: bigint[] = Array.from({ length: 2 ** point.length }, () => 0n);
  const variables = cube(shape);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < size(shape); i++) padded[b * 2 ** variables + cubeIndex(shape, i)] = value(b, i);
  }
  return extension(padded, point);
}

class Walk {
  readonly plan: Plan;
  readonly channel: Channel;
  readonly records: Record[] = [];
  /** Claims on graph tensors that are no columns, and on columns, in the order of section 9. */
  readonly open: Claim[][];
  readonly columns: (Claim & { column: number })[] = [];
  readonly front: number;
  /** The column of the output of each requantise node, by its tensor. */
  readonly outputs = new Map<number, number>();

  constructor(plan: Plan, channel: Channel) {
    this.plan = plan;
    this.channel = channel;
    this.open = plan.tensors.map(() => []);
    this.front = log2(plan.batch);
  }

  record(what: string, claim: Claim): void {
    this.records.push([what, claim.point, claim.value]);
  }

  claim(tensor: number, claim: Claim): void {
    const column = this.outputs.get(tensor);
    if (column === undefined) this.open[tensor]!.push(claim);
    else this.columns.push({ ...claim, column });
  }

  /** Claims from the lookups; the row point. */
  lookups(): Point {
    const { nodes, tables, lookups } = this.plan;
    if (lookups.length === 0) return [];
    const found = lookUp(this.channel, tables, lookups);
    for (const [l, { point, v, y }] of found.columns.entries()) {
      this.record(`lookup ${l}: v`, { point, value: v });
      if (y) this.record(`lookup ${l}: y`, { point, value: y });
    }
    const rest = [...found.columns];
    let next = 0;
    for (const [i, node] of nodes.entries()) {
      if (node.kind !== 'requantise') continue;
      const { point, v, y } = rest.shift()!;
      const limbs = rest.splice(0, node.limbs.length);
      if (node.shift > 0) this.columns.push({ point, value: v, column: next++ });
      this.outputs.set(i + 1, next + limbs.length);
      this.claim(i + 1, { point, value: y! });
      for (const limb of limbs) this.columns.push({ point, value: limb.v, column: next++ });
      next++;
      const remainder = limbs.map((limb, j) => times(limb.v, 2n ** BigInt(node.limbs[j]!.place)));
      this.claim(node.input, { point, value: add(times(v, 2n ** BigInt(node.shift)), sum(remainder)) });
    }
    for (const { point, v } of rest) this.claim(0, { point, value: v });
    for (const [t, claim] of found.multiplicities.entries()) {
      this.record(`multiplicities of table ${t}`, claim);
      this.columns.push({ ...claim, column: next++ });
    }
    return found.point;
  }

  /** Claims on the statement's tensors; those on hidden ones. */
  statement(rows: Point, output: readonly bigint[]): Map<number, Claim> {
    const { statement, outputs, variables, tensors, batch } = this.plan;
    const n = Math.max(0, ...statement.map((t) => variables[t]!));
    const whole = rows.length < n ? [...this.channel.draw('output', n - rows.length), ...rows] : suffix(rows, n);
    const hidden = statement.length - outputs.length;
    const sent = hidden ? this.channel.elements('tensors', hidden) : [];
    const stride = outputs.reduce((total, t) => total + size(tensors[t]!.shape), 0);
    const claims = new Map<number, Claim>();
    let start = 0;
    for (const [i, t] of statement.entries()) {
      const { shape } = tensors[t]!;
      const point = suffix(whole, variables[t]!);
      const at = start;
      const isPublic = i < outputs.length;
      const value = isPublic
        ? batched(batch, shape, point, (b, j) => output[b * stride + at + j]!)
        : sent[i - outputs.length]!;
      if (isPublic) start += size(shape);
      else claims.set(t, { point, value });
      this.record(`statement: tensor ${t} of the graph`, { point, value });
      this.claim(t, { point, value });
    }
    return claims;
  }

  /** Section 11. */
  turns(): void {
    const { nodes } = this.plan;
    const due = new Set([...nodes.keys()].filter((i) => nodes[i]!.kind !== 'requantise'));
    while (due.size) {
      const ready = [...due].filter((i) => ![...due].some((other) => nodes[other]!.input === i + 1));
      const direct = ready.filter((i) => this.direct(i));
      const turn = direct.length ? direct : ready;
      const items = turn.flatMap((i) => this.open[i + 1]!.map((claim) => ({ i, claim })));
      for (const { i, claim } of items) if (!direct.length) this.record(`run: ${nodes[i]!.name}`, claim);
      const left = direct.length ? items.map(({ i, claim }) => this.unscale(i, claim)) : this.run(items);
      for (const [j, { i }] of items.entries()) {
        if (!direct.length) this.record(`left by ${nodes[i]!.name}: input`, left[j]!);
        this.claim(nodes[i]!.input, left[j]!);
      }
      for (const i of turn) due.delete(i);
    }
  }

  direct(i: number): boolean {
    const node = this.plan.nodes[i]!;
    return node.kind === 'scale' && node.uniform;
  }

  /** The claim less the biases, and its point in parts. */
  parts(i: number, { point, value }: Claim) {
    const { nodes, tensors, batch } = this.plan;
    const node = nodes[i]!;
    const { shape } = tensors[i + 1]!;
    const channels = this.front + log2(shape[0]!);
    const [b, c, p] = [point.slice(0, this.front), point.slice(this.front, channels), point.slice(channels)];
    if (node.kind !== 'scale') return { b, c, p, value };
    let [mask, offset] = [below(b, batch), 0];
    for (const extent of shape.slice(1)) {
      mask = mul(mask, below(p.slice(offset, offset + log2(extent)), extent));
      offset += log2(extent);
    }
    return { b, c, p, value: sub(value, mul(mask, extension(node.biases, c))) };
  }

  unscale(i: number, claim: Claim): Claim {
    const node = this.plan.nodes[i]!;
    check(node.kind === 'scale', 'only scales are direct');
    return { point: claim.point, value: times(this.parts(i, claim).value, inverse(node.multipliers[0]!)) };
  }

  run(items: readonly { i: number; claim: Claim }[]): Claim[] {
    const { nodes, variables } = this.plan;
    const parts = items.map(({ i, claim }) => ({ node: nodes[i]!, ...this.parts(i, claim) }));
    const relations = parts.map(({ node, c, value }): Relation => {
      const eqC = expand(c);
      const entries =
        node.kind === 'matrix'
          ? node.entries
          : node.kind === 'scale'
            ? node.multipliers.map((m, j) => [j, j, m] as const)
            : [];
      const weight = (end: Point): Element => {
        const eqEnd = expand(end);
        return sum(entries.map(([o, j, w]) => times(mul(eqC[o]!, eqEnd[j]!), w)));
      };
      return {
        variables: node.kind === 'matrix' ? variables[node.input]! - this.front : c.length,
        claim: value,
        weight,
      };
    });
    const { point, factors } = relate(this.channel, relations);
    return parts.map(({ b, p }, j) => ({
      point: [...b, ...suffix(point, relations[j]!.variables), ...p],
      value: factors[j]!,
    }));
  }

  /** Section 12: one relation for all columns. */
  columnRelation(): Relation {
    const { packing, columns } = this.plan;
    const eta = this.channel.draw('claims')[0]!;
    const weight = (u: Point): Element =>
      combine(
        this.columns.map(({ point, column }) => mul(packing.select(u, column), eq(point, suffix(u, columns[column]!)))),
        eta,
      );
    for (const claim of this.columns) this.record(`column ${claim.column}`, claim);
    return {
      variables: packing.variables,
      claim: combine(
        this.columns.map((c) => c.value),
        eta,
      ),
      weight,
    };
  }

  tensorRelation(tensor: number, claims: readonly Claim[]): Relation {
    const { variables, tensors, batch } = this.plan;
    const v = variables[tensor]!;
    const eta = this.channel.draw('claims')[0]!;
    const q = v < 9 ? this.channel.draw('padding', 9 - v) : [];
    const first = claims[0]!.point;
    const zeros = (point: Point): Element => eqIndex(point, 0);
    const box = (a: Point, b: Point): Element => {
      let [all, offset] = [one, 0];
      for (const [axis, extent] of [batch, ...tensors[tensor]!.shape].entries()) {
        const n = axis === 0 ? this.front : log2(extent);
        all = mul(all, eqBelow(a.slice(offset, offset + n), b.slice(offset, offset + n), extent));
        offset += n;
      }
      return all;
    };
    const weight = (u: Point): Element => {
      const inner = suffix(u, v);
      const z = zeros(u.slice(0, u.length - v));
      const outside = sub(eq([...q, ...first], u), product([z, zeros(q), box(first, inner)]));
      return combine([...claims.map(({ point }) => mul(z, eq(point, inner))), outside], eta);
    };
    return {
      variables: Math.max(9, v),
      claim: combine(
        claims.map((c) => c.value),
        eta,
      ),
      weight,
    };
  }
}

function accept(modelBytes: Uint8Array, fileBytes: Uint8Array, parametersText: string, records: { walk?: Walk }): void {
  const model = readModel(modelBytes);
  const file = readProof(fileBytes);
  check(model.digest.equals(file.digest), 'the proof is for another model');
  const numbers = file.committed.map((c) => c.tensor);
  check(
    numbers.every((t, i) => t < model.shapes.length && (i === 0 || t > numbers[i - 1]!)),
    'the committed tensors do not ascend',
  );
  const [input, output] = [signed(file.input), signed(file.output)];
  const inputs = size(model.shape);
  check(numbers.length > 0 || file.batch === 0, 'a batch follows from the input');
  const batch = numbers.length ? file.batch : input.length / inputs;
  check(Number.isInteger(batch) && batch >= 1, 'the input is not a batch');
  const plan = derive(model, batch, numbers);
  const parameters = checkParameters(parametersText, plan);
  check(
    input.length === (numbers.includes(0) ? 0 : batch * inputs),
    'the input does not have as many values as the batch',
  );
  check(
    input.every((x) => x >= model.min && x <= model.max),
    'a value of the input is out of range',
  );
  const intervals = plan.outputs.flatMap((t) =>
    Array.from({ length: size(plan.tensors[t]!.shape) }, () => plan.tensors[t]!.interval),
  );
  check(output.length === batch * intervals.length, 'the output does not have as many values as the batch');
  check(
    output.every((x, i) =>
      hull(x, ...intervals[i % intervals.length]!).every((end) => intervals[i % intervals.length]!.includes(end)),
    ),
    'a value of the output is out of range',
  );

  const channel = new Channel('network proof, version 3', file.proof);
  const walk = new Walk(plan, channel);
  records.walk = walk;
  channel.absorb('network', model.digest);
  channel.absorb('parameters', Buffer.from(`batch ${batch}; ${parametersText}`));
  channel.absorb('input', file.input);
  channel.absorb('output', file.output);
  for (const { tensor, root } of file.committed) {
    channel.absorb('committed tensor', uint32(tensor));
    channel.absorb('committed root', root);
  }
  const hasColumns = plan.columns.length > 0;
  const first = parameters && hasColumns ? parameters.levels[parameters.places[0]!]! : undefined;
  const root = first
    ? channel.bytes('root', first.matrices[parameters!.places[0]! > 0 ? 1 : 0]!.digestLength)
    : undefined;
  const rows = walk.lookups();
  const hidden = walk.statement(rows, output);
  walk.turns();
  for (const claim of walk.open[0]!) {
    walk.record('input', claim);
    if (numbers.includes(0)) continue;
    const value = batched(batch, model.shape, claim.point, (b, i) => input[b * inputs + i]!);
    check(equal(value, claim.value), 'a claim on the input is not its value');
  }
  const members: Member[] = [];
  if (root) members.push({ root, relation: walk.columnRelation() });
  for (const [i, { tensor, root: own }] of file.committed.entries()) {
    const t = plan.hidden[i]!;
    members.push({ root: own, relation: walk.tensorRelation(t, tensor === 0 ? walk.open[0]! : [hidden.get(t)!]) });
  }
  if (parameters) open(channel, parameters, members);
  channel.finish();
}

/** The verdict on a proof file. The parameters come from the verifier, never from the prover. */
export function verify(model: Uint8Array, file: Uint8Array, parameters: string): Verdict {
  const records: { walk?: Walk } = {};
  const verdict = (ok: boolean, reason: string): Verdict => ({
    ok,
    reason,
    steps: records.walk?.channel.steps ?? [],
    claims: records.walk?.records ?? [],
  });
  try {
    accept(model, file, parameters, records);
    return verdict(true, '');
  } catch (error) {
    if (error instanceof Refusal) return verdict(false, error.message);
    throw error;
  }
}
