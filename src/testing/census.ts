// Counts mutants: each once, by the hash of its statement and its bytes, under the kind of message that it attacks; and
// keeps those that were believed.

import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';
import { kindOf, VERBS } from './lying-channel.ts';
import type { Refusal } from './subject.ts';

/**
 * How a mutant was made: continued honestly after a lie, perhaps repaired or ground, or by changing a finished proof.
 *
 * @example
 * ```ts
 * import type { Way } from 'ternary-gkr/testing';
 *
 * const ways: Way[] = ['continued', 'repaired', 'ground', 'raw'];
 * ```
 */
export type Way = 'continued' | 'repaired' | 'ground' | 'raw';

/**
 * A mutant and its verdict.
 *
 * @example
 * ```ts
 * import type { Mutant } from 'ternary-gkr/testing';
 *
 * const mutant: Mutant = {
 *   kind: 'send value',
 *   name: 'one more',
 *   way: 'raw',
 *   proof: Uint8Array.of(8),
 *   refusal: { code: 'claim', where: 'value' },
 *   thrown: undefined,
 * };
 * ```
 */
export interface Mutant {
  readonly kind: string;
  readonly name: string;
  readonly way: Way;
  readonly proof: Uint8Array;
  readonly refusal: Refusal | undefined;
  readonly thrown: unknown;
  /** Names the statement, where it is not the subject's. */
  readonly statement?: string | undefined;
  /** Whether its statement is true all the same. */
  readonly isTrue?: boolean;
}

/**
 * Counts of one kind of message, of absorbed bytes, of challenges or of forgeries.
 *
 * @example
 * ```ts
 * import type { Row } from 'ternary-gkr/testing';
 *
 * const line = ({ kind, mutants, refusals }: Row): string => `${kind}: ${mutants} mutants, ${JSON.stringify(refusals)}`;
 * ```
 */
export interface Row {
  readonly kind: string;
  /** Whether it is a message of the proof. */
  readonly isMessage: boolean;
  /** Distinct mutants that were rejected. */
  readonly mutants: number;
  /** Those of them in which an honest prover continued after the lie: all but `raw` ones. */
  readonly continued: number;
  readonly repaired: number;
  readonly ground: number;
  /** Lies that were tried until one led to the wanted challenge. */
  readonly tries: number;
  /** Lies with which the honest prover could not go on. */
  readonly stuck: number;
  /** Mutants whose statement is true, believed or not. */
  readonly true: number;
  /** How often each reason was given. */
  readonly refusals: Readonly<Record<string, number>>;
}

/**
 * The result of an assault.
 *
 * @example
 * ```ts
 * import type { Report } from 'ternary-gkr/testing';
 *
 * const isSound = ({ believed, broken }: Report): boolean => believed.length === 0 && broken.length === 0;
 * ```
 */
export interface Report {
  readonly subject: string;
  readonly rows: readonly Row[];
  readonly mutants: number;
  readonly continued: number;
  /** Mutants with a false statement that were believed: must be empty. */
  readonly believed: readonly string[];
  /** Mutants on which a verifier threw, or gave an internal error as its reason: must be empty. */
  readonly broken: readonly string[];
}

interface Tally extends Record<Way, number> {
  readonly isMessage: boolean;
  tries: number;
  stuck: number;
  true: number;
  readonly refusals: Record<string, number>;
}

/**
 * The census of one assault.
 *
 * @example
 * ```ts
 * import { Census } from 'ternary-gkr/testing';
 *
 * const census = new Census('seven', Uint8Array.of(7), []);
 * const refusal = { code: 'claim', where: 'value' };
 * census.count({ kind: 'send value', name: 'one more', way: 'raw', proof: Uint8Array.of(8), refusal, thrown: undefined });
 * console.log(census.report().mutants); // 1
 * ```
 */
export class Census {
  readonly #subject: string;
  readonly #honest: Uint8Array;
  readonly #free: readonly string[];
  readonly #seen = new Set<string>();
  readonly #tallies = new Map<string, Tally>();
  readonly #believed: string[] = [];
  readonly #broken: string[] = [];

  constructor(subject: string, honest: Uint8Array, free: readonly string[]) {
    this.#subject = subject;
    this.#honest = honest;
    this.#free = free;
  }

  /** Adds the row of a kind, even if nothing is counted. */
  expect(kind: string, isMessage: boolean): void {
    this.#tally(kind, isMessage);
  }

  /** Counts a mutant; returns false if it equals the honest proof, or was counted before. */
  count({ kind, name, way, proof, refusal, thrown, statement, isTrue = false }: Mutant): boolean {
    if (statement === undefined && equalBytes(proof, this.#honest)) return false;
    const hash = bytesToHex(
      blake3
        .create()
        .update(utf8ToBytes(`${statement ?? ''}\0`))
        .update(proof)
        .digest(),
    );
    if (this.#seen.has(hash)) return false;
    this.#seen.add(hash);
    const tally = this.#tally(kind, false);
    const what = `${this.#subject}: ${kind}: ${name} (${way})`;
    if (thrown !== undefined) this.#broken.push(`${what}: ${String(thrown)}`);
    if (refusal?.code === 'internal') this.#broken.push(`${what}: internal at ${refusal.where}`);
    const isFree = this.#free.some((label) => VERBS.some((verb) => kind === kindOf({ verb, label })));
    if (
      isTrue ||
      (refusal === undefined && thrown === undefined && isFree && (way === 'continued' || way === 'ground'))
    ) {
      tally.true++;
      return false;
    }
    if (refusal === undefined && thrown === undefined) this.#believed.push(what);
    const code = refusal?.code ?? 'believed';
    tally.refusals[code] = (tally.refusals[code] ?? 0) + 1;
    tally[way]++;
    return true;
  }

  stuck(kind: string): void {
    this.#tally(kind, false).stuck++;
  }

  tried(kind: string, tries: number): void {
    this.#tally(kind, false).tries += tries;
  }

  report(): Report {
    const rows = [...this.#tallies].map(([kind, tally]): Row => {
      const { isMessage, tries, stuck, true: isTrue, refusals, continued, repaired, ground, raw } = tally;
      const all = continued + repaired + ground;
      return {
        kind,
        isMessage,
        mutants: all + raw,
        continued: all,
        repaired,
        ground,
        tries,
        stuck,
        true: isTrue,
        refusals,
      };
    });
    const sum = (key: 'mutants' | 'continued'): number => rows.reduce((total, row) => total + row[key], 0);
    return {
      subject: this.#subject,
      rows,
      mutants: sum('mutants'),
      continued: sum('continued'),
      believed: this.#believed,
      broken: this.#broken,
    };
  }

  #tally(kind: string, isMessage: boolean): Tally {
    const known = this.#tallies.get(kind);
    if (known !== undefined) return known;
    const tally: Tally = {
      ...{ continued: 0, repaired: 0, ground: 0, raw: 0 },
      ...{ isMessage, tries: 0, stuck: 0, true: 0, refusals: {} },
    };
    this.#tallies.set(kind, tally);
    return tally;
  }
}

/**
 * Returns the kinds of messages with fewer distinct mutants than required, each in words.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { assault, channelVerifier, shortOf, type Subject } from 'ternary-gkr/testing';
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
 * // kinds of messages with fewer than 1000 mutants
 * console.log(shortOf(await assault(subject, { ground: 0 }), 1000).length); // 1
 * ```
 */
export function shortOf({ subject, rows }: Report, atLeast: number): readonly string[] {
  return rows
    .filter(({ isMessage, mutants }) => isMessage && mutants < atLeast)
    .map(({ kind, mutants }) => `${subject}: ${kind} has ${mutants} mutants, ${atLeast} are due`);
}

/**
 * The reports as a table: protocol, kind of message, mutants, how many were continued, repaired, ground; and the
 * reasons.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { assault, channelVerifier, formatReports, type Subject } from 'ternary-gkr/testing';
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
 * const text = formatReports([await assault(subject, { ground: 0 })]);
 * console.log(text.includes('send value')); // true
 * ```
 */
export function formatReports(reports: readonly Report[]): string {
  const lines = reports.flatMap(({ subject, rows, mutants, continued }) => [
    ...rows.map((row) => line(subject, row.kind, [row.mutants, row.continued, row.repaired, row.ground], reasons(row))),
    line(subject, 'all', [mutants, continued, '', ''], ''),
  ]);
  const sum = (key: 'mutants' | 'continued'): number => reports.reduce((total, report) => total + report[key], 0);
  return [
    line('protocol', 'kind', ['mutants', 'continued', 'repaired', 'ground'], 'rejected by'),
    ...lines,
    line('all', '', [sum('mutants'), sum('continued'), '', ''], ''),
  ].join('\n');
}

function line(subject: string, kind: string, counts: readonly (number | string)[], refusals: string): string {
  const columns = counts.map((count) => String(count).padStart(9)).join(' ');
  return `${subject.padEnd(44)} ${kind.padEnd(26)} ${columns}  ${refusals}`.trimEnd();
}

function reasons({ refusals, true: isTrue }: Row): string {
  const list = Object.entries(refusals)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`);
  return [...list, ...(isTrue > 0 ? [`(true: ${isTrue})`] : [])].join(', ');
}
