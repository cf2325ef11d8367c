// prove: run a model on samples and write the proof that it was run correctly.

import { basename } from 'node:path';
import { InputError } from '../../errors.ts';
import { evaluate } from '../../network/evaluate.ts';
import { shortDigest } from '../../network/files/digest.ts';
import { encodeProofFile } from '../../network/files/proof.ts';
import { compile } from '../../network/key.ts';
import { prove } from '../../network/prove.ts';
import type { EngineChoice } from '../../network/engines.ts';
import { parseIndices } from '../arguments.ts';
import type { Command } from '../command.ts';
import { checkOutput, readModel, readSamples, writeFile } from '../files.ts';
import { outputLabels } from '../samples.ts';
import { duration, roundMs, size } from '../terminal.ts';

export const proveCommand: Command = {
  name: 'prove',
  summary: 'run a model on a sample and write a proof that it was run correctly',
  positionals: ['<model.tern>'],
  options: {
    data: { value: '<data>', help: 'samples as stored integers: IDX, .npy or JSON, plain or gzip' },
    index: {
      value: '<i|i..j>',
      help: 'which sample, from 0; i..j proves several at once, both included; 0 unless given',
    },
    output: { value: '<proof>', short: 'o', help: 'the proof file; <model>-<index>.proof unless given' },
    force: { help: 'overwrite the output even if it is another kind of file' },
    engine: { value: '<wasm|js>', help: 'what computes; the fastest that is available unless given' },
  },
  details: [
    'The proof file holds the input and the output as well: both are public. The time is that of a first proof.',
  ],
  async run(args, progress) {
    const [modelPath] = args.positionals;
    const indexText = args.get('index') ?? '0';
    const engine = parseEngine(args.get('engine'));
    const network = readModel(modelPath);
    const proofPath = args.get('output') ?? `${basename(modelPath).replace(/\.tern$/, '')}-${indexText}.proof`;
    checkOutput(proofPath, 'proof', args.has('force'));
    const samples = await readSamples(args.need('data'), network.input.shape);
    const indices = parseIndices('index', indexText, samples.length);

    const { provingKey } = compile(network);
    const inferenceStarted = performance.now();
    for (const index of indices) evaluate(network, samples[index]);
    const inferenceMs = performance.now() - inferenceStarted;

    const input = indices.flatMap((index) => Array.from(samples[index]));
    const proveStarted = performance.now();
    const { proof, publicSignals } = await prove(provingKey, input, {
      onProgress: ({ phase, fraction }) => progress(fraction, `proving: ${phase}`),
      ...(engine === undefined ? {} : { engine }),
    });
    const proveMs = performance.now() - proveStarted;
    const file = encodeProofFile(provingKey.digest, publicSignals, proof);
    writeFile(proofPath, file);

    const labels = outputLabels(network, publicSignals.output);
    return {
      json: {
        model: modelPath,
        digest: Buffer.from(provingKey.digest).toString('hex'),
        proof: proofPath,
        index: indexText,
        batch: indices.length,
        labels,
        output: Array.from(publicSignals.output),
        inferenceMs: roundMs(inferenceMs),
        proveMs: roundMs(proveMs),
        proofBytes: proof.length,
        fileBytes: file.length,
      },
      lines: [
        `model     ${network.name}, digest ${shortDigest(provingKey.digest)}`,
        indices.length === 1 ? `output    [${publicSignals.output.join(', ')}]` : `batch     ${indices.length} samples`,
        `largest   ${labels.join(', ')}`,
        `run       ${duration(inferenceMs)}`,
        `proven    ${duration(proveMs)}`,
        `proof     ${size(proof.length)}; with input and output ${size(file.length)} in ${proofPath}`,
      ],
    };
  },
};

function parseEngine(text: string | undefined): EngineChoice | undefined {
  if (text === undefined || text === 'wasm' || text === 'js') return text;
  throw new InputError(`--engine '${text}' is not known; write wasm or js`);
}
