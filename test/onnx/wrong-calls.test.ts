// An import by people without a compiler's types: options that are none are refused with what to give.

import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { importOnnx } from '../../src/onnx/index.ts';

it.each<[string, unknown, RegExp]>([
  ['nothing', undefined, /no calibration samples: give \{ calibration:/],
  [
    'one array of all samples',
    { calibration: new Int32Array(784) },
    /no calibration samples: give \{ calibration: samples \}, a list with a sample each/,
  ],
  ['numbers', { calibration: [1, 2] }, /calibration sample 0 is 1; give an array/],
])('an import refuses %s as its options', async (_, options, message) => {
  const bytes = new Uint8Array(await readFile(new URL('../../examples/mlp-small.onnx', import.meta.url)));
  expect(() => importOnnx(bytes, options as never)).toThrow(
    expect.objectContaining({ name: 'InputError', message: expect.stringMatching(message) }),
  );
});
