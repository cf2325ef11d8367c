// Every verifier that the package exports is total, in the sense of src/verdict.ts: whatever stands in the place of what
// it is given, there is a verdict; whatever stands in the place of what is its own, a verdict or a UsageError.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { proveAccuracy, verifyAccuracy } from '../src/accuracy/index.ts';
import { InputError, Rejection, UsageError } from '../src/errors.ts';
import { createKoalaBearEngine, koalaBear } from '../src/field/index.ts';
import { adderTreeLayers, proveCircuitStatement, verifyCircuitStatement } from '../src/gkr/index.ts';
import { prepareLayer, proveLayerStatement, verifyLayerStatement } from '../src/layer/index.ts';
import { compile, register, verify, verifyHidden, verifyModel } from '../src/network/index.ts';
import { ternaryDigest, ternaryFromDense } from '../src/sparse/index.ts';
import { toVerdict } from '../src/verdict.ts';
import { inputsOf, perceptron, proveBatch } from './support/networks.ts';

type Run = (...given: never[]) => { readonly ok: boolean };

interface Case {
  readonly run: Run;
  /** Arguments that it accepts. */
  readonly honest: readonly unknown[];
  /** Places of the arguments that are its own. */
  readonly own: readonly number[];
  /** The place of one that may be left out. */
  readonly optional?: number;
  /** Whether that one may be any object. */
  readonly isOptions?: boolean;
}

const network = perceptron({ sizes: [4, 3, 2] });
const { provingKey, verifyingKey } = compile(network);
const input = inputsOf(network, 2);
const shown = await proveBatch(provingKey, input);
const hidden = await proveBatch(provingKey, input, { hiding: 'input' });
const committed = await proveBatch(provingKey, input, { commit: [2] });
const registered = await register(network);
const labels = [0, 0];
const accuracy = await proveAccuracy(provingKey, input, labels, { atLeast: 0 });

const engine = createKoalaBearEngine();
const circuit = { inputCount: 2, layers: adderTreeLayers(2) };
const run = proveCircuitStatement(engine, circuit, [3, 4]);
const weights = ternaryFromDense([1, -1, 0, 1, 1, 1], 2, 3);
const values = Int32Array.of(3, 4, 5);
const layer = proveLayerStatement(engine, prepareLayer(engine, 'ternary', weights), values);

const CASES: Readonly<Record<string, Case>> = {
  verify: { run: verify as Run, honest: [verifyingKey, shown.publicSignals, shown.proof], own: [0] },
  verifyHidden: { run: verifyHidden as Run, honest: [verifyingKey, hidden.publicSignals, hidden.proof], own: [0] },
  verifyAccuracy: { run: verifyAccuracy as Run, honest: [verifyingKey, input, labels, accuracy.statement], own: [0] },
  verifyModel: {
    run: verifyModel as Run,
    honest: [registered.verifyingKey, registered.registration],
    own: [0],
  },
  verifyCircuitStatement: {
    run: verifyCircuitStatement as Run,
    honest: [koalaBear, circuit, [3, 4], run.outputs, run.proof, {}],
    own: [0, 1, 5],
    optional: 5,
    isOptions: true,
  },
  verifyLayerStatement: {
    run: verifyLayerStatement as Run,
    honest: [koalaBear, 'ternary', weights, ternaryDigest(weights), values, layer.output, layer.proof],
    own: [0, 1, 2, 3],
  },
};

/** Parts of protocols: they read a channel, and raise a Rejection that the creator of the channel catches. */
const PARTS = [
  'verifyCircuit',
  'verifyFractions',
  'verifyLayer',
  'verifyLinear',
  'verifyLookups',
  'verifyMatrices',
  'verifyRelations',
  'verifySumcheck',
];

const trap = (): never => {
  throw hostile;
};
const traps: ProxyHandler<object> = { get: trap, getPrototypeOf: trap, has: trap, ownKeys: trap, apply: trap };
/** Even to ask whether it is an error throws. */
const hostile: object = new Proxy(() => undefined, traps);

/** An object all of whose properties are read by getters that throw. */
const gettersOf = (thrown: unknown): object =>
  new Proxy(
    {},
    {
      get: () => {
        throw thrown;
      },
    },
  );

const GARBAGE: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['true', true],
  ['a number', 7],
  ['NaN', Number.NaN],
  ['a huge number', 2 ** 53],
  ['a bigint', 7n],
  ['a string', 'proof'],
  ['a symbol', Symbol('proof')],
  ['a function', () => undefined],
  ['an object', {}],
  ['an object without a prototype', Object.create(null)],
  ['a promise', Promise.resolve()],
  ['an empty list', []],
  ['a list of lists', [[1], [2]]],
  ['a list with holes', new Array(3)],
  ['an object with a length', { length: 2 ** 40 }],
  ['an object with a negative length', { length: -1 }],
  ['no bytes', new Uint8Array(0)],
  ['bytes', Uint8Array.of(1, 2, 3)],
  ['no integers', new Int32Array(0)],
  ['integers', Int32Array.of(1, -1, 2 ** 31 - 1)],
  ['unsigned integers', Uint32Array.of(1, 2)],
  ['floats', Float64Array.of(0.5, Number.NaN)],
  ['wide integers', BigInt64Array.of(1n)],
  ['a buffer', new ArrayBuffer(8)],
  ['a view', new DataView(new ArrayBuffer(8))],
  ['an object that poses as bytes', Object.create(Uint8Array.prototype, { length: { value: 9 } })],
  ['an object that poses as integers', Object.create(Int32Array.prototype, { length: { value: 9 } })],
  ['a proxy of bytes', new Proxy(Uint8Array.of(1, 2), {})],
  ['a proxy that traps everything', hostile],
  ['getters that throw an error', gettersOf(new Error('mine'))],
  ['getters that throw a UsageError', gettersOf(new UsageError('mine'))],
  ['getters that throw an InputError', gettersOf(new InputError('mine'))],
  ['getters that throw a Rejection', gettersOf(new Rejection('claim', 'mine', 'mine'))],
  ['getters that throw nothing', gettersOf(undefined)],
  ['getters that throw what cannot be asked', gettersOf(hostile)],
  ['a field and nothing else', { characteristic: 2n ** 61n }],
  ['a key and nothing else', { plan: () => hostile }],
  ['a key whose plan throws', { plan: trap }],
  ['a key whose plan is a mistake', { plan: () => { throw new UsageError('mine'); } }], // biome-ignore format: one line each
  ['a circuit whose terms throw', { inputCount: 2, layers: [{ width: 1, hasProducts: false, terms: trap }] }],
  ['a context that is text', { context: 'mine' }],
];

/** The answer: a verdict's `ok`, or the error that is thrown. */
function answer({ run }: Case, given: readonly unknown[]): unknown {
  try {
    return run(...(given as never[])).ok;
  } catch (error) {
    return error;
  }
}

describe('the verifiers that the package exports', () => {
  it('are those of this test, and the parts of protocols', async () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, string> };
    const entries = Object.values(exports).filter((path) => path.endsWith('.js'));
    const names = new Set<string>();
    for (const path of entries) {
      const source = path.replace('./dist/', '../src/').replace(/\.js$/, '.ts');
      const entry = (await import(source)) as Record<string, unknown>;
      for (const name of Object.keys(entry)) if (/^verify/.test(name)) names.add(name);
    }
    expect([...names].sort()).toEqual([...Object.keys(CASES), ...PARTS].sort());
  });

  describe.each(Object.entries(CASES))('%s', (_, verifier) => {
    const { honest, own, optional, isOptions = false } = verifier;

    it('accepts what is true', () => {
      expect(answer(verifier, honest)).toBe(true);
    });

    it.each(GARBAGE)('answers where %s stands', (what, garbage) => {
      for (const place of honest.keys()) {
        if (garbage === undefined && place === optional) continue;
        const given = honest.with(place, garbage);
        const found = answer(verifier, given);
        if (own.includes(place) && isUsageError(found)) continue;
        const isTaken = isOptions && place === optional && typeof garbage === 'object' && found === true;
        expect(found, `${what} in place ${place}`).toBe(isTaken);
      }
    });

    it('answers where nothing else stands', () => {
      for (const [what, garbage] of GARBAGE) {
        const found = answer(
          verifier,
          honest.map(() => garbage),
        );
        expect(found === false || isUsageError(found), what).toBe(true);
      }
    });
  });

  it('of signals answer whatever their parts are', () => {
    const { publicSignals, proof } = committed;
    expect(verify(verifyingKey, publicSignals, proof)).toMatchObject({ ok: true });
    for (const [what, garbage] of GARBAGE) {
      const [first] = publicSignals.committed?.tensors ?? [];
      const changed: unknown[] = [
        { ...publicSignals, input: garbage },
        { ...publicSignals, output: garbage },
        ...['batch', 'tensors'].map((name) => ({
          ...publicSignals,
          committed: { ...publicSignals.committed, [name]: garbage },
        })),
        ...['tensor', 'root'].map((name) => ({
          ...publicSignals,
          committed: { ...publicSignals.committed, tensors: [{ ...first, [name]: garbage }] },
        })),
        { ...publicSignals, committed: { ...publicSignals.committed, tensors: [garbage] } },
      ];
      for (const signals of changed) {
        expect(answer({ run: verify as Run, honest: [], own: [] }, [verifyingKey, signals, proof]), what).toBe(false);
      }
    }
  });
});

/** Without asking a value that traps it. */
function isUsageError(value: unknown): boolean {
  return value !== hostile && value instanceof UsageError;
}

describe('a verdict', () => {
  const refusal = (thrown: unknown) =>
    toVerdict('place', () => {
      throw thrown;
    });
  const internal = { ok: false, code: 'internal', where: 'verify' };

  it('is what the run found', () => {
    expect(toVerdict('place', () => ({ output: 3 }))).toEqual({ ok: true, output: 3 });
  });

  it('says why the run threw, whatever it threw', () => {
    const broken = new Rejection('claim', 'layer 3', 'it differs');
    expect(refusal(broken)).toEqual({ ok: false, code: 'claim', where: 'layer 3', message: 'it differs' });
    expect(refusal(new InputError('too many'))).toEqual({
      ok: false,
      code: 'statement',
      where: 'place',
      message: 'too many',
    });
    for (const error of [new UsageError('mine'), new RangeError('mine')]) {
      expect(refusal(error)).toEqual({ ...internal, message: 'mine' });
    }
    const message = 'something that is not an error was thrown';
    for (const thrown of ['text', null, undefined, {}, hostile])
      expect(refusal(thrown)).toEqual({ ...internal, message });
  });
});
