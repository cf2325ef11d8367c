// Small graphs over one image: how they are read, what they give, and the constants that several tests share.

import { expect } from 'vitest';
import { evaluateFloat, type FloatNetwork, readFloatNetwork } from '../../src/onnx/index.ts';
import { buildModel, floats, node, type Parts } from './build.ts';

export const read = (parts: Parts): FloatNetwork => readFloatNetwork(buildModel(parts));

export const kinds = (float: FloatNetwork): string[] => float.layers.map(({ kind }) => kind);

/** The outputs on one input, in the file's order. */
export function run(parts: Parts, input: readonly number[]): number[][] {
  const float = read(parts);
  const tensors = evaluateFloat(float, input);
  for (const [index, values] of tensors.entries()) {
    expect(values).toHaveLength(float.shapes[index]!.reduce((a, b) => a * b, 1));
  }
  return float.outputs.map(({ tensor }) => [...tensors[tensor]!]);
}

/** Two channels of 2 × 2. */
export const IMAGE = [1, -2, 3, -4, 5, 6, -7, 8];
export const INPUT = [1, 2, 2, 2];
/** x[0] − x[1] and x[0] + x[1], by channel. */
export const MIX = floats('mix', [2, 2, 1, 1], [1, -1, 1, 1]);
export const MIXED = [-4, -8, 10, -12, 6, 4, -4, 4];
export const mix = (input: string, output: string) => node('Conv', [input, 'mix'], output);
export const relu = (values: readonly number[]): number[] => values.map((value) => Math.max(value, 0));
