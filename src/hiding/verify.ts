// The verifier's side of hiding (protocol.ts): a field and a channel that record, under which the verifiers of plain proofs
// run as they are, and the line, which checks all that they recorded.
//
// The line: draw "equations" (θ); receive "blinds" (d, A_0, A_1, A_2); draw "line" (z); receive "pads": H = N + z·P, chunk by
// chunk, each followed by its tail. An element c_i = x_i + P_(i+2) then stands for the number z·c_i − H_(i+2) = z·x_i − N_(i+2),
// the equations for e_i(z), and
//     Σ_i θ^i·z^(3 − degree_i)·e_i(z) + H_0 + z·H_1 = A_0 + z·A_1 + z²·A_2
// holds for more than three z only if every e_i has the leading coefficient zero: only if the equation holds for the x_i. The
// claim v on the combined rows becomes v(z) + d on the message G + z·(combined rows).

import { Rejection, UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { maskedChannel } from './masked-channel.ts';
import { maskedField } from './masked-field.ts';
import {
  BLINDS,
  basisOf,
  type HidingShape,
  LEAST_TAIL,
  type LineLevel,
  type LineSource,
  RESERVED_PADS,
  shownCount,
} from './protocol.ts';
import { isKnown, known, type Masked, Tape } from './tape.ts';

/** Field, channel and line of one hiding proof: verifiers of plain proofs run over them. */
export interface HidingVerifier<E> extends LineSource<Masked<E>> {
  readonly field: Field<Masked<E>>;
  readonly channel: VerifierChannel<Masked<E>>;
  readonly tape: Tape<E>;
}

/** Coefficients whose powers are made one by one; those of the blocks that they form follow by one factor. */
const BLOCK = 32;

/** Returns field, channel and line of one proof. */
export function hidingVerifier<E>(field: Field<E>, channel: VerifierChannel<E>, shape: HidingShape): HidingVerifier<E> {
  const tape = new Tape<E>();
  const padded: E[] = [];
  const masked = maskedField(field, tape);
  return {
    field: masked,
    channel: maskedChannel(masked, channel, tape, padded),
    tape,
    drawLine(level, value) {
      const { pads, equations } = shape;
      const chunks = level.chunks ?? 0;
      if (padded.length + RESERVED_PADS > pads || tape.equationCount > equations || value.degree > 1) {
        throw new UsageError(
          `${padded.length} elements and ${tape.equationCount} equations are hidden, more than ${pads} pads and ${equations} allow`,
        );
      }
      const theta = channel.draw('equations');
      const [shift, ...blinds] = channel.receive('blinds', BLINDS);
      const z = channel.draw('line');
      const shown = channel.receive('pads', shownCount(pads, chunks));
      const parts = partsOf(shown, pads, 2 ** level.columnVariables, chunks);
      const lines = parts.flatMap(({ own }) => own);
      const numbers = padded.map((sent, i) => field.sub(field.mul(z, sent), lines[i + RESERVED_PADS]));
      const play = tape.playNumbers(field, z, numbers);
      const left = field.add(play.combine(field, theta), atLine(field, lines.slice(0, RESERVED_PADS), z));
      const right = atLine(field, blinds, z);
      channel.require(left, right, 'hidden', 'the equations between hidden values do not hold');
      tape.close();
      const root = field.rootOfUnity(level.columnVariables + level.rateBits);
      const number = isKnown(value) ? field.mul(z, value.value) : play.of(value);
      return {
        z: known(z),
        value: known(field.add(number, shift)),
        mask: basisOf(field).map(known),
        checkPads: (bytes, position) => checkPads(field, channel, level, root, parts, z, bytes, position),
      };
    },
  };
}

/** The combinations that are shown of one chunk. */
interface Part<E> {
  readonly own: readonly E[];
  readonly tail: readonly E[];
}

function partsOf<E>(shown: readonly E[], pads: number, width: number, chunks: number): Part<E>[] {
  let at = 0;
  return Array.from({ length: chunks }, (_, chunk) => {
    const own = shown.slice(at, at + Math.min(width, pads - chunk * width));
    const tail = shown.slice(at + own.length, at + own.length + LEAST_TAIL);
    at += own.length + tail.length;
    return { own, tail };
  });
}

/** Returns Σ_k coefficients[k]·z^k. */
function atLine<E>(field: Field<E>, coefficients: readonly E[], z: E): E {
  return coefficients.reduceRight((sum, coefficient) => field.add(field.mul(sum, z), coefficient), field.zero);
}

/** Checks that what was shown of the pads is what the column has: H(x) = N(x) + z·P(x) for each chunk. */
function checkPads<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  { columnVariables }: LineLevel,
  root: E,
  parts: readonly Part<E>[],
  z: E,
  bytes: Uint8Array,
  position: number,
): void {
  const { degree, baseByteLength } = field;
  const basis = basisOf(field);
  const rowOf = (k: number): E => {
    const size = degree * baseByteLength;
    const value = field.tables.dotBaseBytes(bytes.subarray(k * size, (k + 1) * size), basis);
    if (value === undefined) {
      throw new Rejection('non-canonical', channel.where, 'a column holds a value that is not canonical');
    }
    return value;
  };
  const x = powerOf(field, root, position);
  const powers = new Powers(field, x);
  const pastRow = powerOf(field, x, 2 ** columnVariables);
  for (const [chunk, { own, tail }] of parts.entries()) {
    const shown = field.add(powers.evaluate(own), field.mul(pastRow, powers.evaluate(tail)));
    const due = field.add(rowOf(parts.length + chunk), field.mul(z, rowOf(chunk)));
    channel.require(shown, due, 'proximity', `the pads disagree with column ${position}`);
  }
}

function powerOf<E>(field: Field<E>, base: E, exponent: number): E {
  let result = field.one;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = field.mul(result, square);
    square = field.mul(square, square);
  }
  return result;
}

/** The powers of an element of the prime field, encoded, to evaluate polynomials at it. */
class Powers<E> {
  readonly #field: Field<E>;
  readonly #bytes: Uint8Array;
  /** The power after those. */
  readonly #next: E;

  constructor(field: Field<E>, x: E) {
    const { byteLength, baseByteLength } = field;
    this.#field = field;
    this.#bytes = new Uint8Array(BLOCK * baseByteLength);
    const encoded = new Uint8Array(byteLength);
    let power = field.one;
    for (let k = 0; k < BLOCK; k++) {
      // the coordinates after the first are zero
      field.write(power, encoded, 0);
      this.#bytes.set(encoded.subarray(0, baseByteLength), k * baseByteLength);
      power = field.mul(power, x);
    }
    this.#next = power;
  }

  evaluate(coefficients: readonly E[]): E {
    const field = this.#field;
    let sum = field.zero;
    for (let block = Math.ceil(coefficients.length / BLOCK) - 1; block >= 0; block--) {
      const own = coefficients.slice(block * BLOCK, (block + 1) * BLOCK);
      const value = field.tables.dotBaseBytes(this.#bytes.subarray(0, own.length * field.baseByteLength), own);
      sum = field.add(field.mul(sum, this.#next), value ?? field.zero);
    }
    return sum;
  }
}
