// The models of the playground: what examples/ holds, imported once, as the site's own files.

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../..', import.meta.url);
const DIGITS = 'digits-images-idx3-ubyte.gz';
const FASHION = 'fashion-images-idx3-ubyte.gz';
/** Samples that fix the scales of the activations. */
const CALIBRATION = 100;

const MODELS = [
  { name: 'mlp-small', file: 'mlp-small.onnx', title: 'Perceptron 784-128-10, digits', samples: DIGITS },
  { name: 'lenet5', file: 'lenet5.onnx', title: 'LeNet-5, digits', samples: DIGITS },
  { name: 'mlp-sparse', file: 'mlp-sparse.onnx.gz', title: 'Perceptron 784-1024-1024-10, digits', samples: DIGITS },
  { name: 'resnet-mini', file: 'resnet-mini.onnx', title: 'Residual network, clothes', samples: FASHION },
  { name: 'vgg-small', file: 'vgg-small.onnx.gz', title: 'VGG of six convolutions, clothes', samples: FASHION },
];

/** Writes the models and their list below docs/public; the library must be built. */
export async function writeModels() {
  const { encodeNetwork } = await import(new URL('dist/index.js', root));
  const { gunzip, importOnnx, readArray, splitIntegerSamples, readFloatNetwork } = await import(
    new URL('dist/onnx/index.js', root)
  );
  const out = new URL('docs/public/models/', root);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const example = (name) => new Uint8Array(readFileSync(new URL(`examples/${name}`, root)));
  const list = [];
  for (const { name, file, title, samples } of MODELS) {
    const onnx = await gunzip(example(file), file);
    const images = await readArray(example(samples), samples);
    const { inputShape } = readFloatNetwork(onnx, file);
    const calibration = splitIntegerSamples(images, inputShape, samples).slice(0, CALIBRATION);
    const network = { ...importOnnx(onnx, { calibration, inputScale: 1 / 255, fileName: file }), name };
    writeFileSync(new URL(`${name}.tern`, out), encodeNetwork(network));
    const { classes } = JSON.parse(new TextDecoder().decode(example(`${name}.json`)));
    list.push({ file: `${name}.tern`, title, samples, classes, isDigits: samples === DIGITS });
  }
  for (const samples of [DIGITS, FASHION]) {
    copyFileSync(fileURLToPath(new URL(`examples/${samples}`, root)), fileURLToPath(new URL(samples, out)));
  }
  writeFileSync(new URL('index.json', out), `${JSON.stringify(list, null, 2)}\n`);
}
