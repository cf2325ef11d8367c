// The commands `verify` and `verify-model`, run in this process: every way in which they accept and refuse.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import type { Command, Report } from '../../src/cli/command.ts';
import { verifyCommand } from '../../src/cli/commands/verify.ts';
import { verifyModelCommand } from '../../src/cli/commands/verify-model.ts';
import { commitSamples, encodeCommitment } from '../../src/cli/commitments.ts';
import { InputError } from '../../src/errors.ts';
import {
  compile,
  encodeNetwork,
  encodeProofFile,
  encodeRegistrationFile,
  type ProvingKey,
  prove,
  readKey,
} from '../../src/network/index.ts';
import { it } from '../support/end-to-end.ts';
import { registerFiles } from '../support/registered.ts';
import { network, samples } from './committed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-test-'));
const path = (name: string): string => join(folder, name);
const write = (name: string, content: string | Uint8Array): void => writeFileSync(path(name), content);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const { shape } = network.input;
  const inputs = samples.map((sample) => Int32Array.from(sample));
  write('net.tern', encodeNetwork(network));
  write('samples.json', JSON.stringify(samples));
  for (const [k, input] of inputs.entries()) {
    write(`${k}.commitment`, encodeCommitment(commitSamples(shape, [input])));
  }
  const { provingKey: shown, verifyingKey } = compile(network);
  const made = await registerFiles(network);
  const { digest } = readKey(made.keyFile);
  write('net.vkey', made.keyFile);
  write('net.registration', encodeRegistrationFile({ digest, registration: made.registration }));
  const broken = made.registration.map((byte, k) => (k === made.registration.length - 1 ? byte ^ 1 : byte));
  write('broken.registration', encodeRegistrationFile({ digest, registration: broken }));
  const proofs: [string, ProvingKey, Uint8Array, Int32Array | Int32Array[], number[]][] = [
    ['public.proof', shown, verifyingKey.digest, inputs[0], []],
    ['second.proof', shown, verifyingKey.digest, inputs[1], []],
    ['pair.proof', shown, verifyingKey.digest, inputs.slice(0, 2), []],
    ['registered.proof', made.provingKey, digest, inputs[0], []],
    ['committed.proof', made.provingKey, digest, inputs[0], [0]],
  ];
  for (const [name, key, keyDigest, input, commit] of proofs) {
    const { proof, publicSignals } = await prove(key, input, { commit });
    write(name, encodeProofFile(keyDigest, publicSignals, proof));
    const wrong = proof.map((byte, k) => (k === proof.length - 1 ? byte ^ 1 : byte));
    write(`wrong-${name}`, encodeProofFile(keyDigest, publicSignals, wrong));
    write(`short-${name}`, encodeProofFile(keyDigest, publicSignals, proof).subarray(0, -1));
  }
  write('text.proof', 'no proof at all');
  write('old.proof', Uint8Array.of(...new TextEncoder().encode('TGKP'), 255, 0, 0, 0));
});

/** Runs a command; what follows `@` is a file of the folder. */
function run(command: Command, ...args: readonly string[]): Promise<Report> {
  const given = args.map((arg) => (arg.startsWith('@') ? path(arg.slice(1)) : arg));
  return command.run(parseArguments(command.name, given, command.options, command.positionals), () => undefined);
}

describe('verify', () => {
  it.each([
    ['a proof of public weights', ['@net.tern', '@public.proof'], { weights: 'public', batch: 1 }],
    ['two samples', ['@net.tern', '@pair.proof', '--data', '@samples.json', '--index', '0..1'], { batch: 2 }],
    ['the sample at hand', ['@net.tern', '@public.proof', '--data', '@samples.json'], { batch: 1 }],
    ['the commitment at hand', ['@net.tern', '@public.proof', '--input-commitment', '@0.commitment'], { batch: 1 }],
    ['a key that nobody checked', ['@net.vkey', '@registered.proof'], { weights: 'unchecked' }],
    [
      'a key with its registration',
      ['@net.vkey', '@registered.proof', '--registration', '@net.registration'],
      { weights: 'registered', registrationMs: expect.any(Number) },
    ],
    ['a committed input', ['@net.vkey', '@committed.proof'], { batch: 1 }],
    ['the committed sample', ['@net.vkey', '@committed.proof', '--data', '@samples.json', '--index', '0'], {}],
    ['the committed root', ['@net.vkey', '@committed.proof', '--input-commitment', '@0.commitment'], {}],
  ] as [string, string[], object][])('accepts %s', async (_case, args, report) => {
    const { json, lines, invalid } = await run(verifyCommand, ...args);
    expect(json).toMatchObject({ ok: true, verifyMs: expect.any(Number), ...report });
    expect(invalid).toBeUndefined();
    expect(lines[0]).toMatch(/^valid, checked in /);
    expect('registrationMs' in json).toBe(args.includes('--registration'));
    const isCompared = args.includes('--data') || args.includes('--input-commitment');
    const place = args.includes('@committed.proof') ? 'behind its root' : 'in the proof file';
    const left = lines.filter((line) => line.startsWith('The input is the one '));
    expect(left).toEqual(isCompared ? [] : [expect.stringContaining(`The input is the one ${place}: compare`)]);
  });

  it.each([
    ['a proof with a byte changed', ['@net.tern', '@wrong-public.proof'], 'merkle', 'commitment/'],
    ['a proof that is damaged', ['@net.tern', '@short-public.proof'], 'truncated', 'proof file'],
    ['a proof for another key', ['@net.vkey', '@public.proof'], 'statement', 'network'],
    [
      'a registration with a byte changed',
      ['@net.vkey', '@registered.proof', '--registration', '@broken.registration'],
      'merkle',
      'registration/commitment/',
    ],
    ['another sample', ['@net.tern', '@public.proof', '--data', '@samples.json', '--index', '1'], 'statement', 'input'],
    [
      'the first sample, for the second',
      ['@net.tern', '@second.proof', '--data', '@samples.json'],
      'statement',
      'input',
    ],
    [
      'more samples',
      ['@net.tern', '@public.proof', '--data', '@samples.json', '--index', '0..1'],
      'statement',
      'input',
    ],
    [
      'another committed sample',
      ['@net.vkey', '@committed.proof', '--data', '@samples.json', '--index', '1'],
      'statement',
      'input',
    ],
    [
      'another commitment',
      ['@net.vkey', '@committed.proof', '--input-commitment', '@1.commitment'],
      'statement',
      'input',
    ],
  ])('refuses %s', async (_case, args, code, where) => {
    const { json, lines, invalid } = await run(verifyCommand, ...args);
    expect(json).toMatchObject({ ok: false, code, where: expect.stringContaining(where) });
    expect(lines[0]).toMatch(new RegExp(`^invalid: ${code} at `));
    expect(invalid).toBe(true);
  });

  it.each([
    ['an index without data', ['@net.tern', '@public.proof', '--index', '0'], 'which is missing'],
    ['a text instead of a proof', ['@net.tern', '@text.proof'], 'text.proof'],
    ['a proof of another version', ['@net.tern', '@old.proof'], 'old.proof'],
    ['a key in place of a proof', ['@net.tern', '@net.vkey'], 'net.vkey'],
    ['a file that is not there', ['@net.tern', '@none.proof'], 'none.proof'],
  ])('throws for %s', async (_case, args, message) => {
    const refusal = run(verifyCommand, ...args);
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(message);
  });
});

describe('verify-model', () => {
  it('accepts a key with its registration', async () => {
    const { json, lines, invalid } = await run(verifyModelCommand, '@net.vkey', '@net.registration');
    expect(json).toMatchObject({ ok: true, verifyMs: expect.any(Number) });
    expect(lines[0]).toMatch(/^valid, checked in /);
    expect(invalid).toBeUndefined();
  });

  it('refuses a registration with a byte changed', async () => {
    const { json, invalid } = await run(verifyModelCommand, '@net.vkey', '@broken.registration');
    expect(json).toMatchObject({ ok: false, code: 'merkle', where: expect.stringContaining('registration/') });
    expect(invalid).toBe(true);
  });

  it('throws for a model, whose weights are public', async () => {
    await expect(run(verifyModelCommand, '@net.tern', '@net.registration')).rejects.toThrow('register it first');
  });
});
