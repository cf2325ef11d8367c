// The prover's file: what it holds, that it proves as the key that registered does, and what is refused where.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKey } from '../../../src/network/files/key.ts';
import { decodeProverFile, encodeProverFile } from '../../../src/network/files/prover.ts';
import { encodeNetwork, openProver, openRegistered, prove, readKey, verify } from '../../../src/network/index.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { forEachNonzero, type WeightMatrix } from '../../../src/sparse/weight-matrix.ts';
import { runs } from '../../support/depth.ts';
import { inputsOf, proveBatch } from '../../support/networks.ts';
import { partsOf } from '../../support/registered.ts';
import { registerModel } from './support.ts';

const model = await registerModel(1);
const other = await registerModel(2);
const { network, keyFile, leaves, provingKey } = model;
const file = encodeProverFile(partsOf(model));
const { code } = decodeKey(keyFile);
const message = (text: string | RegExp) =>
  expect.objectContaining({
    name: 'InputError',
    message: typeof text === 'string' ? text : expect.stringMatching(text),
  });

describe("a prover's file", () => {
  it('holds network, key and digests', () => {
    const decoded = decodeProverFile(file);
    expect(decoded.verifyingKey).toEqual(keyFile);
    expect(decoded.leaves).toEqual(leaves);
    expect(encodeNetwork(decoded.network)).toEqual(encodeNetwork(network));
    expect(encodeProverFile(decoded)).toEqual(file);
    expect(leaves.length).toBe(2 ** (code.columnVariables + code.rateBits) * code.digestLength);
  });

  it('proves the same bytes as the key that registered, with much memory and with little', async () => {
    const input = inputsOf(network, 2);
    const expected = await proveBatch(provingKey, input);
    const verifying = readKey(keyFile);
    for (const memory of ['high', 'low'] as const) {
      const made = await proveBatch(openProver(file), input, { memory });
      expect(made).toEqual(expected);
      expect(verify(verifying, made.publicSignals, made.proof)).toMatchObject({ ok: true, weights: 'unchecked' });
    }
    const withoutDigests = openRegistered(network, verifying);
    expect(withoutDigests.leaves).toBeUndefined();
    expect(await proveBatch(withoutDigests, input, { memory: 'low' })).toEqual(expected);
  });

  it('is refused with any byte changed, missing or more', () => {
    const property = fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = file.slice();
      changed[at] ^= change;
      expect(() => openProver(changed)).toThrow(message(/^(it is not a )?(prover's file|network|verifying key)/));
    });
    fc.assert(property, { numRuns: runs(60) });
    for (const length of [0, 3, 4, 5, 6, 50, file.length - leaves.length, file.length - 1]) {
      expect(() => openProver(file.subarray(0, length)), `${length} bytes`).toThrow(
        message(/^(it is not a )?prover's file/),
      );
    }
    expect(() => openProver(Uint8Array.of(...file, 0))).toThrow(message(/byte \d+: 1 bytes follow the end/));
  });

  it('is refused if it is of another version', () => {
    const changed = file.slice();
    changed[4] = 2;
    expect(() => decodeProverFile(changed)).toThrow(
      message("prover's file: its version is 2, this program reads version 1; use a newer version of this program"),
    );
    changed[4] = 0;
    expect(() => decodeProverFile(changed)).toThrow(
      message("prover's file: its version is 0, this program reads version 1; register again"),
    );
  });

  it('is refused with the digests of another tree', () => {
    const swapped = leaves.slice();
    swapped.copyWithin(0, code.digestLength, 2 * code.digestLength);
    expect(() => openProver(encodeProverFile({ ...partsOf(model), leaves: swapped }))).toThrow(
      message(/its digests do not lead to the root of its key/),
    );
    expect(() => encodeProverFile({ ...partsOf(model), leaves: leaves.subarray(1) })).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining('bytes of digests for a key') }),
    );
  });

  it('is refused with the key of another model', () => {
    expect(() => openProver(encodeProverFile({ ...partsOf(model), network: other.network }))).toThrow(
      message(/the verifying key is of another model/),
    );
  });

  it.each(['high', 'low'] as const)(
    'with weights that are not the committed ones makes no proof: %s',
    async (memory) => {
      // same architecture, same row sums: the key alone cannot tell
      const layers = network.layers.map((layer) =>
        layer.kind === 'linear' ? { ...layer, weights: mirrored(layer.weights) } : layer,
      );
      const wrong = openProver(encodeProverFile({ ...partsOf(model), network: { ...network, layers } }));
      await expect(prove(wrong, inputsOf(network, 1), { memory })).rejects.toThrow(
        message(/its weights are not those that its key commits to; make it again/),
      );
    },
  );
});

/** The columns from the last to the first. */
function mirrored(weights: WeightMatrix): WeightMatrix {
  const { rowCount, columnCount } = weights;
  const entries = new Int8Array(rowCount * columnCount);
  forEachNonzero(weights, (row, column, value) => {
    entries[row * columnCount + columnCount - 1 - column] = value;
  });
  return ternaryFromDense(entries, rowCount, columnCount);
}
