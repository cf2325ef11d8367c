// Registered models of the tests, and random networks with weights of every kind.

import {
  type IntegerNetwork,
  type Layer,
  type ProvingKey,
  readKey,
  type VerifyingKey,
} from '../../../src/network/index.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { integerFromDense } from '../../../src/sparse/weight-matrix.ts';
import type { Verdict } from '../../../src/verdict.ts';
import { type RegisteredFiles, registerFiles } from '../../support/registered.ts';

type Random = (below: number) => number;
type Element = ProvingKey['field']['zero'];

/** Both keys of a model whose weights are committed, as their files say. */
export interface Model extends RegisteredFiles<Element> {
  readonly verifyingKey: VerifyingKey;
}

/** Registers a network, and reads its key with the registration. */
export async function registered(network: IntegerNetwork): Promise<Model> {
  const made = await registerFiles(network);
  return { ...made, verifyingKey: readKey(made.keyFile, { registration: made.registration }) };
}

/** Returns a verdict's reason and place. */
export function outcome(verdict: Verdict): string {
  return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
}

/**
 * A chain of linear layers, ternary or of 8 bits, some with multipliers and biases of every kind (one multiplier for
 * all, several, none that is not zero; biases that are all zero), some with an activation. Several outputs now and then.
 */
export function mixedChain(random: Random): IntegerNetwork {
  const layers: Layer[] = [];
  const outputs: number[] = [];
  let length = 1 + random(9);
  const input = { shape: [length], min: -random(4), max: 1 + random(9), scale: 1, mean: 0 };
  let magnitude = Math.max(-input.min, input.max);
  const push = (layer: Layer): number => layers.push(layer);
  const count = 1 + random(3);
  for (let k = 0; k < count; k++) {
    const [inputs, isTernary] = [length, random(3) > 0];
    length = 1 + random(9);
    const entries = Array.from({ length: length * inputs }, () => {
      if (random(10) < 4) return 0;
      return isTernary ? 2 * random(2) - 1 : random(256) - 128;
    });
    const weights = (isTernary ? ternaryFromDense : integerFromDense)(entries, length, inputs);
    push({ kind: 'linear', name: `linear ${k}`, input: layers.length, weights });
    magnitude *= inputs * (isTernary ? 1 : 128);
    if (random(4) > 0) {
      push({ kind: 'affine', name: `affine ${k}`, input: layers.length, ...affine(random, length) });
      magnitude = magnitude * 4 + 20;
    }
    if (random(4) === 0) outputs.push(layers.length);
    if (magnitude > 2 ** 16 || random(2) === 0) {
      const shift = Math.max(0, Math.ceil(Math.log2(magnitude / 32)));
      push({
        kind: 'requantise',
        name: `activation ${k}`,
        input: layers.length,
        shift,
        activation: random(2) === 0 ? 'relu' : 'identity',
        min: -random(8),
        max: 7,
      });
      magnitude = 8;
    }
  }
  const tensors = [...new Set([...outputs, layers.length])];
  return { name: 'mixed', input, layers, outputs: tensors.map((tensor) => ({ tensor, scale: 1 })) };
}

function affine(random: Random, length: number): { multipliers: Int32Array; biases: Int32Array } {
  const one = [undefined, 1, -3, 0][random(4)];
  const hasBiases = random(3) > 0;
  return {
    multipliers: Int32Array.from({ length }, () => one ?? random(9) - 4),
    biases: Int32Array.from({ length }, () => (hasBiases ? random(41) - 20 : 0)),
  };
}
