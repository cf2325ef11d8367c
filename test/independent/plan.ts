/**
 * What both sides derive from a model: the graph (section 7), tables and columns (section 8). Every tensor but the input
 * is a vector, and only the input may be committed: other statements are refused.
 */

import { check, log2, P, pack } from './field.ts';
import { type Entry, type Layer, type Model, size } from './files.ts';
import type { Lookup, Table } from './lookups.ts';

export type Interval = readonly [bigint, bigint];

/** A part of a remainder: the bits below it, and its table. */
interface Limb {
  readonly place: number;
  readonly table: number;
}

/** A node: matrices and scales by their entries, requantisations by their table. Node i makes graph tensor i + 1. */
export interface Node {
  readonly name: string;
  readonly kind: Exclude<Layer['kind'], 'flatten'>;
  readonly input: number;
  readonly entries: readonly Entry[];
  readonly biases: readonly bigint[];
  /** The multiplier of a uniform scale. */
  readonly uniform?: bigint | undefined;
  readonly shift: number;
  readonly table: number;
  readonly limbs: Limb[];
}

const hull = (values: readonly bigint[]): Interval =>
  values.reduce<Interval>(([a, b], x) => [x < a ? x : a, x > b ? x : b], [0n, 0n]);

const magnitude = (values: readonly bigint[]): bigint => hull(values.flatMap((x) => [x, -x]))[1];

/** Variables of a tensor's cube without the batch. */
const cube = (shape: readonly number[]): number => shape.reduce((total, extent) => total + log2(extent), 0);

/** Place of unpadded value i on the cube. */
export function cubeIndex(shape: readonly number[], i: number): number {
  let [place, step, rest] = [0, 1, i];
  for (const extent of [...shape].reverse()) {
    place += (rest % extent) * step;
    step *= 2 ** log2(extent);
    rest = Math.floor(rest / extent);
  }
  return place;
}

const round = (z: bigint, shift: number): bigint => (2n * z + (1n << BigInt(shift))) >> BigInt(shift + 1);
const ramp = (start: bigint, variables: number): bigint[] =>
  Array.from({ length: 2 ** variables }, (_, i) => start + BigInt(i));
const span = ([a, b]: Interval): number => log2(Number(b - a) + 1);

export function derive(model: Model, batch: number, committed: boolean) {
  const tensors = [{ shape: model.shape, interval: hull([model.min, model.max]) }];
  const nodes: Node[] = [];
  const place = [0];
  const activations: { key: string; f: (q: bigint) => bigint; range: Interval }[] = [];
  for (const layer of model.layers) {
    const input = place[layer.input]!;
    const { shape, interval } = tensors[input]!;
    if (layer.kind === 'flatten') {
      place.push(input);
      continue;
    }
    let node: Node = {
      name: layer.name,
      kind: layer.kind,
      input,
      entries: [],
      biases: [],
      shift: 0,
      table: 0,
      limbs: [],
    };
    let ends: bigint[];
    check(layer.kind === 'linear' || shape.length === 1, 'only a matrix may read an input of several axes');
    if (layer.kind === 'linear') {
      node = { ...node, entries: layer.entries.map(([o, j, w]) => [o, cubeIndex(shape, j), w]) };
      const rows = Array.from({ length: layer.rows }, () => [0n, 0n] as [bigint, bigint]);
      for (const [o, , w] of layer.entries) {
        for (const end of [0, 1] as const) rows[o]![end] += w * interval[w > 0n ? end : 1 - end]!;
      }
      ends = rows.flat();
    } else if (layer.kind === 'affine') {
      const { multipliers, biases } = layer;
      const same = multipliers[0] !== 0n && magnitude(multipliers) < 2n ** 30n && new Set(multipliers).size === 1;
      node = {
        ...node,
        entries: multipliers.map((m, c) => [c, c, m]),
        biases,
        uniform: same ? multipliers[0] : undefined,
      };
      ends = multipliers.flatMap((m, c) => interval.map((z) => m * z + biases[c]!));
    } else {
      const { relu, min, max, shift } = layer;
      check(shift <= 24 && min <= 0n && max >= 0n, 'a shift is too large or a clamp does not hold 0');
      const f = (q: bigint): bigint => (q > max ? max : relu && q < 0n ? 0n : q < min ? min : q);
      const quotients = interval.map((z) => round(z, shift));
      const key = [relu, min, max].join();
      if (!activations.some((other) => other.key === key)) activations.push({ key, f, range: [0n, 0n] });
      const table = activations.findIndex((other) => other.key === key);
      activations[table]!.range = hull([...activations[table]!.range, ...quotients]);
      node = { ...node, shift, table };
      ends = quotients.map(f);
    }
    place.push(nodes.push(node));
    tensors.push({ shape: [model.sizes[place.length - 1]!], interval: hull(ends) });
  }
  const variables = tensors.map(({ shape }) => log2(batch) + cube(shape));
  const tables: Table[] = activations.map(({ f, range }) => {
    check(span(range) <= 20, 'an activation has too many rows');
    const values = ramp(range[0], span(range));
    return { variables: span(range), values, outputs: values.map(f) };
  });
  const lookups: Lookup[] = [];
  const columns: number[] = [];
  const limbTables = new Map<string, number>();
  for (const [i, { kind, shift, limbs, table, input }] of nodes.entries()) {
    if (kind !== 'requantise') continue;
    const largest = magnitude(tensors[input]!.interval) + 2n ** BigInt(shift) * (magnitude(tables[table]!.values) + 1n);
    check(largest < P, 'a decomposition is not unique');
    const count = Math.ceil(shift / 12);
    for (let [j, low] = [0, 0]; j < count; j++) {
      const bits = Math.ceil((shift - low) / (count - j));
      const start = j === count - 1 ? -(2n ** BigInt(bits - 1)) : 0n;
      const key = `${bits} ${start}`;
      if (!limbTables.has(key)) limbTables.set(key, tables.push({ variables: bits, values: ramp(start, bits) }) - 1);
      limbs.push({ place: low, table: limbTables.get(key)! });
      low += bits;
    }
    const own = variables[i + 1]!;
    lookups.push(...[table, ...limbs.map((limb) => limb.table)].map((t) => ({ table: t, variables: own })));
    columns.push(...Array.from({ length: limbs.length + (shift > 0 ? 2 : 1) }, () => own));
  }
  if (committed) {
    check(model.min <= 0n && model.max >= 0n, 'the range of the committed input does not hold 0');
    const width = span([model.min, model.max]);
    lookups.push({ table: tables.length, variables: variables[0]! });
    tables.push({ variables: width, values: ramp(model.min, width).map((v) => (v > model.max ? 0n : v)) });
  }
  columns.push(...tables.map((table) => table.variables));
  const outputs = model.outputs.map((tensor) => place[tensor]!);
  for (const [t, { interval }] of tensors.entries()) {
    check(2n * magnitude(interval) < P && variables[t]! <= 26, 'a tensor is too large');
    check(outputs.includes(t) || nodes.some((node) => node.input === t), 'a tensor is read by nothing');
  }
  const sides = [lookups, tables].map((side) => pack(side.map((s) => s.variables)));
  check(
    sides.every((side) => side.used <= 2 ** 22),
    'the lookups have too many rows',
  );
  const depths = sides.map((side) => side.variables);
  return {
    batch,
    committed,
    tensors,
    nodes,
    tables,
    lookups,
    depths,
    columns,
    packing: pack(columns),
    variables,
    outputs,
  };
}

export type Plan = ReturnType<typeof derive>;

/** Intervals of the values of one output. */
export const intervals = ({ tensors, outputs }: Plan): Interval[] =>
  outputs.flatMap((t) => Array.from({ length: size(tensors[t]!.shape) }, () => tensors[t]!.interval));
