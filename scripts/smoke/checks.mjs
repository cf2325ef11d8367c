// The checks that smoke.mjs runs with each version of Node, in a folder with the packed package installed: every entry point, a
// proof and forgeries of it, an ONNX import, and the command line. Fails with an assertion; at the end it prints the
// digest of the proof, which is the same on every Node.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const manifest = require('ternary-gkr/package.json');

// every entry point that the package lists
const entries = Object.keys(manifest.exports);
for (const entry of entries) {
  const name = `${manifest.name}${entry.slice(1)}`;
  const exported = name.endsWith('.json') ? require(name) : await import(name);
  assert.notEqual(Object.keys(exported).length, 0, `${name} exports nothing`);
}
console.log(`${entries.length} entry points`);

// an imported network, its proof, and forgeries of it
const { compile, evaluate, prove, verify } = await import('ternary-gkr');
const { importOnnx, readArray, splitIntegerSamples } = await import('ternary-gkr/onnx');
const MODEL = 'examples/mlp-small.onnx';
const DATA = 'examples/digits-images-idx3-ubyte.gz';
const bytesOf = (path) => new Uint8Array(readFileSync(path));
const digits = splitIntegerSamples(await readArray(bytesOf(DATA), DATA), [1, 28, 28], DATA);
const network = importOnnx(bytesOf(MODEL), { calibration: digits.slice(0, 20), inputScale: 1 / 255 });
const { provingKey, verifyingKey } = compile(network);
const { proof, publicSignals } = await prove(provingKey, digits[0]);
const verdict = verify(verifyingKey, publicSignals, proof);
assert.ok(verdict.ok, verdict.message);
assert.deepEqual(verdict.output, evaluate(network, digits[0]).at(-1));
console.log(`${MODEL} imported; a proof of ${proof.length} bytes is valid`);

const bent = proof.slice();
bent[proof.length >> 1] ^= 1;
const lie = verdict.output.slice();
lie[0]++;
const forgeries = [
  ['a flipped bit', publicSignals, bent],
  ['a missing last byte', publicSignals, proof.subarray(0, -1)],
  ['another output', { ...publicSignals, output: lie }, proof],
];
for (const [what, signals, bytes] of forgeries) {
  const answer = verify(verifyingKey, signals, bytes);
  assert.equal(answer.ok, false, `${what} is accepted`);
  console.log(`${what} is rejected: ${answer.code} at ${answer.where}`);
}

// the command line
const program = join('node_modules', manifest.name, manifest.bin[manifest.name]);
/** Runs a command, which must end with an exit code. Returns what it printed. */
function run(code, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  assert.equal(status, code, `ternary-gkr ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
assert.match(run(0, '--help'), /usage: ternary-gkr <command>/);
assert.equal(run(0, '--version').trim(), manifest.version);
for (const command of ['import', 'prove', 'verify'])
  assert.match(run(0, command, '--help'), new RegExp(`usage: ternary-gkr ${command} `));
const sample = ['--data', DATA, '--index', '0'];
run(0, 'import', MODEL, '--calibrate', DATA, '--scale', '1/255', '-o', 'model.tern', '--force');
run(0, 'prove', 'model.tern', ...sample, '-o', 'digit.proof', '--force');
run(0, 'verify', 'model.tern', 'digit.proof', ...sample);
const file = bytesOf('digit.proof');
file[file.length - 100] ^= 1;
writeFileSync('forged.proof', file);
run(1, 'verify', 'model.tern', 'forged.proof', ...sample);
console.log('the command line imports, proves and verifies, and rejects a forged proof');

console.log(`proof ${createHash('sha256').update(proof).digest('hex')}`);
