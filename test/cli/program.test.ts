// Help, and commands and files that are wrong: exit code 2 and one line, whatever the bytes.

import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { writeFile } from '../../src/cli/output.ts';
import { encodeNetwork } from '../../src/network/files/model.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { it } from '../support/end-to-end.ts';
import { example, expectOneLine, useProgram } from './program.ts';

const program = useProgram();
const DIGITS = example('digits-images-idx3-ubyte.gz');
const LABELS = example('digits-labels-idx1-ubyte.gz');
const ONNX = example('mlp-small.onnx');

const model = encodeNetwork({
  name: 'two\u001b[31m',
  input: { shape: [2], min: 0, max: 9, scale: 1, mean: 0 },
  layers: [
    { kind: 'linear', name: 'fc', input: 0, weights: ternaryFromDense([1, -1, 0, 1], 2, 2) },
    { kind: 'requantise', name: 'relu', input: 1, shift: 1, activation: 'relu', min: 0, max: 9 },
  ],
  outputs: [{ tensor: 2, scale: 1 }],
});

beforeAll(() => {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(program.path(name), content);
  write('two.tern', model);
  write('cut.tern', model.subarray(0, model.length - 1));
  write('two.json', '[[1, 2], [3, 4]]');
  write('half.json', '[[0.5, 2]]');
  write('large.json', '[[1, 10]]');
  write('broken.json', '[[1, 2');
  write('three.json', '[[1, 2, 3]]');
  write('broken.gz', gzipSync('[[1, 2]]').subarray(0, 20));
  write('text.onnx', 'this is not a network');
  write('empty', '');
  write('none.json', '[]');
  mkdirSync(program.path('folder'));
});

describe('help', () => {
  it('lists the commands, and each command explains itself', async () => {
    const overview = await program.run('--help');
    expect(overview.code).toBe(0);
    const names = ['import', 'inspect', 'eval', 'register', 'verify-model', 'prove', 'verify'];
    for (const name of names) {
      expect(overview.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
      const page = await program.run(name, '--help');
      expect(page).toMatchObject({ code: 0, stderr: '' });
      expect(page.stdout.startsWith(`usage: ternary-gkr ${name} <`)).toBe(true);
      expect(page.stdout).toContain('--json');
    }
    expect(overview.stdout).toMatch(/^ {2}commit {2}/m);
    expect((await program.run('commit', '--help')).stdout).toContain(
      'usage: ternary-gkr commit --data <data> [options]',
    );
    const [needsData, needsNone] = [await program.run('prove', '--help'), await program.run('verify', '--help')];
    expect(needsData.stdout).toContain('usage: ternary-gkr prove <model.tern|model.prover> --data <data> [options]');
    expect(needsNone.stdout).toContain('usage: ternary-gkr verify <model.tern|model.vkey> <proof> [options]');
    for (const name of ['register', 'verify-model', 'commit', 'prove', 'verify']) {
      expect((await program.run('help', name)).stdout).toContain('A commitment binds; it does not hide');
    }
    for (const args of [[], ['help'], ['-h'], ['help', '--help'], ['--help', 'help']]) {
      expect(await program.run(...args)).toEqual(overview);
    }
    expect(overview.stdout).toContain('ternary-gkr help <command>');
  });

  it('is there by name too, and with --json as one object', async () => {
    const page = await program.run('prove', '--help');
    for (const args of [
      ['help', 'prove'],
      ['--help', 'prove'],
      ['prove', '-h'],
    ]) {
      expect(await program.run(...args)).toEqual(page);
    }
    for (const args of [
      ['--json', 'help', 'prove'],
      ['help', 'prove', '--json'],
      ['prove', '--json', '--help'],
    ]) {
      const { code, stdout } = await program.run(...args);
      expect({ code, help: JSON.parse(stdout) as object }).toEqual({ code: 0, help: { help: page.stdout.trimEnd() } });
    }
    const overview = await program.run('help');
    for (const args of [['--json'], ['--json', '--help'], ['help', '--json']]) {
      expect(JSON.parse((await program.run(...args)).stdout)).toEqual({ help: overview.stdout.trimEnd() });
    }
  });

  it('takes --json in front of a command', async () => {
    const inspect = ['inspect', 'two.tern', '--no-measure'];
    expect(await program.run('--json', ...inspect)).toEqual(await program.run(...inspect, '--json'));
  });

  it('knows the version', async () => {
    const manifest = JSON.parse(readFileSync(example('../package.json'), 'utf8')) as { version: string };
    expect(await program.run('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    expect(JSON.parse((await program.run('--version', '--json')).stdout)).toEqual({ version: manifest.version });
  });
});

describe('a wrong command', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['prov', 'two.tern'], /unknown command 'prov'; did you mean ternary-gkr prove\?/],
    ['a command like no other', ['xyzzy'], /unknown command 'xyzzy'; see ternary-gkr --help/],
    ['help on an unknown command', ['help', 'prov'], /unknown command 'prov'; did you mean ternary-gkr prove\?/],
    ['help on two commands', ['help', 'prove', 'verify'], /help: 'verify' is one argument too many/],
    ['an unknown option', ['prove', 'two.tern', '--dta', 'two.json'], /unknown option --dta; did you mean --data\?/],
    [
      'an option like no other',
      ['verify', 'a', 'b', '--zzzzzz'],
      /unknown option --zzzzzz; see ternary-gkr verify --help/,
    ],
    ['a missing option', ['prove', 'two.tern'], /prove: --data <data> is missing; it is samples/],
    ['an option without its value', ['prove', 'two.tern', '--data'], /--data needs a value: --data <data>/],
    ['an option in place of a value', ['prove', 'two.tern', '--data', '--json=1'], /--data needs a value/],
    ['an option twice', ['prove', 'two.tern', '--data', 'a', '--data', 'b'], /--data is given twice/],
    ['a switch with a value', ['inspect', 'two.tern', '--no-measure=1'], /--no-measure takes no value/],
    ['a missing argument', ['verify', 'two.tern'], /verify: <proof> is missing/],
    ['an argument too many', ['inspect', 'two.tern', 'more'], /'more' is one argument too many/],
    ['an index that is not there', ['prove', 'two.tern', '--data', 'two.json', '--index', '2'], /indices from 0 to 1/],
    [
      'an index that is not a number',
      ['prove', 'two.tern', '--data', 'two.json', '--index', 'x'],
      /--index 'x' is not an index or a range such as 0\.\.9.* indices from 0 to 1/,
    ],
    [
      'an index below 0',
      ['prove', 'two.tern', '--data', 'two.json', '--index', '-1'],
      /-1 is not in the data: .*0 to 1/,
    ],
    ['a range backwards', ['prove', 'two.tern', '--data', 'two.json', '--index', '1..0'], /is not an index or a range/],
    ['an option with an empty value', ['prove', 'two.tern', '--data='], /--data needs a value: --data <data>/],
    ['an engine that is not there', ['prove', 'two.tern', '--data', 'two.json', '--engine', 'gpu'], /write wasm or js/],
    [
      'a scale that is not a number',
      ['import', ONNX, '--calibrate', DIGITS, '--scale', '1/0'],
      /--scale '1\/0' is not a num/,
    ],
    ['a range of one', ['import', ONNX, '--calibrate', DIGITS, '--range', '255'], /--range '255' is not a range/],
    ['nothing to compare with', ['eval', 'two.tern', '--data', 'two.json'], /nothing to compare with; give --labels/],
    ['an index without data', ['verify', 'two.tern', 'two.json', '--index', '0'], /--data <data>, which is missing/],
  ])('with %s says so in one line', async (_, args, line) => {
    expectOneLine(await program.run(...args), line);
  });

  it('with --json puts the same line into the JSON object', async () => {
    const { code, stdout, stderr } = await program.run('prove', 'two.tern', '--json');
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: string };
    expect(stderr).toBe(`ternary-gkr: ${error}\n`);
  });
});

describe('a wrong file', () => {
  it.each<[string, string[], RegExp]>([
    [
      'a model that is not there',
      ['inspect', 'none.tern'],
      /none\.tern: it cannot be read: the file or folder does not exist/,
    ],
    ['a folder', ['inspect', 'folder'], /folder: it cannot be read: it is a folder/],
    ['a model that is cut short', ['inspect', 'cut.tern'], /cut\.tern: model file: its check sum is wrong/],
    [
      'data in place of a model',
      ['inspect', 'two.json'],
      /two\.json: it is not a model file .*: it does not begin with "TERN"/,
    ],
    ['a proof that is not there', ['verify', 'two.tern', 'none.proof'], /none\.proof: it cannot be read/],
    [
      'a model in place of a proof',
      ['verify', 'two.tern', 'two.tern'],
      /two\.tern: it is a model file, not a proof file/,
    ],
    ['data that is cut short', ['prove', 'two.tern', '--data', 'broken.json'], /^ternary-gkr: broken\.json/],
    ['gzip that is cut short', ['prove', 'two.tern', '--data', 'broken.gz'], /broken\.gz: .*gzip/],
    ['data of another shape', ['prove', 'two.tern', '--data', 'three.json'], /three\.json/],
    ['data that is not whole', ['prove', 'two.tern', '--data', 'half.json'], /half\.json: value 0 is 0\.5/],
    [
      'data out of range',
      ['prove', 'two.tern', '--data', 'large.json'],
      /large\.json: sample 0: value 1 is 10; .* from 0 to 9; give data in this range/,
    ],
    ['too few labels', ['eval', 'two.tern', '--data', DIGITS, '--labels', LABELS], /digits-images/],
    [
      'text in place of ONNX',
      ['import', 'text.onnx', '--calibrate', DIGITS],
      /gkr: text\.onnx: not a readable ONNX file/,
    ],
    [
      'an empty ONNX file',
      ['import', 'empty', '--calibrate', DIGITS],
      /gkr: empty: the model is an empty file: export/,
    ],
    [
      'a model in place of ONNX',
      ['import', 'two.tern', '--calibrate', DIGITS],
      /gkr: two\.tern: it is a model file, not an ONNX file; name an ONNX file/,
    ],
    [
      'text to compare with',
      ['eval', 'two.tern', '--data', 'two.json', '--onnx', 'text.onnx'],
      /gkr: text\.onnx: not a/,
    ],
    ['a mean that overflows', ['import', ONNX, '--calibrate', DIGITS, '--mean', '1e300'], /mean 1e\+300 .* not finite/],
    ['empty data', ['prove', 'two.tern', '--data', 'empty'], /gkr: empty: an empty file; give/],
    [
      'data without samples',
      ['prove', 'two.tern', '--data', 'none.json'],
      /gkr: none\.json: holds no samples; give at/,
    ],
    ['an empty proof', ['verify', 'two.tern', 'empty'], /gkr: empty: it is not a proof file/],
    [
      'an output that cannot be',
      ['prove', 'two.tern', '--data', 'two.json', '-o', 'none/p'],
      /none\/p: it cannot be written/,
    ],
    ['a folder as output', ['prove', 'two.tern', '--data', 'two.json', '-o', 'folder'], /folder: it cannot be written/],
  ])('such as %s says so in one line', async (_, args, line) => {
    expectOneLine(await program.run(...args), line);
    expect(readdirSync(program.folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('cannot steer the terminal by the names in it', async () => {
    const { code, stdout } = await program.run('inspect', 'two.tern', '--no-measure');
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('two\\u001b[31m');
  });
});

describe('an output that exists', () => {
  const proveTo = (path: string, ...more: string[]) => ['prove', 'two.tern', '--data', 'two.json', '-o', path, ...more];
  const importTo = (path: string, ...more: string[]) => ['import', ONNX, '--calibrate', DIGITS, '-o', path, ...more];

  it.each<[string, string[], RegExp]>([
    ['text by a model', importTo('text.onnx'), /gkr: text\.onnx: the file exists and is not a model file; .* --force/],
    [
      'a model by a proof',
      proveTo('two.tern'),
      /gkr: two\.tern: the file exists and is not a proof file; name another/,
    ],
    ['a short file by a proof', proveTo('short'), /gkr: short: the file exists and is not a proof file/],
    ['a folder', proveTo('folder', '--force'), /folder: it cannot be written: it is a folder/],
    ['something in a file', proveTo('short/p'), /short\/p: it cannot be written: part of the path is not a folder/],
  ])('is not overwritten: %s', async (_, args, line) => {
    writeFileSync(program.path('short'), 'TG');
    const before = readdirSync(program.folder).map((name) => [name, statSync(program.path(name)).mtimeMs]);
    expectOneLine(await program.run(...args), line);
    expect(readdirSync(program.folder).map((name) => [name, statSync(program.path(name)).mtimeMs])).toEqual(before);
  });

  it('is not overwritten: a socket, which is not an ordinary file', async () => {
    // one of the test's own; a rename would replace whatever stands there
    const server = createServer().listen(program.path('socket'));
    await once(server, 'listening');
    try {
      expectOneLine(
        await program.run(...proveTo('socket', '--force')),
        /gkr: socket: .* it is not an ordinary file; name/,
      );
      expect(() => writeFile(program.path('socket'), new Uint8Array(4))).toThrow('it is not an ordinary file');
      expect(statSync(program.path('socket')).isSocket()).toBe(true);
    } finally {
      server.close();
    }
  });

  it('is overwritten if it is empty, of the same kind, or by --force', async () => {
    writeFileSync(program.path('out'), '');
    const made = () => readFileSync(program.path('out'), 'latin1').slice(0, 4);
    for (const [args, magic] of [
      [proveTo('out'), 'TGKP'],
      [proveTo('out'), 'TGKP'],
      [importTo('out', '--force'), 'TERN'],
      [importTo('out'), 'TERN'],
      [proveTo('out', '--force'), 'TGKP'],
    ] as const) {
      expect((await program.run(...args)).code).toBe(0);
      expect(made()).toBe(magic);
    }
  });
});

describe('random bytes', () => {
  // Some are nothing at all, some begin as the right file would.
  const ours = ['TERN\u0003', 'TGVK\u0002', 'TGPR\u0001', 'TGKP\u0003'].map((text) => [...Buffer.from(text)]);
  const beginnings = [[], ...ours, [8, 7, 0x12, 1], [0x1f, 0x8b, 8]];
  const bytes = fc
    .tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 400, size: 'max' }))
    .map(([beginning, rest]) => Uint8Array.of(...beginning, ...rest));

  it.each<[string, string[], number[]]>([
    ['a model or a key', ['inspect', 'random'], [2]],
    ['a model to prove with', ['prove', 'random', '--data', 'two.json', '-o', 'random.proof'], [2]],
    ['an ONNX file', ['import', 'random', '--calibrate', DIGITS], [2]],
    ['data', ['prove', 'two.tern', '--data', 'random', '-o', 'random.proof'], [2]],
    ['labels', ['eval', 'two.tern', '--data', 'two.json', '--labels', 'random'], [2]],
    ['a proof', ['verify', 'two.tern', 'random'], [1, 2]],
  ])('as %s end in one line', { timeout: 120_000 }, async (_, args, codes) => {
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        writeFileSync(program.path('random'), content);
        const { code, stdout, stderr } = await program.run(...args);
        expect(codes).toContain(code);
        expect(stdout + stderr).toMatch(/^(ternary-gkr|invalid): [^\n]+\n$/);
        expect(stdout + stderr).not.toContain('unexpected');
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});
