// prove: run a model on samples and write the proof that it was run correctly.

import { basename } from 'node:path';
import { InputError } from '../../errors.ts';
import { shortDigest } from '../../network/files/digest.ts';
import { encodeProofFile } from '../../network/files/proof.ts';
import { evaluate } from '../../network/model/evaluate.ts';
import { prove } from '../../network/proof/prove.ts';
import type { ProvingKey } from '../../network/statement/key.ts';
import { type Arguments, parseIndices } from '../arguments.ts';
import type { Command } from '../command.ts';
import { describeCommitted } from '../committed.ts';
import { readSamples } from '../files.ts';
import { readProvingKey } from '../keys.ts';
import { BINDS, choice, DATA_OPTION, ENGINE_OPTION, engineInUse, engineOption } from '../options.ts';
import { checkOutput, writeFile } from '../output.ts';
import { checkRange, outputLabels, outputLines } from '../samples.ts';
import { duration, roundMs, size } from '../terminal.ts';

export const proveCommand: Command = {
  name: 'prove',
  summary: 'run a model on a sample and write a proof that it was run correctly',
  positionals: ['<model.tern|model.prover>'],
  options: {
    data: DATA_OPTION,
    index: {
      value: '<i|i..j>',
      help: 'index of the sample, from 0; i..j proves several at once, both included; 0 unless given',
    },
    output: { value: '<proof>', short: 'o', help: 'the proof file; <model>-<index>.proof unless given' },
    force: { help: 'overwrite the output even if it is another kind of file' },
    input: {
      value: '<public|committed>',
      help: 'whether the proof file contains the input or its root; public unless given',
    },
    hide: {
      value: '<input>',
      help: 'input: the proof hides the input and all values between it and the output; of public weights',
    },
    'commit-tensors': {
      value: '<i,j,…>',
      help: 'further tensors to commit to, by number: layer i produces tensor i + 1',
    },
    memory: {
      value: '<high|low>',
      help: 'high keeps all encoded weights, which is faster from the second proof on; low unless given',
    },
    engine: ENGINE_OPTION,
  },
  required: ['data'],
  details: [
    'From a .tern file the weights are public: verify takes the same file. From a .prover file, which register wrote,',
    'they are committed: verify takes the .vkey file that was written with it.',
    'The proof file contains the output, and the input unless it is committed or hidden: both are public. With --hide input',
    'the proof says nothing about the input beyond the output. The time is that of a first proof.',
    BINDS,
  ],
  async run(args, progress) {
    const [modelPath] = args.positionals;
    const indexText = args.get('index') ?? '0';
    const options = { ...engineOption(args), memory: choice(args, 'memory', ['high', 'low']) ?? 'low' };
    const inputChoice = choice(args, 'input', ['public', 'committed']) ?? 'public';
    const provingKey = readProvingKey(modelPath);
    const { network } = provingKey;
    const commit = committedTensors(args, inputChoice, network.layers.length);
    const isHidden = hidesInput(args, provingKey, commit);
    const name = basename(modelPath).replace(/\.(tern|prover)$/, '');
    const proofPath = args.get('output') ?? `${name}-${indexText}.proof`;
    checkOutput(proofPath, 'proof', args.has('force'));
    const dataPath = args.need('data');
    const samples = await readSamples(dataPath, network.input.shape);
    const indices = parseIndices('index', indexText, samples.length);
    checkRange(dataPath, network, samples, indices);
    const plan = provingKey.plan(indices.length, commit);

    const inferenceStarted = performance.now();
    for (const index of indices) evaluate(network, samples[index]);
    const inferenceMs = performance.now() - inferenceStarted;

    const inputs = indices.map((index) => samples[index]);
    if (provingKey.weights !== undefined) progress(undefined, 'laying out the weights');
    const proveStarted = performance.now();
    const { proof, publicSignals } = await prove(provingKey, inputs, {
      onProgress: ({ phase, fraction }) => progress(fraction, `proving: ${phase}`),
      ...options,
      ...(commit.length === 0 ? {} : { commit }),
      ...(isHidden && { hiding: 'input' as const }),
    });
    const proveMs = performance.now() - proveStarted;
    const file = encodeProofFile(provingKey.digest, publicSignals, proof);
    writeFile(proofPath, file);

    const labels = outputLabels(plan, publicSignals.output);
    const output = Array.from(publicSignals.output);
    const committed = describeCommitted(publicSignals);
    const used = engineInUse(options);
    return {
      json: {
        model: modelPath,
        digest: Buffer.from(provingKey.digest).toString('hex'),
        proof: proofPath,
        weights: weightsOf(provingKey),
        index: indexText,
        batch: indices.length,
        labels,
        output,
        ...committed.json,
        engine: used.engine,
        inferenceMs: roundMs(inferenceMs),
        proveMs: roundMs(proveMs),
        proofBytes: proof.length,
        fileBytes: file.length,
      },
      lines: [
        `model     ${network.name}, digest ${shortDigest(provingKey.digest)}, ${weightsOf(provingKey)} weights`,
        ...committed.lines,
        ...outputLines(indices.length, output, labels),
        ...used.lines,
        `run       ${duration(inferenceMs)}`,
        `proven    ${duration(proveMs)}`,
        `proof     ${size(proof.length)}; with what is public ${size(file.length)} in ${proofPath}`,
      ],
    };
  },
};

function weightsOf({ weights }: ProvingKey): 'public' | 'committed' {
  return weights === undefined ? 'public' : 'committed';
}

/** Returns whether the proof is to hide the input. */
function hidesInput(args: Arguments, { weights }: ProvingKey, commit: readonly number[]): boolean {
  if (choice(args, 'hide', ['input']) === undefined) return false;
  if (weights !== undefined) {
    throw new InputError(
      '--hide input needs public weights: give the .tern file. Openings would show parts of committed ones',
    );
  }
  if (commit.length > 0) {
    throw new InputError('--hide input hides what --input committed and --commit-tensors commit to; leave them out');
  }
  return true;
}

/** Returns the numbers of the tensors to commit to, ascending. */
function committedTensors(args: Arguments, input: 'public' | 'committed', layers: number): number[] {
  const text = args.get('commit-tensors');
  const numbers = text?.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN)) ?? [];
  const isRight =
    numbers.every((tensor) => tensor >= 1 && tensor <= layers) && new Set(numbers).size === numbers.length;
  if (!isRight) {
    throw new InputError(
      `--commit-tensors '${text}' is not a list of tensors; write different numbers from 1 to ${layers} such as ` +
        `1,${layers}; the input is --input committed`,
    );
  }
  return [...(input === 'committed' ? [0] : []), ...numbers].sort((a, b) => a - b);
}
