/** Parameters (section 14) and opening (section 13) of one vector, the columns of a proof, in a chain of one level. */

import { blake3 } from '@noble/hashes/blake3.js';
import { type Channel, integers, type Relation, relate } from './channel.ts';
import { check, combine, dot, equal, expand, of, P, power } from './field.ts';

type Matrix = { rows: number; variables: number; kind: string; digestLength: number };
type Size = { used: number; variables: number };
type Text = { levels: Level[] };
type Level = { columnVariables: number; rateBits: number; queries: number; grindingBits: number; matrices: Matrix[] };

const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
/** 1/|F|, in units of 2^-160 as all errors are. */
const UNIT = divideUp(2n ** 160n, P ** 4n);

/** Parameters that were chosen elsewhere, refused unless they are of these columns, in their one spelling, and sound. */
export function readParameters(text: string, { used, variables }: Size, errorCount: number): Level {
  const { columnVariables: k, rateBits, queries, grindingBits, matrices } = (JSON.parse(text) as Text).levels[0];
  const { digestLength } = matrices[0];
  const slack = [k, variables - k, rateBits - 1, 24 - k - rateBits, queries - 1, grindingBits, 24 - grindingBits];
  const areWithin = [...slack, digestLength - 1, 32 - digestLength].every((n) => Number.isInteger(n) && n >= 0);
  check(areWithin, 'a parameter is out of range');
  const [folded, n] = [variables - k, 2 ** (k + rateBits)];
  const right = n - Math.floor((n - 2 ** k) / 2) - 1;
  let miss = 2n ** 160n;
  for (let i = 0; i < Math.min(queries, n); i++) miss = divideUp(miss * BigInt(Math.max(0, right - i)), BigInt(n - i));
  const error = UNIT * BigInt(errorCount + 2 * variables + folded * n) + divideUp(miss, 2n ** BigInt(grindingBits));
  check(error + 2n ** 32n + 2n ** BigInt(160 - 4 * digestLength) <= 2n ** 60n, 'the errors add up to more than 2^-100');
  let hundredths = 0;
  while (BigInt(folded) ** 100n > 2n ** BigInt(hundredths)) hundredths++;
  const proximityBits = folded === 0 ? null : (12395 - hundredths - 100 * (k + rateBits)) / 100;
  const own = [{ rows: Math.ceil(used / 2 ** k), variables, kind: 'base', digestLength }];
  const level = { columnVariables: k, rateBits, matrices: own, queries, grindingBits, proximityBits };
  const whole = { fieldBits: 123.95, levels: [level], places: [0], isPoint: false };
  check(JSON.stringify(whole) === text, 'the text is not that of its parameters');
  return level;
}

const [LEAF, NODE] = ['leaf', 'node'].map((what) => blake3(Buffer.from(`ternary-gkr merkle ${what} 1`)));

/** The columns at the positions, each of so many bytes, which lead to the root by digests shortened to `short` bytes. */
export function readColumns(channel: Channel, size: number, short: number, root: Buffer, at: number[], depth: number) {
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
  check(root.equals(known.get(0) ?? zeros), 'a column does not lead to the root');
  return columns;
}

/** Nothing remains of the relation on the vector behind the root. */
export function open(channel: Channel, level: Level, root: Buffer, relation: Relation): void {
  const { columnVariables: k, rateBits, queries, grindingBits, matrices } = level;
  const { point, factors } = relate(channel, [relation]);
  const row = channel.elements('row', 2 ** k);
  const seed = channel.drawBytes('work');
  const work = Buffer.from(blake3(Buffer.concat([seed, channel.bytes('nonce', 4)]))).readUInt32BE();
  check(work < 2 ** (32 - grindingBits), 'the nonce has too few zero bits');
  const all = Array.from({ length: 2 ** (k + rateBits) }, (_, i) => i);
  const areFew = 2 * queries <= all.length;
  const [due, drawn] = [areFew ? queries : Math.max(0, all.length - queries), new Set<number>()];
  const draw = (count: number): number[] => channel.drawIndices('positions', count, k + rateBits);
  while (drawn.size < due) for (const i of draw(due - drawn.size)) drawn.add(i);
  const at = all.filter((i) => drawn.has(i) === areFew);
  const weights = expand(point.slice(0, point.length - k));
  const columns = readColumns(channel, 4 * matrices[0].rows, matrices[0].digestLength, root, at, k + rateBits);
  const xs = at.map((position) => power(power(3n, (P - 1n) >> BigInt(k + rateBits)), BigInt(position)));
  const isEncoded = xs.every((x, j) => equal(combine(row, of(x)), dot(integers(columns[j]).map(of), weights)));
  check(equal(dot(row, expand(point.slice(point.length - k))), factors[0]), 'the last row does not have the value');
  check(isEncoded, 'the last row is not what the columns encode');
}
