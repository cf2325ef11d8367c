// A prover's channel that keeps every step of its transcript in the words of docs/protocol.md: the operation, the label,
// the count, and what was absorbed, sent, hinted or drawn.

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Field } from '../../src/field/field.ts';
import type { ProverChannel } from '../../src/transcript/channel.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { PROTOCOL_NAME, type TranscriptEntry } from '../../src/transcript/transcript.ts';

const OPERATIONS = {
  bytes: 'absorb',
  message: 'send bytes',
  elements: 'send',
  hint: 'hint',
  draw: 'draw',
  'draw-indices': 'draw indices',
  'draw-bytes': 'draw bytes',
} as const satisfies Record<TranscriptEntry['kind'], string>;

export type Operation = (typeof OPERATIONS)[TranscriptEntry['kind']];

/** One step; the value in hexadecimal, or as the indices drawn. */
export interface Step {
  readonly operation: Operation;
  readonly label: string;
  readonly count: number;
  readonly value: string | readonly number[];
  /** Of each index, where indices are drawn. */
  readonly bits?: number;
}

/** Elements in their encodings, back to back, in hexadecimal. */
export function elementsToHex<E>(field: Field<E>, values: readonly E[]): string {
  const bytes = new Uint8Array(values.length * field.byteLength);
  values.forEach((value, k) => {
    field.write(value, bytes, k * field.byteLength);
  });
  return bytesToHex(bytes);
}

/** A channel and the list that it fills: the channel itself says what each step is, the wrapper its value. */
export function recordingChannel<E>(
  field: Field<E>,
  context: Uint8Array = new Uint8Array(0),
): { readonly channel: ProverChannel<E>; readonly steps: readonly Step[] } {
  const text = new TextEncoder();
  const first = [text.encode(PROTOCOL_NAME), text.encode(field.name), context];
  const entries: TranscriptEntry[] = [];
  const steps: Step[] = [];
  const push = (entry: TranscriptEntry, value: Step['value']): void => {
    steps.push({ operation: OPERATIONS[entry.kind], label: entry.label, count: entry.count, value });
  };
  const channel = createProverChannel(field, { context, record: (entry) => entries.push(entry) });
  if (entries.length !== first.length) throw new Error('a transcript begins with three frames');
  entries.forEach((entry, k) => {
    push(entry, bytesToHex(first[k]));
  });
  /** The entry of the operation that was just done. */
  const last = (): TranscriptEntry => {
    if (entries.length !== steps.length + 1) throw new Error('one operation is one step');
    return entries[entries.length - 1];
  };
  const drawn = (values: E[]): E[] => {
    push(last(), elementsToHex(field, values));
    return values;
  };
  return {
    steps,
    channel: {
      ...channel,
      absorb(label, bytes) {
        channel.absorb(label, bytes);
        push(last(), bytesToHex(bytes));
      },
      send(label, values) {
        channel.send(label, values);
        push(last(), elementsToHex(field, values));
      },
      sendBytes(label, bytes) {
        channel.sendBytes(label, bytes);
        push(last(), bytesToHex(bytes));
      },
      hint(label, bytes) {
        channel.hint(label, bytes);
        push(last(), bytesToHex(bytes));
      },
      draw: (label) => drawn([channel.draw(label)])[0],
      drawMany: (label, count) => drawn(channel.drawMany(label, count)),
      drawIndices(label, count, bits) {
        const indices = channel.drawIndices(label, count, bits);
        const { label: drawnLabel, count: drawnCount } = last();
        steps.push({ operation: 'draw indices', label: drawnLabel, count: drawnCount, value: indices, bits });
        return indices;
      },
      drawBytes(label) {
        const bytes = channel.drawBytes(label);
        push(last(), bytesToHex(bytes));
        return bytes;
      },
    },
  };
}
