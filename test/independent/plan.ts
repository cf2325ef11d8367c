/** The plan that both sides derive from a network, a batch and the committed tensors: sections 8 and 14 (errors). */

import { check, log2, P, pack, total } from './field.ts';
import { type Graph, hull, magnitude, type Node, quotient } from './graph.ts';
import type { Interval } from './model.ts';

/** Rows (v, y) of a cube; y is 0 in a table without outputs. */
export type Table = { readonly variables: number; readonly values: bigint[]; readonly outputs?: bigint[] };
export type Lookup = { readonly table: number; readonly variables: number };
/** A tensor that the statement names by a root. */
export type Committed = { readonly place: number; readonly isInput: boolean };

export type Direct = 'direct' | 'split' | 'run' | undefined;
/** How claims pass a node. */
export function turnOf({ kind, multipliers = [] }: Node): Direct {
  if (kind === 'requantise') return undefined;
  const [first] = multipliers;
  const isUniform = first !== 0n && magnitude([first ?? 0n]) < 2n ** 30n && multipliers.every((m) => m === first);
  return kind === 'sum' ? 'split' : kind === 'scale' && isUniform ? 'direct' : 'run';
}

const integersFrom = (start: bigint, variables: number): bigint[] =>
  Array.from({ length: 2 ** variables }, (_, i) => start + BigInt(i));
const spanOf = ([a, b]: Interval): number => log2(Number(b - a) + 1);

/** The variables of a sumcheck over what a node reads. */
export function runVariables({ columns, maps, inputs }: Node, { tensors }: Graph): number {
  if (columns !== undefined) return columns;
  if (maps) return total(maps.map((map) => log2(map.inputs)));
  return log2(tensors[inputs[0]].shape[0]);
}

export function plan(graph: Graph, outputs: readonly number[], batch: number, committed: readonly Committed[]) {
  const { nodes, tensors } = graph;
  const own = tensors.map(({ shape }) => total(shape.map(log2)));
  const variables = own.map((n) => log2(batch) + n);
  const isInputCommitted = committed.some(({ isInput }) => isInput);
  const others = committed.filter(({ isInput }) => !isInput).map(({ place }) => place);
  const shown = outputs.filter((place) => !others.includes(place));
  const statement = [...shown, ...others];

  const activations = new Map<string, { f: (q: bigint) => bigint; range: Interval }>();
  for (const { rule, inputs } of nodes) {
    if (!rule) continue;
    const known = activations.get(rule.key)?.range ?? [];
    const ends = tensors[inputs[0]].interval.map((z) => quotient(z, rule.shift));
    activations.set(rule.key, { f: rule.f, range: hull([...known, ...ends]) });
  }
  const tables = [...activations.values()].map(({ f, range }): Table => {
    check(spanOf(range) <= 20, 'an activation has too many rows');
    const values = integersFrom(range[0], spanOf(range));
    return { variables: spanOf(range), values, outputs: values.map(f) };
  });
  check(total(tables.map((table) => 2 ** table.variables)) <= 2 ** 22, 'the activations have too many rows');
  const lookups: Lookup[] = [];
  const columns: number[] = [];
  const requantised = [...nodes.entries()].flatMap(([i, { rule, inputs }]) => {
    if (!rule) return [];
    const { shift, key } = rule;
    const table = [...activations.keys()].indexOf(key);
    const most = magnitude(tables[table].values) + 1n;
    const reach = magnitude(tensors[inputs[0]].interval) + 2n ** BigInt(shift) * most;
    check(reach < P, 'a decomposition is not unique');
    const look = (t: number): number => lookups.push({ table: t, variables: variables[i + 1] });
    const places: number[] = [];
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
    return [{ node: i, input: inputs[0], shift, places }];
  });
  if (isInputCommitted) {
    const [a, b] = tensors[0].interval;
    const values = integersFrom(a, spanOf([a, b])).map((v) => (v > b ? 0n : v));
    lookups.push({ table: tables.length, variables: variables[0] });
    tables.push({ variables: spanOf([a, b]), values });
  }
  columns.push(...tables.map((table) => table.variables));

  const claims = tensors.map((_, t) => statement.filter((place) => place === t).length);
  if (isInputCommitted) claims[0]++;
  for (let i = nodes.length - 1; i >= 0; i--) {
    for (const t of nodes[i].inputs) claims[t] += nodes[i].rule ? 1 : claims[i + 1];
  }
  for (const [t, { interval }] of tensors.entries()) {
    check(2n * magnitude(interval) < P && own[t] <= 26, 'a tensor is too large');
    check(claims[t] >= 1 && claims[t] <= 256, 'a tensor is read by nothing, or has too many claims');
  }
  const sides = [lookups, tables].map((side) => pack(side.map((each) => each.variables)));
  check(Math.max(sides[0].used, sides[1].used) <= 2 ** 22, 'the lookups have too many rows');

  const errors = [statement.length * Math.max(1, ...statement.map((t) => variables[t]))];
  for (const [i, node] of nodes.entries()) {
    if (node.kind === 'sum' || node.rule) continue;
    errors.push(claims[i + 1] * (2 * Math.max(1, runVariables(node, graph)) + 1));
  }
  if (columns.length > 0) {
    const trees = sides.map((side) => side.variables);
    for (let j = 0; j < Math.max(...trees); j++) errors.push(1 + trees.filter((n) => n > j).length + 2 * j);
    const made = requantised.map(({ node }) => variables[node + 1] + claims[node + 1]);
    errors.push(...trees.map((n) => 2 ** n), columns.length, ...made);
  }
  for (const { place, isInput } of committed) {
    errors.push((isInput ? claims[0] : 1) + 1 + Math.max(9, variables[place]));
  }
  return { variables, tables, lookups, columns, requantised, shown, others, statement, errorCount: total(errors) };
}
