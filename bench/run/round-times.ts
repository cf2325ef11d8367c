// Figures as JSON prints them.

import { roundMs } from '../../src/cli/terminal.ts';

/** Returns figures with every time in them, of phases too, rounded to microseconds. */
export function roundTimes<T extends { readonly phases: Readonly<Record<string, number>> }>(figures: T): T {
  const rounded = Object.entries(figures).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'number' && name.endsWith('Ms') ? roundMs(value) : value,
  ]);
  const phases = Object.entries(figures.phases).map(([name, time]): [string, number] => [name, roundMs(time)]);
  return { ...(Object.fromEntries(rounded) as T), phases: Object.fromEntries(phases) };
}
