/** Lookups, section 6. */

import { type Channel, run } from './channel.ts';
import * as F from './field.ts';
import type { Lookup, Table } from './plan.ts';

const { add, check, combine, dot, equal, extension, mul, one, pack, sub, suffix, sum, times, zero } = F;

/** Claims on the leaves of two trees of fractions with one sum: points, numerators and denominators. */
function fractions(channel: Channel, depths: readonly number[]) {
  const roots = channel.elements('roots', 4);
  const claims = [0, 2].map((at) => ({ point: [] as F.Point, p: roots[at], q: roots[at + 1] }));
  const [rows, ends] = claims;
  check(depths[0] > 0 || equal(rows.p, one), 'the numerator of the only row is not 1');
  check(!equal(rows.q, zero) && !equal(ends.q, zero), 'a denominator of the roots is zero');
  check(equal(mul(rows.p, ends.q), mul(ends.p, rows.q)), 'the two sums of fractions differ');
  let point: F.Point = [];
  for (let layer = 0; layer < Math.max(...depths); layer++) {
    const trees = [0, 1].filter((tree) => depths[tree] > layer);
    const [fold] = channel.draw('fold');
    const folded = trees.map((tree) => ({ variables: layer, claim: combine([claims[tree].p, claims[tree].q], fold) }));
    const end = run(channel, folded, point);
    const isUnit = (tree: number): boolean => tree === 0 && depths[0] === layer + 1;
    const sent = channel.elements('halves', 4 * trees.length - (trees.some(isUnit) ? 2 : 0));
    const halves = trees.map((tree) => [...(isUnit(tree) ? [one, one] : sent.splice(0, 2)), ...sent.splice(0, 2)]);
    const sums = halves.map(([a, b, c, d]) => combine([add(mul(a, d), mul(b, c)), mul(c, d)], fold));
    check(equal(combine(sums, end.lambda), end.value), `layer ${layer} of the fractions does not hold`);
    const [child] = channel.draw('child');
    const between = (a: F.F, b: F.F): F.F => add(a, mul(child, sub(b, a)));
    point = [child, ...end.point];
    for (const [i, [a, b, c, d]] of halves.entries()) claims[trees[i]] = { point, p: between(a, b), q: between(c, d) };
  }
  return claims;
}

/** Values of the looked-up columns at suffixes of the row point, and claims on multiplicities. */
export function lookUp(channel: Channel, tables: readonly Table[], lookups: readonly Lookup[]) {
  const [rowSide, tableSide] = [lookups, tables].map((side) => pack(side.map((each) => each.variables)));
  const [alpha, beta, gamma] = channel.draw('row', 3);
  const [rows, ends] = fractions(channel, [rowSide.variables, tableSide.variables]);
  const widths = lookups.map(({ table }) => (tables[table].outputs ? 2 : 1));
  const outputCount = widths.filter((width) => width === 2).length;
  const sent = channel.elements('columns', lookups.length + outputCount);
  const columns = lookups.map(({ variables }, l) => {
    const [v, y = zero] = sent.splice(0, widths[l]);
    return { point: suffix(rows.point, variables), v, y };
  });
  const counted = channel.elements('multiplicities', tables.length);
  const points = tables.map(({ variables }) => suffix(ends.point, variables));
  const row = (v: F.F, y: F.F, tag: number): F.F => add(combine([v, y], beta), times(gamma, BigInt(tag)));
  const looked = columns.map(({ v, y }, l) => mul(rowSide.select(rows.point, l), row(v, y, lookups[l].table)));
  check(equal(rows.q, sum([alpha, ...looked])), 'the columns are not the leaves of the looked-up rows');
  const selected = tables.map((_, t) => tableSide.select(ends.point, t));
  const at = (values: readonly bigint[], t: number): F.F => extension(values, points[t]);
  const listed = tables.map(({ values, outputs = [] }, t) => row(at(values, t), at(outputs, t), t));
  check(equal(ends.q, add(alpha, dot(selected, listed))), 'the tables are not the leaves of the table rows');
  check(equal(ends.p, dot(selected, counted)), 'the multiplicities are not the numerators of the table rows');
  return { point: rows.point, columns, multiplicities: counted.map((value, t) => ({ point: points[t], value })) };
}
