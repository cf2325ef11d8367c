/** The recursive opening, section 13, of members each with a relation on it; nothing remains. */

import { blake3 } from '@noble/hashes/blake3.js';
import { type Channel, type Relation, relate } from './channel.ts';
import * as F from './field.ts';

export interface Matrix {
  readonly rows: number;
  readonly variables: number;
  readonly kind: 'base' | 'extension';
  readonly digestLength: number;
}

export interface Level {
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly matrices: readonly Matrix[];
  readonly queries: number;
  readonly grindingBits: number;
  readonly proximityBits: number | null;
}

export interface Parameters {
  readonly fieldBits: number;
  readonly levels: readonly Level[];
  readonly places: readonly number[];
  readonly isPoint: boolean;
}

export interface Member {
  readonly root: Uint8Array;
  readonly relation: Relation;
}

const LEAF_KEY = blake3(Buffer.from('ternary-gkr merkle leaf 1'));
const NODE_KEY = blake3(Buffer.from('ternary-gkr merkle node 1'));

function positions(channel: Channel, { columnVariables, rateBits, queries }: Level): number[] {
  const bits = columnVariables + rateBits;
  const all = Array.from({ length: 2 ** bits }, (_, i) => i);
  const few = 2 * queries <= all.length;
  const due = few ? queries : Math.max(0, all.length - queries);
  const drawn = new Set<number>();
  while (drawn.size < due) for (const i of channel.indices('positions', due - drawn.size, bits)) drawn.add(i);
  return all.filter((i) => drawn.has(i) === few);
}

/** The columns at the positions, after their paths were found to lead to the root. */
function columns(
  channel: Channel,
  { rows, kind, digestLength }: Matrix,
  top: Uint8Array,
  at: readonly number[],
  depth: number,
): F.Element[][] {
  const length = rows * (kind === 'base' ? 4 : 16);
  const leaves = channel.hint('columns', at.length * length);
  const digest = (key: Uint8Array, message: Uint8Array): Uint8Array => blake3(message, { key }).slice(0, digestLength);
  const leaf = (j: number): Uint8Array => leaves.subarray(j * length, (j + 1) * length);
  let known = new Map(at.map((position, j) => [position, digest(LEAF_KEY, leaf(j))]));
  const missing: number[] = [];
  for (let nodes = [...at], level = 0; level < depth; level++) {
    missing.push(nodes.filter((node) => !nodes.includes(node ^ 1)).length);
    nodes = [...new Set(nodes.map((node) => node >> 1))];
  }
  const paths = channel.hint('paths', missing.reduce((a, b) => a + b, 0) * digestLength);
  let offset = 0;
  for (let level = 0; level < depth; level++) {
    const above = new Map<number, Uint8Array>();
    for (const node of known.keys()) {
      if (above.has(node >> 1)) continue;
      const sibling = known.get(node ^ 1) ?? paths.subarray(offset, offset + digestLength);
      if (!known.has(node ^ 1)) offset += digestLength;
      const pair = new Uint8Array(64);
      pair.set(known.get(node)!, 32 * (node & 1));
      pair.set(sibling, 32 * (1 - (node & 1)));
      above.set(node >> 1, digest(NODE_KEY, pair));
    }
    known = above;
  }
  F.check(Buffer.compare(known.get(0)!, top) === 0, 'a column does not lead to the root');
  return at.map((_, j) => (kind === 'base' ? F.integers(leaf(j)).map(F.of) : F.elements(leaf(j))));
}

function checkWork(seed: Uint8Array, nonce: Uint8Array, bits: number): void {
  const hash = Buffer.from(blake3(Buffer.concat([seed, nonce]))).readUInt32BE();
  F.check(hash < 2 ** (32 - bits), 'the nonce has too few zero bits');
}

export function open(channel: Channel, { levels, places }: Parameters, members: readonly Member[]): void {
  let running: { root: Uint8Array; relation: Relation } | undefined;
  for (const [l, level] of levels.entries()) {
    const standing = [...(running ? [running] : []), ...members.filter((_, member) => places[member] === l)];
    const { point: y, factors: values } = relate(
      channel,
      standing.map((member) => member.relation),
    );
    const k = level.columnVariables;
    const [yRows, yColumns] = [y.slice(0, y.length - k), F.suffix(y, k)];
    const bits = Math.ceil(Math.log2(standing.length));
    const selector = bits ? channel.draw('selector', bits) : [];
    const chosen = standing.map((_, b) => F.eqIndex(selector, b));
    const zeros = (point: F.Point): F.Element => F.eqIndex(point, 0);
    const v = F.sum(
      level.matrices.map((m, b) => F.product([chosen[b]!, zeros(y.slice(0, y.length - m.variables)), values[b]!])),
    );
    const last = l === levels.length - 1;
    const row = last ? channel.elements('row', 2 ** k) : [];
    const nextRoot = last ? undefined : channel.bytes('root', levels[l + 1]!.matrices[0]!.digestLength);
    const seed = channel.drawBytes('work');
    checkWork(seed, channel.bytes('nonce', 4), level.grindingBits);
    const at = positions(channel, level);
    let u = at.map(() => F.sum([]));
    for (const [b, matrix] of level.matrices.entries()) {
      const n = Math.max(0, matrix.variables - k);
      const scale = F.mul(chosen[b]!, zeros(yRows.slice(0, yRows.length - n)));
      const weights = F.expand(F.suffix(yRows, n));
      const read = columns(channel, matrix, standing[b]!.root, at, k + level.rateBits);
      u = u.map((total, j) => F.add(total, F.mul(scale, F.sum(read[j]!.map((x, i) => F.mul(weights[i]!, x))))));
    }
    const xs = at.map((position) => F.power(F.root(k + level.rateBits), BigInt(position)));
    if (nextRoot === undefined) {
      const weights = F.expand(yColumns);
      F.check(F.equal(F.sum(row.map((t, i) => F.mul(t, weights[i]!))), v), 'the last row does not have the value');
      F.check(
        xs.every((x, j) => F.equal(F.combine(row, F.of(x)), u[j]!)),
        'the last row is not what the columns encode',
      );
      return;
    }
    const gamma = channel.draw('queries')[0]!;
    const weight = (end: F.Point): F.Element => {
      const queried = xs.map((x) =>
        F.product(end.map((e, i) => F.add(F.one, F.times(e, F.power(x, 2n ** BigInt(k - 1 - i)) - 1n)))),
      );
      return F.combine([F.eq(yColumns, end), ...queried], gamma);
    };
    running = { root: nextRoot, relation: { variables: k, claim: F.combine([v, ...u], gamma), weight } };
  }
}
