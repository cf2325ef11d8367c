import { describe, expect, it } from 'vitest';
import { ternaryLayerCost } from '../../bench/costs/layer-methods.ts';
import { checkNonce, createPlainHasher } from '../../src/commit/index.ts';
import { codeOf } from '../../src/commit/recursive/parameters.ts';
import { eqTableCost } from '../../src/field/counting.ts';
import {
  bn254,
  createArrayEngine,
  koalaBear,
  noOperations,
  type OperationCounts,
  sumOperations,
} from '../../src/field/index.ts';
import { compile, type PhaseCounts, prove, verify } from '../../src/network/index.ts';
import { traceProof } from '../../src/network/run/trace.ts';
import type { Workspace } from '../../src/network/run/workspace.ts';
import { PROTOCOL } from '../../src/network/statement/statement.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { inputsOf, type NetworkOptions, perceptron, proveBatch } from '../support/networks.ts';

/** The tools of a protocol without matrices. */
function plainWorkspace(): Workspace<typeof koalaBear.zero> {
  return {
    engine: createArrayEngine(koalaBear),
    hasher: createPlainHasher(),
    weightPlan: () => ({ kind: 'signs', plan: { rowCount: 1, columnCount: 1 } }),
    weights: undefined,
    prepareWeights: () => undefined,
  };
}

describe('the trace of a proof', () => {
  const cases: [string, NetworkOptions][] = [
    ['a perceptron', { sizes: [20, 17, 9, 5] }],
    ['an activated output', { sizes: [6, 5, 3], activatedOutput: true }],
    ['a remainder of several limbs', { sizes: [4, 3, 2], shift: 14 }],
  ];

  it.each(cases)('changes no byte of the proof of %s, and has all phases', async (_case, options) => {
    const network = perceptron(options);
    const { provingKey, verifyingKey } = compile(network);
    for (const count of [1, 3]) {
      const input = inputsOf(network, count);
      const phases: PhaseCounts[] = [];
      const traced = await proveBatch(provingKey, input, { trace: (counts) => phases.push(counts) });
      const plain = await proveBatch(provingKey, input);
      expect(traced.proof).toEqual(plain.proof);
      expect(verify(verifyingKey, traced.publicSignals, traced.proof).ok).toBe(true);
      expect(phases.map(({ phase }) => phase)).toEqual(['witness', 'commit', 'lookup', 'layers', 'openings', 'open']);
      expect(phases[0].operations).toEqual(noOperations());
    }
  });

  it('counts scalars that are not the engine’s: a layer without lookups', async () => {
    const network = perceptron({ sizes: [9, 4], multipliers: 'uniform' });
    const { provingKey } = compile(network);
    const phases: PhaseCounts[] = [];
    const { publicSignals } = await prove(provingKey, inputsOf(network, 1), { trace: (counts) => phases.push(counts) });
    const [linear, affine] = network.layers.slice(1);
    if (linear.kind !== 'linear' || affine.kind !== 'affine') throw new Error('a perceptron has other layers');
    const evaluation = (values: Int32Array): Partial<OperationCounts>[] => {
      const terms = values.filter((value) => value !== 0).length;
      return [eqTableCost(2), { mixedMultiplications: terms, extensionAdditions: terms }];
    };
    expect(phases.find(({ phase }) => phase === 'layers')?.operations).toEqual(
      sumOperations(
        ...evaluation(publicSignals.output),
        ...evaluation(affine.biases),
        // the biases masked to the batch, the claim without them; the multiplier is one
        { extensionMultiplications: 1, extensionAdditions: 1 },
        ternaryLayerCost({
          rowVariables: 2,
          columnVariables: 4,
          nonzeros: linear.weights.rows.length,
          batchVariables: 0,
        }),
      ),
    );
  });

  it('counts every nonce that is tried', () => {
    const phases: PhaseCounts[] = [];
    const traced = traceProof(plainWorkspace(), (counts) => phases.push(counts));
    traced.enter('open');
    const seed = new Uint8Array(32).fill(7);
    const nonce = traced.workspace.hasher.grind(seed, 5);
    expect(nonce).toBeGreaterThan(0);
    traced.enter(undefined);
    expect(phases[0].hashedBytes).toEqual({ merkle: 0, transcript: 0, grinding: 36 * (nonce + 1) });
    expect(checkNonce(seed, nonce, 5)).toBe(true);
  });

  it('counts each hashed byte once and in its place', async () => {
    const { provingKey } = compile(perceptron({ sizes: [6, 5, 3] }));
    const phases = new Map<string, PhaseCounts>();
    const trace = (counts: PhaseCounts): void => {
      phases.set(counts.phase, counts);
    };
    const { proof } = await prove(provingKey, inputsOf(provingKey.network, 1), { trace });
    const bytes = (phase: string): PhaseCounts['hashedBytes'] | undefined => phases.get(phase)?.hashedBytes;
    // kind, length of label, count: 6 bytes a frame, then its label and its payload
    const statement = [
      'protocol'.length + 'ternary-gkr/1'.length,
      'field'.length + koalaBear.name.length,
      'context'.length + PROTOCOL.length,
      'network'.length + 32,
    ].reduce((sum, length) => sum + 6 + length, 0);
    const plan = provingKey.plan(1);
    const rest = [
      'parameters'.length + `batch 1; ${provingKey.describe(plan)}`.length,
      'input'.length + 4 * 6,
      'output'.length + 4 * 3,
    ].reduce((sum, length) => sum + 6 + length, 0);
    expect(bytes('witness')).toEqual({ merkle: 0, transcript: statement + rest, grinding: 0 });
    const parameters = provingKey.commitment(plan);
    if (parameters === undefined) throw new Error('the network has lookups');
    const { digestLength } = codeOf(parameters, 0);
    expect(bytes('commit')?.transcript).toBe(6 + 'root'.length + digestLength);
    expect(bytes('commit')?.grinding).toBe(0);
    expect(bytes('lookup')?.merkle).toBe(0);
    // a message that is committed has a tree of its own
    expect((bytes('open')?.merkle ?? 0) > 0).toBe(parameters.levels.length > 1);
    const grinding = bytes('open')?.grinding ?? 0;
    expect(grinding % 36).toBe(0);
    expect(grinding).toBeGreaterThan(0);
    expect(proof.length).toBeGreaterThan(0);
  });

  it('counts a payload beyond 1 KiB when it is hashed, and its hash when that is absorbed', async () => {
    const phases = new Map<string, PhaseCounts>();
    const trace = (counts: PhaseCounts): void => {
      phases.set(counts.phase, counts);
    };
    const witnessBytes = async (inputs: number): Promise<number> => {
      const { provingKey } = compile(perceptron({ sizes: [inputs, 2] }));
      await prove(provingKey, inputsOf(provingKey.network, 1), { trace });
      return phases.get('witness')?.hashedBytes.transcript ?? 0;
    };
    expect((await witnessBytes(257)) - (await witnessBytes(256))).toBe(4 + 32);
  });

  it('counts elements by their encodings, hashed ones too', () => {
    const phases: PhaseCounts[] = [];
    const traced = traceProof(plainWorkspace(), (counts) => phases.push(counts));
    const channel = createProverChannel(koalaBear, traced.channelOptions);
    for (const length of [64, 65]) {
      traced.enter('open');
      channel.send('x', new Array(length).fill(koalaBear.one));
    }
    traced.enter(undefined);
    // 64 elements are 1 KiB
    expect(phases.map(({ hashedBytes }) => hashedBytes.transcript)).toEqual([7 + 64 * 16, 7 + 32 + 65 * 16]);
  });

  it('is the same on every engine, and over BN254 has the same operations', async () => {
    const network = perceptron({ sizes: [6, 5, 3] });
    const input = inputsOf(network, 2);
    const trace = async (run: (trace: (counts: PhaseCounts) => void) => Promise<unknown>): Promise<PhaseCounts[]> => {
      const phases: PhaseCounts[] = [];
      await run((counts) => phases.push(counts));
      return phases;
    };
    const { provingKey } = compile(network);
    const wasm = await trace((trace) => proveBatch(provingKey, input, { engine: 'wasm', trace }));
    const js = await trace((trace) => proveBatch(provingKey, input, { engine: 'js', trace }));
    expect(js).toEqual(wasm);
    const overBn254 = compile(network, { field: bn254 }).provingKey;
    const bigint = await trace((trace) => proveBatch(overBn254, input, { trace }));
    for (const phase of [2, 3, 4]) expect(bigint[phase].operations).toEqual(wasm[phase].operations);
  });
});
