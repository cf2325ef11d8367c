// import: reads an ONNX file and sample data, writes a model file, and reports on each layer.

import { basename } from 'node:path';
import { encodeNetwork } from '../../network/files/model.ts';
import { compile } from '../../network/keys/compile.ts';
import type { IntegerNetwork } from '../../network/model/network.ts';
import type { FloatNetwork } from '../../onnx/float-network.ts';
import { type QuantiseOptions, quantiseSteps } from '../../onnx/import.ts';
import { naming } from '../../onnx/names.ts';
import { readFloatNetwork } from '../../onnx/read.ts';
import type { ImportReport, LayerReport, OutputReport } from '../../onnx/report.ts';
import { type Arguments, parseInteger, parseRange, parseReal } from '../arguments.ts';
import type { Command, Report } from '../command.ts';
import { readLabelsFor, readPlain, readSamples } from '../files.ts';
import { requireForeign } from '../kinds.ts';
import { checkOutput, writeFile } from '../output.ts';
import { floatLabel, integerLabel } from '../samples.ts';
import { breather, count, type Progress, percent, size, table } from '../terminal.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'quantise an ONNX network to integers and write it as a model file',
  positionals: ['<model.onnx[.gz]>'],
  options: {
    calibrate: { value: '<data>', help: 'samples that fix the scales: IDX, .npy or JSON, plain or gzip' },
    output: { value: '<model.tern>', short: 'o', help: 'the model file; named after the ONNX file unless given' },
    force: { help: 'overwrite the output even if it is another kind of file' },
    scale: { value: '<number>', help: 'the network takes stored · scale − mean; 1/255 for pixels; 1 unless given' },
    mean: { value: '<number>', help: 'in the units of the network, after --scale; 0 unless given' },
    range: { value: '<min..max>', help: 'stored values lie in it; 0..255 or −128..127 unless given' },
    levels: {
      value: '<number>',
      help: 'values of an activation, 4 to 4096; unless given, the fewest from 256 to 32 that keep the accuracy',
    },
    ternarise: { help: 'replace weights that are not ternary by the nearest ternary ones, not by 8-bit integers' },
    labels: { value: '<labels>', help: 'labels of the samples: reports the accuracy before and after' },
    name: { value: '<name>', help: 'name of the network; that of the ONNX file unless given' },
  },
  required: ['calibrate'],
  details: [
    'Weights α·{−1, 0, 1}, one α a layer or an output, are taken over exactly; others become 8-bit integers.',
    'A hundred samples of real data are enough to calibrate.',
    'For example: ternary-gkr import net.onnx --calibrate images.npy --scale 1/255 -o net.tern',
  ],
  async run(args, progress) {
    const [onnxPath] = args.positionals;
    const dataPath = args.need('calibrate');
    const stem = basename(onnxPath).replace(/(\.onnx)?(\.gz)?$/, '');
    const modelPath = args.get('output') ?? `${stem}.tern`;
    checkOutput(modelPath, 'model', args.has('force'));
    const bytes = await readPlain(onnxPath);
    requireForeign(onnxPath, bytes, 'an ONNX file');
    const float = readFloatNetwork(bytes, onnxPath);
    const calibration = await readSamples(dataPath, float.inputShape);
    const labelsPath = args.get('labels');
    const labels = labelsPath === undefined ? undefined : await readLabelsFor(labelsPath, calibration.length);
    const reports: ImportReport[] = [];
    const onReport = (made: ImportReport) => reports.push(made);
    const options = { name: stem, ...quantiseOptions(args), calibration, onReport };
    const network = await quantise(float, options, onnxPath, progress);
    compile(network);
    const file = encodeNetwork(network);
    const accuracy = labels && (await compareAccuracy(network, float, calibration, labels, progress));
    writeFile(modelPath, file);
    return describe(network, reports[0], modelPath, file.length, accuracy, args.has('scale'));
  },
};

function quantiseOptions(args: Arguments): Omit<QuantiseOptions, 'calibration'> {
  const [scale, mean, range, levels, name] = ['scale', 'mean', 'range', 'levels', 'name'].map((key) => args.get(key));
  return {
    ...(scale === undefined ? {} : { inputScale: parseReal('scale', scale) }),
    ...(mean === undefined ? {} : { inputMean: parseReal('mean', mean) }),
    ...(range === undefined ? {} : { inputRange: parseRange('range', range) }),
    ...(levels === undefined ? {} : { activationLevels: parseInteger('levels', levels, 4, 4096) }),
    ...(name === undefined ? {} : { name }),
    ternarise: args.has('ternarise'),
  };
}

/** Quantises layer by layer, so that Ctrl-C works in between. */
async function quantise(
  float: FloatNetwork,
  options: QuantiseOptions,
  path: string,
  progress: Progress,
): Promise<IntegerNetwork> {
  const breathe = breather();
  const steps = quantiseSteps(float, options);
  for (;;) {
    const { done, value } = naming(path, () => steps.next());
    if (done === true) return value;
    progress(value.fraction, value.label);
    await breathe();
  }
}

interface Accuracy {
  readonly float: number;
  readonly integer: number;
}

async function compareAccuracy(
  network: IntegerNetwork,
  float: FloatNetwork,
  samples: readonly Int32Array[],
  labels: Int32Array,
  progress: Progress,
): Promise<Accuracy> {
  const breathe = breather();
  let floatRight = 0;
  let integerRight = 0;
  for (const [i, sample] of samples.entries()) {
    progress(i / samples.length, 'comparing labels');
    await breathe();
    if (integerLabel(network, sample) === labels[i]) integerRight++;
    if (floatLabel(float, network, sample) === labels[i]) floatRight++;
  }
  return { float: floatRight / samples.length, integer: integerRight / samples.length };
}

function describe(
  network: IntegerNetwork,
  report: ImportReport,
  model: string,
  fileBytes: number,
  accuracy: Accuracy | undefined,
  isScaleGiven: boolean,
): Report {
  const { shape, min, max, scale, mean } = network.input;
  const { layers, samples, agreement, outputError, outputs } = report;
  return {
    json: {
      model,
      name: network.name,
      fileBytes,
      input: { shape, min, max, scale, mean },
      samples,
      agreement,
      outputError,
      outputs,
      ...(accuracy === undefined ? {} : { floatAccuracy: accuracy.float, accuracy: accuracy.integer }),
      layers,
    },
    lines: [
      ...table(
        ['layer', 'kind', 'shape', 'weights', 'nonzeros', 'zeros', 'multiplier', 'shift', 'clamp', 'bound'],
        layers.map(layerRow),
      ),
      '',
      `Input [${shape.join(', ')}] of ${min}..${max}, real = stored · ${scale} − ${mean}.`,
      ...(isScaleGiven
        ? []
        : ['No --scale was given, so the network takes stored values as they are; for pixels give --scale 1/255.']),
      `On ${count(samples)} samples the integer network and the float network agree on ${percent(agreement)} of labels; ` +
        `outputs differ by ${outputs.length === 1 ? '' : 'up to '}${percent(outputError)}.`,
      ...(outputs.length === 1 ? [] : outputs.map(outputLine)),
      ...(accuracy === undefined
        ? []
        : [`Accuracy on all samples: ${percent(accuracy.float)} float, ${percent(accuracy.integer)} integer.`]),
      `${model} written, ${size(fileBytes)}.`,
    ],
  };
}

function outputLine({ name, agreement, error }: OutputReport): string {
  return `  ${name}: one label on ${percent(agreement)}, values differ by ${percent(error)}`;
}

function layerRow(layer: LayerReport): string[] {
  const { name, kind, shape, nonzeros, zeros, multipliers, activation, bound } = layer;
  return [
    name,
    kind,
    shape.join(' × '),
    describeWeights(layer),
    nonzeros === undefined ? '' : count(nonzeros),
    zeros === undefined ? '' : percent(zeros),
    multipliers === undefined ? '' : `${[...new Set([multipliers.min, multipliers.max])].join('..')}`,
    activation === undefined ? '' : `${activation.shift}`,
    activation === undefined ? '' : `${activation.min}..${activation.max}`,
    count(bound),
  ];
}

/** Returns `ternary`, or the loss by replacing the weights: `8-bit, off by 0.4 %`. */
function describeWeights({ weights, weightError = 0 }: LayerReport): string {
  return weightError === 0 ? (weights ?? '') : `${weights}, off by ${percent(weightError)}`;
}
