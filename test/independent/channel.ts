/** The channel of section 4 from the verifier's side, and the sumcheck of section 5. */

import { blake3 } from '@noble/hashes/blake3.js';
import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import * as F from './field.ts';

const { add, check, combine, equal, mul, one, P, sub, times } = F;
const uint32 = (n: number): Buffer => Buffer.from([n, n >> 8, n >> 16, n >> 24]);
/** F.Fs of F_p, four bytes each. */
export function integers(bytes: Buffer): bigint[] {
  const values = Array.from({ length: bytes.length / 4 }, (_, k) => bytes.readUInt32LE(4 * k));
  check(Math.max(0, ...values) < P, 'an element is not canonical');
  return values.map(BigInt);
}

export function openChannel(proof: Buffer, context: string) {
  const sponge = turboshake128.create({ D: 0x1f });
  let [offset, draws] = [0, 0];
  const frame = (kind: number, label: string, count: number, payload: Uint8Array): void => {
    const isLong = payload.length > 1024;
    sponge.update(Uint8Array.of(kind + (isLong ? 0x80 : 0), label.length)).update(Buffer.from(label));
    sponge.update(uint32(count)).update(isLong ? blake3(payload) : payload);
  };
  const absorb = (label: string, bytes: Uint8Array): void => frame(1, label, bytes.length, bytes);
  const hint = (length: number): Buffer => {
    offset += length;
    check(offset <= proof.length, 'the proof ends early');
    return proof.subarray(offset - length, offset);
  };
  const bytes = (label: string, length: number): Buffer => {
    frame(2, label, length, proof.subarray(offset, offset + length));
    return hint(length);
  };
  const elements = (label: string, count: number): F.F[] => {
    frame(3, label, count, proof.subarray(offset, offset + 16 * count));
    return Array.from({ length: count }, () => integers(hint(16)));
  };
  const output = (kind: number, label: string, count: number, bits = 0): ((length: number) => Buffer) => {
    frame(kind, label, count, Uint8Array.of(...uint32(draws++), bits));
    const after = sponge.clone();
    return (length) => Buffer.from(after.xof(length));
  };
  const draw = (label: string, count = 1): F.F[] => {
    const next = output(4, label, count);
    const coordinate = (word: Buffer): bigint => {
      const value = word.readUInt32LE() % 2 ** 31;
      return value < P ? BigInt(value) : coordinate(next(4));
    };
    const element = (words: Buffer): F.F => [0, 4, 8, 12].map((start) => coordinate(words.subarray(start)));
    return Array.from({ length: count }, () => element(next(16)));
  };
  const drawIndices = (label: string, count: number, bits: number): number[] => {
    const next = output(5, label, count, bits);
    return Array.from({ length: count }, () => next(4).readUInt32LE() % 2 ** bits);
  };
  const drawBytes = (label: string): Buffer => output(6, label, 32)(32);
  const texts = { protocol: 'ternary-gkr/1', field: 'KoalaBear^4', context };
  for (const [label, text] of Object.entries(texts)) absorb(label, Buffer.from(text));
  return { absorb, hint, bytes, elements, draw, drawIndices, drawBytes, left: (): number => proof.length - offset };
}

export type Channel = ReturnType<typeof openChannel>;
/** A claim about a sum over a cube; of a relation, over a weight that the verifier evaluates times one factor, which is sent. */
export type Instance = { readonly variables: number; readonly claim: F.F };
export type Relation = Instance & { readonly weight: (point: F.Point) => F.F };

/** A run in degree 2, weighted if there is a weight. What remains: Σ λ^j·g_j(suffix) is the value. */
export function run(channel: Channel, instances: readonly Instance[], weight?: F.Point) {
  const rounds = Math.max(...instances.map(({ variables }) => variables));
  const lambda = instances.length > 1 ? channel.draw('batch')[0] : one;
  const scaled = instances.map(({ claim, variables }) => times(claim, weight ? 1n : 2n ** BigInt(rounds - variables)));
  let [point, value]: [F.Point, F.F] = [[], combine(scaled, lambda)];
  for (let round = 0; round < rounds; round++) {
    const [first, last] = channel.elements('round', 2);
    const constant = weight ? sub(value, mul(weight[round], add(first, last))) : first;
    const linear = weight ? first : sub(sub(value, add(first, first)), last);
    point = [...point, ...channel.draw('bind')];
    value = combine([constant, linear, last], point[round]);
  }
  return { point, value, lambda };
}

/** The claims that remain: the factors are values at the relations' suffixes of the point. */
export function relate(channel: Channel, relations: readonly Relation[]) {
  const { point, value, lambda } = run(channel, relations);
  const factors = channel.elements('factors', relations.length);
  const ends = relations.map(({ variables, weight }, j) => mul(weight(F.suffix(point, variables)), factors[j]));
  check(equal(combine(ends, lambda), value), 'the factors do not give the last value of a run');
  return { point, factors };
}
