import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blake3 } from '@noble/hashes/blake3.js';
import { describe, expect, it } from 'vitest';
import {
  compile,
  encodeNetwork,
  encodeProofFile,
  type IntegerNetwork,
  type PublicSignals,
} from '../../src/network/index.ts';
import { amountOf, seed } from '../support/depth.ts';
import { convolutional, inputsOf, perceptron, proveBatch } from '../support/networks.ts';
import { images } from '../vectors/networks.ts';
import { parametersOf } from './choice.ts';
import type { Point } from './field.ts';
import { readModel, sizeOf } from './model.ts';
import { prepare, verify } from './verify.ts';

interface Vector {
  readonly name: string;
  readonly model?: string;
  readonly publicSignals: {
    readonly committed?: { readonly batch: number; readonly tensors: readonly { readonly tensor: number }[] };
    readonly input: readonly number[];
  };
  readonly parameters: string;
  readonly points: readonly string[];
  readonly claims: readonly (readonly [string, number, string])[];
  readonly proofFile: string;
  readonly steps: readonly (readonly (string | number)[])[];
}

const read = <T>(name: string): T => {
  const path = new URL(`../vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
};
const all = [...read<Vector[]>('networks'), ...read<Vector[]>('images')];
const vectors = all.filter(({ model }) => model !== undefined);

const encode = (point: Point): string =>
  point.map((x) => Buffer.from(Uint32Array.from(x, Number).buffer).toString('hex')).join('');
const hash = (bytes: Uint8Array): Buffer => Buffer.from(blake3(bytes));

/** Files of more bytes than this have proofs that take long to check: only some places of them are tried. */
const [SHORT, SAMPLES] = [12_000, 40];
/** The distance between tried bytes, the first of which the seed chooses: every byte at full depth. */
const STRIDE = 100 / amountOf('changes');

/** Where the length of the proof stands in a file: before the input, the output and the proof. */
const LENGTH = 5 + 32 + 16;

describe('the verifier', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const sources = new Map(files.map((name) => [name, readFileSync(join(import.meta.dirname, name), 'utf8')]));
  const importsOf = (name: string): string[] =>
    [...(sources.get(name) ?? '').matchAll(/\bfrom '([^']+)'/g)].map(([, source]) => source);

  it('imports hash functions and its own files alone', () => {
    for (const name of files) {
      for (const source of importsOf(name)) expect(source).toMatch(/^(\.\/[a-z]+\.ts|@noble\/hashes\/.*|node:crypto)$/);
      expect(sources.get(name)).not.toMatch(/\bimport\(|\brequire\(/);
    }
  });

  it('has at most 1,200 lines of code, none of more than 120 columns', () => {
    const parts = new Set(['verify.ts']);
    for (const name of parts)
      for (const source of importsOf(name)) if (source.startsWith('./')) parts.add(source.slice(2));
    const lines = [...parts].flatMap((name) => (sources.get(name) ?? '').split('\n'));
    const code = lines.filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line));
    expect(parts.size).toBeGreaterThan(4);
    expect(code.length).toBeLessThanOrEqual(1200);
    expect(lines.length).toBeLessThanOrEqual(1300);
    for (const line of code) expect(line.length).toBeLessThanOrEqual(120);
  });
});

describe.each(vectors)('$name', ({ model: modelHex, publicSignals, parameters, points, claims, proofFile, steps }) => {
  const model = Buffer.from(modelHex ?? '', 'hex');
  const file = Buffer.from(proofFile, 'hex');
  const reason = (change: { model?: Buffer; file?: Buffer; parameters?: string }): string => {
    try {
      verify(change.model ?? model, change.file ?? file, change.parameters ?? parameters);
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const length = file.readUInt32LE(LENGTH);
  const resized = (proof: Uint8Array): Buffer => {
    const other = Buffer.concat([file.subarray(0, file.length - length), proof]);
    other.writeUInt32LE(proof.length, LENGTH);
    return other;
  };

  it('is accepted with the claims of the vector', () => {
    const { input, columns } = verify(model, file, parameters);
    const found = [
      ...input.map((claim) => ['input', claim] as const),
      ...columns.map((claim) => [`column ${claim.column}`, claim] as const),
    ];
    const expected = claims.filter(([what]) => /^(input|column \d+)$/.test(what));
    expect(found.map(([what, { point, value }]) => [what, encode(point), encode([value])])).toEqual(
      expected.map(([what, point, value]) => [what, points[point], value]),
    );
  });

  it('has the parameters that the page chooses', () => {
    const { committed } = publicSignals;
    const batch = committed?.batch ?? publicSignals.input.length / sizeOf(readModel(model).shapes[0]);
    const numbers = committed?.tensors.map(({ tensor }) => tensor) ?? [];
    const { members, errorCount } = prepare(model, batch, numbers);
    expect(parametersOf(errorCount, members)).toBe(parameters);
  });

  it('is refused with any byte of the file changed', () => {
    // what is hinted is hashed as a whole: there a long prime stride of bytes stands for all of them, elsewhere a short one
    let offset = file.length - length;
    const kept = Array.from({ length: offset }, (_, i) => i);
    for (const [operation, , count] of steps) {
      const unit = operation === 'send' ? 16 : operation === 'send bytes' || operation === 'hint' ? 1 : 0;
      const end = offset + unit * (count as number);
      for (; offset < end; offset += Math.min(operation === 'hint' ? 101 : 7, end - offset)) kept.push(offset);
    }
    expect(offset).toBe(file.length);
    const every = STRIDE * (file.length > SHORT ? Math.ceil(kept.length / SAMPLES) : 1);
    for (const i of kept.filter((_, at) => at % every === seed % every)) {
      const mutant = Buffer.from(file);
      mutant[i] ^= 1 + (i % 255);
      if (reason({ file: mutant }) === 'accepted') expect.fail(`byte ${i} does not matter`);
    }
  });

  it('is refused truncated or prolonged', () => {
    const proof = file.subarray(file.length - length);
    const stride = Math.max(97, Math.ceil(length / SAMPLES));
    for (let kept = 0; kept < length; kept += kept < 64 || kept > length - 8 ? 1 : stride) {
      expect(reason({ file: resized(proof.subarray(0, kept)) })).not.toBe('accepted');
    }
    expect(reason({ file: resized(proof.subarray(0, length - 1)) })).toBe('the proof ends early');
    expect(reason({ file: resized(Buffer.concat([proof, Buffer.alloc(1)])) })).toBe('the proof has bytes left');
    expect(reason({ file: file.subarray(0, file.length - 1) })).toBe('the file ends early');
    expect(reason({ file: Buffer.concat([file, Buffer.alloc(1)]) })).toBe('the file has bytes left');
  });

  it('is refused for a model with any byte changed, its check and the digest in the file made to fit', () => {
    const afterName = 6 + model[5];
    for (let i = afterName + (seed % STRIDE); i < model.length - 8; i += STRIDE) {
      const other = Buffer.from(model);
      other[i] ^= 2;
      hash(other.subarray(0, -8)).copy(other, other.length - 8, 0, 8);
      const fitted = Buffer.from(file);
      hash(Buffer.concat([Buffer.from('TERN\u0003\u0000'), other.subarray(afterName, -8)])).copy(fitted, 5);
      if (reason({ model: other, file: fitted }) === 'accepted') expect.fail(`byte ${i} of the model does not matter`);
    }
    expect(reason({ model: Buffer.concat([model, Buffer.alloc(1)]) })).toBe('the check is wrong');
  });

  it('is refused with other parameters', () => {
    expect(reason({ parameters: parameters === 'null' ? '{}' : 'null' })).not.toBe('accepted');
    if (parameters === 'null') return;
    const queries = (change: (text: string) => string) =>
      reason({ parameters: parameters.replace(/"queries":(\d+)/, (_, text: string) => `"queries":${change(text)}`) });
    expect(queries(() => '1')).toBe('the errors add up to more than 2^-100');
    expect(queries((text) => String(Number(text) + 1))).not.toBe('accepted');
    expect(queries((text) => `${text}.0`)).toBe('the text is not that of its parameters');
    const grinding = parameters.replace('"grindingBits":12', '"grindingBits":25');
    expect(reason({ parameters: grinding })).toBe('a parameter is out of range');
    expect(reason({ parameters: parameters.replace('"isPoint":false', '"isPoint":true') })).not.toBe('accepted');
  });
});

describe('models', () => {
  const models = read<{ rule: string | null; file: string }[]>('readers').map((each, index) => ({ ...each, index }));

  it.each(models)('$index: $rule', ({ rule, file }) => {
    const decode = (): unknown => readModel(Buffer.from(file, 'hex'));
    if (rule === null) expect(decode).not.toThrow();
    else expect(decode).toThrow();
  });
});

interface Refused {
  readonly name: string;
  readonly of: string;
  readonly changes?: readonly (readonly [number, number, string])[];
  readonly proofFile?: string;
}

describe('refused proofs', () => {
  it.each(read<Refused[]>('refused'))('$name', ({ of, changes = [], proofFile }) => {
    const { model = '', proofFile: honest, parameters } = vectors.find(({ name }) => name === of)!;
    let hex = proofFile ?? honest;
    for (const [start, removed, bytes] of [...changes].reverse()) {
      hex = hex.slice(0, 2 * start) + bytes + hex.slice(2 * (start + removed));
    }
    expect(() => verify(Buffer.from(model, 'hex'), Buffer.from(hex, 'hex'), parameters)).toThrow();
    expect(hex).not.toBe(honest);
  });
});

describe('images that are not a vector', () => {
  it.each<[string, () => IntegerNetwork, number, readonly number[]]>([
    ['all kinds of layers, the input, a requantised tensor and an output committed', images, 1, [0, 3, 13]],
    ['all kinds of layers, three inputs', images, 3, []],
    ...[1, 2, 3, 4].map((seed): [string, () => IntegerNetwork, number, readonly number[]] => [
      `images ${seed}`,
      () => convolutional({ seed }),
      1,
      [],
    ]),
  ])(
    '%s: accepted with the parameters of the page, and refused with another output',
    async (_name, make, batch, commit) => {
      const network = make();
      const { provingKey, verifyingKey } = compile(network);
      const { proof, publicSignals } = await proveBatch(provingKey, inputsOf(network, batch), { commit });
      const model = Buffer.from(encodeNetwork(network));
      const { members, errorCount } = prepare(model, batch, commit);
      const parameters = parametersOf(errorCount, members);
      expect(parameters).toBe(verifyingKey.describe(verifyingKey.plan(batch, commit)));
      const file = (signals: PublicSignals): Buffer =>
        Buffer.from(encodeProofFile(verifyingKey.digest, signals, proof));
      expect(verify(model, file(publicSignals), parameters).columns.length).toBeGreaterThan(0);
      const output = publicSignals.output.slice();
      output[1] += output[1] > 0 ? -1 : 1;
      expect(() => verify(model, file({ ...publicSignals, output }), parameters)).toThrow();
    },
  );
});

describe('a perceptron that is not a vector', () => {
  it.each([
    { sizes: [20, 17, 9, 5], seed: 4, shift: 5 },
    { sizes: [7, 30, 3], seed: 9, shift: 16, activation: 'identity', activatedOutput: true },
    { sizes: [12, 6], seed: 2, multipliers: 'uniform', shift: 0, activatedOutput: true },
  ] as const)(
    'of $sizes and shift $shift: is accepted with the parameters of the page, and refused with another output',
    async (options) => {
      const network = perceptron(options);
      const { provingKey, verifyingKey } = compile(network);
      const { proof, publicSignals } = await proveBatch(provingKey, inputsOf(network, 3));
      const model = Buffer.from(encodeNetwork(network));
      const file = Buffer.from(encodeProofFile(verifyingKey.digest, publicSignals, proof));
      const { members, errorCount } = prepare(model, 3, []);
      const parameters = parametersOf(errorCount, members);
      expect(parameters).toBe(verifyingKey.describe(verifyingKey.plan(3)));
      expect(verify(model, file, parameters).columns.length).toBeGreaterThan(0);
      const output = publicSignals.output.slice();
      output[1] += output[1] > 0 ? -1 : 1;
      const lie = Buffer.from(encodeProofFile(verifyingKey.digest, { ...publicSignals, output }, proof));
      expect(() => verify(model, lie, parameters)).toThrow();
    },
  );
});
