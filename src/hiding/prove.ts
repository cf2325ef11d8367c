// The prover's side of hiding (protocol.ts): a channel that pads what provers of plain proofs send, and the line (verify.ts).
// To know what is checked, the prover runs the verifier on its own proof: nothing describes it twice.

import { UsageError } from '../errors.ts';
import type { Engine, Vector } from '../field/engine.ts';
import type { Field } from '../field/field.ts';
import type { Point } from '../poly/point.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import type { Blinds } from './blinds.ts';
import { basisOf, type HidingShape, LEAST_TAIL, RESERVED_PADS } from './protocol.ts';
import { recording } from './replay.ts';
import { isKnown, MAX_DEGREE, type Masked, type Tape } from './tape.ts';
import { type HidingVerifier, hidingVerifier } from './verify.ts';

/** Runs the verifier of the whole proof on what has been sent; it ends where it draws the line. */
export type Replay<E> = (verifier: HidingVerifier<E>) => void;

/** Channel and line of one hiding proof. */
export interface HidingProver<E> {
  readonly channel: ProverChannel<E>;
  /** Sends the line; returns the message G + z·combined. */
  readonly line: (combined: Vector, columnPoint: Point<E>) => Vector;
}

/** The end of a replay. */
class Reached<E> extends Error {
  readonly value: Masked<E>;

  constructor(value: Masked<E>) {
    super('the line');
    this.value = value;
  }
}

/** Returns channel and line of one proof. */
export function hidingProver<E>(
  engine: Engine<E>,
  outer: ProverChannel<E>,
  shape: HidingShape,
  blinds: Blinds<E>,
  replay: Replay<E>,
): HidingProver<E> {
  const { field } = engine;
  const kept = recording(outer);
  const { channel } = kept;
  const { pads, noise } = blinds;
  const sent: E[] = [];
  let isOver = false;

  /** Returns what the verifier records until it draws the line, and the value that it gives. */
  function recorded(): { tape: Tape<E>; value: Masked<E> } {
    const verifier = hidingVerifier(field, kept.replay(), shape);
    const stopping = (_: unknown, value: Masked<E>): never => {
      throw new Reached(value);
    };
    try {
      replay({ ...verifier, drawLine: stopping });
    } catch (error) {
      if (error instanceof Reached) return { tape: verifier.tape, value: error.value as Masked<E> };
      throw error;
    }
    throw new Error('the verifier drew no line');
  }

  function send(label: string, values: readonly E[]): void {
    if (isOver) {
      channel.send(label, values);
      return;
    }
    const from = sent.length + RESERVED_PADS;
    sent.push(...values);
    if (from + values.length > pads.length) throw new UsageError(`more is sent than ${pads.length} pads hide`);
    channel.send(
      label,
      values.map((value, k) => field.add(value, pads[from + k])),
    );
  }

  return {
    channel: { ...channel, send, requireNonzero: (factors) => send('inverse', [field.inv(factors.reduce(field.mul))]) },

    line(combined, columnPoint) {
      const { tape, value } = recorded();
      const play = tape.playPolynomials(field, noise.slice(RESERVED_PADS), sent);
      const theta = channel.draw('equations');
      // by powers of z; of a true statement the highest coefficient is zero, and it is not sent
      const equations = play.combine(field, theta);
      const sum = Array.from({ length: MAX_DEGREE }, (_, k) => equations[k] ?? field.zero);
      for (let k = 0; k < RESERVED_PADS; k++) {
        sum[k] = field.add(sum[k], noise[k]);
        sum[k + 1] = field.add(sum[k + 1], pads[k]);
      }
      const mask = maskOf(engine, blinds, combined.length);
      const constant = isKnown(value) ? field.zero : play.of(value)[0];
      const shift = field.sub(engine.dot(mask, engine.eqTable(columnPoint)), constant);
      isOver = true;
      channel.send('blinds', [shift, ...sum]);
      const z = channel.draw('line');
      channel.send('pads', shownBy(field, blinds, z, combined.length / 2));
      return engine.affine(
        field.zero,
        [
          { vector: mask, scale: field.one },
          { vector: combined, scale: z },
        ],
        combined.length,
      );
    },
  };
}

/** Returns G as an extension vector: row, tail, zeros. */
function maskOf<E>(engine: Engine<E>, { mask }: Blinds<E>, length: number): Vector {
  const { field } = engine;
  const terms = basisOf(field).map((scale, c) => {
    const bytes = new Uint8Array(length * field.baseByteLength);
    bytes.set(mask[c]);
    return { vector: engine.fromBaseBytes(bytes), scale };
  });
  return engine.affine(field.zero, terms, length);
}

/** Returns H = N + z·P, chunk by chunk, each followed by its tail. */
function shownBy<E>(field: Field<E>, { pads, noise, padTails, noiseTails }: Blinds<E>, z: E, width: number): E[] {
  const line = (ofNoise: E, ofPads: E): E => field.add(ofNoise, field.mul(z, ofPads));
  const own = pads.map((pad, i) => line(noise[i], pad));
  const tails = padTails.map((pad, i) => line(noiseTails[i], pad));
  const chunks = tails.length / LEAST_TAIL;
  return Array.from({ length: chunks }, (_, k) => [
    ...own.slice(k * width, (k + 1) * width),
    ...tails.slice(k * LEAST_TAIL, (k + 1) * LEAST_TAIL),
  ]).flat();
}
