// "The committed mlp-small labels at least N of these 1,000 digits correctly": the owner of a model commits to its
// weights once, proves the claim, and proves single inferences against the same commitment. The verifier has the
// digits, the labels and a key of some hundred bytes, and never sees the weights' file.
//
//     npm run build && node examples/accuracy.mjs [folder for the files]

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeAccuracy, encodeAccuracy, labelOf, proveAccuracy, verifyAccuracy } from 'ternary-gkr/accuracy';
import { encodeVerifyingKey, prove, readKey, register, verify } from 'ternary-gkr/network';
import { importOnnx, readArray, readLabels, splitIntegerSamples } from 'ternary-gkr/onnx';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

async function readDigits(name, shape) {
  const file = `${name}-images-idx3-ubyte.gz`;
  return splitIntegerSamples(await readArray(readFileSync(here(file)), file), shape, file);
}

/** The owner: commits to the weights, proves the claim and one inference. */
export async function own(samples, labels, calibration) {
  const network = importOnnx(readFileSync(here('mlp-small.onnx')), {
    calibration,
    inputScale: 1 / 255,
    name: 'mlp-small',
  });
  const [registered, registerMs] = await timed(() => register(network));
  const { provingKey, registration } = registered;
  const published = encodeVerifyingKey(registered.verifyingKey);
  const [claim, claimMs] = await timed(() => proveAccuracy(provingKey, samples, labels, { onProgress: showProgress }));
  // where memory is short, several proofs share the samples out
  const halves = await proveAccuracy(provingKey, samples, labels, { samplesPerProof: Math.ceil(labels.length / 2) });
  const [inference, inferenceMs] = await timed(() => prove(provingKey, samples.subarray(0, provingKey.inputLength)));
  console.log(`the owner
  registration   ${registerMs.toFixed(0)} ms: a key of ${published.length} bytes, a proof of ${registration.length}
  claim          ${claim.correct} of ${claim.samples} samples, proofs: ${claim.proofs}, ${claimMs.toFixed(0)} ms, ${claim.statement.length} bytes
  in halves      proofs: ${halves.proofs}, ${halves.statement.length} bytes
  one inference  ${inferenceMs.toFixed(0)} ms, ${inference.proof.length} bytes, against the same commitment`);
  return { published, registration, statement: claim.statement, halves: halves.statement, inference };
}

/** Anybody: checks the registration once, then the claims about the key. */
export async function check({ published, registration, statement, inference }, samples, labels) {
  const [key, registrationMs] = await timed(() => readKey(published, { registration }));
  const [verdict, claimMs] = await timed(() => verifyAccuracy(key, samples, labels, statement));
  const single = verify(key, inference.publicSignals, inference.proof);
  console.log(`anybody
  registration   ${registrationMs.toFixed(0)} ms, accepted
  claim          ${claimMs.toFixed(0)} ms, ${describe(verdict)}
  one inference  ${single.ok ? `accepted: a ${labelOf(single.output)}, the label is ${labels[0]}` : single.message}`);
  return { key, verdict, single };
}

/** Changes a true claim in two proofs into false ones, and prints why each is refused. */
export function forge(key, samples, labels, halves) {
  const claim = decodeAccuracy(halves);
  const [a, b] = claim.parts;
  const exchanged = [
    { ...a, output: b.output, proof: b.proof },
    { ...b, output: a.output, proof: a.proof },
  ];
  const changedOutput = { ...a, output: a.output.map((value, i) => (i === 0 ? value + 1 : value)) };
  const changedSamples = samples.map((value, i) => (i === 300 ? value ^ 1 : value));
  const otherLabels = labels.map((label) => (label + 1) % 10);
  const verifyForged = (parts) => verifyAccuracy(key, samples, labels, encodeAccuracy({ ...claim, ...parts }));
  const verdicts = {
    'one correct label more': verifyForged({ atLeast: claim.atLeast + 1 }),
    'proofs exchanged': verifyForged({ parts: exchanged }),
    'a range left out': verifyForged({ parts: [a] }),
    'a range twice': verifyForged({ parts: [a, a] }),
    'an output changed': verifyForged({ parts: [changedOutput, b] }),
    'other samples': verifyAccuracy(key, changedSamples, labels, halves),
    'other labels': verifyAccuracy(key, samples, otherLabels, halves),
  };
  console.log('forgeries');
  for (const [name, verdict] of Object.entries(verdicts)) console.log(`  ${name}: ${describe(verdict)}`);
  return verdicts;
}

const describe = (verdict) =>
  verdict.ok
    ? `accepted: ${verdict.correct} of ${verdict.samples} correct, at least ${verdict.atLeast} claimed; weights ` +
      `${verdict.weights}, error 2^−${verdict.securityBits.toFixed(1)}`
    : `refused (${verdict.code}, ${verdict.where}): ${verdict.message}`;

function showProgress({ proof, proofs, fraction }) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${(100 * fraction).toFixed(0).padStart(3)} %, proof ${proof + 1} of ${proofs} `);
}

async function timed(job) {
  const started = performance.now();
  const result = await job();
  return [result, performance.now() - started];
}

const calibration = await readDigits('digits', [1, 784]);
const digits = await readDigits('digits-1000', [1, 784]);
export const samples = Int32Array.from(digits.flatMap((digit) => [...digit]));
export const labels = await readLabels(readFileSync(here('digits-1000-labels-idx1-ubyte.gz')), 'labels');
export const owned = await own(samples, labels, calibration);
export const checked = await check(owned, samples, labels);
export const forged = forge(checked.key, samples, labels, owned.halves);

const [folder] = process.argv.slice(2);
if (folder !== undefined) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'mlp-small.vkey'), owned.published);
  writeFileSync(join(folder, 'mlp-small.registration'), owned.registration);
  writeFileSync(join(folder, 'mlp-small.accuracy'), owned.statement);
}
