/** Models and proofs as files (section 17), and what follows from a model: sections 7 and 8. The model is the verifier's own. */

import { blake3 } from '@noble/hashes/blake3.js';
import { check, log2, P, pack, pad } from './field.ts';

export type Interval = readonly [bigint, bigint];
/** Rows (v, y) of a cube; y is 0 in a table without outputs. */
export type Table = { readonly variables: number; readonly values: bigint[]; readonly outputs?: bigint[] };
export type Lookup = { readonly table: number; readonly variables: number };
/** A matrix by padded rows, diagonal for a scale, with biases, and its multiplier if it is uniform; makes graph tensor i + 1. */
type Linear = { readonly matrix: bigint[]; readonly biases: bigint[]; readonly uniform: bigint | undefined };
/** A requantisation: its activation table, and the bits below each limb of the remainder. */
type Rounding = { readonly shift: number; readonly table: number; readonly places: number[] };
type Node = Linear & Rounding & { readonly isMatrix: boolean; readonly input: number };

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const hull = (values: readonly bigint[]): Interval =>
  values.reduce<Interval>(([a, b], x) => [x < a ? x : a, x > b ? x : b], [0n, 0n]);
const magnitude = (values: readonly bigint[]): bigint => hull(values.flatMap((x) => [x, -x]))[1];
const integersFrom = (start: bigint, variables: number): bigint[] =>
  Array.from({ length: 2 ** variables }, (_, i) => start + BigInt(i));
const list = <T>(length: number, read: () => T): T[] => Array.from({ length }, () => read());
const hash = (...parts: Uint8Array[]): Buffer => Buffer.from(blake3(Buffer.concat(parts)));

function readerOf(bytes: Buffer, magic: string) {
  let offset = 0;
  const take = (length: number): Buffer => {
    offset += length;
    check(offset <= bytes.length, 'the file ends early');
    return bytes.subarray(offset - length, offset);
  };
  const varint = (step = 1): number => {
    const byte = take(1)[0];
    check(step < 2 ** 35 && (byte > 0 || step === 1), 'a number is too long');
    return byte < 128 ? byte * step : (byte - 128) * step + varint(128 * step);
  };
  /** Zigzag: 0, −1, 1, −2, … */
  const signed = (n = BigInt(varint())): bigint => (n >> 1n) ^ -(n & 1n);
  check(take(5).equals(Buffer.from(magic)), 'this is another kind of file');
  return { take, varint, signed, at: (): number => offset };
}

/** The rows of a matrix. */
function readMatrix({ take, varint }: ReturnType<typeof readerOf>, height: number, width: number): bigint[][] {
  const isTernary = take(1)[0] === 0;
  const counts = list(width, varint);
  const rows = list(height, () => new Array<bigint>(width).fill(0n));
  let [k, bits, byte] = [0, 0, 0];
  while (k < 30 && 3 * 2 ** (k + 1) * total(counts) <= 2 * (height * width - total(counts))) k++;
  const bit = (): number => {
    if (bits % 8 === 0) byte = take(1)[0];
    return (byte >> (bits++ % 8)) & 1;
  };
  const places = counts.flatMap((count, column) => {
    let row = -1;
    return list(count, () => {
      for (row++; bit(); ) row += 2 ** k;
      for (let low = 0; low < k; low++) row += bit() * 2 ** low;
      rows[row][column] = isTernary && bit() ? -1n : 1n;
      return [row, column];
    });
  });
  while (bits % 8) check(bit() === 0, 'a stream of bits does not end in zeros');
  for (const [row, column] of isTernary ? [] : places) rows[row][column] = BigInt(take(1).readInt8());
  return rows;
}

export function readModel(bytes: Buffer) {
  const reader = readerOf(bytes, 'TERN\u0003');
  const { take, varint, signed } = reader;
  take(varint());
  const start = reader.at();
  const shape = list(varint(), varint);
  check(Math.max(...shape) === shape.reduce((a, b) => a * b), 'the input is not a vector');
  const range: Interval = [signed(), signed()];
  take(16);
  const tensors = [{ size: Math.max(...shape), interval: hull(range) }];
  const activations: { key: string; f: (q: bigint) => bigint; range: Interval }[] = [];
  const nodes: Node[] = [];
  const place = [0];
  for (let layers = varint(); layers > 0; layers--) {
    const kind = take(1)[0];
    take(varint());
    const input = place[varint()];
    const { size, interval } = tensors[input];
    place.push(kind === 4 ? input : tensors.length);
    if (kind === 4) continue;
    const diagonal = list(kind === 2 ? size : 0, signed);
    const scale = diagonal.map((m, c) => diagonal.map((_, j) => (j === c ? m : 0n)));
    const rows = kind === 1 ? readMatrix(reader, varint(), size) : scale;
    const biases = list(diagonal.length, signed);
    const isUniform = diagonal.every((m) => m === diagonal[0] && m !== 0n && magnitude([m]) < 2n ** 30n);
    const linear = { matrix: pad(rows), biases, uniform: isUniform ? diagonal[0] : undefined };
    const [shift, activation, min, max] = kind === 3 ? [varint(), take(1)[0], signed(), signed()] : [0, 0, 0n, 0n];
    check(shift <= 24 && activation <= 1 && min <= 0n && max >= 0n, 'a requantisation is out of range');
    const f = (q: bigint): bigint => (q > max ? max : activation === 1 && q < 0n ? 0n : q < min ? min : q);
    const quotients = interval.map((z) => (2n * z + (1n << BigInt(shift))) >> BigInt(shift + 1));
    const side = (row: readonly bigint[], o: number, end: 0 | 1): bigint =>
      row.reduce((z, w) => z + w * interval[w > 0n ? end : 1 - end], biases[o] ?? 0n);
    const ends = kind === 3 ? quotients.map(f) : rows.flatMap((row, o) => [side(row, o, 0), side(row, o, 1)]);
    const key = `${activation} ${min} ${max}`;
    let table = activations.findIndex((other) => other.key === key);
    if (kind === 3 && table < 0) table = activations.push({ key, f, range: [0n, 0n] }) - 1;
    if (kind === 3) activations[table].range = hull([...activations[table].range, ...quotients]);
    nodes.push({ ...linear, isMatrix: kind !== 3, input, shift, table, places: [] });
    tensors.push({ size: kind === 1 ? rows.length : size, interval: hull(ends) });
    check(kind >= 1 && kind <= 3, 'perceptrons have no such layer');
  }
  const ends = list(varint(), () => ({ tensor: varint(), scale: take(8) }));
  const outputs = ends.map(({ tensor }) => place[tensor]);
  const before = bytes.subarray(0, reader.at());
  check(hash(before).subarray(0, 8).equals(take(8)) && reader.at() === bytes.length, 'the check is wrong');
  const digest = hash(Buffer.from('TERN\u0003\u0000'), before.subarray(start));
  return { digest, range, tensors, activations, nodes, outputs };
}

export function readProof(bytes: Buffer) {
  const { take, at } = readerOf(bytes, 'TGKP\u0003');
  const digest = take(32);
  const [batch, tensors, inputs, outputs, length] = list(5, () => take(4).readUInt32LE());
  check(batch === 0 && tensors === 0, 'a tensor is committed');
  const [input, output, proof] = [4 * inputs, 4 * outputs, length].map(take);
  check(at() === bytes.length, 'the file has bytes left');
  return { digest, input, output, proof };
}

/** Tables, lookups and columns for a batch, and the count over |F| of all errors but the opening's (section 14). */
export function plan({ tensors, activations, nodes, outputs }: ReturnType<typeof readModel>, batch: number) {
  const variables = tensors.map(({ size }) => log2(batch) + log2(size));
  const tables = activations.map(({ f, range: [a, b] }): Table => {
    check(b - a < 2n ** 20n, 'an activation has too many rows');
    const values = integersFrom(a, log2(Number(b - a) + 1));
    return { variables: log2(values.length), values, outputs: values.map(f) };
  });
  const lookups: Lookup[] = [];
  const columns: number[] = [];
  for (const [i, { isMatrix, input, shift, table, places }] of nodes.entries()) {
    if (isMatrix) continue;
    const largest = 2n ** BigInt(shift) * (magnitude(tables[table].values) + 1n);
    check(magnitude(tensors[input].interval) + largest < P, 'a decomposition is not unique');
    const look = (t: number): number => lookups.push({ table: t, variables: variables[i + 1] });
    look(table);
    for (let [low, count] = [0, Math.ceil(shift / 12)]; count > 0; count--) {
      const bits = Math.ceil((shift - low) / count);
      const first = count === 1 ? -(2n ** BigInt(bits - 1)) : 0n;
      const known = tables.findIndex((t) => !t.outputs && t.variables === bits && t.values[0] === first);
      look(known < 0 ? tables.push({ variables: bits, values: integersFrom(first, bits) }) - 1 : known);
      places.push(low);
      low += bits;
    }
    columns.push(...new Array<number>(places.length + (shift > 0 ? 2 : 1)).fill(variables[i + 1]));
  }
  columns.push(...tables.map((table) => table.variables));
  const claims = tensors.map((_, t) => outputs.filter((output) => output === t).length);
  for (let i = nodes.length - 1; i >= 0; i--) claims[nodes[i].input] += nodes[i].isMatrix ? claims[i + 1] : 1;
  for (const [t, { interval }] of tensors.entries()) {
    check(2n * magnitude(interval) < P && variables[t] <= 26, 'a tensor is too large');
    check(claims[t] >= 1 && claims[t] <= 256, 'a tensor is read by nothing, or has too many claims');
  }
  const sides = [lookups, tables].map((side) => pack(side.map((each) => each.variables)));
  check(Math.max(sides[0].used, sides[1].used) <= 2 ** 22, 'the lookups have too many rows');
  const trees = sides.map((side) => side.variables);
  const layers = Array.from({ length: Math.max(...trees) }, (_, j) => 1 + trees.filter((n) => n > j).length + 2 * j);
  const errors = nodes.map(({ isMatrix, input }, i) =>
    isMatrix ? claims[i + 1] * (2 * Math.max(1, log2(tensors[input].size)) + 1) : variables[i + 1] + claims[i + 1],
  );
  if (columns.length > 0) errors.push(...trees.map((n) => 2 ** n), ...layers, columns.length);
  errors.push(outputs.length * Math.max(1, ...outputs.map((t) => variables[t])));
  return { variables, tables, lookups, columns, errorCount: total(errors) };
}
