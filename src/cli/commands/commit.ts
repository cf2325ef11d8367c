// commit: publish the root of some samples, before any proof about them.

import { basename } from 'node:path';
import { readArray, splitIntegerSamples } from '../../data/index.ts';
import { InputError } from '../../errors.ts';
import { decodeKey } from '../../network/files/key.ts';
import { decodeNetwork } from '../../network/files/model.ts';
import { decodeProverFile } from '../../network/files/prover.ts';
import type { IntegerNetwork, Shape } from '../../network/model/network.ts';
import { type Arguments, parseIndices } from '../arguments.ts';
import type { Command } from '../command.ts';
import { commitSamples, encodeCommitment } from '../commitments.ts';
import { naming, readFile } from '../files.ts';
import { requireKind } from '../kinds.ts';
import { BINDS, DATA_OPTION } from '../options.ts';
import { checkOutput, writeFile } from '../output.ts';
import { duration, roundMs } from '../terminal.ts';

export const commitCommand: Command = {
  name: 'commit',
  summary: 'commit to samples: a root to publish before proofs about them',
  positionals: [],
  options: {
    data: DATA_OPTION,
    index: { value: '<i|i..j>', help: 'the samples to use, both ends included; 0 unless given' },
    model: { value: '<file>', help: 'a .tern, .vkey or .prover file: the samples have the shape of its input' },
    shape: { value: '<a,b,…>', help: 'the shape of one sample; as the data has it unless this or --model is given' },
    output: { value: '<file>', short: 'o', help: 'the commitment file; <data>-<index>.commitment unless given' },
    force: { help: 'overwrite the output even if it is another kind of file' },
  },
  required: ['data'],
  details: [
    'The root depends only on the samples and their shape. Proofs about any model that takes this shape name it with',
    'prove --input committed, and verify --input-commitment compares it.',
    `${BINDS}`,
    'A party that guesses the samples can compute the root as well.',
  ],
  async run(args) {
    const dataPath = args.need('data');
    const indexText = args.get('index') ?? '0';
    const given = shapeOption(args);
    const path = args.get('output') ?? `${basename(dataPath).replace(/\..*$/, '')}-${indexText}.commitment`;
    checkOutput(path, 'commitment', args.has('force'));
    const array = await readArray(readFile(dataPath), dataPath);
    const shape = given ?? (array.shape.length > 1 ? array.shape.slice(1) : array.shape);
    const samples = splitIntegerSamples(array, shape, dataPath);
    const indices = parseIndices('index', indexText, samples.length);

    const started = performance.now();
    const commitment = commitSamples(
      shape,
      indices.map((index) => samples[index]),
    );
    const commitMs = performance.now() - started;
    writeFile(path, encodeCommitment(commitment));
    const { batch } = commitment;
    const root = Buffer.from(commitment.root).toString('hex');
    return {
      json: { data: dataPath, index: indexText, commitment: path, shape, batch, root, commitMs: roundMs(commitMs) },
      lines: [
        `root      ${root}`,
        `of        ${batch === 1 ? '1 sample' : `${batch} samples`} of shape [${shape.join(', ')}]`,
        `made      ${duration(commitMs)}, written to ${path}`,
        BINDS,
      ],
    };
  },
};

/** Returns the shape that --model or --shape gives. */
function shapeOption(args: Arguments): Shape | undefined {
  const [model, text] = [args.get('model'), args.get('shape')];
  if (model !== undefined && text !== undefined) {
    throw new InputError('commit: --model and --shape both give the shape of a sample; leave one out');
  }
  if (model !== undefined) return readOutline(model).input.shape;
  if (text === undefined) return undefined;
  const sizes = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : 0));
  const length = sizes.reduce((product, size) => product * size, 1);
  if (length >= 1 && length < 2 ** 31) return sizes;
  throw new InputError(`--shape '${text}' is not a shape; write sizes such as 1,28,28`);
}

/** Returns the network of a file, with its weights or without. */
function readOutline(path: string): IntegerNetwork {
  const bytes = readFile(path);
  const kind = requireKind(path, bytes, ['model', 'key', 'prover']);
  return naming(path, () => {
    switch (kind) {
      case 'model':
        return decodeNetwork(bytes);
      case 'key':
        return decodeKey(bytes).network;
      case 'prover':
        return decodeProverFile(bytes).network;
    }
  });
}
