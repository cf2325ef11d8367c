import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bn254 } from '../../src/field/index.ts';
import {
  compile,
  decodeProofFile,
  encodeProofFile,
  evaluate,
  type IntegerNetwork,
  prove,
  publicSignalsFromJson,
  publicSignalsToJson,
  securityBits,
  verify,
} from '../../src/network/index.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';
import { runs } from '../support/depth.ts';
import { convolutional, inputsOf, type NetworkOptions, perceptron, proveBatch } from '../support/networks.ts';

async function roundTrip(network: IntegerNetwork, count = 1, engine?: 'wasm' | 'js'): Promise<void> {
  const { provingKey, verifyingKey } = compile(network);
  const input = inputsOf(network, count);
  const { proof, publicSignals } = await proveBatch(provingKey, input, engine === undefined ? {} : { engine });
  expect(verify(verifyingKey, publicSignals, proof)).toEqual({
    ok: true,
    output: publicSignals.output,
    weights: 'public',
  });
  const length = input.length / count;
  const outputs = Array.from({ length: count }, (_, b) => {
    const tensors = evaluate(network, input.subarray(b * length, (b + 1) * length));
    return network.outputs.flatMap(({ tensor }) => [...tensors[tensor - 1]]);
  });
  expect([...publicSignals.output]).toEqual(outputs.flat());
}

describe('prove and verify', () => {
  it.each([
    ['a perceptron with one multiplier for each output', { sizes: [6, 5, 3] }],
    ['uniform multipliers', { sizes: [6, 5, 4, 3], multipliers: 'uniform' }],
    ['no shift', { sizes: [4, 4, 2], shift: 0 }],
    ['a remainder of several limbs', { sizes: [4, 3, 2], shift: 14 }],
    ['no activation, with clamps', { sizes: [7, 6, 3], activation: 'identity' }],
    ['an activated output', { sizes: [6, 5, 3], activatedOutput: true }],
    ['a single layer, without lookups or commitment', { sizes: [9, 4] }],
    ['a single output', { sizes: [3, 2, 1] }],
    ['a single input', { sizes: [1, 3, 2] }],
    ['layers wider than everything before', { sizes: [2, 3, 40] }],
    ['no weights at all', { sizes: [4, 3, 2], density: 0 }],
    ['dense weights', { sizes: [17, 9, 3], density: 1 }],
  ] as [string, NetworkOptions][])('%s, alone and in batches', async (_case, options) => {
    for (const count of [1, 2, 3]) await roundTrip(perceptron(options), count);
  });

  it('gives the same bytes on both engines', async () => {
    const network = perceptron({ sizes: [20, 17, 5] });
    const { provingKey } = compile(network);
    const input = inputsOf(network, 1);
    const [wasm, js] = await Promise.all([
      proveBatch(provingKey, input, { engine: 'wasm' }),
      proveBatch(provingKey, input, { engine: 'js' }),
    ]);
    expect(js.proof).toEqual(wasm.proof);
  });

  it('proves over BN254', async () => {
    const network = perceptron({ sizes: [5, 4, 3] });
    const { provingKey, verifyingKey } = compile(network, { field: bn254 });
    const { proof, publicSignals } = await proveBatch(provingKey, inputsOf(network, 2));
    expect(verify(verifyingKey, publicSignals, proof).ok).toBe(true);
    expect(verify(compile(network).verifyingKey, publicSignals, proof).ok).toBe(false);
  });

  it('layers without activation between them, and two readers of one tensor', async () => {
    const weights = (rows: number, columns: number, seed: number) =>
      ternaryFromDense(
        Array.from({ length: rows * columns }, (_, k) => ((k * seed) % 3) - 1),
        rows,
        columns,
      );
    const base = perceptron({ sizes: [6, 5] });
    await roundTrip({
      ...base,
      layers: [
        { kind: 'linear', name: 'a', input: 0, weights: weights(5, 6, 1) },
        { kind: 'linear', name: 'b', input: 1, weights: weights(7, 5, 2) },
        {
          kind: 'affine',
          name: 'c',
          input: 2,
          multipliers: Int32Array.of(1, 2, 3, 0, 1, 2, 3),
          biases: new Int32Array(7),
        },
        { kind: 'linear', name: 'd', input: 3, weights: weights(4, 7, 1) },
        { kind: 'linear', name: 'e', input: 2, weights: weights(3, 7, 2) },
      ],
      outputs: [
        { tensor: 5, scale: 1 },
        { tensor: 4, scale: 1 },
      ],
    });
  });

  it('proves any perceptron (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 5 }),
        fc.record({
          seed: fc.integer(),
          multipliers: fc.constantFrom('uniform' as const, 'mixed' as const),
          shift: fc.integer({ min: 0, max: 7 }),
          activation: fc.constantFrom('relu' as const, 'identity' as const),
          activatedOutput: fc.boolean(),
        }),
        fc.integer({ min: 1, max: 3 }),
        (sizes, options, count) => roundTrip(perceptron({ sizes, ...options }), count),
      ),
      { numRuns: runs(25) },
    );
  });

  it('proves several inputs at the same time on one key, one after the other', async () => {
    const network = perceptron({ sizes: [6, 5, 3] });
    const { provingKey, verifyingKey } = compile(network);
    const results = await Promise.all([1, 2, 3].map((seed) => prove(provingKey, inputsOf(network, 1, seed))));
    for (const { proof, publicSignals } of results) expect(verify(verifyingKey, publicSignals, proof).ok).toBe(true);
  });

  it('reports progress and can be cancelled', async () => {
    const network = perceptron({ sizes: [6, 5, 3] });
    const { provingKey } = compile(network);
    const seen: string[] = [];
    await prove(provingKey, inputsOf(network, 1), { onProgress: ({ phase }) => seen.push(phase) });
    expect([...new Set(seen)]).toEqual(['witness', 'commit', 'lookup', 'layers', 'openings', 'open']);
    const controller = new AbortController();
    const cancelled = prove(provingKey, inputsOf(network, 1), {
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'lookup' && controller.abort(new Error('enough')),
    });
    await expect(cancelled).rejects.toThrow('enough');
    await expect(prove(provingKey, inputsOf(network, 1))).resolves.toBeDefined();
  });

  it('reports each relation once when it has been proven, those of the lookups first', async () => {
    const network = convolutional();
    const { provingKey } = compile(network);
    const { nodes } = provingKey.graph;
    const reports: (readonly number[])[] = [];
    const fractions: number[] = [];
    await prove(provingKey, inputsOf(network, 1), {
      onProgress: ({ fraction, relations }) => {
        fractions.push(fraction);
        if (relations !== undefined) reports.push(relations);
      },
    });
    const places = (...kinds: string[]): number[] => nodes.flatMap(({ kind }, k) => (kinds.includes(kind) ? [k] : []));
    expect(reports[0]).toEqual(places('requantise'));
    const all = reports.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(expect.arrayContaining(places('matrix', 'windows', 'sum')));
    expect(places('matrix', 'windows', 'sum', 'scale', 'requantise')).toEqual(expect.arrayContaining(all));
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it('itemises at least 100 bits', () => {
    for (const options of [{ sizes: [6, 5, 3] }, { sizes: [9, 4] }, { sizes: [300, 200, 10] }]) {
      const { verifyingKey } = compile(perceptron(options));
      for (const batch of [1, 7]) {
        const { total, terms } = securityBits(verifyingKey, { batch });
        expect(total).toBeGreaterThanOrEqual(100);
        expect(-Math.log2(terms.reduce((sum, { bits }) => sum + 2 ** -bits, 0))).toBeCloseTo(total);
      }
    }
  });

  it('keeps public signals through JSON and the proof file', async () => {
    const network = perceptron({ sizes: [6, 5, 3] });
    const { provingKey, verifyingKey } = compile(network);
    const { proof, publicSignals } = await proveBatch(provingKey, inputsOf(network, 2));
    expect(publicSignalsFromJson(JSON.parse(JSON.stringify(publicSignalsToJson(publicSignals))))).toEqual(
      publicSignals,
    );
    const { digest } = verifyingKey;
    expect(decodeProofFile(encodeProofFile(digest, publicSignals, proof))).toEqual({ digest, publicSignals, proof });
  });
});

describe('compile', () => {
  const network = perceptron({ sizes: [6, 5, 3] });
  const withLayer = (index: number, change: object): IntegerNetwork => ({
    ...network,
    layers: network.layers.map((layer, k) => (k === index ? { ...layer, ...change } : layer)) as never,
  });

  it.each([
    [
      'a shape that does not fit',
      withLayer(1, { weights: ternaryFromDense([1], 1, 1) }),
      'layer linear 1: its weights have 1 columns',
    ],
    ['multipliers that are missing', withLayer(2, { multipliers: Int32Array.of(1) }), 'layer affine 1: 1 multipliers'],
    ['a shift out of range', withLayer(3, { shift: 25 }), 'layer activation 1: the shift is 25'],
    ['f(0) ≠ 0', withLayer(3, { min: 1 }), 'layer activation 1: the clamp [1, 15] does not contain 0'],
    ['a tensor from the future', withLayer(1, { input: 3 }), 'layer linear 1: it reads tensor 3'],
    ['a tensor that nothing reads', withLayer(1, { input: 0 }), 'nothing reads what layer flatten produces'],
    ['no layers', { ...network, layers: [] }, 'has no layers'],
    [
      'values that wrap around p',
      withLayer(2, { multipliers: Int32Array.of(1, 1, 1, 1, 40_000_000) }),
      'layer affine 1: its values reach',
    ],
    ['a quotient table that is too large', withLayer(3, { shift: 0, max: 2 ** 22 }), undefined],
  ] as [string, IntegerNetwork, string | undefined][])('refuses %s', (_case, wrong, message) => {
    if (message === undefined) expect(() => compile(wrong)).not.toThrow();
    else expect(() => compile(wrong)).toThrow(message);
  });

  it('refuses a decomposition that is not unique modulo p, and names the layer', () => {
    // |z| stays below p/2, but z + p is 2^24·q + ρ for a q that the padded table has
    const layers = network.layers.slice(0, 4).map((layer) => {
      if (layer.kind === 'affine') return { ...layer, multipliers: new Int32Array(5).fill(12_000_000) };
      return layer.kind === 'requantise' ? { ...layer, shift: 24 } : layer;
    });
    expect(() => compile({ ...network, layers, outputs: [{ tensor: 4, scale: 1 }] })).toThrow(
      /layer activation 1: its values reach|layer affine 1: its values reach/,
    );
  });

  it('refuses inputs that do not fit, with the place', async () => {
    const { provingKey } = compile(network);
    await expect(prove(provingKey, [1, 2])).rejects.toThrow('has 2 values');
    await expect(prove(provingKey, [0, 0, 16, 0, 0, 0])).rejects.toThrow('input value 2 is 16');
    await expect(prove(provingKey, [0, 0.5, 1, 0, 0, 0])).rejects.toThrow('input value 1 is 0.5');
    await expect(prove(provingKey, [])).rejects.toThrow('has 0 values');
  });
});
