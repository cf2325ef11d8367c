/**
 * A second verifier: of proofs about networks with public weights over KoalaBear^4, written from docs/protocol.md alone. It
 * shares no line with the library: the two agree only where the page says what they do.
 */

import { openChannel, type Relation, relate } from './channel.ts';
import * as F from './field.ts';
import { type AxisMap, expand, type Node, padRows } from './graph.ts';
import { type Member, openLevels } from './levels.ts';
import { lookUp } from './lookups.ts';
import { type Interval, readModel, readProof, sizeOf } from './model.ts';
import { readParameters, type Size } from './parameters.ts';
import { plan, runVariables, turnOf } from './plan.ts';

type Claim = { readonly point: F.Point; readonly value: F.F };
const inverse = (n: bigint): bigint => F.power(((n % F.P) + F.P) % F.P, F.P - 2n);

/** Signed integers of four bytes, for each input of a batch as many as there are ranges. */
function readValues(bytes: Buffer, batch: number, ranges: readonly Interval[]): bigint[] {
  const values = Array.from({ length: bytes.length / 4 }, (_, i) => BigInt(bytes.readInt32LE(4 * i)));
  F.check(values.length === batch * ranges.length, 'there are too many values or too few');
  const rangeOf = (i: number): Interval => ranges[i % ranges.length];
  const areWithin = values.every((x, i) => x >= rangeOf(i)[0] && x <= rangeOf(i)[1]);
  F.check(areWithin, 'a value is out of range');
  return values;
}

/** The extension of E(q) = Σ eq(kernel, k)·eq(place, p)·M[k, p, q]. */
function evaluateMap({ entries }: AxisMap, kernel: F.Point, place: F.Point, end: F.Point): F.F {
  const [atKernel, atPlace, atEnd] = [kernel, place, end].map(F.expand);
  return F.sum(entries.map(({ k, p, q, w }) => F.times(F.product([atKernel[k], atPlace[p], atEnd[q]]), w)));
}

/** The data that follow from a model, a batch and the committed tensors: all that is known before a proof. */
export function prepare(modelBytes: Buffer, batch: number, tensors: readonly number[]) {
  const model = readModel(modelBytes);
  const graph = expand(model);
  F.check(tensors.length <= 64 && tensors.every((tensor) => tensor < graph.places.length), 'a tensor is not there');
  const holdsZero = model.range[0] <= 0n && model.range[1] >= 0n;
  F.check(!tensors.includes(0) || holdsZero, 'the range of a committed input does not hold zero');
  const committed = tensors.map((tensor) => ({ place: graph.places[tensor], isInput: tensor === 0 }));
  const outputs = model.outputs.map((tensor) => graph.places[tensor]);
  const planned = plan(graph, outputs, batch, committed);
  const packing = F.pack(planned.columns);
  const members = [
    ...(planned.columns.length > 0 ? [packing] : []),
    ...committed.map(({ place }): Size => {
      const variables = Math.max(9, planned.variables[place]);
      const code = { columnVariables: Math.max(9, variables - 5), rateBits: 3, digestLength: 26 };
      return { used: 2 ** variables, variables, code };
    }),
  ];
  F.check(members.length <= 6, 'too much is opened');
  return { model, graph, committed, packing, members, ...planned };
}

/**
 * The claims on the input and on the columns in the end. The parameters come from the verifier, never from the prover.
 *
 * @throws Error unless the file proves its statement about the model
 */
export function verify(modelBytes: Buffer, fileBytes: Buffer, parameters: string) {
  const file = readProof(fileBytes);
  const isInputCommitted = file.committed[0]?.tensor === 0;
  const inputSize = sizeOf(readModel(modelBytes).shapes[0]);
  const batch = file.committed.length > 0 ? file.batch : file.input.length / 4 / inputSize;
  F.check(Number.isInteger(batch) && batch >= 1, 'the input is not a batch');
  const numbers = file.committed.map(({ tensor }) => tensor);
  const prepared = prepare(modelBytes, batch, numbers);
  const { model, graph, variables, tables, lookups, columns, packing, members, statement, shown, others } = prepared;
  const { nodes, tensors } = graph;
  F.check(model.digest.equals(file.digest), 'the proof is for another model');
  const front = F.log2(batch);
  const input = readValues(file.input, batch, new Array(isInputCommitted ? 0 : inputSize).fill(model.range));
  const ranges = shown.map((t) => new Array<Interval>(sizeOf(tensors[t].shape)).fill(tensors[t].interval));
  const output = readValues(file.output, batch, ranges.flat());
  if (members.length === 0)
    F.check(parameters === 'null' && prepared.errorCount <= 2 ** 23, 'there is nothing to open');
  const chosen = members.length > 0 ? readParameters(parameters, members, prepared.errorCount) : undefined;
  const columnLevel = columns.length > 0 ? chosen?.levels[chosen.places[0]] : undefined;
  /** Returns a batch of tensors on their cube at a point; they start at `from` in each of its parts. */
  const evaluate = (values: readonly bigint[], from: number, shape: readonly number[], point: F.Point): F.F => {
    const starts = Array.from({ length: batch }, (_, b) => (b * values.length) / batch + from);
    const whole = starts.flatMap((at) => values.slice(at, at + sizeOf(shape)));
    return F.extension(F.cube([batch, ...shape], whole), point);
  };

  // section 9: the statement
  const channel = openChannel(file.proof, 'network proof, version 3');
  channel.absorb('network', model.digest);
  channel.absorb('parameters', Buffer.from(`batch ${batch}; ${parameters}`));
  channel.absorb('input', file.input);
  channel.absorb('output', file.output);
  for (const { tensor, root } of file.committed) {
    channel.absorb('committed tensor', Buffer.from(Uint32Array.of(tensor).buffer));
    channel.absorb('committed root', root);
  }
  const digests = columnLevel?.matrices.find(({ kind }) => kind === 'base')?.digestLength ?? 0;
  const root = columnLevel ? channel.bytes('root', digests) : Buffer.of();

  // claims in their order; what claims a requantised tensor claims its column
  const columnOf: number[] = [];
  const onTensors = tensors.map((): Claim[] => []);
  const onColumns: (Claim & { readonly column: number })[] = [];
  const enter = (tensor: number, claim: Claim, c = columnOf[tensor]): unknown =>
    c === undefined ? onTensors[tensor].push(claim) : onColumns.push({ ...claim, column: c });

  // section 6: what the lookups leave. The columns of outputs are known before any claim is entered.
  const left = columnLevel ? lookUp(channel, tables, lookups) : { point: [], columns: [], multiplicities: [] };
  let next = 0;
  for (const { node, shift, places } of prepared.requantised) {
    columnOf[node + 1] = next + places.length + (shift > 0 ? 1 : 0);
    next = columnOf[node + 1] + 1;
  }
  let column = 0;
  for (const { node, input: read, shift, places } of prepared.requantised) {
    const [{ point, v, y }, ...limbs] = left.columns.splice(0, 1 + places.length);
    if (shift > 0) onColumns.push({ point, value: v, column: column++ });
    enter(node + 1, { point, value: y });
    for (const limb of limbs) onColumns.push({ point, value: limb.v, column: column++ });
    column++;
    const parts = limbs.map((limb, j) => F.times(limb.v, 2n ** BigInt(places[j])));
    enter(read, { point, value: F.sum([F.times(v, 2n ** BigInt(shift)), ...parts]) });
  }
  for (const { point, v } of left.columns) onTensors[0].push({ point, value: v });
  for (const claim of left.multiplicities) onColumns.push({ ...claim, column: column++ });

  // section 9: public outputs and committed tensors at the statement point
  const missing = Math.max(0, ...statement.map((t) => variables[t])) - left.point.length;
  const whole = missing > 0 ? [...channel.draw('output', missing), ...left.point] : left.point;
  const sent = others.length > 0 ? channel.elements('tensors', others.length) : [];
  for (const [j, t] of shown.entries()) {
    const point = F.suffix(whole, variables[t]);
    enter(t, { point, value: evaluate(output, ranges.slice(0, j).flat().length, tensors[t].shape, point) });
  }
  const onOthers = others.map((t, j): Claim => ({ point: F.suffix(whole, variables[t]), value: sent[j] }));
  for (const [j, t] of others.entries()) enter(t, onOthers[j]);

  // sections 10 and 11: claims travel until all are on columns or on the input
  /** The relation of a claim on what a node makes, and the point of the claim that it leaves at the end of its run. */
  const reduce = (node: Node, { point: r, value }: Claim): Relation & { to: (end: F.Point) => F.Point } => {
    const split = (...sizes: number[]): F.Point[] => {
      const ends = sizes.map((_, i) => front + F.total(sizes.slice(0, i + 1)));
      const parts = sizes.map((size, i) => r.slice(ends[i] - size, ends[i]));
      return [r.slice(0, front), ...parts, r.slice(front + F.total(sizes))];
    };
    const size = runVariables(node, graph);
    if (node.maps) {
      const [rows, across] = node.maps;
      const channels = F.log2(tensors[node.inputs[0]].shape[0]);
      const kernels = [rows, across].map(({ kernel }) => F.log2(kernel));
      const [b, kr, kc, c, pr, pc] = split(...kernels, channels, F.log2(rows.places));
      const at = F.log2(rows.inputs);
      const weight = (q: F.Point): F.F =>
        F.mul(evaluateMap(rows, kr, pr, q.slice(0, at)), evaluateMap(across, kc, pc, q.slice(at)));
      return { variables: size, claim: value, weight, to: (q) => [...b, ...c, ...q] };
    }
    if (node.rows) {
      const [b, o, p] = split(F.log2(node.rows.length));
      const matrix = padRows(node.rows);
      const weight = (s: F.Point): F.F => F.extension(matrix, [...o, ...s]);
      return { variables: size, claim: value, weight, to: (s) => [...b, ...s, ...p] };
    }
    const { multipliers = [] } = node;
    const [b, c, p] = split(size);
    const weight = (s: F.Point): F.F => {
      const [at, end] = [F.expand(c), F.expand(s)];
      return F.sum(multipliers.map((m, i) => F.times(F.mul(at[i], end[i]), m)));
    };
    return { variables: size, claim: withoutBiases(node, r, value), weight, to: (s) => [...b, ...s, ...p] };
  };
  /** z̃(r) − mask·b̃(r_c). */
  const withoutBiases = ({ inputs, biases = [] }: Node, r: F.Point, value: F.F): F.F => {
    const { shape } = tensors[inputs[0]];
    const [rest, size] = [shape.slice(1), F.log2(shape[0])];
    const mask = F.box([batch, ...rest], [...r.slice(0, front), ...r.slice(front + size)]);
    return F.sub(value, F.mul(mask, F.extension(biases, r.slice(front, front + size))));
  };
  const due = new Set([...nodes.keys()].filter((i) => turnOf(nodes[i]) !== undefined));
  while (due.size > 0) {
    const ready = [...due].filter((i) => ![...due].some((other) => nodes[other].inputs.includes(i + 1)));
    const kind = (['direct', 'split', 'run'] as const).find((each) => ready.some((i) => turnOf(nodes[i]) === each));
    const taken = ready.filter((i) => turnOf(nodes[i]) === kind);
    const turn = taken.flatMap((i) => onTensors[i + 1].map((claim) => ({ node: nodes[i], claim })));
    for (const i of taken) due.delete(i);
    if (kind === 'direct') {
      for (const { node, claim } of turn) {
        const [m = 0n] = node.multipliers ?? [];
        const value = F.times(withoutBiases(node, claim.point, claim.value), inverse(m));
        enter(node.inputs[0], { point: claim.point, value });
      }
    } else if (kind === 'split') {
      const terms = channel.elements('terms', F.total(turn.map(({ node }) => node.inputs.length - 1)));
      for (const { node, claim } of turn) {
        const { inputs, multipliers = [] } = node;
        const values = terms.splice(0, inputs.length - 1);
        const rest = F.sub(claim.value, F.sum(values.map((x, j) => F.times(x, multipliers[j]))));
        const last = F.times(rest, inverse(multipliers[inputs.length - 1]));
        for (const [j, value] of [...values, last].entries()) enter(inputs[j], { point: claim.point, value });
      }
    } else {
      const relations = turn.map(({ node, claim }) => reduce(node, claim));
      const { point, factors } = relate(channel, relations);
      for (const [j, { node }] of turn.entries()) {
        const end = relations[j].to(F.suffix(point, relations[j].variables));
        enter(node.inputs[0], { point: end, value: factors[j] });
      }
    }
  }
  const isInput = ({ point, value }: Claim): boolean => F.equal(evaluate(input, 0, model.shapes[0], point), value);
  F.check(isInputCommitted || onTensors[0].every(isInput), 'a claim on the input is not its value');

  // section 12: all claims on columns as one relation, those on each committed tensor as one, and their opening
  const opened: Member[] = [];
  if (columnLevel) {
    const [eta] = channel.draw('claims');
    const values = onColumns.map(({ value }) => value);
    const weight = (u: F.Point): F.F => {
      const eqs = onColumns.map(({ point, column: c }) => F.eq(point, F.suffix(u, columns[c])));
      const weights = onColumns.map((_, j) => F.mul(packing.select(u, onColumns[j].column), eqs[j]));
      return F.combine(weights, eta);
    };
    opened.push({ root, relation: { variables: packing.variables, claim: F.combine(values, eta), weight } });
  }
  for (const [k, { place, isInput: isOwn }] of prepared.committed.entries()) {
    const claims = isOwn ? onTensors[0] : [onOthers[k - (isInputCommitted ? 1 : 0)]];
    const [eta] = channel.draw('claims');
    const inner = variables[place];
    const size = Math.max(9, inner);
    const q = size > inner ? channel.draw('padding', size - inner) : [];
    const zeros = (point: F.Point): F.F => F.expand(point)[0];
    const weight = (u: F.Point): F.F => {
      const within = F.suffix(u, inner);
      const z = zeros(u.slice(0, size - inner));
      const eqs = claims.map(({ point }) => F.mul(z, F.eq(point, within)));
      const box = F.product([z, zeros(q), F.box([batch, ...tensors[place].shape], claims[0].point, within)]);
      return F.combine([...eqs, F.sub(F.eq([...q, ...claims[0].point], u), box)], eta);
    };
    const values = claims.map(({ value }) => value);
    const relation = { variables: size, claim: F.combine(values, eta), weight };
    opened.push({ root: file.committed[k].root, relation });
  }
  if (chosen) openLevels(channel, chosen, opened);
  F.check(channel.left() === 0, 'the proof has bytes left');
  return { input: onTensors[0], columns: onColumns };
}
