/** Openings of several vectors by several levels, section 13. */

import { blake3 } from '@noble/hashes/blake3.js';
import { type Channel, integers, type Relation, relate } from './channel.ts';
import * as F from './field.ts';
import type { Level, Matrix, Parameters } from './parameters.ts';

export type Member = { root: Buffer; relation: Relation };

const [LEAF, NODE] = ['leaf', 'node'].map((what) => blake3(Buffer.from(`ternary-gkr merkle ${what} 1`)));

/**
 * The columns at the positions, each of `length` bytes, which lead to the root by digests shortened to `short` bytes.
 */
function readColumns(channel: Channel, size: number, short: number, root: Buffer, at: number[], depth: number) {
  const columns = at.map(() => channel.hint(size));
  const digest = (key: Uint8Array, bytes: Buffer): Buffer => Buffer.from(blake3(bytes, { key }).slice(0, short));
  const zeros = Buffer.alloc(32 - short);
  let known = new Map(at.map((position, j) => [position, digest(LEAF, columns[j])]));
  for (let height = 0; height < depth; height++) {
    const above = new Map<number, Buffer>();
    for (const [node, own] of known) {
      if (above.has(node >> 1)) continue;
      const sibling = known.get(node ^ 1) ?? channel.hint(short);
      const [left, right] = node & 1 ? [sibling, own] : [own, sibling];
      above.set(node >> 1, digest(NODE, Buffer.concat([left, zeros, right, zeros])));
    }
    known = above;
  }
  F.check(root.equals(known.get(0) ?? zeros), 'a column does not lead to the root');
  return columns;
}

function drawPositions(channel: Channel, { columnVariables, rateBits, queries }: Level): number[] {
  const bits = columnVariables + rateBits;
  const all = Array.from({ length: 2 ** bits }, (_, i) => i);
  const areFew = 2 * queries <= all.length;
  const due = areFew ? queries : Math.max(0, all.length - queries);
  const drawn = new Set<number>();
  while (drawn.size < due) for (const i of channel.drawIndices('positions', due - drawn.size, bits)) drawn.add(i);
  return all.filter((i) => drawn.has(i) === areFew);
}

/** The elements of the columns at the positions. */
function readElements(channel: Channel, matrix: Matrix, root: Buffer, at: number[], depth: number): F.F[][] {
  const { rows, kind, digestLength } = matrix;
  const columns = readColumns(channel, rows * (kind === 'base' ? 4 : 16), digestLength, root, at, depth);
  const elements = (values: readonly bigint[]): F.F[] =>
    Array.from({ length: values.length / 4 }, (_, i) => values.slice(4 * i, 4 * i + 4));
  return columns.map((column) => (kind === 'base' ? integers(column).map(F.of) : elements(integers(column))));
}

/** The value of each level at its point; nothing remains. */
export function openLevels(channel: Channel, { levels, places }: Parameters, members: readonly Member[]): F.F[] {
  const values: F.F[] = [];
  let running: Member | undefined;
  for (const [l, level] of levels.entries()) {
    const k = level.columnVariables;
    const standing = [...(running ? [running] : []), ...members.filter((_, member) => places[member] === l)];
    const { point: y, factors } = relate(
      channel,
      standing.map(({ relation }) => relation),
    );
    const [yRows, yColumns] = [y.slice(0, y.length - k), F.suffix(y, k)];
    const selectors = F.log2(standing.length);
    const chosen = F.expand(selectors > 0 ? channel.draw('selector', selectors) : []);
    const zeros = (point: F.Point): F.F => F.expand(point)[0];
    const scales = level.matrices.map(({ variables }, b) => F.mul(chosen[b], zeros(y.slice(0, y.length - variables))));
    const v = F.dot(scales, factors);
    values.push(v);
    const isLast = l === levels.length - 1;
    const row = isLast ? channel.elements('row', 2 ** k) : [];
    if (isLast) F.check(F.equal(F.dot(row, F.expand(yColumns)), v), 'the last row does not have the value');
    const nextRoot = isLast ? Buffer.of() : channel.bytes('root', levels[l + 1].matrices[0].digestLength);
    const seed = channel.drawBytes('work');
    const work = Buffer.from(blake3(Buffer.concat([seed, channel.bytes('nonce', 4)]))).readUInt32BE();
    F.check(work < 2 ** (32 - level.grindingBits), 'the nonce has too few zero bits');
    const at = drawPositions(channel, level);
    let u = at.map(() => F.zero);
    for (const [b, matrix] of level.matrices.entries()) {
      const n = Math.max(0, matrix.variables - k);
      const scale = F.mul(chosen[b], zeros(yRows.slice(0, yRows.length - n)));
      const weights = F.expand(F.suffix(yRows, n)).map((weight) => F.mul(scale, weight));
      const columns = readElements(channel, matrix, standing[b].root, at, k + level.rateBits);
      u = u.map((total, j) => F.add(total, F.dot(columns[j], weights)));
    }
    const root = F.power(3n, (F.P - 1n) >> BigInt(k + level.rateBits));
    const xs = at.map((position) => F.power(root, BigInt(position)));
    if (isLast) {
      const isEncoded = xs.every((x, j) => F.equal(F.combine(row, F.of(x)), u[j]));
      F.check(isEncoded, 'the last row is not what the columns encode');
      break;
    }
    const [gamma] = channel.draw('queries');
    const powers = (x: bigint, end: F.Point): F.F =>
      F.product(end.map((e, i) => F.add(F.one, F.times(e, F.power(x, 2n ** BigInt(k - 1 - i)) - 1n))));
    const weight = (end: F.Point): F.F => F.combine([F.eq(yColumns, end), ...xs.map((x) => powers(x, end))], gamma);
    running = { root: nextRoot, relation: { variables: k, claim: F.combine([v, ...u], gamma), weight } };
  }
  return values;
}
