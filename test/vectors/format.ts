// Vectors as JSON for people: an object has a line for each of its fields, a list of plain values one line.

import type { Step } from '../support/recording.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const isPlain = (value: Json): boolean => value === null || typeof value !== 'object';

/** One space for each level. */
export function formatVectors(value: Json, indent = ''): string {
  if (isPlain(value)) return JSON.stringify(value);
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    if (list.every(isPlain)) return `[${list.map((each) => JSON.stringify(each)).join(', ')}]`;
    return `[\n${list.map((each) => inner + formatVectors(each, inner)).join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value as { readonly [name: string]: Json });
  const lines = fields.map(([name, each]) => `${inner}${JSON.stringify(name)}: ${formatVectors(each, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/**
 * The values of what is sent or hinted are the bytes of the proof, in order: only what is absorbed or drawn is repeated.
 *
 * @param withBits - whether drawn indices have their bits, as in the files that were made later
 */
export function stepsToJson(steps: readonly Step[], withBits = false): Json {
  return steps.map(({ operation, label, count, value, bits }) => {
    if (/^(send|hint)/.test(operation)) return [operation, label, count];
    const step = [operation, label, count, typeof value === 'string' ? value : value.join(' ')];
    return withBits && bits !== undefined ? [...step, bits] : step;
  });
}
