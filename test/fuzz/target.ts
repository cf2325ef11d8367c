// Targets of fuzzing: a target makes cases, which are files in memory, and runs one. The harness judges the result:
// a rejection is an error of the project's, thrown by `run`; any other exception is a finding.

import type { Random } from './random.ts';

/** The files of a case by their names; small targets have one, `file`. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** A case, and in words what was done to the valid files that it comes from. */
export interface FuzzCase {
  readonly files: Files;
  readonly what: string;
}

/** A target that is ready to be run. */
export interface Prepared {
  /** The case that these random choices make; the same for the same ones. */
  make(random: Random): FuzzCase;
  /**
   * Reads or verifies the files.
   *
   * @returns normally if they were accepted and that is right
   * @throws InputError or Rejection if they were refused; anything else is a finding
   */
  run(files: Files): void | Promise<void>;
}

/** A parser or a verifier under attack. */
export interface Target {
  readonly name: string;
  /**
   * The memory that a case may take beyond a number of bytes for each byte of its files: the bound that docstrings
   * state.
   */
  readonly memory: { readonly perByte: number; readonly constant: number };
  /** Seconds of processor time that one case may take; 1 unless given, with the reason. */
  readonly seconds?: number;
  prepare(): Prepared | Promise<Prepared>;
}

/** Raised by a target: files that should have been refused were accepted, or were read wrongly. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/** Bytes of all files of a case. */
export function lengthOf(files: Files): number {
  return Object.values(files).reduce((sum, { length }) => sum + length, 0);
}

/** Whether two lists of bytes are the same; short of a loop in JavaScript where they differ in length. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
