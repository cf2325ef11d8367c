// Rejections on the command line: a report like any other, exit code 1, with where and why.

import { InputError, Rejection } from '../errors.ts';
import type { Refusal, Verdict } from '../verdict.ts';
import type { Report } from './command.ts';

/** Returns the value of a check, or why it rejects; every other error is thrown. */
export async function verdictOf<T>(check: () => T | Promise<T>): Promise<Verdict<{ readonly value: T }>> {
  try {
    return { ok: true, value: await check() };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { ok: false, code: error.code, where: error.where, message: error.message };
  }
}

/**
 * Returns the error for a rejecting verdict. A failure within the verifier, such as a failed allocation, says
 * nothing about the proof: it is not accepted, and not called invalid.
 *
 * @param place - the file that was verified, if `where` does not name it
 */
export function refusalOf({ code, where, message }: Omit<Refusal, 'ok'>, place = ''): Rejection | InputError {
  if (code !== 'internal') return new Rejection(code, `${place}${where}`, message);
  return new InputError(`${place}${where}: it could not be checked, and is not accepted: ${message}; try again`);
}

/** @param json - the object that was checked */
export function rejectionReport(json: object, { code, where, message }: Refusal): Report {
  return {
    json: { ...json, ok: false, code, where, message },
    lines: [`invalid: ${code} at ${where}: ${message}`],
    invalid: true,
  };
}
