/** Lookups, section 6: claims on the looked-up columns and on the multiplicities remain. */

import { type Channel, run } from './channel.ts';
import {
  add,
  check,
  combine,
  type Element,
  equal,
  extension,
  mul,
  one,
  type Point,
  pack,
  sub,
  suffix,
  sum,
  times,
  zero,
} from './field.ts';

export interface Table {
  readonly variables: number;
  readonly values: readonly bigint[];
  readonly outputs?: readonly bigint[];
}

export interface Lookup {
  readonly table: number;
  readonly variables: number;
}

interface Leaf {
  readonly point: Point;
  readonly p: Element;
  readonly q: Element;
}

/** The claims on the leaves of two trees of fractions of the same sum. */
function fractions(channel: Channel, depths: readonly [number, number]): [Leaf, Leaf] {
  const roots = channel.elements('roots', 4);
  const [p0, q0, p1, q1] = roots as [Element, Element, Element, Element];
  const claims: [Leaf, Leaf] = [
    { point: [], p: p0, q: q0 },
    { point: [], p: p1, q: q1 },
  ];
  check(depths[0] > 0 || equal(p0, one), 'the numerator of the only row is not 1');
  check(!equal(q0, zero) && !equal(q1, zero), 'a denominator of the roots is zero');
  check(equal(mul(p0, q1), mul(p1, q0)), 'the two sums of fractions differ');
  let point: Point = [];
  for (let layer = 0; layer < Math.max(...depths); layer++) {
    const trees = ([0, 1] as const).filter((tree) => depths[tree] > layer);
    const fold = channel.draw('fold')[0]!;
    const instances = trees.map((tree) => ({
      variables: layer,
      claim: combine([claims[tree].p, claims[tree].q], fold),
    }));
    const end = run(channel, instances, point);
    const unit = (tree: number): boolean => tree === 0 && depths[0] === layer + 1;
    const halves = channel.elements(
      'halves',
      trees.reduce<number>((count, tree) => count + (unit(tree) ? 2 : 4), 0),
    );
    const nodes = trees.map((tree) => [...(unit(tree) ? [one, one] : halves.splice(0, 2)), ...halves.splice(0, 2)]);
    const ends = nodes.map(([a, b, c, d]) => combine([add(mul(a!, d!), mul(b!, c!)), mul(c!, d!)], fold));
    check(equal(combine(ends, end.lambda), end.value), `layer ${layer} of the fractions does not hold`);
    const child = channel.draw('child')[0]!;
    point = [child, ...end.point];
    for (const [i, tree] of trees.entries()) {
      const [a, b, c, d] = nodes[i] as [Element, Element, Element, Element];
      claims[tree] = { point, p: add(a, mul(child, sub(b, a))), q: add(c, mul(child, sub(d, c))) };
    }
  }
  return claims;
}

export function lookUp(channel: Channel, tables: readonly Table[], lookups: readonly Lookup[]) {
  const [rowSide, tableSide] = [pack(lookups.map((l) => l.variables)), pack(tables.map((t) => t.variables))];
  const [alpha, beta, gamma] = channel.draw('row', 3) as [Element, Element, Element];
  const [rows, ends] = fractions(channel, [rowSide.variables, tableSide.variables]);
  const hasOutputs = (l: Lookup): boolean => tables[l.table]!.outputs !== undefined;
  const sent = channel.elements('columns', lookups.length + lookups.filter(hasOutputs).length);
  const multiplicities = channel.elements('multiplicities', tables.length);
  const columns = lookups.map((l) => ({
    point: suffix(rows.point, l.variables),
    v: sent.shift()!,
    y: hasOutputs(l) ? sent.shift()! : undefined,
  }));
  const row = (v: Element, y: Element, tag: number): Element => add(combine([v, y], beta), times(gamma, BigInt(tag)));
  const looked = lookups.map((l, j) =>
    mul(rowSide.select(rows.point, j), row(columns[j]!.v, columns[j]!.y ?? zero, l.table)),
  );
  check(equal(rows.q, add(alpha, sum(looked))), 'the columns are not the leaves of the looked-up rows');
  const listed = tables.map((table, t) => {
    const at = suffix(ends.point, table.variables);
    return mul(
      tableSide.select(ends.point, t),
      row(extension(table.values, at), extension(table.outputs ?? [], at), t),
    );
  });
  check(equal(ends.q, add(alpha, sum(listed))), 'the tables are not the leaves of the table rows');
  const counted = multiplicities.map((m, t) => mul(tableSide.select(ends.point, t), m));
  check(equal(ends.p, sum(counted)), 'the multiplicities are not the numerators of the table rows');
  return {
    point: rows.point,
    columns,
    multiplicities: multiplicities.map((value, t) => ({ point: suffix(ends.point, tables[t]!.variables), value })),
  };
}
