// verify: a model and a proof file in, a verdict out. With --data it also checks that the proof is about
// the samples that the caller has in mind.

import { InputError, Rejection } from '../../errors.ts';
import { decodeProofFile } from '../../network/files/proof.ts';
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
    const { verifyingKey } = compile(readModel(modelPath));
    const expected = await expectedInput(args.get('data'), args.get('index'), verifyingKey);
    const bytes = readFile(proofPath);

    const started = performance.now();
    const verdict = verifyFile(verifyingKey, bytes, expected);
    const verifyMs = performance.now() - started;
    const json = { model: modelPath, proof: proofPath, ok: verdict.ok, verifyMs: roundMs(verifyMs) };
    if (!verdict.ok) {
      const { code, where, message } = verdict;
      const line = `invalid: ${code} at ${where}: ${message}`;
      return { json: { ...json, code, where, message }, lines: [line], invalid: true };
    }
    const output = Array.from(verdict.output);
    const batch = output.length / outputLength(verifyingKey);
    const labels = outputLabels(verdict.output, batch);
    return {
      json: { ...json, batch, labels, output },
      lines: [
        `valid, checked in ${duration(verifyMs)}`,
        batch === 1 ? `output    [${output.join(', ')}]` : `batch     ${batch} samples`,
        `largest   ${labels.join(', ')}`,
      ],
    };
  },
};

function outputLength(key: VerifyingKey): number {
  const { tensors } = key.plan(1);
  return tensors[tensors.length - 1].length;
}

async function expectedInput(
  dataPath: string | undefined,
  indexText: string | undefined,
  { network }: VerifyingKey,
): Promise<number[] | undefined> {
  if (dataPath === undefined) {
    if (indexText !== undefined)
      throw new InputError('verify: --index says which sample of --data <data>, which is missing');
    return undefined;
  }
  const samples = await readSamples(dataPath, network.input.shape);
  return parseIndices('index', indexText ?? '0', samples.length).flatMap((index) => Array.from(samples[index]));
}

function verifyFile(key: VerifyingKey, bytes: Uint8Array, expected: readonly number[] | undefined): Verdict {
  try {
    const { publicSignals, proof } = decodeProofFile(bytes);
    const { input } = publicSignals;
    if (
      expected !== undefined &&
      (input.length !== expected.length || expected.some((value, i) => value !== input[i]))
    ) {
      throw new Rejection('statement', 'input', 'the proof is about another input than the one given by --data');
    }
    return verify(key, publicSignals, proof);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { ok: false, code: error.code, where: error.where, message: error.message };
  }
}
