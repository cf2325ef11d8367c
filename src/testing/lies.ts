// The catalogue of lies about one step of a transcript, each with a name. It goes through values and kinds of lies
// first and ends in random ones, so that there are always more. A lie may happen to change nothing: the caller
// compares.

import type { Field } from '../field/field.ts';
import type { Change, Content, Step } from './lying-channel.ts';
import { pick, type Random, randomElement } from './random.ts';

/**
 * A change at one step, with a name.
 *
 * @example
 * ```ts
 * import type { Lie } from 'ternary-gkr/testing';
 *
 * const lie: Lie<bigint> = { name: 'one more', change: { at: 0, elements: ([value]) => [value + 1n] } };
 * ```
 */
export interface Lie<E> {
  readonly name: string;
  readonly change: Change<E>;
}

/**
 * The material of lies.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { type Material, seeded } from 'ternary-gkr/testing';
 *
 * const material: Material<bigint> = { field: bn254, random: seeded(1), others: [] };
 * ```
 */
export interface Material<E> {
  readonly field: Field<E>;
  readonly random: Random;
  /** Contents that honest provers sent at other steps of the kind, or at this step of another proof. */
  readonly others: readonly Content<E>[];
}

type ElementLie<E> = (values: readonly E[], at: number, material: Material<E>) => readonly E[];

const put = <T>(values: readonly T[], at: number, value: T): readonly T[] =>
  values.map((old, k) => (k === at ? value : old));

/** One value changed by itself. */
const alone =
  <E>(change: (value: E, field: Field<E>) => E): ElementLie<E> =>
  (values, at, { field }) =>
    put(values, at, change(values[at], field));

/** Returns values that an honest prover sent elsewhere; the same values if there are none. */
function elementsElsewhere<E>({ others, random }: Material<E>, own: readonly E[]): readonly E[] {
  const lists = others.flatMap((content) => (content.form === 'elements' ? [content.values] : []));
  return lists.length === 0 ? own : pick(random, lists);
}

function elementLies<E>(): readonly (readonly [string, ElementLie<E>])[] {
  return [
    ['one more', alone((v, f) => f.add(v, f.one))],
    ['zero', alone((_, f) => f.zero)],
    ['negated', alone((v, f) => f.neg(v))],
    ['a value of another proof', (values, at, m) => put(values, at, elementsElsewhere(m, values)[at] ?? values[at])],
    ['one less', alone((v, f) => f.sub(v, f.one))],
    ['two values exchanged', (values, at) => exchanged(values, at, (at + 1) % values.length)],
    ['one more, the next one less', (values, at, { field }) => cancelling(field, values, at)],
    ['one', alone((_, f) => f.one)],
    ['doubled', alone((v, f) => f.add(v, v))],
    ['one more in the last coordinate', alone((v, f) => f.add(v, lastCoordinate(f)))],
    [
      'its first coordinate alone',
      alone((v, f) => f.fromCoefficients([...f.toCoefficients(v).slice(0, 1), ...zeros(f)])),
    ],
    ['the whole message of another proof', (values, _, m) => elementsElsewhere(m, values)],
    ['all zero', (values, _, { field }) => values.map(() => field.zero)],
    ['all turned by one place', (values) => [...values.slice(1), ...values.slice(0, 1)]],
    ['all times a factor', (values, _, { field, random }) => scaled(field, values, randomElement(field, random))],
    ['squared', alone((v, f) => f.mul(v, v))],
    ['left out', (values, at) => values.filter((_, k) => k !== at)],
    ['twice', (values, at) => values.flatMap((value, k) => (k === at ? [value, value] : [value]))],
  ];
}

const zeros = (field: Field<unknown>): bigint[] => Array.from({ length: field.degree - 1 }, () => 0n);

function lastCoordinate<E>(field: Field<E>): E {
  return field.fromCoefficients([...zeros(field), 1n]);
}

function exchanged<T>(values: readonly T[], a: number, b: number): readonly T[] {
  return values.map((value, k) => (k === a ? values[b] : k === b ? values[a] : value));
}

function cancelling<E>(field: Field<E>, values: readonly E[], at: number): readonly E[] {
  const next = (at + 1) % values.length;
  return values.map((value, k) =>
    k === at ? field.add(value, field.one) : k === next ? field.sub(value, field.one) : value,
  );
}

function scaled<E>(field: Field<E>, values: readonly E[], factor: E): readonly E[] {
  return values.map((value) => field.mul(value, factor));
}

type BytesLie = (bytes: Uint8Array, at: number, material: Material<unknown>) => Uint8Array;

const putByte =
  (change: (byte: number) => number): BytesLie =>
  (bytes, at) =>
    bytes.map((byte, k) => (k === at ? change(byte) : byte));

function bytesElsewhere({ others, random }: Material<unknown>, own: Uint8Array): Uint8Array {
  const lists = others.flatMap((content) => (content.form === 'bytes' ? [content.values] : []));
  return lists.length === 0 ? own : pick(random, lists);
}

const BYTES_LIES: readonly (readonly [string, BytesLie])[] = [
  ['the lowest bit', putByte((byte) => byte ^ 1)],
  ['the bytes of another proof', (bytes, _, material) => bytesElsewhere(material, bytes)],
  ['the highest bit', putByte((byte) => byte ^ 128)],
  ['a byte zero', putByte(() => 0)],
  ['a byte more', putByte((byte) => byte + 1)],
  ['all zero', (bytes) => bytes.map(() => 0)],
  ['all ones', (bytes) => bytes.map(() => 255)],
  ['a value encoded a second time', (bytes, at, { field }) => withCharacteristic(field, bytes, at)],
  ['another value', (bytes, at, { field }) => withOneMore(field, bytes, at)],
  ['two values exchanged', (bytes, at, { field }) => swapBlocks(bytes, at, field.baseByteLength)],
  [
    'a byte of another proof',
    (bytes, at, m) => bytes.map((b, k) => (k === at ? (bytesElsewhere(m, bytes)[k] ?? b) : b)),
  ],
  ['turned by one byte', (bytes) => Uint8Array.of(...bytes.subarray(1), ...bytes.subarray(0, 1))],
  ['a byte short', (bytes) => bytes.slice(0, -1)],
  ['a byte long', (bytes) => Uint8Array.of(...bytes, 0)],
  ['nothing', () => new Uint8Array(0)],
  ['twice', (bytes) => Uint8Array.of(...bytes, ...bytes)],
];

/** Replaces the coordinate c that contains a byte by c + p, if that fits. */
export function withCharacteristic(
  { characteristic, baseByteLength }: Field<unknown>,
  bytes: Uint8Array,
  at: number,
): Uint8Array {
  return addTo(bytes, at - (at % baseByteLength), baseByteLength, characteristic);
}

function withOneMore({ baseByteLength }: Field<unknown>, bytes: Uint8Array, at: number): Uint8Array {
  return addTo(bytes, at - (at % baseByteLength), baseByteLength, 1n);
}

/** Adds to a little-endian number of `length` bytes; a carry beyond it is lost. */
function addTo(bytes: Uint8Array, start: number, length: number, summand: bigint): Uint8Array {
  const sum = bytes.slice();
  let carry = summand;
  for (let k = start; k < Math.min(start + length, bytes.length); k++) {
    carry += BigInt(bytes[k]);
    sum[k] = Number(carry & 255n);
    carry >>= 8n;
  }
  return sum;
}

function swapBlocks(bytes: Uint8Array, at: number, size: number): Uint8Array {
  const first = at - (at % size);
  const second = first + size;
  if (second + size > bytes.length) return bytes.slice();
  const swapped = bytes.slice();
  swapped.set(bytes.subarray(second, second + size), first);
  swapped.set(bytes.subarray(first, second), second);
  return swapped;
}

/**
 * Yields endless lies about one step.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, liesAbout, seeded, type Subject, tell } from 'ternary-gkr/testing';
 *
 * // a prover that sends 7, a verifier that checks it
 * const subject: Subject<bigint> = {
 *   name: 'seven',
 *   field: bn254,
 *   prove: (channel) => channel.send('value', [7n]),
 *   verify: channelVerifier((channel, field) => {
 *     if (!field.equal(channel.receive('value', 1)[0], 7n)) throw new Rejection('claim', 'value', 'not 7');
 *   }),
 * };
 * const { steps } = await tell(subject);
 * // endless
 * const lies = liesAbout(steps[0], { field: bn254, random: seeded(1), others: [] });
 * console.log(lies.next().value.name); // one more, value 0
 * ```
 */
export function* liesAbout<E>(step: Step<E>, material: Material<E>): Generator<Lie<E>, never> {
  const { content, index: at } = step;
  const { field, random } = material;
  const { length } = content.values;
  if (content.form === 'elements') {
    const catalogue = elementLies<E>();
    for (const [name, turn, place] of placed(catalogue, length, random)) {
      yield { name: `${name}, value ${place}`, change: { at, elements: (values) => turn(values, place, material) } };
    }
    for (;;) {
      const value = randomElement(field, random);
      const place = random(Math.max(1, length));
      yield { name: `a random value, value ${place}`, change: { at, elements: (values) => put(values, place, value) } };
    }
  }
  if (content.form === 'indices') {
    for (;;) {
      const place = random(Math.max(1, length));
      const bit = 1 << random(4);
      yield {
        name: `another position, place ${place}`,
        change: { at, indices: (values) => values.map((value, k) => (k === place ? value ^ bit : value)) },
      };
    }
  }
  for (const [name, turn, place] of placed(BYTES_LIES, length, random)) {
    yield { name: `${name}, byte ${place}`, change: { at, bytes: (bytes) => turn(bytes, place, material) } };
  }
  for (;;) {
    const [place, byte] = [random(Math.max(1, length)), 1 + random(255)];
    yield {
      name: `another byte, byte ${place}`,
      change: { at, bytes: (bytes) => bytes.map((old, k) => (k === place ? old ^ byte : old)) },
    };
  }
}

/** Every lie of a catalogue at some place, then again at others: at most three times each. */
function* placed<T>(
  catalogue: readonly (readonly [string, T])[],
  length: number,
  random: Random,
): Generator<readonly [string, T, number]> {
  const rounds = Math.min(3, length);
  const first = random(Math.max(1, length));
  for (let round = 0; round < rounds; round++) {
    for (const [k, [name, turn]] of catalogue.entries()) yield [name, turn, (first + k + round) % length];
  }
}
