// One lie about each element that is sent, for tests that go through all of them.

import type { Field } from '../field/field.ts';
import type { Change, Step } from './lying-channel.ts';

/** A lie that adds one to one value of one message. */
export interface ValueLie<E> {
  readonly label: string;
  /** Index among the messages of elements. */
  readonly message: number;
  readonly value: number;
  readonly change: Change<E>;
}

/** @param steps - of an honest proof */
export function liesInEveryValue<E>(field: Field<E>, steps: readonly Step<E>[]): ValueLie<E>[] {
  return steps
    .filter(({ verb }) => verb === 'send')
    .flatMap(({ index: at, label, content }, message) =>
      Array.from({ length: content.values.length }, (_, value) => ({
        label,
        message,
        value,
        change: { at, elements: (own) => own.map((v, k) => (k === value ? field.add(v, field.one) : v)) },
      })),
    );
}
