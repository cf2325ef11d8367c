// Every message of every protocol and of whole proofs is attacked by the kit (src/testing): 10,000 distinct mutants
// and more, 50 at least of each kind of message, most continued honestly after the lie. None is believed.

import { afterAll, describe, expect, it } from 'vitest';
import { assault, formatReports, type Report, shortOf } from '../../src/testing/index.ts';
import { SUBJECTS } from './subjects/index.ts';

const AT_LEAST = 50;
const reports: Report[] = [];

afterAll(() => {
  process.stdout.write(`${formatReports(reports)}\n`);
});

describe('an assault', () => {
  it.each(SUBJECTS)(
    'on %s: nothing is believed',
    async (name, makeSubject) => {
      const report = await assault(await makeSubject());
      reports.push(report);
      expect(report.subject).toBe(name);
      expect(report.believed).toEqual([]);
      expect(report.broken).toEqual([]);
      expect(shortOf(report, AT_LEAST)).toEqual([]);
      expect(report.continued).toBeGreaterThan(report.mutants / 2);
    },
    60_000,
  );

  it('has made ten thousand mutants, most of them continued honestly', () => {
    const sum = (key: 'mutants' | 'continued'): number => reports.reduce((total, report) => total + report[key], 0);
    expect(sum('mutants')).toBeGreaterThanOrEqual(10_000);
    expect(sum('continued')).toBeGreaterThan(sum('mutants') / 2);
  });
});
