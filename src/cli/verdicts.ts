// What is refused on the command line is a report like any other: exit code 1, with where and why.

import { Rejection } from '../errors.ts';
import type { Report } from './command.ts';

/** A refusal. */
export type Refusal = { readonly ok: false } & Pick<Rejection, 'code' | 'where' | 'message'>;

/** What a check gives, or why it refuses; every other error is thrown. */
export async function verdictOf<T>(check: () => T | Promise<T>): Promise<{ readonly ok: true; value: T } | Refusal> {
  try {
    return { ok: true, value: await check() };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { ok: false, code: error.code, where: error.where, message: error.message };
  }
}

/** @param json - what was checked */
export function rejectionReport(json: object, { code, where, message }: Refusal): Report {
  return {
    json: { ...json, ok: false, code, where, message },
    lines: [`invalid: ${code} at ${where}: ${message}`],
    invalid: true,
  };
}
