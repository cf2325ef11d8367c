// verify: checks a proof file for a model or a key. With --data or --input-commitment it also checks that
// the proof is about the samples that the caller has in mind.

import { InputError, Rejection } from '../../errors.ts';
import { shortDigest } from '../../network/files/digest.ts';
import { checkProofNetwork, decodeProofFile, type ProofFile } from '../../network/files/proof.ts';
import { verifyHidden } from '../../network/proof/hiding/verify.ts';
import { verify } from '../../network/proof/verify.ts';
import type { VerifyingKey } from '../../network/statement/key.ts';
import type { PublicSignals } from '../../network/statement/signals.ts';
import { type Arguments, parseIndices } from '../arguments.ts';
import type { Command } from '../command.ts';
import { checkInputCommitment, commitSamples, inputRoot, readCommitment } from '../commitments.ts';
import { describeCommitted } from '../committed.ts';
import { readFile, readSamples } from '../files.ts';
import { PROOF_SECOND, readVerifyingKey, weightLines } from '../keys.ts';
import { kindOf, requireKind } from '../kinds.ts';
import { BINDS } from '../options.ts';
import { outputLabels, outputLines } from '../samples.ts';
import { duration, roundMs } from '../terminal.ts';
import { refusalOf, rejectionReport, verdictOf } from '../verdicts.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'check a proof: exit code 0 if it is valid, 1 with the reason if it is not',
  positionals: ['<model.tern|model.vkey>', '<proof>'],
  options: {
    registration: { value: '<file>', help: 'of the key: checked first; verify-model checks it once for all proofs' },
    data: { value: '<data>', help: 'require that the proof is about samples of this file' },
    index: { value: '<i|i..j>', help: 'the samples, both ends included; 0 unless given' },
    'input-commitment': { value: '<file>', help: 'require that the proof is about the samples behind this commitment' },
  },
  details: [
    'A valid proof says that this model takes the input in the proof file, or the one behind its root, to its output; of a',
    'proof that hides its input, that there is such an input.',
    'Check that it is the input you mean, by --data and --index or by --input-commitment.',
    'A key of committed weights is only as good as its registration: the report says whether that was checked. Without',
    '--registration the exit code is still 0: in scripts, always give it, or run verify-model once.',
    BINDS,
  ],
  async run(args) {
    const [modelPath, proofPath] = args.positionals;
    if (!args.has('data') && args.has('index')) {
      throw new InputError('verify: --index selects samples of --data <data>, which is missing');
    }
    const files = { model: modelPath, proof: proofPath };
    const keyed = await verdictOf(() => readVerifyingKey(modelPath, args.get('registration')));
    if (!keyed.ok) return rejectionReport(files, keyed);
    const { key, registrationMs } = keyed.value;
    const bytes = readFile(proofPath);

    let started = performance.now();
    const checked = await verdictOf(async () => {
      const file = readProof(bytes, proofPath);
      checkProofNetwork(key, file);
      await checkInput(file, args, key);
      started = performance.now();
      const check = file.publicSignals.hidden === undefined ? verify : verifyHidden;
      const verdict = check(key, file.publicSignals, file.proof);
      if (!verdict.ok) throw refusalOf(verdict);
      return { ...verdict, signals: file.publicSignals };
    });
    const verifyMs = performance.now() - started;
    const json = {
      ...files,
      digest: Buffer.from(key.digest).toString('hex'),
      ok: checked.ok,
      weights: key.weightStatus,
      verifyMs: roundMs(verifyMs),
      ...(registrationMs === undefined ? {} : { registrationMs: roundMs(registrationMs) }),
    };
    if (!checked.ok) return rejectionReport(json, checked);
    const { signals } = checked.value;
    const output = Array.from(checked.value.output);
    const plan = key.plan(
      signals.committed?.batch ?? signals.hidden?.batch ?? signals.input.length / key.inputLength,
      signals.committed?.tensors.map(({ tensor }) => tensor),
    );
    const labels = outputLabels(plan, checked.value.output);
    const committed = describeCommitted(signals);
    return {
      json: { ...json, batch: plan.batch, labels, output, ...committed.json },
      lines: [
        `valid, checked in ${duration(verifyMs)}`,
        `model     ${key.network.name}, digest ${shortDigest(key.digest)}`,
        ...weightLines(key),
        ...committed.lines,
        ...outputLines(plan.batch, output, labels),
        ...(args.has('data') || args.has('input-commitment') ? [] : [inputLine(signals)]),
      ],
    };
  },
};

/** Returns the line about what the caller has yet to check if no option names the input. */
function inputLine(signals: PublicSignals): string {
  if (signals.hidden !== undefined) return 'The input is hidden: it is some input within the range of the model.';
  return inputRoot(signals) !== undefined
    ? 'The input is the one behind its root: compare that with the one that was published, by --input-commitment.'
    : 'The input is the one in the proof file: compare it with the one that you mean, by --data and --index.';
}

/** @throws InputError for anything but a proof file of this version; Rejection for a damaged one */
function readProof(bytes: Uint8Array, path: string): ProofFile {
  if (kindOf(bytes) !== undefined) requireKind(path, bytes, ['proof'], { model: PROOF_SECOND, key: PROOF_SECOND });
  try {
    return decodeProofFile(bytes);
  } catch (error) {
    if (!(error instanceof Rejection && error.code === 'bad-header')) throw error;
    throw new InputError(`${path}: ${error.message}`);
  }
}

/** @throws Rejection unless the proof is about the samples that the options name */
async function checkInput({ publicSignals }: ProofFile, args: Arguments, { network }: VerifyingKey): Promise<void> {
  const { shape } = network.input;
  if (publicSignals.hidden !== undefined && (args.has('data') || args.has('input-commitment'))) {
    throw new Rejection(
      'statement',
      'input',
      'the proof hides its input, which cannot be compared with one that is given',
    );
  }
  const commitmentPath = args.get('input-commitment');
  if (commitmentPath !== undefined) {
    checkInputCommitment(publicSignals, shape, readCommitment(commitmentPath), `that of ${commitmentPath}`);
  }
  const dataPath = args.get('data');
  if (dataPath === undefined) return;
  const samples = await readSamples(dataPath, shape);
  const chosen = parseIndices('index', args.get('index') ?? '0', samples.length).map((index) => samples[index]);
  if (inputRoot(publicSignals) !== undefined) {
    checkInputCommitment(publicSignals, shape, commitSamples(shape, chosen), 'the one given by --data');
    return;
  }
  const { input } = publicSignals;
  const length = shape.reduce((product, size) => product * size, 1);
  if (input.length !== chosen.length * length) {
    throw new Rejection(
      'statement',
      'input',
      `the proof is about another input than the one given by --data: samples: ${input.length / length} in the proof, ` +
        `${chosen.length} there; name the samples by --index`,
    );
  }
  const expected = chosen.flatMap((sample) => Array.from(sample));
  if (expected.every((value, i) => value === input[i])) return;
  throw new Rejection(
    'statement',
    'input',
    `the proof is about another input than the one given by --data, sample ${args.get('index') ?? '0'}; ` +
      'another sample is named by --index',
  );
}
