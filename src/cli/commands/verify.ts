// verify: a model and a proof file in, a verdict out. With --data it also checks that the proof is about
// the samples that the caller has in mind.

import { InputError, Rejection } from '../../errors.ts';
import { shortDigest } from '../../network/files/digest.ts';
import { checkProofNetwork, decodeProofFile, type ProofFile } from '../../network/files/proof.ts';
import { compile, type VerifyingKey } from '../../network/key.ts';
import { type Verdict, verify } from '../../network/verify.ts';
import { parseIndices } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readFile, readModel, readSamples } from '../files.ts';
import { outputLabels } from '../samples.ts';
import { duration, roundMs } from '../terminal.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'check a proof: exit code 0 if it is valid, 1 with the reason if it is not',
  positionals: ['<model.tern>', '<proof>'],
  options: {
    data: { value: '<data>', help: 'require that the proof is about samples of this file' },
    index: { value: '<i|i..j>', help: 'which samples, both included; 0 unless given' },
  },
  details: [
    'The proof says that this model takes the input in the proof file to the output in it. Whether that is',
    'the input you mean is for you to check, by --data and --index.',
  ],
  async run(args) {
    const [modelPath, proofPath] = args.positionals;
    const dataPath = args.get('data');
    const indexText = args.get('index');
    if (dataPath === undefined && indexText !== undefined) {
      throw new InputError('verify: --index says which sample of --data <data>, which is missing');
    }
    const { verifyingKey } = compile(readModel(modelPath));
    const bytes = readFile(proofPath);

    let started = performance.now();
    const verdict = await verdictOn(async () => {
      const file = readProof(bytes, proofPath);
      checkProofNetwork(verifyingKey, file);
      if (dataPath !== undefined) await checkInput(file, dataPath, indexText ?? '0', verifyingKey);
      started = performance.now();
      return verify(verifyingKey, file.publicSignals, file.proof);
    });
    const verifyMs = performance.now() - started;
    const digest = Buffer.from(verifyingKey.digest).toString('hex');
    const json = { model: modelPath, digest, proof: proofPath, ok: verdict.ok, verifyMs: roundMs(verifyMs) };
    if (!verdict.ok) {
      const { code, where, message } = verdict;
      const line = `invalid: ${code} at ${where}: ${message}`;
      return { json: { ...json, code, where, message }, lines: [line], invalid: true };
    }
    const output = Array.from(verdict.output);
    const labels = outputLabels(verifyingKey.network, verdict.output);
    const batch = labels.length;
    return {
      json: { ...json, batch, labels, output },
      lines: [
        `valid, checked in ${duration(verifyMs)}`,
        `model     ${verifyingKey.network.name}, digest ${shortDigest(verifyingKey.digest)}`,
        batch === 1 ? `output    [${output.join(', ')}]` : `batch     ${batch} samples`,
        `largest   ${labels.join(', ')}`,
      ],
    };
  },
};

/** @throws InputError for what is not a proof file at all, or of another version; Rejection for one that is damaged */
function readProof(bytes: Uint8Array, path: string): ProofFile {
  try {
    return decodeProofFile(bytes);
  } catch (error) {
    if (!(error instanceof Rejection && error.code === 'bad-header')) throw error;
    throw new InputError(`${path}: ${error.message}`);
  }
}

/** @throws Rejection unless the proof is about these samples */
async function checkInput(
  { publicSignals: { input } }: ProofFile,
  dataPath: string,
  indexText: string,
  { network }: VerifyingKey,
): Promise<void> {
  const samples = await readSamples(dataPath, network.input.shape);
  const expected = parseIndices('index', indexText, samples.length).flatMap((index) => Array.from(samples[index]));
  if (input.length === expected.length && expected.every((value, i) => value === input[i])) return;
  throw new Rejection('statement', 'input', 'the proof is about another input than the one given by --data');
}

/** A rejection becomes a verdict. */
async function verdictOn(check: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { ok: false, code: error.code, where: error.where, message: error.message };
  }
}
