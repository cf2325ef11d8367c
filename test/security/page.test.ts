// docs/security.md against the code: the terms that it lists are those that securityBits itemises, over networks of every
// sort, each of them occurs, and the worked example is what the commands print.

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { proveAccuracy, verifyAccuracy } from '../../src/accuracy/index.ts';
import { bn254 } from '../../src/field/index.ts';
import {
  compile,
  type IntegerNetwork,
  readKey,
  type SecurityReport,
  securityBits,
  type VerifyingKey,
} from '../../src/network/index.ts';
import { registrationStatement } from '../../src/network/keys/read-key.ts';
import { prepareRegistration } from '../../src/network/registration/protocol.ts';
import { registrationReport } from '../../src/network/registration/security.ts';
import { importOnnx, readArray, splitIntegerSamples } from '../../src/onnx/index.ts';
import { example } from '../cli/program.ts';
import { mixedChain } from '../network/weights/support.ts';
import { type AnyField, seeded } from '../support/fields.ts';
import { convolutional, inputsOf, perceptron } from '../support/networks.ts';
import { registerFiles } from '../support/registered.ts';
import { patternOf, readText, tableAfter } from './page.ts';

type Section = 'proof' | 'opening' | 'registration';

const SECTIONS: Readonly<Record<Section, readonly string[]>> = {
  proof: tableAfter('terms: proof').map(([term]) => term),
  opening: tableAfter('terms: opening').map(([term]) => term),
  registration: tableAfter('terms: registration').map(([term]) => term),
};
const used = new Set<string>();

/** The labels of the code that the page has no term for; each label must have exactly one. */
function compare(report: SecurityReport, sections: readonly Section[]): void {
  for (const { name } of report.terms) {
    const rows = sections.flatMap((section) =>
      SECTIONS[section].filter((term) => patternOf(term).test(name)).map((term) => `${section} ${term}`),
    );
    expect(rows, `${name} in the page's terms of ${sections.join(' and ')}`).toHaveLength(1);
    used.add(rows[0]);
  }
  expect(report.total).toBeGreaterThanOrEqual(100);
  expect(-Math.log2(report.terms.reduce((sum, { bits }) => sum + 2 ** -bits, 0))).toBeCloseTo(report.total, 9);
}

function reportOfRegistration(key: VerifyingKey<unknown>): SecurityReport {
  const { field, plan, parameters } = prepareRegistration(registrationStatement(key));
  return registrationReport(field, plan, parameters);
}

const small = perceptron({ sizes: [30, 20, 5], seed: 5 });

describe('every error term of the code is one of the page', () => {
  it.each<[string, IntegerNetwork]>([
    ['a perceptron', small],
    ['one multiplier for all', perceptron({ sizes: [6, 5, 4], seed: 3, multipliers: 'uniform', shift: 14 })],
    ['a larger perceptron', perceptron({ sizes: [300, 200, 10] })],
    ...[1, 2, 3, 4, 5].map((seed): [string, IntegerNetwork] => [`images ${seed}`, convolutional({ seed })]),
  ])('public weights: %s', (_, network) => {
    const { verifyingKey } = compile(network);
    for (const [batch, committed] of [
      [1, []],
      [7, []],
      [1, [0]],
      [2, [0, network.layers.length]],
    ] as const) {
      compare(securityBits(verifyingKey, { batch, commit: committed }), ['proof', 'opening']);
    }
  });

  it('over BN254', () => {
    const { verifyingKey } = compile(perceptron({ sizes: [3, 4, 2] }), { field: bn254 as AnyField });
    compare(securityBits(verifyingKey, { commit: [0] }), ['proof', 'opening']);
  });

  it.each<[string, IntegerNetwork]>([
    ['a perceptron', small],
    ['images', convolutional({ seed: 1 })],
    ...[1, 2, 3].map((seed): [string, IntegerNetwork] => [`mixed ${seed}`, mixedChain(seeded(seed))]),
  ])('committed weights and their registration: %s', async (_, network) => {
    const { keyFile, registration } = await registerFiles(network);
    const key = readKey(keyFile, { registration });
    compare(securityBits(key), ['proof', 'opening']);
    compare(securityBits(key, { batch: 3, commit: [0] }), ['proof', 'opening']);
    compare(reportOfRegistration(key), ['registration', 'opening']);
  });

  it('an accuracy claim adds up those of its proofs', async () => {
    const { provingKey, verifyingKey } = compile(small);
    const samples = inputsOf(small, 3);
    const { statement } = await proveAccuracy(provingKey, samples, [0, 1, 2]);
    const verdict = verifyAccuracy(verifyingKey, samples, [0, 1, 2], statement);
    const report = securityBits(verifyingKey, { batch: 3 });
    compare(report, ['proof', 'opening']);
    expect(verdict).toMatchObject({ ok: true, proofs: 1 });
    if (verdict.ok) expect(verdict.securityBits).toBeCloseTo(report.total, 9);
  });
});

it('every term of the page is one of the code', () => {
  const sections = Object.keys(SECTIONS) as Section[];
  const listed = sections.flatMap((section) => SECTIONS[section].map((term) => `${section} ${term}`));
  expect([...used].sort()).toEqual(listed.sort());
});

describe('the worked example', () => {
  const shown = new Map<string, SecurityReport>();

  beforeAll(async () => {
    const read = async (name: string) => readArray(new Uint8Array(readFileSync(example(name))), name);
    const images = await read('digits-images-idx3-ubyte.gz');
    const network = importOnnx(new Uint8Array(readFileSync(example('mlp-small.onnx'))), {
      calibration: splitIntegerSamples(images, [1, 28, 28], 'the digits').slice(0, 256),
      inputScale: 1 / 255,
    });
    shown.set('public', securityBits(compile(network).verifyingKey));
    const { keyFile, registration } = await registerFiles(network);
    const key = readKey(keyFile, { registration });
    shown.set('committed', securityBits(key));
    shown.set('registration', reportOfRegistration(key));
  });

  it.each(['public', 'committed', 'registration'])('%s: every term and the sum', (name) => {
    const { terms, total } = shown.get(name) as SecurityReport;
    const rows = [...terms.map((term) => [term.name, term.bits.toFixed(1)]), ['**sum**', `**${total.toFixed(2)}**`]];
    expect(tableAfter(`example: ${name}`)).toEqual(rows);
  });

  it('what is believed together', () => {
    const [proof, registration] = ['committed', 'registration'].map(
      (name) => (shown.get(name) as SecurityReport).total,
    );
    const together = (proofs: number): string => (-Math.log2(proofs * 2 ** -proof + 2 ** -registration)).toFixed(2);
    expect(tableAfter('example: together')).toEqual([
      ['one proof, public weights', (shown.get('public') as SecurityReport).total.toFixed(2)],
      ['one proof, committed weights, registration taken for granted', proof.toFixed(2)],
      ['the registration', registration.toFixed(2)],
      ['one proof and the registration', together(1)],
      ['a thousand proofs and the registration', together(1000)],
    ]);
    expect(readText().replace(/\s+/g, ' ')).toContain(
      `is wrong with a probability of 2^−${together(1)} for each attempt`,
    );
    expect(Number(together(1))).toBeLessThan(100);
    expect(Number(together(1))).toBeGreaterThan(99);
  });
});
