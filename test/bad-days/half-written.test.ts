// Files that end too early: every reader refuses every proper prefix of every kind of file, and names the file and the
// cause. A proof that is cut is a bad proof (exit code 1) once its first bytes say that it is one.

import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import type { Command } from '../../src/cli/command.ts';
import { commitCommand } from '../../src/cli/commands/commit.ts';
import { evalCommand } from '../../src/cli/commands/eval.ts';
import { importCommand } from '../../src/cli/commands/import.ts';
import { inspectCommand } from '../../src/cli/commands/inspect.ts';
import { proveCommand } from '../../src/cli/commands/prove.ts';
import { registerCommand } from '../../src/cli/commands/register.ts';
import { verifyCommand } from '../../src/cli/commands/verify.ts';
import { verifyModelCommand } from '../../src/cli/commands/verify-model.ts';
import { InputError } from '../../src/errors.ts';
import { samples, writeInputs } from '../cli/committed-files.ts';
import { example, useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';
import { leftovers } from './start.ts';

const program = useProgram();
const at = (name: string): string => program.path(name);
const CUT = 'half-written';

/** An array of the NumPy format, version 1.0. */
function numpy(rows: readonly (readonly number[])[]): Uint8Array {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows.length}, ${rows[0].length}), }`.padEnd(117);
  return Buffer.concat([Buffer.from(`\x93NUMPY\x01\0\x76\0${header}\n`, 'latin1'), Buffer.from(rows.flat())]);
}

/** An array of the IDX format: unsigned bytes in two dimensions. */
function idx(rows: readonly (readonly number[])[]): Uint8Array {
  return Buffer.from([0, 0, 8, 2, 0, 0, 0, rows.length, 0, 0, 0, rows[0].length, ...rows.flat()]);
}

beforeAll(async () => {
  writeInputs(program);
  const data = ['--data', at('samples.json')];
  for (const [command, args] of [
    [
      registerCommand,
      [at('net.tern'), '-o', at('net.prover'), '--key', at('net.vkey'), '--registration', at('net.reg')],
    ],
    [proveCommand, [at('net.tern'), ...data, '-o', at('net.proof')]],
    [proveCommand, [at('net.prover'), ...data, '--input', 'committed', '-o', at('committed.proof')]],
    [commitCommand, [...data, '--model', at('net.vkey'), '-o', at('net.commitment')]],
  ] as const) {
    await start(command, args);
  }
  writeFileSync(at('samples.npy'), numpy(samples));
  writeFileSync(at('samples.idx'), idx(samples));
  writeFileSync(at('samples.gz'), gzipSync(idx(samples)));
  writeFileSync(at('mlp.onnx'), readFileSync(example('mlp-small.onnx')));
});

/** Runs a command in this process. */
function start({ name, options, positionals, run }: Command, args: readonly string[]) {
  return run(parseArguments(name, args, options, positionals), () => undefined);
}

/** The places at which a file is cut: every one of its first and last bytes, and some between. */
function places(length: number, edge: number, between: number): number[] {
  const step = Math.max(1, Math.floor(length / between));
  return Array.from({ length }, (_, k) => k).filter((k) => k < edge || k >= length - edge || k % step === 0);
}

describe.each<[string, string, Command, (file: string) => string[], number, number]>([
  ['a model', 'net.tern', inspectCommand, (file) => [file, '--no-measure'], 300, 200],
  ['a key', 'net.vkey', verifyCommand, (file) => [file, at('net.proof')], 300, 200],
  [
    "a prover's file",
    'net.prover',
    proveCommand,
    (file) => [file, '--data', at('samples.json'), '-o', at('p')],
    150,
    60,
  ],
  [
    'a commitment',
    'net.commitment',
    verifyCommand,
    (file) => [at('net.vkey'), at('committed.proof'), '--input-commitment', file],
    300,
    0,
  ],
  ['samples as JSON', 'samples.json', commitCommand, (file) => ['--data', file, '-o', at('p')], 300, 100],
  ['samples of NumPy', 'samples.npy', commitCommand, (file) => ['--data', file, '-o', at('p')], 200, 100],
  ['samples in IDX', 'samples.idx', commitCommand, (file) => ['--data', file, '-o', at('p')], 200, 100],
  ['samples in gzip', 'samples.gz', commitCommand, (file) => ['--data', file, '-o', at('p')], 200, 100],
  [
    'labels',
    'samples.idx',
    evalCommand,
    (file) => [at('net.tern'), '--data', at('samples.json'), '--labels', file],
    60,
    20,
  ],
  [
    'an ONNX file',
    'mlp.onnx',
    importCommand,
    (file) => [file, '--calibrate', example('digits-images-idx3-ubyte.gz'), '-o', at('p')],
    60,
    40,
  ],
])('%s that is cut anywhere', (_, name, command, args, edge, between) => {
  it('is refused, and named', { timeout: 120_000 }, async () => {
    const whole = readFileSync(at(name));
    // the line feed at the end of a commitment says nothing
    const length = name === 'net.commitment' ? whole.length - 1 : whole.length;
    for (const place of places(length, edge, between)) {
      writeFileSync(at(CUT), whole.subarray(0, place));
      const error: unknown = await start(command, args(at(CUT))).then(
        (report) => report.lines,
        (reason: unknown) => reason,
      );
      expect(error, `${place} of ${whole.length} bytes`).toBeInstanceOf(InputError);
      const { message } = error as InputError;
      expect(message.startsWith(`${at(CUT)}: `), message).toBe(true);
      expect(message).toMatch(/^[^\n]{20,}$/);
    }
    expect(leftovers(program)).toEqual([]);
  });
});

describe.each<[string, string, Command, (file: string) => string[]]>([
  ['a proof', 'net.proof', verifyCommand, (file) => [at('net.tern'), file]],
  ['a proof about commitments', 'committed.proof', verifyCommand, (file) => [at('net.vkey'), file]],
  ['a registration', 'net.reg', verifyModelCommand, (file) => [at('net.vkey'), file]],
])('%s that is cut anywhere', (_, name, command, args) => {
  it('is refused: no such file while its first bytes are missing, then invalid where it ends', async () => {
    const whole = readFileSync(at(name));
    let refused = 0;
    let invalid = 0;
    for (const place of places(whole.length, 60, 60)) {
      writeFileSync(at(CUT), whole.subarray(0, place));
      const report = await start(command, args(at(CUT))).catch((error: unknown) => {
        if (error instanceof InputError) return error;
        throw error;
      });
      if (report instanceof InputError) {
        expect(report.message.startsWith(`${at(CUT)}: `), report.message).toBe(true);
        refused++;
      } else {
        expect(report.invalid, `${place} of ${whole.length} bytes`).toBe(true);
        expect(report.lines).toEqual([
          expect.stringMatching(/^invalid: (truncated|statement|merkle|grinding) at [^\n]+$/),
        ]);
        invalid++;
      }
    }
    expect(refused).toBeGreaterThan(3);
    expect(invalid).toBeGreaterThan(60);
  });
});
