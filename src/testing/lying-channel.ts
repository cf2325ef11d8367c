// A prover's channel that lies: it changes the data at chosen steps and passes on the change, so that the lie is
// absorbed and every later challenge, and every later message of the honest prover behind it, follows from it.
// It keeps a list of all steps as they were told. A changed draw is the prover's own: the transcript keeps the true one.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from '../transcript/channel.ts';

/**
 * The data of a step: elements, bytes, or the positions drawn.
 *
 * @example
 * ```ts
 * import type { Content } from 'ternary-gkr/testing';
 *
 * const content: Content<bigint> = { form: 'elements', values: [7n] };
 * ```
 */
export type Content<E> =
  | { readonly form: 'elements'; readonly values: readonly E[] }
  | { readonly form: 'bytes'; readonly values: Uint8Array }
  | { readonly form: 'indices'; readonly values: readonly number[] };

/** The kinds of steps. `absorb` is the statement, `draw` a challenge; the others are messages of the proof. */
export const VERBS = ['absorb', 'send', 'send bytes', 'hint', 'draw'] as const;

/**
 * The act of a step of a channel.
 *
 * @example
 * ```ts
 * import type { Verb } from 'ternary-gkr/testing';
 *
 * const verbs: Verb[] = ['absorb', 'send', 'draw'];
 * ```
 */
export type Verb = (typeof VERBS)[number];

/**
 * One step of a transcript.
 *
 * @example
 * ```ts
 * import type { Step } from 'ternary-gkr/testing';
 *
 * const sizeOf = ({ start, end }: Step<bigint>): number => end - start;
 * ```
 */
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

/**
 * A step by its kind: the `nth` of its kind (`kindOf`), from 0.
 *
 * @example
 * ```ts
 * import type { Place } from 'ternary-gkr/testing';
 *
 * // the first message of this kind
 * const place: Place = { kind: 'send round', nth: 0 };
 * ```
 */
export interface Place {
  readonly kind: string;
  readonly nth: number;
}

/**
 * The change of the truth at one step; contents of a form without a function stay as they are.
 *
 * @example
 * ```ts
 * import type { Change } from 'ternary-gkr/testing';
 *
 * // the second message of the name
 * const change: Change<bigint> = { at: { kind: 'send round', nth: 1 }, elements: (values) => values.map(() => 0n) };
 * ```
 */
export interface Change<E> {
  /** By its index, or by its kind. */
  readonly at: number | Place;
  readonly elements?: (values: readonly E[]) => readonly E[];
  readonly bytes?: (values: Uint8Array) => Uint8Array;
  readonly indices?: (values: readonly number[]) => readonly number[];
}

/**
 * Whether a step is a part of the proof.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, isMessage, type Subject, tell } from 'ternary-gkr/testing';
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
 * console.log(steps.map(isMessage)); // [ true ]
 * ```
 */
export function isMessage({ verb }: Step<unknown>): boolean {
  return verb !== 'absorb' && verb !== 'draw';
}

/**
 * Returns the kind under which a step is counted.
 *
 * @example
 * ```ts
 * import { kindOf } from 'ternary-gkr/testing';
 *
 * console.log(kindOf({ verb: 'send', label: 'round' })); // send round
 * ```
 */
export function kindOf({ verb, label }: Pick<Step<unknown>, 'verb' | 'label'>): string {
  return `${verb} ${label}`;
}

/**
 * Returns the channel with changes, in order of the list where several are about one step.
 *
 * @param steps - is filled with the steps as they are told
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { lyingChannel } from 'ternary-gkr/testing';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const channel = createProverChannel(bn254);
 * const liar = lyingChannel(bn254, channel, [{ at: 0, elements: ([value]) => [value + 1n] }]);
 * liar.send('value', [7n]);
 * console.log(channel.bytes()[0]); // 8
 * ```
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
