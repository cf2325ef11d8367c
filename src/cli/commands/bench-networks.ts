// bench networks: example networks or model files, each in a fresh process of its own.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { benchNetwork, type NetworkFigures } from '../../bench/networks.ts';
import { syntheticInput } from '../../bench/report.ts';
import { InputError } from '../../errors.ts';
import { encodeNetwork } from '../../network/files/model.ts';
import { importOnnx } from '../../onnx/import.ts';
import { readFloatNetwork } from '../../onnx/read.ts';
import { nearest } from '../arguments.ts';
import { runChild } from '../child.ts';
import type { Report } from '../command.ts';
import { readModel, readPlain, readSamples, writeFile } from '../files.ts';
import { examplesFolder } from '../package.ts';
import { count, duration, type Progress, size, table } from '../terminal.ts';

/** A model file and, for a network of the examples, a digit to prove it on. */
export async function reportOneNetwork(modelPath: string): Promise<Report> {
  const network = readModel(modelPath);
  const digits = join(examplesFolder(), DIGITS);
  const isExample = network.input.shape.join() === '1,28,28' || network.input.shape.join() === '784';
  const input =
    isExample && existsSync(digits) ? (await readSamples(digits, network.input.shape))[0] : syntheticInput(network);
  const figures = await benchNetwork(network.name, network, input);
  return { json: figures, lines: [JSON.stringify(figures)] };
}

export async function reportNetworks(names: readonly string[] | undefined, progress: Progress): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-bench-'));
  try {
    const chosen = names ?? exampleNames();
    const networks: NetworkFigures[] = [];
    for (const [i, name] of chosen.entries()) {
      progress(i / chosen.length, `measuring ${name}`);
      const modelPath = name.endsWith('.tern') ? name : await importExample(name, folder);
      networks.push({ ...(await measureInChild(modelPath)), name: basename(name, '.tern') });
    }
    return { json: { networks }, lines: describe(networks) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe(networks: readonly NetworkFigures[]): string[] {
  return table(
    ['network', 'weights', 'nonzeros', 'run', 'prove', 'first proof', 'verify', 'proof', 'peak memory'],
    networks.map((figures) => [
      figures.name,
      count(figures.weights),
      count(figures.nnz),
      duration(figures.inferenceMs),
      duration(figures.proveMs),
      duration(figures.coldProveMs),
      duration(figures.verifyMs),
      size(figures.proofBytes),
      size(figures.peakRssBytes),
    ]),
  );
}

/** Runs this program again on one network. */
async function measureInChild(modelPath: string): Promise<NetworkFigures> {
  readModel(modelPath);
  return JSON.parse(await runChild(['bench', 'one-network', '--names', modelPath, '--json'])) as NetworkFigures;
}

const DIGITS = 'digits-images-idx3-ubyte.gz';
const ONNX_FILE = /^(.*)\.onnx(\.gz)?$/;

function exampleNames(): string[] {
  const folder = examplesFolder();
  const names = existsSync(folder) ? readdirSync(folder).flatMap((file) => ONNX_FILE.exec(file)?.[1] ?? []) : [];
  if (names.length === 0) throw new InputError(`${folder}: there are no examples; name model files with --names`);
  return names.sort();
}

/** Imports an example into `folder`; returns the path of its model file. */
async function importExample(name: string, folder: string): Promise<string> {
  const known = exampleNames();
  if (!known.includes(name)) {
    const near = nearest(name, known);
    const hint = near === undefined ? `the examples are ${known.join(', ')}` : `did you mean ${near}?`;
    throw new InputError(`bench: there is no example '${name}'; ${hint} (a model file ends in .tern)`);
  }
  const plain = join(examplesFolder(), `${name}.onnx`);
  const bytes = await readPlain(existsSync(plain) ? plain : `${plain}.gz`);
  const calibration = await readSamples(join(examplesFolder(), DIGITS), readFloatNetwork(bytes, name).inputShape);
  const modelPath = join(folder, `${name}.tern`);
  writeFile(modelPath, encodeNetwork(importOnnx(bytes, { calibration, inputScale: 1 / 255, name, fileName: name })));
  return modelPath;
}
