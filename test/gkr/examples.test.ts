// The example circuits: each file is run as it stands, against the sources; its circuit is proven over both fields and
// its outputs are compared with a computation in bigints that knows nothing of circuits.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import type { Engine } from '../../src/field/engine.ts';
import { bn254, createKoalaBearEngine } from '../../src/field/index.ts';
import { type Circuit, outputCount, proveCircuitStatement, verifyCircuitStatement } from '../../src/gkr/index.ts';
import type { AnyField } from '../support/fields.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'examples/circuits');
const names = ['matrix-product', 'permutation', 'polynomial-evaluation', 'triangles'];

/** The exports of each file, and its output. */
interface Examples {
  matrixProduct(n: number): Circuit;
  matrixProductInClosedForm(n: number): Circuit;
  polynomial(coefficients: readonly number[]): Circuit;
  triangles(n: number): Circuit;
  graph(n: number): number[];
  permutation(constants: readonly (readonly number[])[]): Circuit;
  readonly constants: number[][];
}

const examples = {} as Examples;
const printed = new Map<string, string>();
const temporary = mkdtempSync(join(tmpdir(), 'circuits-'));

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(folder, `${name}.mjs`)),
    outdir: temporary,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    alias: {
      'ternary-gkr/field': join(root, 'src/field/index.ts'),
      'ternary-gkr/gkr': join(root, 'src/gkr/index.ts'),
    },
  });
  for (const [k, name] of names.entries()) {
    const file = join(temporary, `${name}.mjs`);
    writeFileSync(file, outputFiles[k].text);
    const log = vi.spyOn(console, 'log').mockReturnValue();
    try {
      Object.assign(examples, await import(pathToFileURL(file).href));
      printed.set(name, log.mock.calls.flat().join('\n'));
    } finally {
      log.mockRestore();
    }
  }
});
afterAll(() => rmSync(temporary, { recursive: true }));

describe('the example files', () => {
  it('are all here, and in the list of examples', () => {
    const files = readdirSync(folder).sort();
    expect(files).toEqual([...names, 'run'].sort().map((name) => `${name}.mjs`));
    const list = readFileSync(join(root, 'examples/README.md'), 'utf8');
    for (const file of files) expect(list).toContain(`circuits/${file}`);
  });

  it.each([
    ['matrix-product', 2, 'layer 0'],
    ['permutation', 1, 'layer 15'],
    ['polynomial-evaluation', 1, 'layer 5'],
    ['triangles', 1, 'layer 1'],
  ])('%s runs: accepted, and refused with an output changed', (name, runs, where) => {
    const text = printed.get(name) ?? '';
    expect(text.match(/verify {4}.* ms, accepted$/gm)).toHaveLength(runs);
    expect(text.match(new RegExp(`an output changed: refused \\(sumcheck, ${where}\\): the final `, 'g'))).toHaveLength(
      runs,
    );
  });

  it('counts triangles', () => {
    expect(printed.get('triangles')).toMatch(/\n\d+ triangles$/);
    expect(printed.get('triangles')).toContain(`\n${countTriangles(64, examples.graph(64))} triangles`);
  });
});

function countTriangles(n: number, graph: readonly number[]): number {
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let k = 0; k < j; k++) count += graph[n * i + j] * graph[n * j + k] * graph[n * k + i];
    }
  }
  return count;
}

function determinant([first, ...rest]: bigint[][]): bigint {
  if (first === undefined) return 1n;
  return first.reduce((sum, entry, column) => {
    const minor = determinant(rest.map((row) => row.filter((_, k) => k !== column)));
    return column % 2 === 0 ? sum + entry * minor : sum - entry * minor;
  }, 0n);
}

const settings: [string, () => Engine<unknown>][] = [
  ['KoalaBear', () => createKoalaBearEngine() as Engine<unknown>],
  ['BN254', () => createArrayEngine(bn254 as AnyField)],
];

describe.each(settings)('the example circuits over %s', (_name, createEngine) => {
  const engine = createEngine();
  const { field } = engine;

  /** Proves the run, compares the outputs, and has each of a few changed outputs refused. */
  function expectOutputs(circuit: Circuit, inputs: readonly number[], expected: readonly bigint[], copies = 1): void {
    const { outputs, proof } = proveCircuitStatement(engine, circuit, inputs, copies);
    const elements = expected.map((value) => field.fromInteger(value));
    expect(outputs).toHaveLength(outputCount(circuit) * copies);
    const given = Array.from(outputs as unknown[], (value) =>
      typeof value === 'number' ? field.fromInteger(value) : value,
    );
    expect(given).toEqual(elements);
    expect(verifyCircuitStatement(field, circuit, inputs, elements, proof)).toEqual({ ok: true });
    for (const at of [0, elements.length >> 1, elements.length - 1]) {
      const changed = elements.map((value, k) => (k === at ? field.add(value, field.one) : value));
      expect(verifyCircuitStatement(field, circuit, inputs, changed, proof)).toEqual({
        ok: false,
        code: 'sumcheck',
        where: `layer ${circuit.layers.length - 1}`,
        message: 'the final evaluations do not give the value that the rounds leave',
      });
    }
  }

  it.each([1, 2, 8])('a matrix product of side %d, in both forms', (n) => {
    const inputs = Array.from({ length: 2 * n * n }, (_, k) => ((7 * k * k) % 31) - 15);
    const [a, b] = [inputs.slice(0, n * n), inputs.slice(n * n)];
    const expected = Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return Array.from({ length: n }, (__, k) => BigInt(a[n * i + k] * b[n * k + j])).reduce((x, y) => x + y);
    });
    expectOutputs(examples.matrixProduct(n), inputs, expected);
    expectOutputs(examples.matrixProductInClosedForm(n), inputs, expected);
  });

  it.each([1, 2, 7, 8])('a polynomial of degree %d at many points', (degree) => {
    const coefficients = Array.from({ length: degree + 1 }, (_, k) => 5 - 3 * k * k);
    const points = Array.from({ length: 37 }, (_, k) => 101 * k - 1000);
    const horner = (x: number): bigint =>
      coefficients.reduceRight((value, coefficient) => value * BigInt(x) + BigInt(coefficient), 0n);
    expectOutputs(examples.polynomial(coefficients), points, points.map(horner), points.length);
  });

  it('the triangles of graphs', () => {
    for (const n of [4, 32]) {
      const graph = examples.graph(n);
      expectOutputs(examples.triangles(n), graph, [BigInt(6 * countTriangles(n, graph))]);
    }
    // all joined: n·(n − 1)·(n − 2) = 6·C(n, 3)
    const complete = Array.from({ length: 64 }, (_, k) => (k >> 3 === (k & 7) ? 0 : 1));
    expectOutputs(examples.triangles(8), complete, [8n * 7n * 6n]);
  });

  it('a permutation over many copies', () => {
    const copies = 11;
    const { constants } = examples;
    const inputs = Array.from({ length: 4 * copies }, (_, k) => k * k - 50);
    const p = field.characteristic;
    const states = Array.from({ length: copies }, (_, copy) =>
      constants.reduce(
        (state, round) => {
          const [x, y, z, w] = state.map((value) => value ** 3n % p);
          const mixed = [
            5n * x + 7n * y + z + 3n * w,
            4n * x + 6n * y + z + w,
            x + 3n * y + 5n * z + 7n * w,
            x + y + 4n * z + 6n * w,
          ];
          return mixed.map((value, i) => (value + BigInt(round[i])) % p);
        },
        [0, 1, 2, 3].map((wire) => BigInt(inputs[wire * copies + copy])),
      ),
    );
    const expected = [0, 1, 2, 3].flatMap((wire) => states.map((state) => state[wire]));
    expectOutputs(examples.permutation(constants), inputs, expected, copies);
  });

  it('the permutation is one where its file says so', () => {
    expect((field.characteristic - 1n) % 3n === 0n).toBe(field.name !== 'KoalaBear^4');
    // the terms of the last layer are the matrix; any k rows and columns of it have a determinant other than zero
    const { layers } = examples.permutation([[0, 0, 0, 0]]);
    const { gates, coefficients, lefts } = layers[1].terms().products;
    const matrix = Array.from({ length: 4 }, () => new Array<bigint>(4).fill(0n));
    for (let k = 0; k < gates.length; k++) matrix[gates[k]][lefts[k]] = BigInt(coefficients[k]);
    const subsets = Array.from({ length: 16 }, (_, bits) => [0, 1, 2, 3].filter((k) => (bits >> k) & 1));
    for (const rows of subsets) {
      for (const columns of subsets.filter(({ length }) => length === rows.length)) {
        expect(determinant(rows.map((i) => columns.map((j) => matrix[i][j]))) % field.characteristic).not.toBe(0n);
      }
    }
  });
});
