/** The channel of section 4 from the verifier's side, and the sumcheck of section 5. */

import { blake3 } from '@noble/hashes/blake3.js';
import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import {
  add,
  check,
  combine,
  type Element,
  elements,
  equal,
  mul,
  one,
  P,
  type Point,
  sub,
  suffix,
  times,
} from './field.ts';

/** Operation, label, count, and in hexadecimal what was absorbed or drawn. */
export type Step = readonly (string | number)[];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const uint32 = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

export class Channel {
  readonly #steps: Step[];
  readonly #proof: Uint8Array;
  readonly #sponge = turboshake128.create({ D: 0x1f });
  #offset = 0;
  #draws = 0;

  constructor(context: string, proof: Uint8Array, steps: Step[]) {
    this.#steps = steps;
    this.#proof = proof;
    this.absorb('protocol', Buffer.from('ternary-gkr/1'));
    this.absorb('field', Buffer.from('KoalaBear^4'));
    this.absorb('context', Buffer.from(context));
  }

  #frame(kind: number, label: string, count: number, payload: Uint8Array): void {
    const hashed = payload.length > 1024;
    this.#sponge.update(Uint8Array.of(kind + (hashed ? 0x80 : 0), label.length)).update(Buffer.from(label));
    this.#sponge.update(uint32(count)).update(hashed ? blake3(payload) : payload);
  }

  #take(length: number): Uint8Array {
    check(this.#offset + length <= this.#proof.length, 'the proof ends early');
    this.#offset += length;
    return this.#proof.subarray(this.#offset - length, this.#offset);
  }

  #output(kind: number, label: string, count: number, bits: number): (length: number) => Uint8Array {
    this.#frame(kind, label, count, Uint8Array.of(...uint32(this.#draws++), bits));
    const output = this.#sponge.clone();
    return (length) => output.xof(length);
  }

  absorb(label: string, bytes: Uint8Array): void {
    this.#steps.push(['absorb', label, bytes.length, hex(bytes)]);
    this.#frame(1, label, bytes.length, bytes);
  }

  bytes(label: string, length: number): Uint8Array {
    this.#steps.push(['send bytes', label, length]);
    const bytes = this.#take(length);
    this.#frame(2, label, length, bytes);
    return bytes;
  }

  elements(label: string, count: number): Element[] {
    this.#steps.push(['send', label, count]);
    const bytes = this.#take(16 * count);
    this.#frame(3, label, count, bytes);
    return elements(bytes);
  }

  draw(label: string, count = 1): Element[] {
    const read = this.#output(4, label, count, 0);
    const word = (bytes: Uint8Array, k: number): number => Buffer.from(bytes).readUInt32LE(4 * k) % 2 ** 31;
    const drawn = Array.from({ length: count }, () => {
      const first = read(16);
      return [0, 1, 2, 3].map((k) => {
        let value = word(first, k);
        while (value >= Number(P)) value = word(read(4), 0);
        return value;
      });
    });
    this.#steps.push(['draw', label, count, drawn.map((x) => hex(uint32(...x))).join('')]);
    return drawn.map((x) => x.map(BigInt));
  }

  indices(label: string, count: number, bits: number): number[] {
    const read = this.#output(5, label, count, bits);
    const drawn = Array.from({ length: count }, () => Buffer.from(read(4)).readUInt32LE() % 2 ** bits);
    this.#steps.push(['draw indices', label, count, drawn.join(' ')]);
    return drawn;
  }

  drawBytes(label: string): Uint8Array {
    const drawn = this.#output(6, label, 32, 0)(32);
    this.#steps.push(['draw bytes', label, 32, hex(drawn)]);
    return drawn;
  }

  hint(label: string, length: number): Uint8Array {
    this.#steps.push(['hint', label, length]);
    return this.#take(length);
  }

  finish(): void {
    check(this.#offset === this.#proof.length, 'the proof has bytes left');
  }
}

export interface Instance {
  readonly variables: number;
  readonly claim: Element;
}

/** A run in degree 2, weighted if there is a weight. What remains: the sum of λ^j·g_j(suffix) is `value`. */
export function run(channel: Channel, instances: readonly Instance[], weight?: Point) {
  const variables = Math.max(...instances.map((instance) => instance.variables));
  const lambda = instances.length > 1 ? channel.draw('batch')[0]! : one;
  const scaled = instances.map(({ claim, variables: n }) =>
    weight ? claim : times(claim, 2n ** BigInt(variables - n)),
  );
  let value = combine(scaled, lambda);
  const point: Element[] = [];
  for (let round = 0; round < variables; round++) {
    const [first, second] = channel.elements('round', 2) as [Element, Element];
    const constant = weight ? sub(value, mul(weight[round]!, add(first, second))) : first;
    const linear = weight ? first : sub(sub(value, add(first, first)), second);
    point.push(channel.draw('bind')[0]!);
    value = combine([constant, linear, second], point[round]!);
  }
  return { point, value, lambda };
}

/** Every relation of these proofs is a public weight times one factor, which is sent. */
export interface Relation extends Instance {
  weight(point: Point): Element;
}

/** Claims on the factors, each at its relation's suffix of the point, remain. */
export function relate(channel: Channel, relations: readonly Relation[]) {
  const { point, value, lambda } = run(channel, relations);
  const factors = channel.elements('factors', relations.length);
  const ends = relations.map((relation, j) => mul(relation.weight(suffix(point, relation.variables)), factors[j]!));
  check(equal(combine(ends, lambda), value), 'the factors do not give the last value of a run');
  return { point, factors };
}
