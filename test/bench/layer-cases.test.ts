// Which layers are measured, in what order, what is skipped and why, and the weights they are measured on.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeCase,
  estimateBytes,
  estimateMs,
  formatDensity,
  LAYER_SHAPES,
  type LayerCase,
  reasonToSkip,
  selectCases,
} from '../../bench/layers/cases.ts';
import type { LayerFigures } from '../../bench/layers/layers.ts';
import { memoryLimit } from '../../bench/measure/memory.ts';
import { median, quantile } from '../../bench/measure/statistics.ts';
import { syntheticInputs, syntheticTernary } from '../../bench/measure/synthetic.ts';
import { type LayerOutcome, runLayerSuite } from '../../bench/run/layer-suite.ts';
import type { LayerMethod } from '../../src/layer/protocol.ts';
import { ternaryDigest, ternaryFromDense, ternaryToDense } from '../../src/sparse/ternary-matrix.ts';

const LAYER_METHODS: readonly LayerMethod[] = ['ternary', 'sparse', 'dense', 'vanilla-tree', 'vanilla-sum', 'circuit'];

const layer = (rest: Partial<LayerCase> = {}): LayerCase => ({
  ...{ method: 'ternary', outputs: 4096, inputs: 4096, density: 1 / 16, batch: 1 },
  ...rest,
});

describe('the selection', () => {
  it('is every combination of what is given', () => {
    const shapes = [
      { outputs: 3, inputs: 5 },
      { outputs: 8192, inputs: 8192 },
    ];
    const cases = selectCases({ methods: LAYER_METHODS, shapes, densities: [1, 1 / 3], batches: [1, 4] });
    expect(cases).toHaveLength(LAYER_METHODS.length * 2 * 2 * 2);
    expect(new Set(cases.map((one) => JSON.stringify(one))).size).toBe(cases.length);
    expect(cases.slice(0, LAYER_METHODS.length).map(({ method }) => method)).toEqual(LAYER_METHODS);
  });

  it('leaves large circuits to --full, unless they are asked for', () => {
    const short = selectCases({ methods: LAYER_METHODS });
    const full = selectCases({ methods: LAYER_METHODS, full: true });
    const trees = (cases: readonly LayerCase[]) => cases.filter(({ method }) => method === 'vanilla-tree');
    expect(full).toHaveLength(LAYER_SHAPES.length * 7 * 3 * LAYER_METHODS.length);
    expect(short.every(({ batch }) => batch === 1)).toBe(true);
    expect(trees(short).every(({ density }) => density === 1 || density === 1 / 16)).toBe(true);
    expect(trees(short).some(({ outputs }) => outputs === 4096)).toBe(true);
    expect(trees(short).some(({ outputs }) => outputs === 8192)).toBe(false);
    expect(short.filter(({ method }) => method === 'ternary')).toHaveLength(LAYER_SHAPES.length * 7);
    const asked = selectCases({ methods: ['vanilla-tree'], shapes: [{ outputs: 8192, inputs: 8192 }] });
    expect(asked.map(({ density }) => density)).toEqual([1, 1 / 16]);
  });
});

describe('the estimates', () => {
  it('grow with every size', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LAYER_METHODS),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1 / 64, 1 / 16, 1 / 2),
        fc.constantFrom(1, 16, 256),
        (method, m, n, density, batch) => {
          const small = layer({ method, outputs: 2 ** m, inputs: 2 ** n, density, batch });
          const larger: LayerCase[] = [
            { ...small, outputs: 2 * small.outputs },
            { ...small, inputs: 2 * small.inputs },
            { ...small, density: 2 * density },
            { ...small, batch: 2 * batch },
          ];
          for (const one of larger) {
            expect(estimateBytes(one)).toBeGreaterThan(estimateBytes(small) - 1);
            expect(estimateMs(one, 10)).toBeGreaterThan(estimateMs(small, 10) - 1e-9);
          }
        },
      ),
    );
  });

  it('keep circuits at 4096 × 4096 below 2 GiB and refuse what cannot be addressed', () => {
    const limit = memoryLimit(2 ** 36);
    expect(limit).toBe(3.5 * 2 ** 30);
    expect(memoryLimit(2 ** 30)).toBe(0.75 * 2 ** 30);
    expect(estimateBytes(layer({ method: 'vanilla-tree', density: 1 }))).toBeLessThan(2 ** 31);
    for (const method of LAYER_METHODS) {
      expect(reasonToSkip(layer({ method, outputs: 2048, inputs: 2048 }), limit)).toBeUndefined();
      if (method !== 'circuit') expect(reasonToSkip(layer({ method }), limit)).toBeUndefined();
    }
    const circuit = layer({ method: 'circuit', outputs: 2048, inputs: 2048, batch: 2 });
    expect(reasonToSkip(circuit, limit)).toBe('the method circuit takes at most 2^22 products');
    expect(reasonToSkip(layer({ method: 'vanilla-sum', batch: 256 }), limit)).toMatch(
      /^it would take about \d+\.\d GiB of memory; 3\.5 GiB are allowed$/,
    );
  });
});

describe('the suite', () => {
  const figures = (one: LayerCase): LayerFigures => ({
    ...one,
    ...{ nnz: 1, proveMs: 1, proveLowerQuartileMs: 1, proveUpperQuartileMs: 1, proofs: 5, coldProveMs: 2 },
    ...{ prepareMs: 1, inferenceMs: 1, verifyMs: 1, proofBytes: 1, peakRssBytes: 1, phases: {} },
    operations: { extensionMultiplications: 0, mixedMultiplications: 0, baseMultiplications: 0 },
  });

  it('measures in order, skips what does not fit and says what is left', async () => {
    const cases = [
      layer(),
      layer({ method: 'vanilla-sum', batch: 256 }),
      layer({ method: 'sparse' }),
      layer({ method: 'dense' }),
    ];
    const seen: LayerCase[] = [];
    const lines: [number, string][] = [];
    let clock = 0;
    const run = async (one: LayerCase): Promise<LayerOutcome> => {
      seen.push(one);
      clock += 60_000;
      return one.method === 'sparse' ? { reason: 'its process ended with SIGKILL' } : figures(one);
    };
    const progress = (fraction: number, label: string): void => {
      lines.push([fraction, label]);
    };
    const { layers, skipped } = await runLayerSuite(cases, run, 3e9, progress, () => clock);
    expect(seen).toEqual([cases[0], cases[2], cases[3]]);
    expect(layers.map(({ method }) => method)).toEqual(['ternary', 'dense']);
    expect(skipped.map(({ method, reason }) => [method, reason])).toEqual([
      ['vanilla-sum', expect.stringMatching(/GiB are allowed$/)],
      ['sparse', 'its process ended with SIGKILL'],
    ]);
    expect(lines.map(([fraction]) => fraction)).toEqual([...lines.map(([fraction]) => fraction)].sort((a, b) => a - b));
    expect(lines[0]).toEqual([0, expect.stringMatching(/^4096 × 4096, 1\/16, batch 1, ternary; about \d+ s left$/)]);
    // After one case of a minute, two cases of about as much work are left.
    expect(lines[1][1]).toMatch(/sparse; about [2-4] min left$/);
    expect(lines[2][1]).toMatch(/dense; about (1|2|\d\d) (s|min) left$/);
  });

  it('stops at an error that is not the case’s own', async () => {
    const broken = runLayerSuite(
      [layer()],
      () => Promise.reject(new Error('refused')),
      3e9,
      () => undefined,
    );
    await expect(broken).rejects.toThrow('refused');
  });
});

describe('synthetic layers', () => {
  it('are ternary matrices in their one form, the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(1, 1 / 3, 1 / 64),
        fc.nat(),
        (outputs, inputs, density, seed) => {
          const weights = syntheticTernary(outputs, inputs, density, seed);
          expect(ternaryFromDense(ternaryToDense(weights), outputs, inputs)).toEqual(weights);
          expect(ternaryDigest(syntheticTernary(outputs, inputs, density, seed))).toEqual(ternaryDigest(weights));
        },
      ),
    );
  });

  it('have the density asked for, with both signs alike', () => {
    const size = 512;
    for (const density of [1, 1 / 4, 1 / 64]) {
      const weights = syntheticTernary(size, size, density, 7);
      const expected = size * size * density;
      // six standard deviations
      expect(Math.abs(weights.nonzeros - expected)).toBeLessThanOrEqual(6 * Math.sqrt(expected * (1 - density)));
      const sum = ternaryToDense(weights).reduce((total, entry) => total + entry, 0);
      expect(Math.abs(sum)).toBeLessThan(6 * Math.sqrt(expected));
    }
    expect(syntheticTernary(9, 9, 1, 1).nonzeros).toBe(81);
    expect(() => syntheticTernary(9, 9, 0, 1)).toThrow(/a density lies in \(0, 1\]/);
  });

  it('have inputs of eight bits', () => {
    const values = syntheticInputs(100, 50, 3);
    expect(values).toHaveLength(5000);
    expect([Math.min(...values), Math.max(...values)]).toEqual([-128, 127]);
  });
});

describe('figures', () => {
  it('are interpolated between neighbours', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect([0, 0.25, 0.75, 1].map((share) => quantile([10, 50, 20, 40, 30], share))).toEqual([10, 20, 40, 50]);
    expect(quantile([7], 0.75)).toBe(7);
  });

  it('name densities as people do', () => {
    expect([1, 0.5, 1 / 64, 1 / 3, 0.3].map(formatDensity)).toEqual(['1', '1/2', '1/64', '1/3', '0.3']);
    expect(describeCase(layer({ batch: 16 }))).toBe('4096 × 4096, 1/16, batch 16, ternary');
  });
});
