// eval: the accuracy of the integer network, and its agreement with the float network.

import { InputError } from '../../errors.ts';
import { readFloatNetwork } from '../../onnx/read.ts';
import { parseIndices } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readLabelsFor, readModel, readPlain, readSamples } from '../files.ts';
import { checkRange, floatLabel, integerLabel } from '../samples.ts';
import { breather, count, duration, percent, roundMs } from '../terminal.ts';

export const evalCommand: Command = {
  name: 'eval',
  summary: 'run a model on data: accuracy, and agreement with the float network',
  positionals: ['<model.tern>'],
  options: {
    data: { value: '<data>', help: 'samples as stored integers: IDX, .npy or JSON, plain or gzip' },
    labels: { value: '<labels>', help: 'labels of the samples: reports the accuracy' },
    onnx: { value: '<model.onnx[.gz]>', help: 'the float network: reports the agreement of labels' },
    index: { value: '<i|i..j>', help: 'only these samples, both included; all unless given' },
  },
  required: ['data'],
  details: ['At least one of --labels and --onnx is needed.'],
  async run(args, progress) {
    const [modelPath] = args.positionals;
    const dataPath = args.need('data');
    const labelsPath = args.get('labels');
    const onnxPath = args.get('onnx');
    if (labelsPath === undefined && onnxPath === undefined) {
      throw new InputError('eval: nothing to compare with; give --labels <labels>, --onnx <model.onnx>, or both');
    }
    const network = readModel(modelPath);
    const all = await readSamples(dataPath, network.input.shape);
    const indices = parseIndices('index', args.get('index') ?? `0..${all.length - 1}`, all.length);
    checkRange(dataPath, network, all, indices);
    const labels = labelsPath === undefined ? undefined : await readLabelsFor(labelsPath, all.length);
    const float = onnxPath === undefined ? undefined : readFloatNetwork(await readPlain(onnxPath), onnxPath);
    if (float !== undefined && float.inputShape.join() !== network.input.shape.join()) {
      throw new InputError(
        `${onnxPath}: it takes another shape than ${modelPath}; name the file that it was imported from`,
      );
    }

    const breathe = breather();
    let right = 0;
    let floatRight = 0;
    let agreed = 0;
    let inferenceMs = 0;
    for (const [done, index] of indices.entries()) {
      progress(done / indices.length, 'evaluating');
      await breathe();
      const started = performance.now();
      const label = integerLabel(network, all[index]);
      inferenceMs += performance.now() - started;
      if (label === labels?.[index]) right++;
      if (float === undefined) continue;
      const reference = floatLabel(float, network, all[index]);
      if (label === reference) agreed++;
      if (reference === labels?.[index]) floatRight++;
    }
    const samples = indices.length;
    const accuracy = labels === undefined ? undefined : right / samples;
    const floatAccuracy = labels === undefined || float === undefined ? undefined : floatRight / samples;
    const agreement = float === undefined ? undefined : agreed / samples;
    const perSample = inferenceMs / samples;
    return {
      // undefined fields do not appear in the JSON
      json: { model: modelPath, samples, accuracy, floatAccuracy, agreement, inferenceMs: roundMs(perSample) },
      lines: [
        `${count(samples)} samples, ${duration(perSample)} each`,
        ...(accuracy === undefined ? [] : [`accuracy        ${percent(accuracy)}`]),
        ...(floatAccuracy === undefined ? [] : [`float accuracy  ${percent(floatAccuracy)}`]),
        ...(agreement === undefined ? [] : [`agreement       ${percent(agreement)}`]),
      ],
    };
  },
};
