// Every file of committed weights and inputs in a place where another one belongs, or damaged, and options that do not
// fit: exit code 2 and one line that calls it by its name.

import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { it } from '../support/end-to-end.ts';
import { DATA, writeInputs } from './committed-files.ts';
import { expectOneLine, useProgram } from './program.ts';

const program = useProgram();
const read = (name: string): Buffer => readFileSync(program.path(name));

beforeAll(async () => {
  writeInputs(program);
  for (const args of [
    ['register', 'net.tern'],
    ['prove', 'net.tern', ...DATA, '-o', 'public.proof'],
    ['prove', 'net.prover', ...DATA, '-o', 'net.proof'],
    ['prove', 'net.prover', ...DATA, '--input', 'committed', '-o', 'input.proof'],
    ['commit', ...DATA, '--model', 'net.vkey', '-o', 'net.commitment'],
  ]) {
    expect(await program.run(...args), args.join(' ')).toMatchObject({ code: 0 });
  }
});

describe('a file in the place of another', () => {
  const files = {
    model: 'net.tern',
    key: 'net.vkey',
    prover: 'net.prover',
    registration: 'net.registration',
    proof: 'net.proof',
    commitment: 'net.commitment',
    text: 'samples.json',
  };
  type Kind = keyof typeof files;
  const places: readonly [string, readonly Kind[], (file: string) => string[]][] = [
    ['inspect', ['model', 'key', 'prover'], (file) => ['inspect', file, '--no-measure']],
    ['eval', ['model'], (file) => ['eval', file, ...DATA, '--labels', 'samples.json']],
    ['register', ['model'], (file) => ['register', file, '-o', 'p', '--key', 'k', '--registration', 'r']],
    ['the key of verify-model', ['key'], (file) => ['verify-model', file, 'net.registration']],
    ['the registration of verify-model', ['registration'], (file) => ['verify-model', 'net.vkey', file]],
    ['the model of prove', ['model', 'prover'], (file) => ['prove', file, ...DATA, '-o', 'p.proof']],
    ['the key of verify', ['model', 'key'], (file) => ['verify', file, 'net.proof']],
    ['the proof of verify', ['proof'], (file) => ['verify', 'net.vkey', file]],
    ['--registration', ['registration'], (file) => ['verify', 'net.vkey', 'net.proof', '--registration', file]],
    ['--input-commitment', ['commitment'], (file) => ['verify', 'net.vkey', 'net.proof', '--input-commitment', file]],
    ['--model of commit', ['model', 'key', 'prover'], (file) => ['commit', ...DATA, '--model', file, '-o', 'c']],
  ];

  it.each(places)('is called by its name: %s', { timeout: 60_000 }, async (_, wanted, args) => {
    const names = { model: 'model file', key: 'verifying key', prover: "prover's file" };
    const others = { registration: 'registration file', proof: 'proof file', commitment: 'commitment file' };
    for (const kind of (Object.keys(files) as Kind[]).filter((each) => !wanted.includes(each))) {
      const says = { ...names, ...others, text: 'not a' }[kind];
      const line =
        kind === 'text' ? /samples\.json: (it is not|this is not) a / : new RegExp(`it is a ${says}, not a `);
      expectOneLine(await program.run(...args(files[kind])), line);
    }
  });

  it.each<[string, string[], RegExp]>([
    [
      'verify',
      ['verify', 'net.proof', 'net.vkey'],
      /it is a proof file, .*; the model or key comes first, the proof second/,
    ],
    [
      'verify',
      ['verify', 'net.vkey', 'net.tern'],
      /it is a model file, .*; the model or key comes first, the proof second/,
    ],
    [
      'verify-model',
      ['verify-model', 'net.registration', 'net.vkey'],
      /it is a registration file, .*; the key comes first, the registration second/,
    ],
  ])('is told the order: %s', async (_, args, line) => {
    expectOneLine(await program.run(...args), line);
  });

  it.each(['model', 'key', 'proof'] as const)('is not taken for an ONNX file: %s', async (kind) => {
    const args = ['import', files[kind], '--calibrate', 'samples.json', '-o', 'x.tern'];
    expectOneLine(await program.run(...args), /it is a [a-z ]+, not an ONNX file; name an ONNX file/);
  });

  it.each<[string, () => Uint8Array, (file: string) => string[], RegExp]>([
    [
      "a prover's file cut in its digests",
      () => read('net.prover').subarray(0, -1),
      (file) => ['prove', file, ...DATA],
      /wrong: prover's file, the digests, byte \d+: the file ends before/,
    ],
    [
      "a prover's file cut in its key",
      () => read('net.prover').subarray(0, 40),
      (file) => ['prove', file, ...DATA],
      /wrong: prover's file, the verifying key/,
    ],
    [
      "a prover's file with another digest",
      () => changed('net.prover', -1),
      (file) => ['prove', file, ...DATA],
      /wrong: prover's file: its digests do not lead to the root of its key/,
    ],
    [
      'a key that is cut short',
      () => read('net.vkey').subarray(0, -1),
      (file) => ['verify', file, 'net.proof'],
      /wrong: verifying key: its check sum is wrong/,
    ],
    [
      'a registration shorter than its header',
      () => read('net.registration').subarray(0, 20),
      (file) => ['verify-model', 'net.vkey', file],
      /wrong: registration file: it is shorter than its header/,
    ],
    [
      'a commitment that is cut short',
      () => read('net.commitment').subarray(0, 30),
      (file) => ['verify', 'net.vkey', 'input.proof', '--input-commitment', file],
      /wrong: commitment file: it is not JSON/,
    ],
    [
      'a commitment with a short root',
      () => Buffer.from('{"shape":[12],"batch":1,"root":"00"}'),
      (file) => ['verify', 'net.vkey', 'input.proof', '--input-commitment', file],
      /wrong: commitment file: root does not have 52 hexadecimal digits/,
    ],
    [
      'a commitment without samples',
      () => Buffer.from('{"shape":[12],"batch":0,"root":"00"}'),
      (file) => ['verify', 'net.vkey', 'input.proof', '--input-commitment', file],
      /wrong: commitment file: batch is not a number of samples/,
    ],
  ])('that is damaged says so in one line: %s', async (_, bytes, args, line) => {
    writeFileSync(program.path('wrong'), bytes());
    expectOneLine(await program.run(...args('wrong')), line);
  });

  /** A file with one bit changed; negative places count from its end. */
  function changed(name: string, at: number): Uint8Array {
    const bytes = Buffer.from(read(name));
    bytes[at < 0 ? bytes.length + at : at] ^= 1;
    return bytes;
  }

  it.each<[string, string[], RegExp]>([
    [
      'a registration of public weights',
      ['verify', 'net.tern', 'public.proof', '--registration', 'net.registration'],
      /net\.tern: --registration goes with a verifying key/,
    ],
    [
      'an input that is neither',
      ['prove', 'net.prover', ...DATA, '--input', 'hidden'],
      /--input 'hidden' is not known; write public or committed/,
    ],
    [
      'a memory that is neither',
      ['prove', 'net.prover', ...DATA, '--memory', 'some'],
      /--memory 'some' is not known; write high or low/,
    ],
    [
      'the input as a tensor',
      ['prove', 'net.prover', ...DATA, '--commit-tensors', '0'],
      /--commit-tensors '0' is not a list .* the input is --input committed/,
    ],
    [
      'a tensor twice',
      ['prove', 'net.prover', ...DATA, '--commit-tensors', '4,4'],
      /--commit-tensors '4,4' is not a list/,
    ],
    [
      'a tensor that is not there',
      ['prove', 'net.prover', ...DATA, '--commit-tensors', '99'],
      /different numbers from 1 to \d+/,
    ],
    ['two shapes', ['commit', ...DATA, '--model', 'net.vkey', '--shape', '12'], /--model and --shape both give/],
    [
      'a shape of nothing',
      ['commit', ...DATA, '--shape', '3,x'],
      /--shape '3,x' is not a shape; write sizes such as 1,28,28/,
    ],
    [
      'a shape that does not fit',
      ['commit', ...DATA, '--shape', '5'],
      /samples\.json: .* does not hold samples of shape \[5\]/,
    ],
    ['nothing to commit to', ['commit'], /commit: --data <data> is missing/],
    [
      'a commitment over a key',
      ['commit', ...DATA, '-o', 'net.vkey'],
      /net\.vkey: the file exists and is not a commitment file/,
    ],
  ])('and options that do not fit: %s', async (_, args, line) => {
    expectOneLine(await program.run(...args), line);
  });
});
