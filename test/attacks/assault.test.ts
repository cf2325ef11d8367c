// Every message of every protocol and of whole proofs is attacked by the kit (src/testing), most mutants continued
// honestly after the lie. None is believed. At full depth there are 10,000 distinct mutants and more, 50 at least of each
// kind of message, the same in every run; at quick depth a few of each kind, which follow from the seed of the run.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assault, type Forgery, formatReports, type Report, type Subject, shortOf } from '../../src/testing/index.ts';
import { amountOf, isFull, sampleOf, seed } from '../support/depth.ts';
import { SUBJECTS } from './subjects/index.ts';

/** For each kind of message. */
const AT_LEAST = amountOf('mutants');
/** As few as give that many. */
const AMOUNTS = isFull
  ? { continued: 42, raw: 10, others: 4, repaired: 2 }
  : { continued: 3, raw: 1, others: 1, repaired: 1, grindingBits: 1, seed };
const TIMEOUT = 300_000;

const reports: Report[] = [];
const sum = (key: 'mutants' | 'continued'): number => reports.reduce((total, report) => total + report[key], 0);

afterAll(() => {
  process.stdout.write(`${formatReports(reports)}\n`);
});

/** The messages in the sources of the library's provers, as the kit counts them. */
function messagesOfTheSources(): Set<string> {
  const src = join(import.meta.dirname, '../../src');
  const kinds = new Set<string>();
  const verbs: Readonly<Record<string, string>> = { send: 'send', sendBytes: 'send bytes', hint: 'hint' };
  for (const path of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    // the kit says nothing of its own, and a verifier's hint is the prover's
    if (!path.endsWith('.ts') || /^(testing|transcript)\b|(^|\/)verify[^/]*\.ts$/.test(path)) continue;
    const text = readFileSync(join(src, path), 'utf8');
    for (const [, verb, label] of text.matchAll(/channel\s*\.(send|sendBytes|hint)\(\s*'([^']+)'/g)) {
      kinds.add(`${verbs[verb]} ${label}`);
    }
  }
  return kinds;
}

/** The subject's own forgeries: at quick depth some of each kind. */
function forgeriesOf({ forgeries = [] }: Subject<unknown>): readonly Forgery<unknown>[] {
  const kinds = [...new Set(forgeries.map(({ kind }) => kind))];
  return kinds.flatMap((kind) =>
    sampleOf(
      forgeries.filter((forgery) => forgery.kind === kind),
      amountOf('forgeries'),
    ),
  );
}

describe('an assault', () => {
  it.each(SUBJECTS)(
    'on %s: nothing is believed',
    async (name, makeSubject) => {
      const subject = await makeSubject();
      const report = await assault({ ...subject, forgeries: forgeriesOf(subject) }, AMOUNTS);
      reports.push(report);
      expect(report.subject).toBe(name);
      expect(report.believed).toEqual([]);
      expect(report.broken).toEqual([]);
      expect(shortOf(report, AT_LEAST)).toEqual([]);
      expect(report.mutants).toBeGreaterThan(0);
      expect(report.continued).toBeGreaterThan(report.mutants / 2);
    },
    TIMEOUT,
  );

  it('is on every subject, at each depth', () => {
    expect(reports.map(({ subject }) => subject)).toEqual(SUBJECTS.map(([name]) => name));
  });

  it('has made ten thousand mutants at full depth, most of them continued honestly', () => {
    const messages = reports.flatMap(({ rows }) => rows.filter(({ isMessage }) => isMessage));
    expect(sum('mutants')).toBeGreaterThanOrEqual(isFull ? 10_000 : AT_LEAST * messages.length);
    expect(sum('continued')).toBeGreaterThan(sum('mutants') / 2);
  });

  it('has attacked every message that a prover of the library can send', () => {
    const attacked = new Set(
      reports.flatMap(({ rows }) => rows.filter((row) => row.isMessage).map(({ kind }) => kind)),
    );
    const known = messagesOfTheSources();
    expect(known.size).toBeGreaterThan(10);
    expect([...known].filter((kind) => !attacked.has(kind))).toEqual([]);
  });
});
