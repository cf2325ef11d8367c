// How far a computation says it is: from 0 to 1, never back, in every way to prove or to register.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { bn254 } from '../../src/field/bn254.ts';
import { compile } from '../../src/network/keys/compile.ts';
import { register } from '../../src/network/keys/register.ts';
import type { IntegerNetwork } from '../../src/network/model/network.ts';
import { prove } from '../../src/network/proof/prove.ts';
import type { ProveOptions } from '../../src/network/proof/prove-options.ts';
import { verify } from '../../src/network/proof/verify.ts';
import type { Progress } from '../../src/network/run/phases.ts';
import type { Phase } from '../../src/network/run/trace.ts';
import { convolutional, inputsOf, perceptron, proveBatch } from '../support/networks.ts';

const small = perceptron({ sizes: [6, 5, 3] });

/** A linear layer alone: nothing is looked up and nothing committed. */
const linear: IntegerNetwork = {
  ...small,
  layers: small.layers.slice(0, 2),
  outputs: [{ tensor: 2, scale: 1 }],
};

function expectWhole(reports: readonly Progress<string>[], phases: readonly string[]): void {
  const fractions = reports.map(({ fraction }) => fraction);
  expect(fractions[0]).toBe(0);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.indexOf(1)).toBe(fractions.length - 1);
  expect([...new Set(reports.map(({ phase }) => phase))]).toEqual(phases);
  expect(reports.at(-1)?.phase).toBe(phases.at(-1));
}

const PHASES: readonly Phase[] = ['witness', 'commit', 'lookup', 'layers', 'openings', 'open'];

describe('the progress of a proof goes from 0 to 1', () => {
  const all: readonly (readonly [string, IntegerNetwork, ProveOptions, number, readonly Phase[]])[] = [
    ['of a perceptron', small, {}, 1, PHASES],
    ['of three inputs', small, {}, 3, PHASES],
    ['of a network of images', convolutional(), {}, 1, PHASES],
    ['without WebAssembly', small, { engine: 'js' }, 1, PHASES],
    ['with a committed input and output', small, { commit: [0, small.layers.length] }, 1, PHASES],
    ['with a trace', small, { trace: () => undefined }, 1, PHASES],
    ['that commits to nothing', linear, {}, 1, PHASES.slice(0, -1)],
  ];
  it.each(all)('%s', async (_, network, options, count, phases) => {
    const reports: Progress<Phase>[] = [];
    const onProgress = (report: Progress<Phase>): number => reports.push(report);
    await proveBatch(compile(network).provingKey, inputsOf(network, count), { ...options, onProgress });
    expectWhole(reports, phases);
  });

  it('over another field', async () => {
    const reports: Progress<Phase>[] = [];
    const { provingKey } = compile(small, { field: bn254 });
    await prove(provingKey, inputsOf(small, 1), { onProgress: (report) => reports.push(report) });
    expectWhole(reports, PHASES);
  });

  it.each(['high', 'low'] as const)(
    'with committed weights, and before it that of their registration: %s',
    async (memory) => {
      const registering: Progress<string>[] = [];
      const { provingKey } = await register(small, { memory, onProgress: (report) => registering.push(report) });
      expectWhole(registering, ['witness', 'commit', 'lookup', 'weights', 'open']);
      const reports: Progress<Phase>[] = [];
      await prove(provingKey, inputsOf(small, 1), { memory, onProgress: (report) => reports.push(report) });
      expectWhole(reports, PHASES);
    },
  );

  it('and a report at the end that throws rejects, with the key as it was', async () => {
    const { provingKey } = compile(small);
    const onProgress = ({ fraction }: Progress<Phase>): void => {
      if (fraction === 1) throw new Error('in the page');
    };
    await expect(prove(provingKey, inputsOf(small, 1), { onProgress })).rejects.toThrow('in the page');
    await expect(prove(provingKey, inputsOf(small, 1))).resolves.toBeDefined();
  });
});

describe('a proof lets others in', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  // as some servers' runtimes have it
  const forbidden = class {
    constructor() {
      throw new Error('not supported');
    }
  };
  it.each([
    ['with message channels', MessageChannel],
    ['without message channels', undefined],
    ['where they throw', forbidden],
  ])('%s', async (_, channel) => {
    vi.stubGlobal('MessageChannel', channel);
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 100;
      return now;
    });
    const { provingKey, verifyingKey } = compile(small);
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const { proof, publicSignals } = await prove(provingKey, inputsOf(small, 1));
    clearImmediate(next);
    expect(turns).toBeGreaterThan(0);
    expect(verify(verifyingKey, publicSignals, proof).ok).toBe(true);
  });
});
