// Every public value has one encoding: x ± k·p, which arithmetic modulo p takes for x, is refused as such by every
// verifier that is given public integers or elements, and by every prover.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proveAccuracy, verifyAccuracy } from '../src/accuracy/index.ts';
import { chooseParameters, verifyMatrices } from '../src/commit/index.ts';
import { InputError } from '../src/errors.ts';
import { canonicalElement } from '../src/field/canonical.ts';
import { bn254, type Engine, type Field, koalaBear } from '../src/field/index.ts';
import { buildCircuit, proveCircuitStatement, verifyCircuit, verifyCircuitStatement } from '../src/gkr/index.ts';
import {
  LAYER_METHODS,
  type LayerMethod,
  prepareLayer,
  proveLayerStatement,
  verifyLayer,
  verifyLayerStatement,
} from '../src/layer/index.ts';
import { functionTable, lookupShape, verifyLookups } from '../src/lookup/index.ts';
import {
  compile,
  encodeNetwork,
  publicSignalsFromJson,
  publicSignalsToJson,
  readKey,
  verify,
} from '../src/network/index.ts';
import { ternaryDigest, ternaryFromDense, verifyLinear } from '../src/sparse/index.ts';
import { verifySumcheck } from '../src/sumcheck/index.ts';
import { check } from './support/channels.ts';
import { type AnyField, settings } from './support/fields.ts';
import { commitBatch, inputsOf, perceptron, proveBatch } from './support/networks.ts';
import { registerFiles } from './support/registered.ts';

const P = Number(koalaBear.characteristic);
const verdictOf = (verdict: { readonly ok: boolean; readonly code?: string }): string => verdict.code ?? 'believed';
const fields = settings.filter(([name]) => name.includes('wasm') || name.includes('BN254'));

/** x ± k·p as 32-bit integers, for x of a value in (−p/2, p/2): where there are any. */
const twinsInWord = (value: number): number[] => [value - P, value + P].filter((twin) => twin === (twin | 0));

/** Elements that are equal to this one by arithmetic and are not the same: k·p more in one coordinate. */
function twinsOfElement(field: AnyField, element: unknown, k: number): unknown[] {
  if (field.degree === 1) return [(element as bigint) + BigInt(k) * field.characteristic];
  const coordinates = element as readonly number[];
  const shifted = coordinates.map((_, at) => coordinates.map((c, j) => (j === at ? c + k * P : c)));
  return [...shifted, [...coordinates, 0], Uint32Array.of(...coordinates, 7), { ...coordinates }];
}

const steps = fc.constantFrom(-3, -2, -1, 1, 2, 3);

describe.each(fields)('a circuit over %s', (_name, field, createEngine) => {
  const engine = createEngine();
  const circuit = buildCircuit((c) => {
    const [x, y] = c.inputs(2);
    return [c.mul(x, y), c.linear([[2, x]], 1)];
  });
  const small = fc.integer({ min: -1000, max: 1000 });

  it('refuses integers x ± k·p of inputs and outputs; its prover does too (property)', () => {
    fc.assert(
      fc.property(small, small, steps, fc.nat(3), (x, y, k, at) => {
        const values = [x, y, x * y, 2 * x + 1];
        const { proof } = proveCircuitStatement(engine, circuit, [x, y]);
        const verdictOn = (given: readonly number[]): string =>
          verdictOf(verifyCircuitStatement(field, circuit, given.slice(0, 2), given.slice(2), proof));
        expect(verdictOn(values)).toBe('believed');
        const twin = values.map((value, j) => (j === at ? value + k * Number(field.characteristic) : value));
        expect(verdictOn(twin)).toBe('non-canonical');
        if (at >= 2) return;
        expect(() => proveCircuitStatement(engine, circuit, twin.slice(0, 2))).toThrow(InputError);
        for (const word of twinsInWord(values[at])) {
          if (field.degree === 1) continue;
          const words = Int32Array.of(x, y).fill(word, at, at + 1);
          expect(verdictOf(verifyCircuitStatement(field, circuit, words, values.slice(2), proof))).toBe(
            'non-canonical',
          );
          expect(() => proveCircuitStatement(engine, circuit, words)).toThrow(InputError);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('refuses elements that are equal by arithmetic; its prover does too (property)', () => {
    fc.assert(
      fc.property(small, small, steps, fc.nat(3), (x, y, k, at) => {
        const values = [x, y, x * y, 2 * x + 1].map((value) => field.fromInteger(value));
        const { proof } = proveCircuitStatement(engine, circuit, values.slice(0, 2));
        for (const twin of twinsOfElement(field, values[at], k)) {
          const given = values.map((value, j) => (j === at ? twin : value));
          expect(verdictOf(verifyCircuitStatement(field, circuit, given.slice(0, 2), given.slice(2), proof))).toBe(
            'non-canonical',
          );
          if (at < 2) {
            expect(() => proveCircuitStatement(engine, circuit, given.slice(0, 2))).toThrow(InputError);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('takes the largest integers on each side, and none beyond them', () => {
    const half = Number((field.characteristic - 1n) / 2n);
    const greatest = Math.min(half, Number.MAX_SAFE_INTEGER);
    const line = buildCircuit((c) => [c.linear([[1, c.inputs(1)[0]]])]);
    for (const value of [greatest, -greatest]) {
      const { outputs, proof } = proveCircuitStatement(engine, line, [value]);
      expect(verifyCircuitStatement(field, line, [value], [value], proof)).toEqual({ ok: true });
      expect(verifyCircuitStatement(field, line, [value], outputs, proof)).toEqual({ ok: true });
      const beyond = value + Math.sign(value);
      expect(verifyCircuitStatement(field, line, [beyond], [value], proof)).toEqual({
        ok: false,
        code: 'non-canonical',
        where: 'inputs',
        message: `value 0: ${beyond} is not an integer from −${greatest} to ${greatest}, of which no two are equal in ${field.name}`,
      });
      expect(() => proveCircuitStatement(engine, line, [beyond])).toThrow(`inputs: value 0: ${beyond} is not`);
    }
  });

  it('takes −0, which is the integer 0, and neither a string, a boolean nor another field’s integer', () => {
    const { proof } = proveCircuitStatement(engine, circuit, [-0, 3]);
    const verdictOn = (input: unknown): string =>
      verdictOf(verifyCircuitStatement(field, circuit, [input, 3] as never, [0, 1], proof));
    expect(verdictOn(0)).toBe('believed');
    expect(verdictOn(-0)).toBe('believed');
    const others = field.degree === 1 ? ['0', false, [0n], -field.characteristic] : ['0', false, 0n, [0]];
    for (const other of [...others, null]) expect(verdictOn(other), String(other)).toBe('non-canonical');
  });

  it('refuses a claim on its outputs of elements that are equal by arithmetic', () => {
    for (const twin of twinsOfElement(field, field.one, 1)) {
      const verifyClaim = (point: unknown[], value: unknown) => () =>
        check(field, new Uint8Array(4096), (channel) => verifyCircuit(field, channel, circuit, 0, { point, value }));
      expect(verifyClaim([field.one], twin)).toThrow(expect.objectContaining({ code: 'non-canonical' }));
      expect(verifyClaim([twin], field.one)).toThrow(expect.objectContaining({ code: 'non-canonical' }));
    }
  });
});

it.each(fields)(
  'a committed vector’s claim is refused with elements that are equal by arithmetic over %s',
  (_name, field) => {
    const parameters = chooseParameters({
      field,
      securityBits: 100,
      members: [{ used: 2 ** 8, variables: 8, isPoint: true }],
    });
    const root = new Uint8Array(parameters.levels[0].matrices[0].digestLength);
    const point = new Array<unknown>(8).fill(field.one);
    const verifyClaim = (claim: { point: unknown[]; value: unknown }) => () =>
      check(field, new Uint8Array(4096), (channel) => verifyMatrices(field, channel, parameters, [{ root, claim }]));
    const refused = expect.objectContaining({ code: 'non-canonical' });
    expect(verifyClaim({ point, value: field.one })).not.toThrow(refused);
    for (const twin of twinsOfElement(field, field.one, 1)) {
      expect(verifyClaim({ point, value: twin })).toThrow(refused);
      expect(verifyClaim({ point: [...point.slice(1), twin], value: field.one })).toThrow(refused);
    }
  },
);

describe.each(LAYER_METHODS)('a layer by %s', (method: LayerMethod) => {
  const field = koalaBear;
  const engine = settings[0][2]() as Engine<never>;
  const weights = ternaryFromDense([1, -1, 0, 1, 0, 1], 2, 3);
  const digest = ternaryDigest(weights);

  it('refuses integers x ± k·p of inputs and outputs; its prover does too (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 3, maxLength: 3 }), fc.nat(4), (x, at) => {
        const input = Int32Array.from(x);
        const mark = engine.mark();
        const layer = prepareLayer(engine, method, weights);
        const { output, proof } = proveLayerStatement(engine, layer, input);
        const values = [...input, ...output];
        expect(verifyLayerStatement(field, method, weights, digest, input, output, proof)).toEqual({ ok: true });
        for (const twin of twinsInWord(values[at])) {
          const given = Int32Array.from(values).fill(twin, at, at + 1);
          const [inputs, outputs] = [given.slice(0, 3), given.slice(3)];
          expect(verifyLayerStatement(field, method, weights, digest, inputs, outputs, proof)).toMatchObject({
            code: 'non-canonical',
            where: at < 3 ? `input[${at}]` : `output[${at - 3}]`,
          });
          expect(() => proveLayerStatement(engine, layer, inputs, { output: outputs })).toThrow(InputError);
        }
        engine.release(mark);
      }),
      { numRuns: 10 },
    );
  });

  it.each(fields)('refuses a claim of elements that are equal by arithmetic over %s', (_name, other) => {
    for (const twin of twinsOfElement(other, other.one, 2)) {
      const output = { point: [other.one], value: twin };
      expect(() =>
        check(other, new Uint8Array(4096), (channel) => verifyLayer(other, channel, method, weights, 0, output)),
      ).toThrow(expect.objectContaining({ code: 'non-canonical', where: 'output' }));
    }
  });
});

describe('a network', async () => {
  const network = perceptron({ sizes: [6, 5, 3], seed: 11 });
  const input = inputsOf(network, 2);
  const { provingKey, verifyingKey } = compile(network);
  const shown = await proveBatch(provingKey, input);
  const registered = await registerFiles(network);
  const key = readKey(registered.keyFile, { registration: registered.registration });
  const hidden = await proveBatch(registered.provingKey, input, { commit: [0] });
  const labels = [0, 1];
  const claim = await proveAccuracy(provingKey, input, labels, { atLeast: 0 });

  const places = fc.record({ list: fc.constantFrom('input' as const, 'output' as const), at: fc.nat() });

  it('refuses public integers x ± k·p, whether its weights are public or not (property)', () => {
    const cases = [
      [verifyingKey, shown],
      [key, hidden],
    ] as const;
    for (const [verifier, { publicSignals, proof }] of cases) {
      expect(verify(verifier, publicSignals, proof).ok).toBe(true);
      fc.assert(
        fc.property(places, ({ list, at }) => {
          const values = publicSignals[list];
          if (values.length === 0) return;
          const place = at % values.length;
          for (const twin of twinsInWord(values[place])) {
            const signals = { ...publicSignals, [list]: values.slice().fill(twin, place, place + 1) };
            expect(verify(verifier, signals, proof)).toMatchObject({
              code: 'non-canonical',
              where: `${list}[${place}]`,
            });
            const fromText = publicSignalsFromJson(JSON.parse(JSON.stringify(publicSignalsToJson(signals))));
            expect(verify(verifier, fromText, proof)).toMatchObject({ code: 'non-canonical' });
          }
        }),
        { numRuns: 30 },
      );
    }
  });

  it('refuses samples x ± k·p in a claim of accuracy', () => {
    expect(verifyAccuracy(verifyingKey, input, labels, claim.statement).ok).toBe(true);
    input.forEach((value, place) => {
      for (const twin of twinsInWord(value)) {
        const samples = input.slice().fill(twin, place, place + 1);
        expect(verifyAccuracy(verifyingKey, samples, labels, claim.statement)).toMatchObject({ code: 'non-canonical' });
      }
    });
  });

  it('is proven, and tensors are committed to, of integers in one encoding alone', async () => {
    const [twin] = twinsInWord(input[0]);
    const given = input.slice().fill(twin, 0, 1);
    await expect(proveBatch(provingKey, given)).rejects.toThrow('input 0 value 0 is');
    await expect(proveAccuracy(provingKey, given, labels, { atLeast: 0 })).rejects.toThrow(InputError);
    expect(() => commitBatch(network.input.shape, given)).toThrow(InputError);
    expect(() => commitBatch(network.input.shape, given)).toThrow('tensor 0: value 0: ');
    // 32-bit integers are few in a field of 254 bits
    expect(() => commitBatch(network.input.shape, given, bn254 as Field<unknown>)).not.toThrow();
  });

  it('is named by the digest of its integers, not of their residues', () => {
    const shifted = {
      ...network,
      layers: network.layers.map((layer) =>
        layer.kind === 'affine' ? { ...layer, biases: layer.biases.map((bias) => twinsInWord(bias)[0]) } : layer,
      ),
    };
    expect(encodeNetwork(shifted)).not.toEqual(encodeNetwork(network));
    expect(() => compile(shifted)).toThrow('too much for arithmetic modulo');
  });
});

describe.each(fields)('a protocol underneath, over %s,', (_name, field, createEngine) => {
  const refusal = expect.objectContaining({ code: 'non-canonical' });
  const refusalAt = (where: string) => expect.objectContaining({ code: 'non-canonical', where });
  const run =
    (verifier: Parameters<typeof check>[2], bytes = 2 ** 12) =>
    () =>
      check(field, new Uint8Array(bytes), verifier);

  it('refuses claims of elements that are equal by arithmetic', () => {
    const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
    const shape = { variables: 2, degree: 2 };
    for (const twin of twinsOfElement(field, field.one, 1)) {
      expect(run((channel) => verifySumcheck(field, channel, [{ shape, claim: twin }]))).toThrow(refusal);
      expect(
        run((channel) =>
          verifyLinear(field, channel, { weights, batchVariables: 0 }, { point: [twin], value: field.one }),
        ),
      ).toThrow(refusalAt('output'));
      expect(
        run((channel) =>
          verifyLinear(field, channel, { weights, batchVariables: 0 }, { point: [field.one], value: twin }),
        ),
      ).toThrow(refusalAt('output'));
    }
    expect(createEngine().field.name).toBe(field.name);
  });

  it('refuses public tables of integers x ± k·p where there are any', () => {
    const twins = field.degree === 1 ? [] : twinsInWord(5);
    for (const twin of twins) {
      const looked = functionTable('f', 2, 0, (value) => (value === 3 ? twin : value));
      const shape = lookupShape([looked], [{ table: 0, variables: 1 }]);
      expect(run((channel) => verifyLookups(field, channel, shape))).toThrow(refusalAt('table f[3]'));
    }
    expect(twins).toHaveLength(field.degree === 1 ? 0 : 2);
  });

  it('has one encoding for every element (property)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: field.characteristic - 1n }), steps, (value, k) => {
        const element = field.fromInteger(value);
        expect(canonicalElement(field, element)).toEqual(element);
        for (const twin of twinsOfElement(field, element, k)) expect(canonicalElement(field, twin)).toBeUndefined();
      }),
    );
  });
});
