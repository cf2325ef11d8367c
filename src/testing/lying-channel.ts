// A prover's channel that lies: it changes what passes at chosen steps and hands on the change, so that the lie is
// absorbed and every later challenge, and every later message of the honest prover behind it, follows from it.
// It keeps a list of all steps as they were told. A changed draw is the prover's own: the transcript keeps the true one.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from '../transcript/channel.ts';

/** What passed at a step: elements, bytes, or the positions drawn. */
export type Content<E> =
  | { readonly form: 'elements'; readonly values: readonly E[] }
  | { readonly form: 'bytes'; readonly values: Uint8Array }
  | { readonly form: 'indices'; readonly values: readonly number[] };

/** How it passed. `absorb` is the statement, `draw` a challenge; the others are messages of the proof. */
export type Verb = 'absorb' | 'send' | 'send bytes' | 'hint' | 'draw';

/** One step of a transcript. */
export interface Step<E> {
  readonly index: number;
  readonly verb: Verb;
  readonly label: string;
  /** As told: after the change. */
  readonly content: Content<E>;
  /** Where it lies in the proof; start = end for what is not in it. */
  readonly start: number;
  readonly end: number;
}

/** What is told instead of the truth at one step; contents of a form without a function stay as they are. */
export interface Change<E> {
  readonly at: number;
  readonly elements?: (values: readonly E[]) => readonly E[];
  readonly bytes?: (values: Uint8Array) => Uint8Array;
  readonly indices?: (values: readonly number[]) => readonly number[];
}

/** Whether a step is a part of the proof. */
export function isMessage({ verb }: Step<unknown>): boolean {
  return verb !== 'absorb' && verb !== 'draw';
}

/** What a step is counted as. */
export function kindOf({ verb, label }: Pick<Step<unknown>, 'verb' | 'label'>): string {
  return `${verb} ${label}`;
}

/**
 * The channel with changes, in order of the list where several are about one step.
 *
 * @param steps - is filled with the steps as they are told
 */
export function lyingChannel<E>(
  field: Field<E>,
  channel: ProverChannel<E>,
  changes: readonly Change<E>[] = [],
  steps: Step<E>[] = [],
): ProverChannel<E> {
  let offset = 0;
  const note = (verb: Verb, label: string, content: Content<E>, length = 0): void => {
    steps.push({ index: steps.length, verb, label, content, start: offset, end: offset + length });
    offset += length;
  };
  const here = (): readonly Change<E>[] => changes.filter(({ at }) => at === steps.length);
  const told = {
    elements: (values: readonly E[]): readonly E[] =>
      here().reduce((now, { elements }) => elements?.(now) ?? now, values),
    bytes: (values: Uint8Array): Uint8Array => here().reduce((now, { bytes }) => bytes?.(now) ?? now, values),
    indices: (values: readonly number[]): readonly number[] =>
      here().reduce((now, { indices }) => indices?.(now) ?? now, values),
  };
  const passBytes = (verb: Verb, label: string, own: Uint8Array, pass: (bytes: Uint8Array) => void): void => {
    const values = told.bytes(own);
    pass(values);
    // a copy: a prover may use its buffer again
    note(verb, label, { form: 'bytes', values: values.slice() }, verb === 'absorb' ? 0 : values.length);
  };
  const drawn = (label: string, own: readonly E[]): E[] => {
    const values = told.elements(own);
    note('draw', label, { form: 'elements', values });
    return [...values];
  };
  return {
    ...channel,
    absorb: (label, own) => passBytes('absorb', label, own, (bytes) => channel.absorb(label, bytes)),
    sendBytes: (label, own) => passBytes('send bytes', label, own, (bytes) => channel.sendBytes(label, bytes)),
    hint: (label, own) => passBytes('hint', label, own, (bytes) => channel.hint(label, bytes)),
    send(label, own) {
      const values = [...told.elements(own)];
      channel.send(label, values);
      note('send', label, { form: 'elements', values }, values.length * field.byteLength);
    },
    draw: (label) => drawn(label, [channel.draw(label)])[0],
    drawMany: (label, count) => drawn(label, channel.drawMany(label, count)),
    drawIndices(label, count, bits) {
      const values = told.indices(channel.drawIndices(label, count, bits));
      note('draw', label, { form: 'indices', values });
      return [...values];
    },
    drawBytes(label) {
      const values = told.bytes(channel.drawBytes(label));
      note('draw', label, { form: 'bytes', values: values.slice() });
      return values;
    },
  };
}
