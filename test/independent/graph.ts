/** The relations that a network becomes, section 7: a proof is about these. */

import { check, cube, cubePlaces, log2, total } from './field.ts';
import { type Axis, divisorOf, type Interval, type Layer, type Model, membersOf, sizeOf } from './model.ts';

/** A map along one axis by its nonzero entries. */
export interface AxisMap {
  readonly kernel: number;
  readonly places: number;
  readonly inputs: number;
  readonly entries: readonly { k: number; p: number; q: number; w: bigint }[];
}
/** Makes graph tensor i + 1 if it is node i; what a kind does not have is empty. */
export interface Node {
  readonly kind: 'matrix' | 'windows' | 'scale' | 'sum' | 'requantise';
  readonly inputs: readonly number[];
  /** Of a matrix: each on the cube of the leading axes, as many as `columns`. */
  readonly rows?: readonly (readonly bigint[])[];
  readonly columns?: number;
  readonly maps?: readonly [AxisMap, AxisMap];
  readonly multipliers?: readonly bigint[];
  readonly biases?: readonly bigint[];
  readonly rule?: { readonly shift: number; readonly key: string; readonly f: (q: bigint) => bigint };
}
export type Tensor = { readonly shape: readonly number[]; readonly interval: Interval };
export type Graph = { nodes: Node[]; tensors: Tensor[]; places: number[] };

export const hull = (values: readonly bigint[]): Interval =>
  values.reduce<Interval>(([a, b], x) => [x < a ? x : a, x > b ? x : b], [0n, 0n]);
export const magnitude = (values: readonly bigint[]): bigint => hull(values.flatMap((x) => [x, -x]))[1];
const add = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
/** ⌊z / 2^shift + 1/2⌋. */
export const quotient = (z: bigint, shift: number): bigint => (2n * z + (1n << BigInt(shift))) >> BigInt(shift + 1);

const identity = (length: number): AxisMap => mapOf({ places: length, inputs: length }, (p) => [{ k: 0, q: p, w: 1n }]);

function mapOf(
  { places, inputs }: Pick<Axis, 'places' | 'inputs'>,
  entriesOf: (p: number) => { k: number; q: number; w: bigint }[],
  kernel = 1,
): AxisMap {
  const entries = Array.from({ length: places }, (_, p) => entriesOf(p).map((entry) => ({ ...entry, p }))).flat();
  return { kernel, places, inputs, entries };
}

const isIdentity = ({ kernel, places, inputs, entries }: AxisMap): boolean =>
  kernel === 1 && places === inputs && entries.length === places && entries.every(({ p, q, w }) => p === q && w === 1n);

/** The largest sum of weights of one sign of any (k, p). */
function largest({ kernel, entries }: AxisMap, sign: bigint): bigint {
  const sums = new Map<number, bigint>();
  for (const { k, p, w } of entries) {
    if (w * sign > 0n) sums.set(p * kernel + k, (sums.get(p * kernel + k) ?? 0n) + w * sign);
  }
  return magnitude([...sums.values()]);
}

export function expand({ range, shapes, layers }: Model): Graph {
  const tensors: Tensor[] = [{ shape: shapes[0], interval: hull(range) }];
  const nodes: Node[] = [];
  const places = [0];
  const put = (node: Node, shape: readonly number[], interval: Interval): number => {
    nodes.push(node);
    return tensors.push({ shape, interval }) - 1;
  };

  /** W over the first axes of a tensor, whose columns count the unpadded values there unless they are moved. */
  const matrix = (
    t: number,
    weights: readonly (readonly bigint[])[],
    axes: number,
    moved?: readonly number[],
  ): number => {
    const { shape, interval } = tensors[t];
    const leading = shape.slice(0, axes);
    const columns = total(leading.map(log2));
    const at = moved ?? cubePlaces(leading);
    const rows = weights.map((row) => {
      const padded = new Array<bigint>(2 ** columns).fill(0n);
      for (const [j, w] of row.entries()) padded[at[j]] = w;
      return padded;
    });
    const end = (row: readonly bigint[], side: 0 | 1): bigint =>
      add(row.map((w) => w * interval[w > 0n ? side : 1 - side]));
    const ends = weights.flatMap((row) => [end(row, 0), end(row, 1)]);
    return put({ kind: 'matrix', inputs: [t], rows, columns }, [weights.length, ...shape.slice(axes)], hull(ends));
  };
  const windows = (t: number, rows: AxisMap, columns: AxisMap, withKernel = false): number => {
    const { shape, interval } = tensors[t];
    const [p, n, q, m] = [rows, columns].flatMap((map) => [largest(map, 1n), largest(map, -1n)]);
    const [plus, minus] = [p * q + n * m, p * m + n * q];
    const bounds = [plus * interval[0] - minus * interval[1], plus * interval[1] - minus * interval[0]] as const;
    const kernels = withKernel ? [rows.kernel, columns.kernel] : [];
    const made = [...kernels, shape[0], rows.places, columns.places];
    return put({ kind: 'windows', inputs: [t], maps: [rows, columns] }, made, bounds);
  };
  const sum = (terms: readonly number[], factors: readonly bigint[], known?: Interval): number => {
    const kept = [...terms.keys()].filter((j) => factors[j] !== 0n);
    check(kept.length > 0, 'all multipliers of a sum are zero');
    check(magnitude(factors) < 2n ** 30n, 'a multiplier of a sum is too large');
    const [inputs, multipliers] = [kept.map((j) => terms[j]), kept.map((j) => factors[j])];
    const hulls = inputs.map((t, j) => hull(tensors[t].interval.map((x) => multipliers[j] * x)));
    const interval = known ?? ([add(hulls.map(([a]) => a)), add(hulls.map(([, b]) => b))] as const);
    return put({ kind: 'sum', inputs, multipliers }, tensors[terms[0]].shape, interval);
  };
  const requantise = (t: number, shift: number, isRelu: boolean, [min, max]: Interval): number => {
    const f = (q: bigint): bigint => (q > max ? max : isRelu && q < 0n ? 0n : q < min ? min : q);
    const rule = { shift, key: `${isRelu} ${min} ${max}`, f };
    const { shape, interval } = tensors[t];
    return put({ kind: 'requantise', inputs: [t], rule }, shape, hull(interval.map((z) => f(quotient(z, shift)))));
  };
  /** The graph's tensor of a network's, with its axes. */
  const unfolded = (tensor: number): number => {
    const t = places[tensor];
    if (tensors[t].shape.length === shapes[tensor].length) return t;
    const length = sizeOf(shapes[tensor]);
    const ones = Array.from({ length }, (_, i) => Array.from({ length }, (_, j) => (i === j ? 1n : 0n)));
    return matrix(t, ones, tensors[t].shape.length);
  };
  const greatest = (t: number, axis: Axis, both: (map: AxisMap) => readonly [AxisMap, AxisMap]): number => {
    const members = Array.from({ length: axis.places }, (_, p) => membersOf(axis, p));
    const most = Math.max(...members.map(({ length }) => length));
    const member = (j: number): AxisMap =>
      mapOf(axis, (p) => [{ k: 0, q: members[p][Math.min(j, members[p].length - 1)].q, w: 1n }]);
    const difference = mapOf(axis, (p) =>
      members[p].length < 2 ? [] : [1, 0].map((j) => ({ k: 0, q: members[p][j].q, w: j ? 1n : -1n })),
    );
    const [least, largestValue] = tensors[t].interval;
    const clamp: Interval = [0n, largestValue > least ? largestValue - least : 1n];
    let result = isIdentity(member(0)) ? t : windows(t, ...both(member(0)));
    for (let j = 1; j < most; j++) {
      const ahead =
        j === 1 ? windows(t, ...both(difference)) : sum([windows(t, ...both(member(j))), result], [1n, -1n]);
      result = sum([result, requantise(ahead, 0, true, clamp)], [1n, 1n], tensors[t].interval);
    }
    return result;
  };

  const expandLayer = (layer: Layer): number => {
    const { kind, inputs, axes, rows, multipliers, biases, shift, isRelu, clamp, countsPadding } = layer;
    const t = places[inputs[0]];
    const { shape } = tensors[t];
    switch (kind) {
      case 1:
        return matrix(t, rows, shape.length);
      case 2: {
        const from = unfolded(inputs[0]);
        const ends = multipliers.flatMap((m, c) => tensors[from].interval.map((x) => m * x + biases[c]));
        return put({ kind: 'scale', inputs: [from], multipliers, biases }, tensors[from].shape, hull(ends));
      }
      case 3:
        return requantise(t, shift, isRelu, clamp);
      case 4:
        return t;
      case 5: {
        const [down, across] = axes.map((axis) =>
          mapOf(axis, (p) => membersOf(axis, p).map((each) => ({ ...each, w: 1n })), axis.kernel),
        );
        if (isIdentity(down) && isIdentity(across)) return matrix(t, rows, 1);
        const read = windows(t, down, across, true);
        // from (c, k_row, k_column) to (k_row, k_column, c)
        const [high, wide, channels] = [down.kernel, across.kernel, shape[0]];
        const at = cubePlaces([high, wide, channels]);
        const moved = rows[0].map((_, j) => at[(j % (high * wide)) * channels + Math.floor(j / (high * wide))]);
        return matrix(read, rows, 3, moved);
      }
      case 6: {
        const wide = greatest(t, axes[1], (map) => [identity(shape[1]), map]);
        return greatest(wide, axes[0], (map) => [map, identity(tensors[wide].shape[2])]);
      }
      case 7: {
        const [down, across] = axes.map((axis) => {
          const divisor = divisorOf(axis, countsPadding);
          return mapOf(axis, (p) => {
            const members = membersOf(axis, p);
            return members.map(({ q }) => ({ k: 0, q, w: countsPadding ? 1n : BigInt(divisor / members.length) }));
          });
        });
        return windows(t, down, across);
      }
      case 8: {
        const isAligned = inputs.every((tensor) => `${tensors[places[tensor]].shape}` === `${shape}`);
        return sum(isAligned ? inputs.map((tensor) => places[tensor]) : inputs.map(unfolded), multipliers);
      }
      default: {
        const from = inputs.map(unfolded);
        let start = 0;
        const parts = from.map((part) => {
          const first = start;
          const [height] = tensors[part].shape;
          start += height;
          const ones = Array.from({ length: layer.shape[0] }, (_, o) =>
            Array.from({ length: height }, (_, c) => (o === first + c ? 1n : 0n)),
          );
          return matrix(part, ones, 1);
        });
        const interval = hull(from.flatMap((part) => tensors[part].interval));
        return sum(
          parts,
          parts.map(() => 1n),
          interval,
        );
      }
    }
  };
  for (const layer of layers) places.push(expandLayer(layer));
  return { nodes, tensors, places };
}

/** The rows of a matrix one after the other, to a power of two of them. */
export const padRows = (rows: readonly (readonly bigint[])[]): bigint[] =>
  cube([rows.length, rows[0].length], rows.flat());
