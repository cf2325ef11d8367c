// A prover's own conversation, kept as it was held, for the verifier that the prover runs on it (prove.ts): messages come back
// in their order, and so do the challenges, without a hash or an encoding.

import type { ProverChannel, VerifierChannel } from '../transcript/channel.ts';
import { UNCHECKED } from './unchecked.ts';

/** One message or challenge. */
interface Entry {
  readonly label: string;
  readonly content: unknown;
}

export interface Recording<E> {
  /** The channel that keeps what passes. */
  readonly channel: ProverChannel<E>;
  /** Returns a verifier's channel that brings all that has passed, and checks nothing. */
  replay(): VerifierChannel<E>;
}

/** Keeps what a prover sends through a channel and draws from it. */
export function recording<E>(channel: ProverChannel<E>): Recording<E> {
  const entries: Entry[] = [];
  function keep<T>(label: string, content: T): T {
    entries.push({ label, content });
    return content;
  }
  return {
    channel: {
      ...channel,
      send: (label, values) => channel.send(label, keep(label, values)),
      sendBytes: (label, bytes) => channel.sendBytes(label, keep(label, bytes)),
      hint: (label, bytes) => channel.hint(label, keep(label, bytes)),
      draw: (label) => keep(label, channel.draw(label)),
      drawMany: (label, count) => keep(label, channel.drawMany(label, count)),
      drawIndices: (label, count, bits) => keep(label, channel.drawIndices(label, count, bits)),
      drawBytes: (label) => keep(label, channel.drawBytes(label)),
    },
    replay: () => replaying(entries),
  };
}

function replaying<E>(entries: readonly Entry[]): VerifierChannel<E> {
  let next = 0;
  function take<T>(label: string): T {
    const entry = entries[next++];
    // both sides follow one protocol
    if (entry?.label !== label) throw new Error(`the verifier expects ${label}, the prover gave ${entry?.label}`);
    return entry.content as T;
  }
  return {
    ...UNCHECKED,
    receive: (label) => [...take<readonly E[]>(label)],
    receiveBytes: take,
    hint: take,
    draw: take,
    drawMany: take,
    drawIndices: take,
    drawBytes: take,
  };
}
