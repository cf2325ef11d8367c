/** What both sides derive from a model: the graph (section 7), tables and columns (section 8), parameters (section 14). */

import { check, log2, P, pack } from './field.ts';
import { type Entry, type Model, size } from './files.ts';
import type { Lookup, Table } from './lookups.ts';
import type { Level, Matrix, Parameters } from './opening.ts';

export type Interval = readonly [bigint, bigint];

export interface Tensor {
  readonly shape: readonly number[];
  readonly interval: Interval;
}

export type Node = { readonly name: string; readonly input: number } & (
  | { readonly kind: 'matrix'; readonly rows: number; readonly entries: readonly Entry[] }
  | {
      readonly kind: 'scale';
      readonly multipliers: readonly bigint[];
      readonly biases: readonly bigint[];
      readonly uniform: boolean;
    }
  | { readonly kind: 'requantise'; readonly shift: number; readonly limbs: readonly Limb[]; readonly table: number }
);

/** A part of a remainder: the bits below it, and its table. */
interface Limb {
  readonly place: number;
  readonly table: number;
}

export const hull = (...values: bigint[]): Interval =>
  values.reduce<Interval>(([a, b], x) => [x < a ? x : a, x > b ? x : b], [0n, 0n]);

/** Variables of a tensor's cube without the batch. */
export const cube = (shape: readonly number[]): number => shape.reduce((total, extent) => total + log2(extent), 0);

/** Place of unpadded value i on the cube. */
export const cubeIndex = (shape: readonly number[], i: number): number =>
  shape.reduceRight(
    ({ place, step, rest }, extent) => ({
      place: place + (rest % extent) * step,
      step: step * 2 ** log2(extent),
      rest: Math.floor(rest / extent),
    }),
    { place: 0, step: 1, rest: i },
  ).place;

const round = (z: bigint, shift: number): bigint =>
  shift === 0 ? z : (z + (1n << BigInt(shift - 1))) >> BigInt(shift);
const ramp = (start: bigint, variables: number): bigint[] =>
  Array.from({ length: 2 ** variables }, (_, i) => start + BigInt(i));
const span = ([a, b]: Interval): number => log2(Number(b - a) + 1);

/** The graph: nodes, their tensors, and where each tensor of the network is. */
function graph(model: Model) {
  const tensors: Tensor[] = [{ shape: model.shape, interval: hull(model.min, model.max) }];
  const nodes: Node[] = [];
  const activations: { key: string; f: (q: bigint) => bigint; range: Interval }[] = [];
  const place = [0];
  const push = (node: Node, shape: readonly number[], interval: Interval): number => {
    nodes.push(node);
    return tensors.push({ shape, interval }) - 1;
  };
  const matrix = (name: string, input: number, rows: number, unpadded: readonly Entry[]): number => {
    const { shape, interval } = tensors[input]!;
    const [a, b] = interval;
    const entries = unpadded.map(([o, j, w]): Entry => [o, cubeIndex(shape, j), w]);
    const ends = Array.from({ length: rows }, () => [0n, 0n]);
    for (const [o, , w] of entries) {
      ends[o]![0]! += w > 0n ? w * a : w * b;
      ends[o]![1]! += w > 0n ? w * b : w * a;
    }
    return push({ kind: 'matrix', name, input, rows, entries }, [rows], hull(...ends.flat()));
  };
  for (const layer of model.layers) {
    const { name } = layer;
    let input = place[layer.input]!;
    const networkShape = model.shapes[layer.input]!;
    if (layer.kind === 'flatten') {
      place.push(input);
    } else if (layer.kind === 'linear') {
      place.push(matrix(name, input, layer.rows, layer.entries));
    } else if (layer.kind === 'affine') {
      const values = size(networkShape);
      if (tensors[input]!.shape.length !== networkShape.length) {
        input = matrix(
          name,
          input,
          values,
          Array.from({ length: values }, (_, i): Entry => [i, i, 1n]),
        );
      }
      const [a, b] = tensors[input]!.interval;
      const { multipliers, biases } = layer;
      const m = multipliers[0]!;
      const uniform = m !== 0n && m < 2n ** 30n && -m < 2n ** 30n && multipliers.every((other) => other === m);
      const ends = multipliers.flatMap((n, c) => [n * a + biases[c]!, n * b + biases[c]!]);
      place.push(
        push({ kind: 'scale', name, input, multipliers, biases, uniform }, tensors[input]!.shape, hull(...ends)),
      );
    } else {
      const { relu, min, max, shift } = layer;
      check(shift <= 24 && min <= 0n && max >= 0n, 'a shift is too large or a clamp does not hold 0');
      const f = (q: bigint): bigint =>
        [min, [relu && q < 0n ? 0n : q, max].reduce((x, y) => (x < y ? x : y))].reduce((x, y) => (x > y ? x : y));
      const ends = tensors[input]!.interval.map((z) => round(z, shift));
      const key = [relu, min, max].join();
      if (!activations.some((other) => other.key === key)) activations.push({ key, f, range: [0n, 0n] });
      const table = activations.findIndex((other) => other.key === key);
      activations[table]!.range = hull(...activations[table]!.range, ...ends);
      place.push(
        push({ kind: 'requantise', name, input, shift, table, limbs: [] }, tensors[input]!.shape, hull(...ends.map(f))),
      );
    }
  }
  for (const { shape, interval } of tensors) {
    check(cube(shape) <= 26 && interval.every((z) => 2n * z < P && -2n * z < P), 'a tensor is too large');
  }
  return { tensors, nodes, activations, place };
}

export interface Plan extends ReturnType<typeof derive> {}

export function derive(model: Model, batch: number, committed: readonly number[]) {
  const { tensors, nodes, activations, place } = graph(model);
  const front = log2(batch);
  const variables = tensors.map(({ shape }) => front + cube(shape));
  check(Math.max(...variables) <= 26, 'a cube is too large');
  const tables: Table[] = activations.map(({ f, range }) => {
    check(span(range) <= 20, 'an activation has too many rows');
    const values = ramp(range[0], span(range));
    return { variables: span(range), values, outputs: values.map(f) };
  });
  const limbTables = new Map<string, number>();
  for (const [i, node] of nodes.entries()) {
    if (node.kind !== 'requantise') continue;
    const limbs: Limb[] = [];
    const count = Math.ceil(node.shift / 12);
    for (let j = 0, below = 0; j < count; j++) {
      const bits = Math.ceil((node.shift - below) / (count - j));
      const start = j === count - 1 ? -(2n ** BigInt(bits - 1)) : 0n;
      const key = `${bits} ${start}`;
      if (!limbTables.has(key)) limbTables.set(key, tables.push({ variables: bits, values: ramp(start, bits) }) - 1);
      limbs.push({ place: below, table: limbTables.get(key)! });
      below += bits;
    }
    nodes[i] = { ...node, limbs };
  }
  const lookups: Lookup[] = [];
  const columns: number[] = [];
  for (const [i, node] of nodes.entries()) {
    if (node.kind !== 'requantise') continue;
    const { values, outputs } = tables[node.table]!;
    const largest = (interval: readonly bigint[]): bigint =>
      interval.reduce((a, z) => (z > a ? z : -z > a ? -z : a), 0n);
    const z = largest(tensors[node.input]!.interval);
    check(
      outputs !== undefined && z + 2n ** BigInt(node.shift) * (largest(values) + 1n) < P,
      'a decomposition is not unique',
    );
    for (const { table } of [node, ...node.limbs]) lookups.push({ table, variables: variables[i + 1]! });
    columns.push(...Array.from({ length: node.limbs.length + (node.shift > 0 ? 2 : 1) }, () => variables[i + 1]!));
  }
  if (committed.includes(0)) {
    check(model.min <= 0n && model.max >= 0n, 'the range of the committed input does not hold 0');
    const [a, width] = [model.min, span([model.min, model.max])];
    lookups.push({ table: tables.length, variables: variables[0]! });
    tables.push({ variables: width, values: ramp(a, width).map((v) => (v > model.max ? 0n : v)) });
  }
  columns.push(...tables.map((table) => table.variables));
  const packing = pack(columns);
  const hidden = committed.map((tensor) => place[tensor]!);
  const outputs = model.outputs.map((tensor) => place[tensor]!);
  const shown = outputs.filter((tensor) => !hidden.some((other, i) => other === tensor && committed[i] !== 0));
  const statement = [...shown, ...hidden.filter((_, i) => committed[i] !== 0)];
  for (let t = 0; t < tensors.length; t++) {
    check(outputs.includes(t) || nodes.some((node) => node.input === t), 'a tensor is read by nothing');
  }
  for (const side of [lookups, tables]) check(pack(side.map((s) => s.variables)).used <= 2 ** 22, 'too many rows');
  return {
    model,
    batch,
    committed,
    tensors,
    nodes,
    place,
    tables,
    lookups,
    columns,
    packing,
    variables,
    outputs: shown,
    statement,
    hidden,
  };
}

const FIELD_BITS = 123.95;
/** Probability 2^-bits(count). */
const share = (count: number): number => (count > 0 ? 2 ** (Math.log2(count) - FIELD_BITS) : 0);

/** Errors of everything but the opening. */
function otherErrors(plan: Plan): number[] {
  const { nodes, tensors, variables, statement, lookups, tables, batch } = plan;
  const claims = tensors.map((_, t) => statement.filter((other) => other === t).length);
  if (plan.committed.includes(0)) claims[0]!++;
  for (const [i, node] of [...nodes.entries()].reverse())
    claims[node.input]! += node.kind === 'requantise' ? 1 : claims[i + 1]!;
  check(
    claims.every((count) => count <= 256),
    'too many claims on one tensor',
  );
  const largest = Math.max(0, ...statement.map((t) => variables[t]!));
  const errors = [statement.length ? share(statement.length * Math.max(1, largest)) : 0];
  const requantised = [...nodes.keys()].filter((i) => nodes[i]!.kind === 'requantise');
  for (const [i, node] of nodes.entries()) {
    if (node.kind === 'requantise') continue;
    const n = node.kind === 'matrix' ? variables[node.input]! - log2(batch) : log2(node.multipliers.length);
    errors.push(share(claims[i + 1]! * (2 * Math.max(1, n) + 1)));
  }
  if (lookups.length) {
    const depths = [lookups, tables].map((side) => pack(side.map((s) => s.variables)).variables);
    let count = depths.reduce((total, depth) => total + 2 ** depth, 0);
    for (let j = 0; j < Math.max(...depths); j++) count += 1 + depths.filter((depth) => depth > j).length + 2 * j;
    errors.push(share(count), share(requantised.reduce((total, i) => total + variables[i + 1]!, 0)));
    errors.push(share(plan.columns.length + requantised.reduce((total, i) => total + claims[i + 1]!, 0)));
  }
  for (const [i, t] of plan.hidden.entries()) {
    errors.push(share((plan.committed[i] === 0 ? claims[0]! : 1) + 1 + Math.max(9, variables[t]!)));
  }
  return [...errors, 2 ** -128];
}

function levelErrors({ columnVariables: k, rateBits, matrices, queries, grindingBits }: Level, last: boolean) {
  const most = Math.max(...matrices.map((m) => m.variables));
  const bits = log2(matrices.length);
  const n = 2 ** (k + rateBits);
  const c = bits + most - k;
  const proximityBits = c === 0 ? null : Math.floor(100 * (FIELD_BITS - Math.log2(c) - (k + rateBits))) / 100;
  let missed = 2 ** -grindingBits;
  for (let i = 0; i < Math.min(queries, n); i++)
    missed *= Math.max(0, n - Math.floor((n - 2 ** k) / 2) - 1 - i) / (n - i);
  const selection = bits + 2 * matrices.reduce((total, m) => total + most - m.variables, 0);
  const errors = [
    share(matrices.length - 1 + 2 * most),
    share(selection),
    proximityBits === null ? 0 : 2 ** -proximityBits,
    missed,
  ];
  return { proximityBits, errors: last ? errors : [...errors, share(Math.min(queries, n))] };
}

/** Reads parameters that were chosen elsewhere and refuses those that are not sound. */
export function checkParameters(text: string, plan: Plan): Parameters | null {
  const errors = otherErrors(plan);
  const members = plan.hidden.map((t) => ({
    used: 2 ** plan.variables[t]!,
    variables: Math.max(9, plan.variables[t]!),
    own: true,
  }));
  if (plan.columns.length) members.unshift({ used: plan.packing.used, variables: plan.packing.variables, own: false });
  const parameters = members.length ? (JSON.parse(text) as Parameters) : null;
  if (parameters) {
    const { levels, places } = parameters;
    const whole = (n: number, least: number, most: number): boolean => Number.isInteger(n) && n >= least && n <= most;
    check(whole(levels.length, 1, 30) && places.length === members.length, 'there are too few levels or places');
    check(
      places.every((place) => whole(place, 0, levels.length - 1)),
      'a member has no level',
    );
    const expected = levels.map((level, l) => {
      const { columnVariables: k, rateBits, queries, grindingBits } = level;
      check(
        whole(k, 0, 24) && whole(rateBits, 1, 24 - k) && whole(queries, 1, 1024) && whole(grindingBits, 0, 24),
        'a number of a level is out of range',
      );
      const matrices: Matrix[] = [];
      const digest = (own: boolean): number => (own ? 26 : level.matrices[matrices.length]!.digestLength);
      if (l > 0) {
        const variables = levels[l - 1]!.columnVariables;
        matrices.push({
          rows: 2 ** Math.max(0, variables - k),
          variables,
          kind: 'extension',
          digestLength: digest(false),
        });
      }
      for (const { used, variables, own } of members.filter((_, member) => places[member] === l)) {
        check(!own || (rateBits === 3 && k === Math.max(9, variables - 5)), 'a committed tensor has another code');
        matrices.push({ rows: Math.ceil(used / 2 ** k), variables, kind: 'base', digestLength: digest(own) });
      }
      check(
        matrices.every((m) => whole(m.digestLength, 1, 32)) && matrices.some((m) => m.variables >= k),
        'a matrix of a level is out of range',
      );
      const found = levelErrors({ ...level, matrices }, l === levels.length - 1);
      errors.push(...found.errors);
      return { columnVariables: k, rateBits, matrices, queries, grindingBits, proximityBits: found.proximityBits };
    });
    for (const length of new Set(expected.flatMap((level) => level.matrices.map((m) => m.digestLength))))
      errors.push(2 ** (-4 * length));
    check(
      JSON.stringify({ fieldBits: FIELD_BITS, levels: expected, places, isPoint: false }) === text,
      'the text is not that of its parameters',
    );
  } else check(text === 'null', 'there is nothing to open');
  check(errors.reduce((a, b) => a + b, 0) <= 2 ** -100, 'the errors add up to more than 2^-100');
  return parameters;
}
