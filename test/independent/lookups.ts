/** Lookups, section 6: claims on the looked-up columns and on the multiplicities remain. */

import { type Channel, run } from './channel.ts';
import * as F from './field.ts';

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
  readonly point: F.Point;
  readonly p: F.Element;
  readonly q: F.Element;
}

/** The claims on the leaves of two trees of fractions of the same sum. */
function fractions(channel: Channel, depths: readonly [number, number]): [Leaf, Leaf] {
  const roots = channel.elements('roots', 4);
  const [p0, q0, p1, q1] = roots as [F.Element, F.Element, F.Element, F.Element];
  const claims: [Leaf, Leaf] = [
    { point: [], p: p0, q: q0 },
    { point: [], p: p1, q: q1 },
  ];
  F.check(depths[0] > 0 || F.equal(p0, F.one), 'the numerator of the only row is not 1');
  F.check(!F.equal(q0, F.zero) && !F.equal(q1, F.zero), 'a denominator of the roots is zero');
  F.check(F.equal(F.mul(p0, q1), F.mul(p1, q0)), 'the two sums of fractions differ');
  let point: F.Point = [];
  for (let layer = 0; layer < Math.max(...depths); layer++) {
    const trees = ([0, 1] as const).filter((tree) => depths[tree] > layer);
    const fold = channel.draw('fold')[0]!;
    const instances = trees.map((tree) => ({
      variables: layer,
      claim: F.combine([claims[tree].p, claims[tree].q], fold),
    }));
    const end = run(channel, instances, point);
    const unit = (tree: number): boolean => tree === 0 && depths[0] === layer + 1;
    const halves = channel.elements(
      'halves',
      trees.reduce<number>((count, tree) => count + (unit(tree) ? 2 : 4), 0),
    );
    const nodes = trees.map((tree) => [...(unit(tree) ? [F.one, F.one] : halves.splice(0, 2)), ...halves.splice(0, 2)]);
    const ends = nodes.map(([a, b, c, d]) => F.combine([F.add(F.mul(a!, d!), F.mul(b!, c!)), F.mul(c!, d!)], fold));
    F.check(F.equal(F.combine(ends, end.lambda), end.value), `layer ${layer} of the fractions does not hold`);
    const child = channel.draw('child')[0]!;
    point = [child, ...end.point];
    for (const [i, tree] of trees.entries()) {
      const [a, b, c, d] = nodes[i] as [F.Element, F.Element, F.Element, F.Element];
      claims[tree] = { point, p: F.add(a, F.mul(child, F.sub(b, a))), q: F.add(c, F.mul(child, F.sub(d, c))) };
    }
  }
  return claims;
}

export function lookUp(channel: Channel, tables: readonly Table[], lookups: readonly Lookup[]) {
  const [rowSide, tableSide] = [F.pack(lookups.map((l) => l.variables)), F.pack(tables.map((t) => t.variables))];
  const [alpha, beta, gamma] = channel.draw('row', 3) as [F.Element, F.Element, F.Element];
  const [rows, ends] = fractions(channel, [rowSide.variables, tableSide.variables]);
  const hasOutputs = (l: Lookup): boolean => tables[l.table]!.outputs !== undefined;
  const sent = channel.elements('columns', lookups.length + lookups.filter(hasOutputs).length);
  const multiplicities = channel.elements('multiplicities', tables.length);
  const columns = lookups.map((l) => ({
    point: F.suffix(rows.point, l.variables),
    v: sent.shift()!,
    y: hasOutputs(l) ? sent.shift()! : undefined,
  }));
  const row = (v: F.Element, y: F.Element, tag: number): F.Element =>
    F.add(F.combine([v, y], beta), F.times(gamma, BigInt(tag)));
  const looked = lookups.map((l, j) =>
    F.mul(rowSide.select(rows.point, j), row(columns[j]!.v, columns[j]!.y ?? F.zero, l.table)),
  );
  F.check(F.equal(rows.q, F.add(alpha, F.sum(looked))), 'the columns are not the leaves of the looked-up rows');
  const listed = tables.map((table, t) => {
    const at = F.suffix(ends.point, table.variables);
    return F.mul(
      tableSide.select(ends.point, t),
      row(F.extension(table.values, at), F.extension(table.outputs ?? [], at), t),
    );
  });
  F.check(F.equal(ends.q, F.add(alpha, F.sum(listed))), 'the tables are not the leaves of the table rows');
  const counted = multiplicities.map((m, t) => F.mul(tableSide.select(ends.point, t), m));
  F.check(F.equal(ends.p, F.sum(counted)), 'the multiplicities are not the numerators of the table rows');
  return {
    point: rows.point,
    columns,
    multiplicities: multiplicities.map((value, t) => ({ point: F.suffix(ends.point, tables[t]!.variables), value })),
  };
}
