// What is refused on the command line is a report like any other: exit code 1, with where and why.

import { InputError, Rejection } from '../errors.ts';
import type { Refusal, Verdict } from '../verdict.ts';
import type { Report } from './command.ts';

/** What a check gives, or why it refuses; every other error is thrown. */
export async function verdictOf<T>(check: () => T | Promise<T>): Promise<Verdict<{ readonly value: T }>> {
  try {
    return { ok: true, value: await check() };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { ok: false, code: error.code, where: error.where, message: error.message };
  }
}

/**
 * What a refusing verdict is thrown as. What goes wrong inside a verifier, such as memory that the system refuses, says
 * nothing of the proof: it is not accepted, and not called invalid.
 *
 * @param place - what was verified, if that is not said by `where`
 */
export function refusalOf({ code, where, message }: Omit<Refusal, 'ok'>, place = ''): Rejection | InputError {
  if (code !== 'internal') return new Rejection(code, `${place}${where}`, message);
  return new InputError(`${place}${where}: it could not be checked, and is not accepted: ${message}; try again`);
}

/** @param json - what was checked */
export function rejectionReport(json: object, { code, where, message }: Refusal): Report {
  return {
    json: { ...json, ok: false, code, where, message },
    lines: [`invalid: ${code} at ${where}: ${message}`],
    invalid: true,
  };
}
