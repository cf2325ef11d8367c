// A circuit's run as a statement of its own: "this circuit, on these inputs, gives these outputs", all public.
// Both sides absorb a digest of the circuit, the number of copies, inputs and outputs; a point is drawn, and the
// outputs' extension there is the first claim. The claims on the inputs that remain are compared with the inputs.
//
// Messages: those of protocol.ts. Copies are padded to a power of two with repetitions of the last one.

import { UsageError } from '../../errors.ts';
import { canonicalElement, findNonCanonical, integerFault } from '../../field/canonical.ts';
import type { Field } from '../../field/field.ts';
import { blake3, DIGEST_LENGTH } from '../../hash/blake3.ts';
import type { Claim } from '../../poly/claim.ts';
import { logCeil, type Point } from '../../poly/point.ts';
import { isWithin, overField } from '../../security/error-budget.ts';
import type { Channel } from '../../transcript/channel.ts';
import { type Circuit, outputCount } from './circuit.ts';
import type { LayerValues } from './evaluate.ts';
import { circuitErrorCount, outputVariables } from './protocol.ts';

/** Errors of all challenges of a statement sum to at most 2^−SECURITY_BITS. */
const SECURITY_BITS = 100;

/**
 * Values of inputs or outputs, wire-major: all copies of wire 0, then of wire 1, …. Integers in (−p/2, p/2), at most
 * 2^53 − 1 in absolute value, or elements; an integer and the element that it stands for are one value.
 *
 * @example
 * ```ts
 * import type { CircuitValues } from 'ternary-gkr/gkr';
 *
 * const inputs: CircuitValues<bigint> = [6, 7];
 * ```
 */
export type CircuitValues<E> = readonly number[] | LayerValues<E>;

/**
 * BLAKE3 of the BLAKE3s of a circuit's lists: the input count, and for each layer its width and constants, and its
 * terms, list by list, or the name and the sources of its closed form and whether it has products. Every list has its
 * length before it, and the lists before it tell which one it is, so that no two circuits share their bytes.
 *
 * @param circuit - one that `checkCircuit` returned or accepts: other lists may share their bytes
 *
 * @example
 * ```ts
 * import { adderTreeLayers, circuitDigest } from 'ternary-gkr/gkr';
 *
 * console.log(circuitDigest({ inputCount: 4, layers: adderTreeLayers(4) }).length); // 32
 * ```
 */
export function circuitDigest(circuit: Circuit): Uint8Array {
  const lists: Uint8Array[] = [];
  const put = (values: ArrayLike<number>): void => {
    lists.push(blake3(encodeList(values)));
  };
  put([circuit.inputCount, circuit.layers.length]);
  for (const layer of circuit.layers) {
    const { width, constants, closedForm, hasProducts } = layer;
    put([width, closedForm === undefined ? 0 : hasProducts ? 2 : 1]);
    put(constants ?? []);
    if (closedForm !== undefined) {
      put(new TextEncoder().encode(closedForm.name));
      put([closedForm.sources]);
      continue;
    }
    const { linear, products } = layer.terms();
    for (const list of [linear.gates, linear.sources, linear.coefficients]) put(list);
    for (const list of [products.gates, products.lefts, products.rights, products.coefficients]) put(list);
  }
  const hashes = new Uint8Array(DIGEST_LENGTH * lists.length);
  for (const [k, hash] of lists.entries()) hashes.set(hash, DIGEST_LENGTH * k);
  return blake3(hashes);
}

/**
 * The list's length in 4 bytes, the bytes of a value in one, and the values in 1, 2 or 4 bytes, little-endian: the
 * fewest that hold all of them. Hashing is a good part of what a verifier does for a circuit of many terms.
 */
function encodeList(values: ArrayLike<number>): Uint8Array {
  let least = 0;
  let most = 0;
  for (let k = 0; k < values.length; k++) {
    if (values[k] < least) least = values[k];
    if (values[k] > most) most = values[k];
  }
  const size = least >= -(2 ** 7) && most < 2 ** 7 ? 1 : least >= -(2 ** 15) && most < 2 ** 15 ? 2 : 4;
  const bytes = new Uint8Array(5 + size * values.length);
  new DataView(bytes.buffer).setUint32(0, values.length, true);
  bytes[4] = size;
  for (let k = 0, at = 5; k < values.length; k++, at += size) {
    const value = values[k];
    bytes[at] = value;
    if (size === 1) continue;
    bytes[at + 1] = value >> 8;
    if (size === 2) continue;
    bytes[at + 2] = value >> 16;
    bytes[at + 3] = value >> 24;
  }
  return bytes;
}

/** Returns the number of copies that these inputs make; undefined if it is not an integer. */
export function copiesOf(circuit: Circuit, inputs: ArrayLike<unknown>): number | undefined {
  const copies = inputs.length / circuit.inputCount;
  return Number.isInteger(copies) && copies >= 1 ? copies : undefined;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** A copy of the values, in an array that elements can be put in unless they are 32-bit integers. */
export function copyValues<E>(values: CircuitValues<E>): readonly (number | E)[] | Int32Array {
  return values instanceof Int32Array ? new Int32Array(values) : Array.from<number | E>(values);
}

/**
 * Values as 32-bit integers where they all are such, as elements otherwise.
 *
 * @param refuse - throws, told why the first value that is not in its one encoding (field/canonical.ts) is not
 */
export function toLayerValues<E>(
  field: Field<E>,
  values: readonly (number | E)[] | Int32Array,
  refuse: (fault: string) => never,
): LayerValues<E> {
  const refuseInteger = (k: number): never => refuse(`value ${k}: ${integerFault(field, values[k] as number)}`);
  if (values instanceof Int32Array) {
    const wrong = findNonCanonical(field, values);
    return wrong < 0 ? values : refuseInteger(wrong);
  }
  if (values.every((value) => isNumber(value) && value === (value | 0)))
    return toLayerValues(field, Int32Array.from(values as readonly number[]), refuse);
  const bytes = new Uint8Array(field.byteLength);
  return values.map((value, k): E => {
    if (!isNumber(value)) {
      return canonicalElement(field, value, bytes) ?? refuse(`value ${k} is not a canonical element of ${field.name}`);
    }
    return findNonCanonical(field, [value]) < 0 ? field.fromInteger(value) : refuseInteger(k);
  });
}

/** The values with the copies padded, to be evaluated at points of (wire, copy) variables. */
export function padCopies<E>(values: LayerValues<E>, copies: number): LayerValues<E> {
  const padded = 2 ** logCeil(copies);
  if (padded === copies) return values;
  const at = (k: number): number => Math.floor(k / padded) * copies + Math.min(k % padded, copies - 1);
  const shape = { length: (values.length / copies) * padded };
  return values instanceof Int32Array
    ? Int32Array.from(shape, (_, k) => values[at(k)])
    : Array.from(shape, (_, k) => values[at(k)]);
}

/** The extension of values, zero beyond their end. */
export function evaluateValues<E>(field: Field<E>, values: LayerValues<E>, point: Point<E>): E {
  if (values instanceof Int32Array) return field.tables.evaluateIntegers(values, point);
  return field.tables.dot(values, field.tables.eqTable(point).slice(0, values.length));
}

/** Says that all errors of a statement sum to more than 2^−SECURITY_BITS; undefined if they do not. */
export function securityFault(field: Field<unknown>, circuit: Circuit, copyVariables: number): string | undefined {
  const errors = circuitErrorCount(circuit, copyVariables) + outputVariables(circuit, copyVariables);
  if (isWithin([overField(field, 'circuit', errors)], SECURITY_BITS)) return undefined;
  return `a circuit of ${circuit.layers.length} layers on 2^${copyVariables} copies leaves less than ${SECURITY_BITS} bits`;
}

/** @throws UsageError if all errors of a statement sum to more than 2^−SECURITY_BITS */
export function requireSecurity(field: Field<unknown>, circuit: Circuit, copyVariables: number): void {
  const fault = securityFault(field, circuit, copyVariables);
  if (fault !== undefined) throw new UsageError(fault);
}

/**
 * Absorbs the statement and draws the first claim.
 *
 * @param inputs - and outputs: of all copies, not padded; elements are canonical
 */
export function beginStatement<E>(
  field: Field<E>,
  channel: Channel<E>,
  circuit: Circuit,
  digest: Uint8Array,
  copies: number,
  inputs: LayerValues<E>,
  outputs: LayerValues<E>,
): Claim<E> {
  const copyVariables = logCeil(copies);
  requireSecurity(field, circuit, copyVariables);
  channel.absorb('circuit', digest);
  channel.absorb('copies', Uint8Array.of(copies, copies >>> 8, copies >>> 16, copies >>> 24));
  channel.absorb('inputs', encodeShortly(field, inputs));
  channel.absorb('outputs', encodeShortly(field, outputs));
  const point = channel.drawMany('output point', outputVariables(circuit, copyVariables));
  return { point, value: evaluateValues(field, padCopies(outputs, copies), point) };
}

/** Whether the number of outputs is that of the copies. */
export function fitsOutputs(circuit: Circuit, copies: number, outputs: ArrayLike<unknown>): boolean {
  return outputs.length === outputCount(circuit) * copies;
}

/** The canonical encodings, back to back: the same for integers and for the elements that they stand for. */
export function encodeValues<E>(field: Field<E>, values: LayerValues<E>): Uint8Array {
  const bytes = new Uint8Array(values.length * field.byteLength);
  const isIntegers = values instanceof Int32Array;
  for (let k = 0; k < values.length; k++) {
    field.write(isIntegers ? field.fromInteger(values[k]) : values[k], bytes, k * field.byteLength);
  }
  return bytes;
}

/**
 * Encodings of coordinates in F_p after a byte 1, where all values lie in F_p; else of elements after a byte with the
 * degree. Hashing public values is most of what a verifier of a closed form does.
 */
function encodeShortly<E>(field: Field<E>, values: LayerValues<E>): Uint8Array {
  const { degree, byteLength, baseByteLength, characteristic } = field;
  if (values instanceof Int32Array && baseByteLength === 4 && characteristic < 2n ** 31n) {
    return encodeResidues(values, Number(characteristic));
  }
  const whole = encodeValues(field, values);
  const isBase = values instanceof Int32Array || lieInBase(whole, byteLength, baseByteLength);
  const length = isBase ? baseByteLength : byteLength;
  const bytes = new Uint8Array(1 + values.length * length);
  bytes[0] = isBase ? 1 : degree;
  for (let from = 0, at = 1; from < whole.length; from += byteLength) {
    for (let k = 0; k < length; k++) bytes[at++] = whole[from + k];
  }
  return bytes;
}

/** The same bytes for integers modulo a prime of 31 bits: residues in [0, p), little-endian. */
function encodeResidues(values: Int32Array, modulus: number): Uint8Array {
  const bytes = new Uint8Array(1 + 4 * values.length);
  bytes[0] = 1;
  for (let k = 0, at = 1; k < values.length; k++, at += 4) {
    const rest = values[k] < modulus && values[k] > -modulus ? values[k] : values[k] % modulus;
    const residue = rest < 0 ? rest + modulus : rest;
    bytes[at] = residue;
    bytes[at + 1] = residue >> 8;
    bytes[at + 2] = residue >> 16;
    bytes[at + 3] = residue >> 24;
  }
  return bytes;
}

/** Whether every element's coordinates after the first are zero. */
function lieInBase(elements: Uint8Array, byteLength: number, baseByteLength: number): boolean {
  for (let start = 0; start < elements.length; start += byteLength) {
    for (let k = baseByteLength; k < byteLength; k++) if (elements[start + k] !== 0) return false;
  }
  return true;
}
