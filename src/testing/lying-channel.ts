// A prover's channel that lies: it changes the data at chosen steps and passes on the change, so that the lie is
// absorbed and every later challenge, and every later message of the honest prover behind it, follows from it.
// It keeps a list of all steps as they were told. A changed draw is the prover's own: the transcript keeps the true one.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from '../transcript/channel.ts';

/** The data of a step: elements, bytes, or the positions drawn. */
export type Content<E> =
  | { readonly form: 'elements'; readonly values: readonly E[] }
  | { readonly form: 'bytes'; readonly values: Uint8Array }
  | { readonly form: 'indices'; readonly values: readonly number[] };

/** The kinds of steps. `absorb` is the statement, `draw` a challenge; the others are messages of the proof. */
export const VERBS = ['absorb', 'send', 'send bytes', 'hint', 'draw'] as const;

export type Verb = (typeof VERBS)[number];

/** One step of a transcript. */
export interface Step<E> {
  readonly index: number;
  readonly verb: Verb;
  readonly label: string;
  /** The data after the change. */
  readonly content: Content<E>;
  /** Its position in the proof; start = end for data that is not in it. */
  readonly start: number;
  readonly end: number;
}

/** A step by its kind: the `nth` of its kind (`kindOf`), from 0. */
export interface Place {
  readonly kind: string;
  readonly nth: number;
}

/** The change of the truth at one step; contents of a form without a function stay as they are. */
export interface Change<E> {
  /** By its index, or by its kind. */
  readonly at: number | Place;
  readonly elements?: (values: readonly E[]) => readonly E[];
  readonly bytes?: (values: Uint8Array) => Uint8Array;
  readonly indices?: (values: readonly number[]) => readonly number[];
}

/** Whether a step is a part of the proof. */
export function isMessage({ verb }: Step<unknown>): boolean {
  return verb !== 'absorb' && verb !== 'draw';
}

/** Returns the kind under which a step is counted. */
export function kindOf({ verb, label }: Pick<Step<unknown>, 'verb' | 'label'>): string {
  return `${verb} ${label}`;
}

/**
 * Returns the channel with changes, in order of the list where several are about one step.
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
  const said = new Map<string, number>();
  /** The changes at the step that is about to be taken. */
  const here = (verb: Verb, label: string): readonly Change<E>[] => {
    const kind = kindOf({ verb, label });
    const nth = said.get(kind) ?? 0;
    said.set(kind, nth + 1);
    return changes.filter(({ at }) =>
      typeof at === 'number' ? at === steps.length : at.kind === kind && at.nth === nth,
    );
  };
  const told = {
    elements: (verb: Verb, label: string, values: readonly E[]): readonly E[] =>
      here(verb, label).reduce((now, { elements }) => elements?.(now) ?? now, values),
    bytes: (verb: Verb, label: string, values: Uint8Array): Uint8Array =>
      here(verb, label).reduce((now, { bytes }) => bytes?.(now) ?? now, values),
    indices: (label: string, values: readonly number[]): readonly number[] =>
      here('draw', label).reduce((now, { indices }) => indices?.(now) ?? now, values),
  };
  const passBytes = (verb: Verb, label: string, own: Uint8Array, pass: (bytes: Uint8Array) => void): void => {
    const values = told.bytes(verb, label, own);
    pass(values);
    // a copy: a prover may use its buffer again
    note(verb, label, { form: 'bytes', values: values.slice() }, verb === 'absorb' ? 0 : values.length);
  };
  const drawn = (label: string, own: readonly E[]): E[] => {
    const values = told.elements('draw', label, own);
    note('draw', label, { form: 'elements', values });
    return [...values];
  };
  return {
    ...channel,
    absorb: (label, own) => passBytes('absorb', label, own, (bytes) => channel.absorb(label, bytes)),
    sendBytes: (label, own) => passBytes('send bytes', label, own, (bytes) => channel.sendBytes(label, bytes)),
    hint: (label, own) => passBytes('hint', label, own, (bytes) => channel.hint(label, bytes)),
    send(label, own) {
      const values = [...told.elements('send', label, own)];
      channel.send(label, values);
      note('send', label, { form: 'elements', values }, values.length * field.byteLength);
    },
    draw: (label) => drawn(label, [channel.draw(label)])[0],
    drawMany: (label, count) => drawn(label, channel.drawMany(label, count)),
    drawIndices(label, count, bits) {
      const values = told.indices(label, channel.drawIndices(label, count, bits));
      note('draw', label, { form: 'indices', values });
      return [...values];
    },
    drawBytes(label) {
      const values = told.bytes('draw', label, channel.drawBytes(label));
      note('draw', label, { form: 'bytes', values: values.slice() });
      return values;
    },
  };
}
