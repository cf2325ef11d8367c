import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTree, createHasher, createPlainHasher, multiProof, rootOfProof } from '../../src/commit/index.ts';
import { LEAF_KEY, NODE_KEY, proofLength, walk } from '../../src/commit/merkle/protocol.ts';
import { UsageError } from '../../src/errors.ts';
import { seeded } from '../support/fields.ts';

const hasher = createHasher();

function randomBytes(length: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length }, () => random(256));
}

/** The definition, by recursion. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return blake3(leaves[0], { key: LEAF_KEY });
  const middle = leaves.length / 2;
  const pair = Uint8Array.of(...rootOf(leaves.slice(0, middle)), ...rootOf(leaves.slice(middle)));
  return blake3(pair, { key: NODE_KEY });
}

/** A tree of random leaves and a set of them. */
const cases = fc
  .record({
    depth: fc.nat(7),
    length: fc.integer({ min: 1, max: 200 }),
    picks: fc.array(fc.nat(127), { minLength: 1, maxLength: 20 }),
    seed: fc.nat(),
  })
  .map(({ depth, length, picks, seed }) => {
    const bytes = randomBytes(length * 2 ** depth, seed);
    const leaves = Array.from({ length: 2 ** depth }, (_, k) => bytes.slice(k * length, (k + 1) * length));
    const indices = [...new Set(picks.map((pick) => pick % 2 ** depth))].sort((a, b) => a - b);
    return { depth, length, bytes, leaves, indices, opened: indices.map((index) => leaves[index]), seed };
  });

describe('Merkle trees', () => {
  it('have the root of the definition, with either hasher', () => {
    fc.assert(
      fc.property(cases, ({ bytes, length, leaves }) => {
        expect(buildTree(hasher, bytes, length).root).toEqual(rootOf(leaves));
        expect(buildTree(createPlainHasher(), bytes, length).root).toEqual(rootOf(leaves));
      }),
      { numRuns: 40 },
    );
  });

  it('tell a leaf from a node', () => {
    const tree = buildTree(hasher, randomBytes(128, 1), 64);
    // two digests, taken as one leaf, do not have the digest of their parent
    expect(buildTree(hasher, tree.levels[0], 64).root).not.toEqual(tree.root);
  });

  it('refuse a number of leaves that is no power of two', () => {
    expect(() => buildTree(hasher, new Uint8Array(96), 32)).toThrow(UsageError);
    expect(() => buildTree(hasher, new Uint8Array(0), 32)).toThrow(UsageError);
    expect(() => buildTree(hasher, new Uint8Array(33), 32)).toThrow(UsageError);
  });
});

describe('multi-proofs', () => {
  it('lead to the root for any set of leaves', () => {
    fc.assert(
      fc.property(cases, ({ bytes, length, depth, indices, opened }) => {
        const tree = buildTree(hasher, bytes, length);
        const proof = multiProof(tree, indices);
        expect(proof).toHaveLength(32 * proofLength(indices, depth));
        expect(rootOfProof(opened, indices, depth, proof)).toEqual(tree.root);
      }),
    );
  });

  it('lead elsewhere with one byte of a leaf or of the proof changed, or with leaves exchanged', () => {
    fc.assert(
      fc.property(cases, ({ bytes, length, depth, indices, opened, seed }) => {
        const tree = buildTree(hasher, bytes, length);
        const proof = multiProof(tree, indices);
        const changed = opened.map((leaf) => leaf.slice());
        changed[seed % changed.length][seed % length] ^= 1 << (seed % 8);
        expect(rootOfProof(changed, indices, depth, proof)).not.toEqual(tree.root);
        if (proof.length > 0) {
          const damaged = proof.slice();
          damaged[seed % proof.length] ^= 1 << (seed % 8);
          expect(rootOfProof(opened, indices, depth, damaged)).not.toEqual(tree.root);
        }
        const first = opened[0];
        const other = opened.findIndex((leaf) => leaf.some((byte, k) => byte !== first[k]));
        if (other > 0) {
          const exchanged = opened.map((leaf, k) => (k === 0 ? opened[other] : k === other ? first : leaf));
          expect(rootOfProof(exchanged, indices, depth, proof)).not.toEqual(tree.root);
        }
      }),
    );
  });

  it('send no digest twice and none that the leaves give', () => {
    expect(proofLength([0, 1, 2, 3], 2)).toBe(0);
    expect(proofLength([0], 3)).toBe(3);
    expect(proofLength([0, 1], 3)).toBe(2);
    expect(proofLength([1, 2], 3)).toBe(3);
    expect(proofLength([0, 7], 3)).toBe(4);
    expect(proofLength([0], 0)).toBe(0);
    expect(walk([1, 2, 6, 7], 3).map(({ missing }) => missing)).toEqual([[0, 3], [2], []]);
  });
});
