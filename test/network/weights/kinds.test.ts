// Committed weights of every kind: with and without ternary matrices, 8-bit matrices, multipliers and biases, and with S
// smaller and larger than a square of the layout. Each proof is believed, and no other output is.

import { describe, expect, it } from 'vitest';
import { type IntegerNetwork, type Layer, verify } from '../../../src/network/index.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { integerFromDense } from '../../../src/sparse/weight-matrix.ts';
import { seeded } from '../../support/fields.ts';
import { inputsOf, proveBatch } from '../../support/networks.ts';
import { outcome, registered } from './support.ts';

const random = seeded(5);

function linear(kind: 'ternary' | '8 bits', name: string, input: number, rows: number, columns: number): Layer {
  const entries = Array.from({ length: rows * columns }, () =>
    kind === 'ternary' ? random(3) - 1 : random(256) - 128,
  );
  const weights = (kind === 'ternary' ? ternaryFromDense : integerFromDense)(entries, rows, columns);
  return { kind: 'linear', name, input, weights };
}

function affine(input: number, multipliers: readonly number[], biases: readonly number[]): Layer {
  const name = `affine ${input}`;
  return { kind: 'affine', name, input, multipliers: Int32Array.from(multipliers), biases: Int32Array.from(biases) };
}

function networkOf(inputs: number, layers: readonly Layer[]): IntegerNetwork {
  const input = { shape: [inputs], min: 0, max: 15, scale: 1, mean: 0 };
  return { name: 'kinds', input, layers, outputs: [{ tensor: layers.length, scale: 1 }] };
}

interface Kind {
  readonly network: IntegerNetwork;
  /** The contents of the layout. */
  readonly squares: boolean;
  /** Of S compared with a square. */
  readonly dense: 'none' | 'smaller' | 'larger' | 'alone';
}

const kinds: readonly [string, Kind][] = [
  [
    'ternary matrices alone',
    {
      network: networkOf(6, [linear('ternary', 'a', 0, 5, 6), linear('ternary', 'b', 1, 3, 5)]),
      squares: true,
      dense: 'none',
    },
  ],
  [
    'multipliers without biases',
    {
      network: networkOf(6, [linear('ternary', 'a', 0, 3, 6), affine(1, [2, -3, 4], [0, 0, 0])]),
      squares: true,
      dense: 'smaller',
    },
  ],
  [
    'biases without multipliers',
    {
      network: networkOf(6, [linear('ternary', 'a', 0, 3, 6), affine(1, [1, 1, 1], [7, 0, -9])]),
      squares: true,
      dense: 'smaller',
    },
  ],
  [
    'multipliers and biases',
    {
      network: networkOf(6, [linear('ternary', 'a', 0, 3, 6), affine(1, [2, -3, 4], [7, 0, -9])]),
      squares: true,
      dense: 'smaller',
    },
  ],
  [
    'an 8-bit matrix larger than the ternary one',
    {
      network: networkOf(64, [linear('ternary', 'a', 0, 32, 64), linear('8 bits', 'b', 1, 64, 32)]),
      squares: true,
      dense: 'larger',
    },
  ],
  [
    'an 8-bit matrix alone',
    { network: networkOf(4, [linear('8 bits', 'a', 0, 3, 4)]), squares: false, dense: 'alone' },
  ],
];

describe('committed weights', () => {
  it.each(kinds)('%s: believed with the true output and no other', async (_name, { network, squares, dense }) => {
    const { provingKey, verifyingKey } = await registered(network);
    const layout = verifyingKey.weights?.layout;
    expect(layout?.squares.length !== 0).toBe(squares);
    const size = layout?.dense?.packing.variables;
    if (size === undefined) expect(dense).toBe('none');
    else if (squares) expect(size > (layout?.squareVariables ?? 0) ? 'larger' : 'smaller').toBe(dense);
    const { proof, publicSignals } = await proveBatch(provingKey, inputsOf(network, 2));
    expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('believed');
    for (let at = 0; at < publicSignals.output.length; at += 7) {
      const output = publicSignals.output.map((value, k) => (k === at ? value - 1 : value));
      expect(outcome(verify(verifyingKey, { ...publicSignals, output }, proof))).not.toBe('believed');
    }
  });
});
