// Limits of the costs of a malicious network, signals or proof, none of which gives more than a verdict.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import {
  compile,
  decodeNetwork,
  decodeProofFile,
  encodeProofFile,
  type IntegerNetwork,
  type Layer,
  type PublicSignals,
  prove,
  publicSignalsFromJson,
  securityBits,
  verify,
} from '../../src/network/index.ts';
import { logCeil } from '../../src/poly/index.ts';
import { ternaryFromDense, ternaryFromEntries } from '../../src/sparse/index.ts';
import { inputsOf, perceptron, proveBatch } from '../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 3] });
const { provingKey, verifyingKey } = compile(network);
const honest = await prove(provingKey, inputsOf(network, 1));
const chain = (layers: readonly Layer[], length = 1): IntegerNetwork => ({
  name: 'chain',
  input: { shape: [length], min: 0, max: 15, scale: 1, mean: 0 },
  layers,
  outputs: [{ tensor: layers.length, scale: 1 }],
});

describe('networks', () => {
  it('a chain of many layers is verified in time linear in their number', () => {
    // counted in steps, not in seconds: the walk over 20,000 layers would take hours if it were cubic
    const layers = Array.from({ length: 20_000 }, (_, index): Layer => ({ kind: 'flatten', name: 'f', input: index }));
    const { verifyingKey: key } = compile(chain(layers));
    const signals = { input: Int32Array.of(3), output: Int32Array.of(3) };
    expect(verify(key, signals, new Uint8Array(0))).toEqual({ ok: true, output: signals.output, weights: 'public' });
    expect(verify(key, { ...signals, output: Int32Array.of(4) }, new Uint8Array(0))).toMatchObject({ code: 'claim' });
  });

  it('tables are counted before they are made', () => {
    const layers = Array.from({ length: 200 }, (_, index): Layer[] => [
      { kind: 'affine', name: 'a', input: 2 * index, multipliers: Int32Array.of(10_000), biases: Int32Array.of(0) },
      {
        kind: 'requantise',
        name: 'r',
        input: 2 * index + 1,
        shift: 0,
        activation: 'identity',
        min: -1 - index,
        max: 15,
      },
    ]).flat();
    expect(() => compile(chain(layers))).toThrow(/the activations need tables of \d+ rows in all; at most 2\^22/);
  });

  it('chains of sums that double the claims at every layer are refused by name', () => {
    const multipliers = Int32Array.of(1, -1);
    const layers = Array.from(
      { length: 20 },
      (_, index): Layer => ({
        ...{ kind: 'add', name: `sum ${index}`, inputs: [index, index], multipliers },
      }),
    );
    expect(() => compile(chain(layers))).toThrow(/a proof would make 1048576 claims on the input, at most 256/);
    const few = compile(chain(layers.slice(0, 8)));
    expect(few.provingKey.graph.nodes).toHaveLength(8);
  });

  it('windows that cost more to walk than the network are refused by name', () => {
    const window = { kernel: [300, 1], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] } as const;
    const pool: Layer = { kind: 'max-pool', name: 'wide', input: 0, window };
    const image = (layers: readonly Layer[], rows = 4096): IntegerNetwork => ({
      ...chain(layers),
      input: { ...chain(layers).input, shape: [1, rows, 1] },
    });
    expect(() => compile(image([pool]))).toThrow('layer wide: its window would take 341730000 entries in a proof');
    expect(() => compile(image([{ ...pool, kind: 'average-pool', countsPadding: true }]))).toThrow(
      'layer wide: its window would take 1139100 entries in a proof, at most 1048576',
    );
    const many = { kind: 'concatenate', name: 'many', inputs: new Array<number>(300).fill(0) } as const;
    expect(() => compile(chain([many], 4096))).toThrow('layer many: its parts would take 368640000 entries');
    const flat: Layer = { kind: 'flatten', name: 'flatten', input: 0 };
    const twice = { kind: 'concatenate', name: 'twice', inputs: [1, 1] } as const;
    expect(() => compile(image([flat, twice], 2 ** 21))).toThrow('layer twice: its flattened input would take 2097152');
    // a maximum over many positions does not need a deep stack
    const pair = { ...window, kernel: [2, 1] } as const;
    expect(() => compile(image([{ ...pool, window: pair }], 2 ** 17))).not.toThrow(RangeError);
  });

  it('layers that are cheap one by one are refused together', () => {
    const window = { kernel: [1, 1024], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] } as const;
    const pools = Array.from(
      { length: 3 },
      (_, index): Layer => ({ kind: 'max-pool', name: `wide ${index}`, input: 0, window }),
    );
    const network = (layers: readonly Layer[]): IntegerNetwork => ({
      ...chain(layers),
      input: { ...chain(layers).input, shape: [1, 1024, 1024] },
      outputs: layers.map((_, index) => ({ tensor: index + 1, scale: 1 })),
    });
    expect(() => compile(network(pools))).toThrow(
      /layer wide \d.*: with .* all layers would take \d+ entries in a proof, at most 2097152/,
    );
  });

  it('columns are counted as padded before they are made', () => {
    const shape = new Array<number>(7).fill(5);
    const weights = ternaryFromEntries([{ row: 0, column: 0, sign: 1 }], 1, 5 ** 7);
    const wide = chain([{ kind: 'linear', name: 'wide', input: 0, weights }]);
    expect(() => compile({ ...wide, input: { ...wide.input, shape } })).toThrow(
      'layer wide: the padded columns of its weights would take 2097152 entries in a proof, at most 1048576',
    );
  });

  it('axes that are padded beyond any memory are refused by name', () => {
    const wide = chain([{ kind: 'flatten', name: 'flatten', input: 0 }]);
    const shape = new Array<number>(7).fill(9);
    expect(() => compile({ ...wide, input: { ...wide.input, shape } })).toThrow('padded to 2^28 values');
  });

  it('more outputs than a verifier can sum exactly are refused by name', () => {
    const weights = { ...ternaryFromDense([1], 1, 1), rowCount: 2 ** 22 + 1 };
    expect(() => compile(chain([{ kind: 'linear', name: 'wide', input: 0, weights }]))).toThrow(
      /layer wide: 4194305 outputs/,
    );
  });

  it('a batch beyond the error budget is refused as a statement, not as an accident', async () => {
    const batch = 2 ** 20;
    const input = new Int32Array(6 * batch);
    const signals = { input, output: new Int32Array(3 * batch) };
    expect(verify(verifyingKey, signals, honest.proof)).toMatchObject({ ok: false, code: 'statement', where: 'input' });
    await expect(proveBatch(provingKey, input)).rejects.toThrow(InputError);
  });

  it('sizes beyond 2^32 do not wrap around', () => {
    expect(() => logCeil(2 ** 32 + 1)).toThrow('at most 2^32');
    expect(logCeil(2 ** 32)).toBe(32);
  });

  it('a multiplier that is zero modulo p is an ordinary multiplier', async () => {
    const zero: Layer = { kind: 'linear', name: 'zero', input: 0, weights: ternaryFromDense([0, 0], 1, 2) };
    const p: Layer = {
      kind: 'affine',
      name: 'p',
      input: 1,
      multipliers: Int32Array.of(2130706433),
      biases: Int32Array.of(1),
    };
    const keys = compile(chain([zero, p], 2));
    const { proof, publicSignals } = await prove(keys.provingKey, [1, 2]);
    expect(verify(keys.verifyingKey, publicSignals, proof).ok).toBe(true);
  });

  it('a key keeps its own network: a later change of the caller has no part in it', async () => {
    const mutable = perceptron({ sizes: [4, 3] });
    const keys = compile(mutable);
    const before = await prove(keys.provingKey, [1, 2, 3, 4]);
    const affine = mutable.layers.find((layer) => layer.kind === 'affine');
    if (affine?.kind === 'affine') affine.biases[0] += 1;
    const after = await prove(keys.provingKey, [1, 2, 3, 4]);
    expect(after.publicSignals).toEqual(before.publicSignals);
    expect(keys.verifyingKey.digest).not.toEqual(compile(mutable).verifyingKey.digest);
  });

  it('lists no error that is zero', () => {
    for (const { bits } of securityBits(compile(chain([{ kind: 'flatten', name: 'f', input: 0 }])).verifyingKey)
      .terms) {
      expect(Number.isFinite(bits)).toBe(true);
    }
  });
});

describe('verify', () => {
  const verdictOf = (signals: unknown, proof: unknown): unknown =>
    verify(verifyingKey, signals as PublicSignals, proof as Uint8Array);

  it.each([
    ['numbers', [...honest.proof].map((byte) => byte + 256)],
    ['strings', [...honest.proof].map(String)],
    ['floats', Float64Array.from(honest.proof, (byte) => byte + 0.5)],
    ['an ArrayBuffer', honest.proof.slice().buffer],
    ['nothing', undefined],
  ])('refuses a proof of %s', (_kind, proof) => {
    expect(verdictOf(honest.publicSignals, proof)).toMatchObject({ ok: false, code: 'bad-header', where: 'proof' });
  });

  it('refuses signals that only look like an Int32Array', () => {
    const posing = Object.create(Int32Array.prototype, { length: { value: 6 } });
    expect(verdictOf({ ...honest.publicSignals, input: posing }, honest.proof)).toMatchObject({ code: 'statement' });
  });

  it('gives a verdict whatever a getter throws', () => {
    const hostile = new Proxy(new Error('x'), {
      getPrototypeOf() {
        throw new Error('no prototype');
      },
      get() {
        throw new Error('no message');
      },
    });
    for (const thrown of [Object.create(null), hostile, null]) {
      const throwing = {
        get input() {
          throw thrown;
        },
      };
      expect(verdictOf(throwing, honest.proof)).toMatchObject({ ok: false, code: 'statement', where: 'input' });
      const root = Object.defineProperty(new Uint8Array(27), 'length', {
        get() {
          throw thrown;
        },
      });
      const committed = { batch: 1, tensors: [{ tensor: 0, root }] };
      expect(verdictOf({ ...honest.publicSignals, committed }, honest.proof)).toMatchObject({
        ok: false,
        code: 'statement',
        where: 'committed[0]',
      });
    }
  });
});

describe('public signals from JSON', () => {
  it.each([
    ['{"input":[4294967297],"output":[1]}', 'input[0]'],
    ['{"input":[1.5],"output":[1]}', 'input[0]'],
    ['{"input":[1],"output":["1"]}', 'output[0]'],
    ['{"input":[[1]],"output":[1]}', 'input[0]'],
    ['{"input":{"length":30000000},"output":[1]}', 'input is not a list'],
    ['null', 'input is not a list'],
    ['{}', 'input is not a list'],
  ])('refuses %s', (text, message) => {
    expect(() => publicSignalsFromJson(JSON.parse(text))).toThrow(InputError);
    expect(() => publicSignalsFromJson(JSON.parse(text))).toThrow(message);
  });
});

describe('files', () => {
  it('a decoded proof is a copy, of a Buffer too', () => {
    const file = Buffer.from(encodeProofFile(verifyingKey.digest, honest.publicSignals, honest.proof));
    const { proof } = decodeProofFile(file);
    file.fill(0);
    expect(proof).toEqual(honest.proof);
  });

  it('a model of a few bytes cannot stand for a huge matrix', () => {
    expect(() => decodeNetwork(new Uint8Array(60))).toThrow(InputError);
  });
});
