// Proofs that hide their input: accepted for what is true, refused for everything else, and explained, number for number, by
// another input with the same output.

import { describe, expect, it } from 'vitest';
import { bn254, type Field } from '../../src/field/index.ts';
import { createCoins } from '../../src/hiding/coins.ts';
import { RESERVED_PADS } from '../../src/hiding/protocol.ts';
import {
  compile,
  decodeProofFile,
  encodeProofFile,
  evaluate,
  type IntegerNetwork,
  outputOf,
  type ProvingKey,
  prove,
  publicSignalsFromJson,
  publicSignalsToJson,
  register,
  verify,
  verifyHidden,
} from '../../src/network/index.ts';
import { planHiding } from '../../src/network/proof/hiding/plan.ts';
import { hiddenWitness, proveHiddenWitness } from '../../src/network/proof/hiding/prove.ts';
import { withWorkspace } from '../../src/network/run/workspace.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { hasher } from '../commit/recursive/support.ts';
import { explain, type Prove, scriptedSponge } from '../hiding/equivocation.ts';
import { isFull } from '../support/depth.ts';
import type { AnyField } from '../support/fields.ts';
import { convolutional, inputsOf, perceptron } from '../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 2], seed: 11 });
const images = convolutional();
const { provingKey, verifyingKey } = compile(network);
const hiding = 'input' as const;
const honest = await prove(provingKey, inputsOf(network, 1), { hiding });

/** Inputs apart, with one output. */
function twins(): [Int32Array, Int32Array] {
  const seen = new Map<string, Int32Array>();
  for (let seed = 1; ; seed++) {
    const input = inputsOf(network, 1, seed);
    const output = outputOf(network, evaluate(network, input)).join();
    const other = seen.get(output);
    if (other !== undefined) return [other, input];
    seen.set(output, input);
  }
}

const exchanged = ([a, b]: readonly Int32Array[]): [Int32Array, Int32Array] => [
  Int32Array.of(...a!, ...b!),
  Int32Array.of(...b!, ...a!),
];

/** Inputs that differ in one value, which rounding loses before the output. */
function neighbours(own: IntegerNetwork): [Int32Array, Int32Array] {
  const outputOn = (input: Int32Array): string => outputOf(own, evaluate(own, input)).join();
  for (let seed = 1; ; seed++) {
    const input = inputsOf(own, 1, seed);
    const output = outputOn(input);
    for (let at = 0; at < input.length; at++) {
      const other = input.with(at, input[at]! === own.input.min ? input[at]! + 1 : input[at]! - 1);
      if (outputOn(other) === output) return [input, other];
    }
  }
}

describe('a proof that hides its input', () => {
  it.each([
    ['a perceptron', network, 1],
    ['three inputs at once', network, 3],
    ['windows, pools, sums and concatenations', images, 2],
  ] as const)('is accepted: %s', async (_name, own, count) => {
    const keys = compile(own);
    const flat = inputsOf(own, count);
    const each = flat.length / count;
    const inputs = Array.from({ length: count }, (_, k) => flat.slice(k * each, (k + 1) * each));
    const { publicSignals, proof } = await prove(keys.provingKey, inputs, { hiding });
    expect(publicSignals).toMatchObject({ input: new Int32Array(0), hidden: { batch: count, input: true } });
    const plain = await prove(keys.provingKey, inputs);
    expect(publicSignals.output).toEqual(plain.publicSignals.output);
    const verdict = verifyHidden(keys.verifyingKey, publicSignals, proof);
    expect(verdict).toEqual({ ok: true, output: publicSignals.output, weights: 'public' });
    // the same on the other engine
    const other = await prove(keys.provingKey, inputs, { hiding, engine: 'js' });
    expect(verifyHidden(keys.verifyingKey, other.publicSignals, other.proof).ok).toBe(true);
  });

  it('is accepted over BN254', async () => {
    const keys = compile(network, { field: bn254 as Field<bigint> });
    const { publicSignals, proof } = await prove(keys.provingKey, inputsOf(network, 1), { hiding });
    expect(verifyHidden(keys.verifyingKey, publicSignals, proof).ok).toBe(true);
  });

  it('is another each time', async () => {
    const again = await prove(provingKey, inputsOf(network, 1), { hiding });
    expect(again.proof).not.toEqual(honest.proof);
  });

  it.each([
    ['a perceptron', () => [compile(network).provingKey, 1, twins()]],
    ['over BN254', () => [compile(network, { field: bn254 as Field<bigint> }).provingKey, 1, twins()]],
    ['two inputs, exchanged', () => [compile(network).provingKey, 2, exchanged(twins())]],
    ['windows, pools, sums and concatenations', () => [compile(images).provingKey, 1, neighbours(images)]],
  ] as [string, () => [ProvingKey<never>, number, [Int32Array, Int32Array]]][])(
    'is explained by another input with the same output, number for number: %s',
    async (_name, make) => {
      const [key, batch, witnesses] = make();
      const field = key.field as unknown as AnyField;
      const made = planHiding(key, batch);
      const run: Prove<Int32Array> = (input, coins, watch) =>
        withWorkspace(key, {}, async (workspace) => {
          const native = createProverChannel(key.field, { sponge: scriptedSponge(3) });
          const watched = { ...workspace, engine: watch.engine(workspace.engine as never) as never };
          const channel = watch.below(native as never) as typeof native;
          await proveHiddenWitness(key, made, hiddenWitness(made.plan, input), channel, watched, coins);
        });
      const { different, differing, numbers } = await explain(
        field,
        made.parameters,
        ['tails of secrets'],
        run,
        witnesses,
        23,
      );
      expect(different).toEqual([]);
      // whatever depends on the input does differ
      expect(differing).toBeGreaterThan(40);
      expect(numbers).toBeGreaterThan(1000);
    },
  );

  it('plans as many pads as are sent, and one for the bound of its level', async () => {
    for (const [key, batch] of [
      [provingKey, 1],
      [provingKey, 3],
      [compile(images).provingKey, 2],
    ] as const) {
      const made = planHiding(key, batch);
      let sent = 0;
      await withWorkspace(key, {}, async (workspace) => {
        const native = createProverChannel(key.field);
        const channel: typeof native = {
          ...native,
          send(label, values) {
            if (label === 'blinds') expect(made.parameters.hiding.pads).toBe(RESERVED_PADS + sent + 1);
            sent += values.length;
            native.send(label, values);
          },
        };
        const coins = createCoins(key.field, hasher, new Uint8Array(32));
        await proveHiddenWitness(
          key,
          made,
          hiddenWitness(made.plan, inputsOf(key.network, batch)),
          channel,
          workspace,
          coins,
        );
      });
      expect(sent).toBeGreaterThan(100);
    }
  });

  it('is refused about anything else, and with any of its bytes changed', () => {
    const { publicSignals, proof } = honest;
    const verdictOn = (signals: unknown, bytes = proof): string => {
      const verdict = verifyHidden(verifyingKey, signals as never, bytes);
      return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
    };
    expect(verdictOn(publicSignals)).toBe('believed');
    const output = publicSignals.output.map((value, k) => (k === 0 ? value + 1 : value));
    expect(verdictOn({ ...publicSignals, output })).toMatch(/^(hidden|sumcheck|claim) at /);
    expect(verdictOn({ ...publicSignals, input: inputsOf(network, 1) })).toBe('statement at input');
    const committed = { batch: 1, tensors: [{ tensor: 0, root: new Uint8Array(26) }] };
    expect(verdictOn({ ...publicSignals, committed })).toBe('statement at committed');
    for (const hidden of [undefined, null, {}, { batch: 0, input: true }, { batch: 1, input: false }, { batch: '1' }]) {
      expect(verdictOn({ ...publicSignals, hidden })).toBe('statement at hidden');
    }
    expect(verdictOn({ ...publicSignals, hidden: { batch: 2, input: true } })).toBe('statement at output');
    expect(verdictOn({ ...publicSignals, hidden: { batch: 2 ** 30, input: true } })).toBe('statement at output');
    expect(verdictOn(publicSignals, proof.subarray(0, proof.length - 1))).toMatch(/^truncated at /);
    expect(verdictOn(publicSignals, Uint8Array.of(...proof, 0))).toBe('trailing-bytes at end');
    const count = isFull ? 400 : 20;
    for (const at of Array.from({ length: count }, (_, k) => Math.floor((k * proof.length) / count))) {
      expect(verdictOn(publicSignals, proof.with(at, proof[at]! ^ 1)), `byte ${at}`).not.toBe('believed');
    }
  });

  it('and a plain proof are not taken for each other', async () => {
    expect(verify(verifyingKey, honest.publicSignals, honest.proof)).toMatchObject({ ok: false, where: 'hidden' });
    const plain = await prove(provingKey, inputsOf(network, 1));
    expect(verifyHidden(verifyingKey, plain.publicSignals, plain.proof)).toMatchObject({ ok: false, where: 'hidden' });
    const posed = { ...plain.publicSignals, input: new Int32Array(0), hidden: { batch: 1, input: true } };
    expect(verifyHidden(verifyingKey, posed, plain.proof).ok).toBe(false);
  });

  it('cannot lie about the input: a range, padding, an output', async () => {
    const own = perceptron({ sizes: [5, 3], seed: 4 });
    const keys = compile(own);
    const made = planHiding(keys.provingKey, 1);
    const input = inputsOf(own, 1);
    const lying = (change: (witness: ReturnType<typeof hiddenWitness>) => ReturnType<typeof hiddenWitness>) =>
      withWorkspace(keys.provingKey as ProvingKey, {}, async (workspace) => {
        const witness = change(hiddenWitness(made.plan, input));
        const native = createProverChannel(keys.provingKey.field, {
          context: new TextEncoder().encode('network proof, hiding, version 1'),
        });
        const coins = createCoins(keys.provingKey.field, hasher, new Uint8Array(32));
        await proveHiddenWitness(keys.provingKey, made, witness, native, workspace, coins);
        return verifyHidden(keys.verifyingKey, witness.publicSignals, native.bytes());
      });
    expect((await lying((witness) => witness)).ok).toBe(true);
    const changed = (at: number, value: number) => (witness: ReturnType<typeof hiddenWitness>) => {
      const tensor = witness.tensors[0]!.with(at, value);
      return {
        ...witness,
        tensors: witness.tensors.with(0, tensor),
        columns: witness.columns.map((column, k) => (k === 0 ? tensor : column)),
      };
    };
    // 5 values are padded to 8: the last one lies beyond the shape
    expect((await lying(changed(7, 3))).ok).toBe(false);
    expect((await lying(changed(0, own.input.max + 1))).ok).toBe(false);
    const output = (witness: ReturnType<typeof hiddenWitness>) => {
      const { publicSignals } = witness;
      return {
        ...witness,
        publicSignals: { ...publicSignals, output: publicSignals.output.map((value) => value ^ 1) },
      };
    };
    expect((await lying(output)).ok).toBe(false);
  });

  it('passes through files and JSON', () => {
    const { publicSignals, proof } = honest;
    const file = encodeProofFile(provingKey.digest, publicSignals, proof);
    expect(decodeProofFile(file)).toEqual({ digest: provingKey.digest, publicSignals, proof });
    const json: unknown = JSON.parse(JSON.stringify(publicSignalsToJson(publicSignals)));
    expect(publicSignalsFromJson(json as never)).toEqual(publicSignals);
    expect(() => publicSignalsFromJson({ ...(json as object), hidden: { batch: 1, input: 1 } } as never)).toThrow(
      /hidden/,
    );
    expect(() => publicSignalsFromJson({ ...(json as object), hidden: { input: true } } as never)).toThrow(/hidden/);
    const posed = { ...publicSignals, input: Int32Array.of(1) };
    expect(() => encodeProofFile(provingKey.digest, posed, proof)).toThrow('signals that hide the input');
  });

  it('needs public weights, and takes neither commitments nor a trace', async () => {
    const input = inputsOf(network, 1);
    const registered = await register(network);
    await expect(prove(registered.provingKey, input, { hiding })).rejects.toThrow('cannot hide');
    const { verifyingKey: other } = registered;
    expect(verifyHidden(other, honest.publicSignals, honest.proof)).toMatchObject({
      code: 'statement',
      where: 'hidden',
    });
    await expect(prove(provingKey, input, { hiding, commit: [0] })).rejects.toThrow('no option commit');
    await expect(prove(provingKey, input, { hiding, trace: () => undefined })).rejects.toThrow('no option trace');
    await expect(prove(provingKey, input, { hiding: 'all' as never })).rejects.toThrow("give 'input'");
    const shifted = { ...network, input: { ...network.input, min: 1 } };
    await expect(prove(compile(shifted).provingKey, input, { hiding })).rejects.toThrow('does not contain 0');
  });
});
