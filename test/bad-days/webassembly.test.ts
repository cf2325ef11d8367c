// WebAssembly that is missing or forbidden: the JavaScript engine takes over, says so, and gives the same bytes. The
// browser's policy has a test of its own (test/browser); here each door is closed by a module.

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { DATA, writeInputs } from '../cli/committed-files.ts';
import { expectOneLine, useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';
import { runAfter } from './start.ts';

const program = useProgram();
const read = (name: string): Buffer => readFileSync(program.path(name));
const PROVE = ['prove', 'net.tern', ...DATA];
const LINE = /^engine +js: WebAssembly with 128-bit vectors is not available here; the same proof, more slowly$/m;

const refusing = (name: string, error: string): string => `
  WebAssembly.${name} = class {
    constructor() {
      throw new ${error}('forbidden by policy');
    }
  };
`;

const DOORS: readonly [string, string][] = [
  ['is missing', 'delete globalThis.WebAssembly;'],
  ['may not compile', refusing('Module', 'WebAssembly.CompileError')],
  ['may not instantiate', refusing('Instance', 'RangeError')],
  ['gets no memory', refusing('Memory', 'RangeError')],
];

beforeAll(async () => {
  writeInputs(program);
  for (const args of [
    [...PROVE, '-o', 'wasm.proof'],
    ['register', 'net.tern'],
    ['prove', 'net.prover', ...DATA, '--input', 'committed', '-o', 'committed.proof'],
  ]) {
    const { code, report } = await program.json(...args);
    expect({ code, engine: report['engine'] }).toEqual({ code: 0, engine: 'wasm' });
  }
});

describe.each(DOORS)('WebAssembly %s', (_, module) => {
  it('the same proof comes from JavaScript, which is said', async () => {
    const run = await runAfter(program, module, ...PROVE, '-o', 'js.proof');
    expect(run).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(LINE) as string });
    expect(read('js.proof')).toEqual(read('wasm.proof'));
    const json = await runAfter(program, module, ...PROVE, '-o', 'js.proof', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ engine: 'js' });
  });

  it('so do the files of a registration and a proof about committed weights, and are believed', async () => {
    const files = ['-o', 'js.prover', '--key', 'js.vkey', '--registration', 'js.registration'];
    const registered = await runAfter(program, module, 'register', 'net.tern', ...files);
    expect(registered).toMatchObject({ code: 0, stdout: expect.stringMatching(LINE) as string });
    for (const kind of ['prover', 'vkey', 'registration']) expect(read(`js.${kind}`)).toEqual(read(`net.${kind}`));
    const proof = ['prove', 'js.prover', ...DATA, '--input', 'committed', '-o', 'js.proof'];
    expect((await runAfter(program, module, ...proof)).code).toBe(0);
    expect(read('js.proof')).toEqual(read('committed.proof'));
    const verify = ['verify', 'js.vkey', 'js.proof', '--registration', 'js.registration'];
    expect(await runAfter(program, module, ...verify)).toMatchObject({ code: 0, stderr: '' });
  });

  it('and asking for it gives an error of one line', async () => {
    const run = await runAfter(program, module, ...PROVE, '--engine', 'wasm', '-o', 'none.proof');
    expectOneLine(run, /gkr: WebAssembly with 128-bit vectors is not available here\n$/);
  });
});

it('where it is there, nobody mentions engines that nobody asked for', async () => {
  expect((await program.run(...PROVE, '-o', 'wasm.proof')).stdout).not.toContain('engine');
  expect((await program.run(...PROVE, '-o', 'js.proof', '--engine', 'js')).stdout).not.toContain('engine');
});
