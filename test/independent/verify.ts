/**
 * A second verifier: of proofs about perceptrons with public weights and inputs over KoalaBear^4, written from
 * docs/protocol.md alone. It shares no line with the library: the two agree only where the page says what they do.
 */

import { openChannel, type Relation, relate } from './channel.ts';
import * as F from './field.ts';
import { lookUp } from './lookups.ts';
import { type Interval, plan, readModel, readProof } from './model.ts';
import { open, readParameters } from './opening.ts';

type Claim = { readonly point: F.Point; readonly value: F.F };

/** Signed integers of four bytes, for each input of a batch as many as there are ranges. */
function readValues(bytes: Buffer, batch: number, ranges: readonly Interval[]): bigint[] {
  const values = Array.from({ length: bytes.length / 4 }, (_, i) => BigInt(bytes.readInt32LE(4 * i)));
  F.check(values.length === batch * ranges.length, 'there are too many values or too few');
  const rangeOf = (i: number): Interval => ranges[i % ranges.length];
  const areWithin = values.every((x, i) => x >= rangeOf(i)[0] && x <= rangeOf(i)[1]);
  F.check(areWithin, 'a value is out of range');
  return values;
}

/**
 * What is claimed of the input and of the columns in the end. The parameters come from the verifier, never from the prover.
 *
 * @throws Error unless the file proves its statement about the model
 */
export function verify(modelBytes: Buffer, fileBytes: Buffer, parameters: string) {
  const model = readModel(modelBytes);
  const file = readProof(fileBytes);
  const { tensors, nodes, outputs } = model;
  F.check(model.digest.equals(file.digest), 'the proof is for another model');
  const batch = file.input.length / 4 / tensors[0].size;
  F.check(Number.isInteger(batch) && batch >= 1, 'the input is not a batch');
  const front = F.log2(batch);
  const { variables, tables, lookups, columns, errorCount } = plan(model, batch);
  const input = readValues(file.input, batch, new Array(tensors[0].size).fill(model.range));
  const ranges = outputs.map((t) => new Array<Interval>(tensors[t].size).fill(tensors[t].interval));
  const output = readValues(file.output, batch, ranges.flat());
  const packing = F.pack(columns);
  const level = columns.length > 0 ? readParameters(parameters, packing, errorCount) : undefined;
  F.check(level !== undefined || (parameters === 'null' && errorCount <= 2 ** 23), 'there is nothing to open');
  /** A batch of vectors that lie `from` and so many values further in each of its parts, on their cube at a point. */
  const evaluate = (values: readonly bigint[], from: number, size: number, point: F.Point): F.F => {
    const parts = Array.from({ length: batch }, (_, b) => (b * values.length) / batch + from);
    return F.extension(F.pad(parts.map((at) => values.slice(at, at + size))), point);
  };

  // section 9: the statement
  const channel = openChannel(file.proof, 'network proof, version 3');
  channel.absorb('network', model.digest);
  channel.absorb('parameters', Buffer.from(`batch ${batch}; ${parameters}`));
  channel.absorb('input', file.input);
  channel.absorb('output', file.output);
  const root = level ? channel.bytes('root', level.matrices[0].digestLength) : Buffer.of();

  // claims in their order; what claims a requantised tensor claims its column
  const columnOf: number[] = [];
  const onTensors = tensors.map((): Claim[] => []);
  const onColumns: (Claim & { readonly column: number })[] = [];
  const enter = (tensor: number, claim: Claim, c = columnOf[tensor]): unknown =>
    c === undefined ? onTensors[tensor].push(claim) : onColumns.push({ ...claim, column: c });

  // section 6: what the lookups leave
  const left = level ? lookUp(channel, tables, lookups) : { point: [], columns: [], multiplicities: [] };
  let column = 0;
  for (const [i, { isMatrix, input: read, shift, places }] of nodes.entries()) {
    if (isMatrix) continue;
    const [{ point, v, y }, ...limbs] = left.columns.splice(0, 1 + places.length);
    if (shift > 0) onColumns.push({ point, value: v, column: column++ });
    columnOf[i + 1] = column + limbs.length;
    enter(i + 1, { point, value: y });
    for (const limb of limbs) onColumns.push({ point, value: limb.v, column: column++ });
    column++;
    const parts = limbs.map((limb, j) => F.times(limb.v, 2n ** BigInt(places[j])));
    enter(read, { point, value: F.sum([F.times(v, 2n ** BigInt(shift)), ...parts]) });
  }
  for (const claim of left.multiplicities) onColumns.push({ ...claim, column: column++ });

  // section 9: the public outputs at the statement point
  const missing = Math.max(0, ...outputs.map((t) => variables[t])) - left.point.length;
  const whole = missing > 0 ? [...channel.draw('output', missing), ...left.point] : left.point;
  for (const [j, t] of outputs.entries()) {
    const point = F.suffix(whole, variables[t]);
    enter(t, { point, value: evaluate(output, ranges.slice(0, j).flat().length, tensors[t].size, point) });
  }

  // section 11: claims travel until all are on columns or on the input
  const due = new Set([...nodes.keys()].filter((i) => nodes[i].isMatrix));
  while (due.size > 0) {
    const ready = [...due].filter((i) => ![...due].some((other) => nodes[other].input === i + 1));
    const direct = ready.filter((i) => nodes[i].uniform !== undefined);
    const turn = (direct.length > 0 ? direct : ready).flatMap((i) => {
      due.delete(i);
      return onTensors[i + 1].map(({ point, value }) => {
        const [b, o] = [point.slice(0, front), point.slice(front)];
        const biases = F.mul(F.sum(F.expand(b).slice(0, batch)), F.extension(nodes[i].biases, o));
        return { node: nodes[i], point, b, o, value: F.sub(value, biases) };
      });
    });
    const relations = turn.map(({ node, o, value }): Relation => {
      const weight = (end: F.Point): F.F => F.extension(node.matrix, [...o, ...end]);
      return { variables: variables[node.input] - front, claim: value, weight };
    });
    const end = direct.length > 0 ? undefined : relate(channel, relations);
    for (const [j, { node, point, b, value }] of turn.entries()) {
      const reached = [...b, ...F.suffix(end?.point ?? [], relations[j].variables)];
      const quotient = F.times(value, F.power(node.uniform ?? 0n, F.P - 2n));
      enter(node.input, end ? { point: reached, value: end.factors[j] } : { point, value: quotient });
    }
  }
  const isInput = onTensors[0].every(({ point, value }) => F.equal(evaluate(input, 0, tensors[0].size, point), value));
  F.check(isInput, 'a claim on the input is not its value');

  // section 12: all claims on columns as one relation, and its opening
  if (level) {
    const [eta] = channel.draw('claims');
    const values = onColumns.map(({ value }) => value);
    const weight = (u: F.Point): F.F => {
      const eqs = onColumns.map(({ point, column: c }) => F.eq(point, F.suffix(u, columns[c])));
      const weights = onColumns.map((_, j) => F.mul(packing.select(u, onColumns[j].column), eqs[j]));
      return F.combine(weights, eta);
    };
    open(channel, level, root, { variables: packing.variables, claim: F.combine(values, eta), weight });
  }
  F.check(channel.left() === 0, 'the proof has bytes left');
  return { input: onTensors[0], columns: onColumns };
}
