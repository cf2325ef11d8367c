// Wrong calls by people without a compiler's types: each is refused at once, with what is wrong and what to give.

import { describe, expect, it } from 'vitest';
import { proveAccuracy, verifyAccuracy } from '../../src/accuracy/index.ts';
import {
  commitTensor,
  compile,
  encodeProvingKey,
  evaluate,
  openProver,
  openRegistered,
  type ProvingKey,
  prove,
  publicSignalsFromJson,
  publicSignalsToJson,
  readKey,
  securityBits,
  type VerifyingKey,
  verify,
  verifyModel,
} from '../../src/network/index.ts';
import { importOnnx, readArray } from '../../src/onnx/index.ts';
import { inputsOf, perceptron } from '../support/networks.ts';
import { registerFiles, verifyModelFile } from '../support/registered.ts';

const network = perceptron({ sizes: [4, 3, 2], seed: 5 });
const keys = compile(network);
const { provingKey, verifyingKey } = keys;
const input = inputsOf(network, 1);
const made = await prove(provingKey, input);
const registered = await registerFiles(network);

/** `InputError: what it says`; of a promise or of a call. */
async function fault(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return String(error);
  }
  return 'nothing is wrong';
}

/** Anything, where a type is expected. */
const any = (value: unknown): never => value as never;

describe('prove', () => {
  const list = 'give an array or a typed array of integers';
  const takes = 'network perceptron 4-3-2 takes 4 for each input (shape [1, 4])';
  it.each([
    ['nothing', undefined, `InputError: the input is missing; ${list}`],
    ['null', null, `InputError: the input is null; ${list}`],
    ['text', '1,2,3,4', `InputError: the input is '1,2,3,4'; ${list}`],
    ['a number', 4, `InputError: the input is 4; ${list}`],
    ['a function', () => input, `InputError: the input is a Function; ${list}`],
    ['an object', { input }, `InputError: the input is an object; ${list}`],
    ['a buffer', new ArrayBuffer(4), `InputError: the input is an ArrayBuffer; ${list}`],
    ['a promise', Promise.resolve(input), `InputError: the input is a Promise; ${list}`],
    ['too few', [1, 2, 3], `InputError: the input has 3 values; ${takes}`],
    ['none', [], `InputError: the input has 0 values; ${takes}`],
    [
      'bigints',
      [1n, 2n, 3n, 4n],
      'InputError: input value 0 is the bigint 1; network perceptron 4-3-2 takes integers from 0 to 15',
    ],
    [
      'digits',
      [1, '2', 3, 4],
      "InputError: input value 1 is '2'; network perceptron 4-3-2 takes integers from 0 to 15",
    ],
    [
      'a hole',
      { length: 4 },
      'InputError: input value 0 is missing; network perceptron 4-3-2 takes integers from 0 to 15',
    ],
    [
      'halves',
      [0.5, 1, 2, 3],
      'InputError: input value 0 is 0.5; network perceptron 4-3-2 takes integers from 0 to 15',
    ],
  ])('refuses as an input %s', async (_, given, message) => {
    expect(await fault(() => prove(provingKey, any(given)))).toBe(message);
    // the same words wherever an input is given
    expect(await fault(() => evaluate(network, any(given)))).toBe(message);
  });

  it('takes several inputs as a list of them, and never as one flat list', async () => {
    const [first, second] = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    const { proof, publicSignals } = await prove(provingKey, [first, Uint8Array.from(second)]);
    expect([...publicSignals.input]).toEqual([...first, ...second]);
    expect(verify(verifyingKey, publicSignals, proof)).toMatchObject({ ok: true });
    expect((await prove(provingKey, [[...input]])).proof).toEqual(made.proof);
    const flat = [...first, ...second];
    const advice = 'to prove 2 inputs with one proof, pass prove a list of them: [first, second, …]';
    expect(await fault(() => prove(provingKey, flat))).toBe(`InputError: the input has 8 values; ${takes}; ${advice}`);
    expect(await fault(() => evaluate(network, flat))).toContain('InputError: the input has 8 values');
    expect(await fault(() => evaluate(network, any([first])))).toBe(
      `InputError: the input is a list of lists or objects; ${list}`,
    );
  });

  it('names the input of several that is wrong', async () => {
    const right = [1, 2, 3, 4];
    for (const [inputs, message] of [
      [[right, [1, 2, 3]], `the input 1 has 3 values; ${takes}`],
      [[right, [...right, ...right]], `the input 1 has 8 values; ${takes}`],
      [[right, [1, 2, 99, 4]], 'input 1 value 2 is 99; network perceptron 4-3-2 takes integers from 0 to 15'],
      [[right, 7], `the input 1 is 7; ${list}`],
      [[right, [right]], `the input 1 is a list of lists or objects; ${list}`],
      [[{}, right], `the input 0 is an object; ${list}`],
    ] as const) {
      expect(await fault(() => prove(provingKey, any(inputs)))).toBe(`InputError: ${message}`);
    }
  });

  it('does not take the pixels of a canvas for a batch', async () => {
    const pixels = Uint8ClampedArray.from({ length: 16 }, (_, k) => k % 15);
    expect(await fault(() => prove(provingKey, pixels))).toBe(
      `InputError: the input has 16 values; ${takes}; a canvas gives red, green, blue and alpha of each pixel, so take ` +
        'one of the four, or their mean; to prove 4 inputs with one proof, pass prove a list of them: [first, second, …]',
    );
  });

  it('takes any kind of list', async () => {
    for (const given of [Buffer.from(input), [...input], Uint8Array.from(input), Float64Array.from(input)]) {
      expect((await prove(provingKey, given)).proof).toEqual(made.proof);
    }
  });

  const givers = 'give that of compile, register, openRegistered or openProver';
  it.each([
    ['nothing', undefined, `the proving key is missing; ${givers}`],
    ['null', null, `the proving key is null; ${givers}`],
    ['the bytes of a key', registered.keyFile, `the proving key is a Uint8Array; ${givers}`],
    ['a network', network, `the proving key is an object; ${givers}`],
    ['a promise', Promise.resolve(provingKey), `the proving key is a Promise; ${givers}`],
    ['both keys', keys, 'the proving key is the object that holds it; give its provingKey'],
    ['what register makes', registered, 'the proving key is the object that holds it; give its provingKey'],
  ])('refuses as a key %s', async (_, given, message) => {
    expect(await fault(() => prove(any(given), input))).toBe(`UsageError: ${message}`);
    expect(await fault(() => proveAccuracy(any(given), input, [0]))).toBe(`UsageError: ${message}`);
  });

  it('refuses a key that was read without the weights, and takes it with them', async () => {
    const key: VerifyingKey = readKey(registered.keyFile);
    expect(key.hasWeights).toBe(false);
    expect(await fault(() => prove(key as ProvingKey, input))).toBe(
      'UsageError: the key is for verifying: it was read without the weights; ' +
        'prove with that of register, openRegistered or openProver',
    );
    const opened = openRegistered(network, readKey(registered.keyFile));
    const { proof, publicSignals } = await prove(opened, input);
    expect(verify(key, publicSignals, proof)).toMatchObject({ ok: true, weights: 'unchecked' });
  });

  it.each([
    [null, 'the options are null; give an object'],
    ['wasm', "the options are 'wasm'; give an object"],
    [[], 'the options are an array; give an object'],
    [() => undefined, 'the options are a function; give an object: { onProgress }'],
    [new AbortController().signal, 'the options are a signal; give an object: { signal }'],
    [{ engine: 'webgpu' }, "the option engine is 'webgpu'; give 'wasm' or 'js'"],
    [{ memory: 'lots' }, "the option memory is 'lots'; give 'high' or 'low'"],
    [{ onProgress: 'log' }, "the option onProgress is 'log'; give a function"],
    [{ trace: true }, 'the option trace is true; give a function'],
    [{ signal: new AbortController() }, "the option signal is an AbortController; give the controller's signal"],
    [{ signal: true }, 'the option signal is true; give an AbortSignal'],
    [{ signal: null }, 'the option signal is null; give an AbortSignal'],
    [{ commit: 0 }, 'the option commit is 0; give a list of tensors, such as [0] for the input'],
  ])('refuses the options %j', async (options, message) => {
    expect(await fault(() => prove(provingKey, input, any(options)))).toBe(`UsageError: prove: ${message}`);
  });
});

describe('a caller that makes and reads keys', () => {
  it('gets options that are refused by name', async () => {
    expect(await fault(() => compile(network, any('bn254')))).toBe(
      "UsageError: the options are 'bn254'; give an object",
    );
    expect(await fault(() => compile(network, any({ field: 'bn254' })))).toBe(
      "UsageError: the field is 'bn254'; give one of ternary-gkr/field",
    );
    expect(await fault(() => registerFiles(network, any({ engine: 'gpu' })))).toBe(
      "UsageError: register: the option engine is 'gpu'; give 'wasm' or 'js'",
    );
    expect(await fault(() => proveAccuracy(provingKey, input, [0], any({ signal: 1 })))).toBe(
      'UsageError: proveAccuracy: the option signal is 1; give an AbortSignal',
    );
    expect(await fault(() => securityBits(any(keys)))).toBe(
      'UsageError: the verifying key is an object; give that of compile or readKey',
    );
  });

  it('does not read a key as unchecked because the registration was given in place of the options', async () => {
    expect(await fault(() => readKey(registered.keyFile, any(registered.registration)))).toBe(
      'UsageError: the options are a Uint8Array; give an object',
    );
  });

  it('gives bytes', async () => {
    expect(await fault(() => readKey(any('TGVK')))).toBe("InputError: verifying key: it is 'TGVK', not a Uint8Array");
    expect(await fault(() => readKey(any(new ArrayBuffer(8))))).toBe(
      'InputError: verifying key: it is an ArrayBuffer, not a Uint8Array',
    );
    expect(await fault(() => readKey(any(Promise.resolve())))).toBe(
      'InputError: verifying key: it is a Promise, not a Uint8Array',
    );
    expect(await fault(() => openRegistered(network, any(undefined)))).toBe(
      'UsageError: the verifying key is missing; give that of compile or readKey',
    );
    expect(await fault(() => openRegistered(network, compile(network).verifyingKey))).toMatch(
      /^UsageError: the weights of this key are public/,
    );
    expect(() => verifyModel(any(registered.keyFile), registered.registration)).toThrow(
      /the verifying key is a Uint8Array/,
    );
    expect(await fault(() => encodeProvingKey(openRegistered(network, registered.verifyingKey)))).toMatch(
      /^UsageError: the proving key has no digests/,
    );
    expect(await fault(() => securityBits(registered.verifyingKey, any(3)))).toBe(
      'UsageError: the options are 3; give an object',
    );
    expect(await fault(() => openProver(any(new ArrayBuffer(8))))).toBe(
      "InputError: prover's file: it is an ArrayBuffer, not a Uint8Array",
    );
    expect(verifyModelFile(any([...registered.keyFile]), registered.registration)).toEqual({
      ok: false,
      code: 'statement',
      where: 'key',
      message: 'verifying key: it is an array, not a Uint8Array',
    });
    expect(await fault(() => importOnnx(any(new ArrayBuffer(8)), { calibration: [[1]] }))).toBe(
      'InputError: model: it is an ArrayBuffer, not a Uint8Array',
    );
    expect(await fault(() => readArray(any(undefined), 'the digits'))).toBe(
      'InputError: the digits: it is missing, not a Uint8Array',
    );
  });
});

describe('verify', () => {
  const makers = 'give that of compile or readKey';
  it.each([
    ['nothing', undefined, `the verifying key is missing; ${makers}`],
    ['bytes', registered.keyFile, `the verifying key is a Uint8Array; ${makers}`],
    ['both keys', keys, `the verifying key is an object; ${makers}`],
  ])('refuses as a key %s', async (_, key, message) => {
    const { publicSignals, proof } = made;
    expect(await fault(() => verify(any(key), publicSignals, proof))).toBe(`UsageError: ${message}`);
    expect(await fault(() => verifyAccuracy(any(key), input, [0], proof))).toBe(`UsageError: ${message}`);
  });

  it('takes a Buffer, and not what prove returns', () => {
    const { publicSignals, proof } = made;
    expect(verify(verifyingKey, publicSignals, Buffer.from(proof)).ok).toBe(true);
    expect(verify(verifyingKey, publicSignals, any(made))).toEqual({
      ...{ ok: false, code: 'bad-header', where: 'proof', message: 'the proof is not a Uint8Array' },
    });
  });
});

describe('other data', () => {
  it('of a tensor to commit to is a shape and its values', async () => {
    expect(await fault(() => commitTensor(any(undefined), input))).toMatch(/^InputError: the shape is missing/);
    expect(await fault(() => commitTensor(any(['4']), input))).toMatch(/the shape is not a list of integers from 1 on/);
    expect(await fault(() => commitTensor([], input))).toMatch(/the shape is not a list of integers from 1 on/);
    expect(await fault(() => commitTensor([4], any(undefined)))).toMatch(/^InputError: the tensor is missing/);
    expect(await fault(() => commitTensor([4], any([1, 2, 3, 4n])))).toMatch(/value 3 is the bigint 4, which/);
  });

  it('of public signals is what prove returns, or what JSON.parse does', async () => {
    const from = /^InputError: public signals: .* without an Int32Array as input and output; give the publicSignals/;
    for (const given of [undefined, null, 'text', made, { input: [1], output: [2] }]) {
      expect(await fault(() => publicSignalsToJson(any(given)))).toMatch(from);
    }
    const text = JSON.stringify(publicSignalsToJson(made.publicSignals));
    expect(await fault(() => publicSignalsFromJson(any(text)))).toBe(
      'InputError: public signals: they are text; give the result of JSON.parse',
    );
    expect(publicSignalsFromJson(JSON.parse(text))).toEqual(made.publicSignals);
  });

  it('of a claim of accuracy are samples and labels', async () => {
    expect(await fault(() => proveAccuracy(provingKey, any([...input]), [0]))).toBe(
      'InputError: the samples are an array; give an Int32Array, one sample after the other',
    );
    expect(await fault(() => proveAccuracy(provingKey, input, any(undefined)))).toMatch(
      /^InputError: the list of labels is missing/,
    );
  });
});
