import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTree, createHasher, createPlainHasher, multiProof, rootOfProof } from '../../src/commit/index.ts';
import { LEAF_KEY, NODE_KEY, proofLength, walk } from '../../src/commit/merkle/protocol.ts';
import { leafDigests, treeOfDigests } from '../../src/commit/merkle/prove.ts';
import { UsageError } from '../../src/errors.ts';
import { runs } from '../support/depth.ts';
import { seeded } from '../support/fields.ts';

const hasher = createHasher();

function randomBytes(length: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length }, () => random(256));
}

/** The definition, by recursion: digests of which `digestLength` bytes are kept, zeros after them. */
function rootOf(leaves: readonly Uint8Array[], digestLength = 32): Uint8Array {
  const cut = (digest: Uint8Array): Uint8Array => digest.map((byte, k) => (k < digestLength ? byte : 0));
  if (leaves.length === 1) return cut(blake3(leaves[0], { key: LEAF_KEY }));
  const middle = leaves.length / 2;
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)].map((half) => rootOf(half, digestLength));
  return cut(blake3(Uint8Array.of(...left, ...right), { key: NODE_KEY }));
}

/** A tree of random leaves and a set of them. */
const cases = fc
  .record({
    depth: fc.nat(7),
    length: fc.integer({ min: 1, max: 200 }),
    picks: fc.array(fc.nat(127), { minLength: 1, maxLength: 20 }),
    digestLength: fc.constantFrom(32, 26, 1, 31),
    seed: fc.nat(),
  })
  .map(({ depth, length, picks, digestLength, seed }) => {
    const bytes = randomBytes(length * 2 ** depth, seed);
    const leaves = Array.from({ length: 2 ** depth }, (_, k) => bytes.slice(k * length, (k + 1) * length));
    const indices = [...new Set(picks.map((pick) => pick % 2 ** depth))].sort((a, b) => a - b);
    return { depth, length, bytes, leaves, indices, opened: indices.map((index) => leaves[index]), digestLength, seed };
  });

describe('Merkle trees', () => {
  it('have the root of the definition, with either hasher', () => {
    fc.assert(
      fc.property(cases, ({ bytes, length, leaves, digestLength }) => {
        expect(buildTree(hasher, bytes, length).root).toEqual(rootOf(leaves));
        for (const by of [hasher, createPlainHasher()]) {
          const { root } = buildTree(by, bytes, length, digestLength);
          expect(root).toEqual(rootOf(leaves, digestLength).slice(0, digestLength));
        }
      }),
      { numRuns: runs(40) },
    );
  });

  it('stand again from the digests of their leaves alone', () => {
    fc.assert(
      fc.property(cases, ({ bytes, length, leaves, digestLength }) => {
        const tree = buildTree(hasher, bytes, length, digestLength);
        const digests = leafDigests(tree);
        expect(digests.length).toBe(leaves.length * digestLength);
        expect(treeOfDigests(createPlainHasher(), digests, digestLength)).toEqual(tree);
      }),
      { numRuns: runs(20) },
    );
    for (const length of [0, 25, 78]) {
      expect(() => treeOfDigests(hasher, new Uint8Array(length), 26)).toThrow(UsageError);
    }
  });

  it('tell a leaf from a node', () => {
    const tree = buildTree(hasher, randomBytes(128, 1), 64);
    // two digests, taken as one leaf, do not have the digest of their parent
    expect(buildTree(hasher, tree.levels[0], 64).root).not.toEqual(tree.root);
  });

  it('reject a number of leaves that is not a power of two', () => {
    expect(() => buildTree(hasher, new Uint8Array(96), 32)).toThrow(UsageError);
    expect(() => buildTree(hasher, new Uint8Array(0), 32)).toThrow(UsageError);
    expect(() => buildTree(hasher, new Uint8Array(33), 32)).toThrow(UsageError);
    for (const digestLength of [0, 33, 1.5]) {
      expect(() => buildTree(hasher, new Uint8Array(64), 32, digestLength)).toThrow(UsageError);
    }
  });
});

describe('multi-proofs', () => {
  it('lead to the root for any set of leaves', () => {
    fc.assert(
      fc.property(cases, ({ bytes, length, depth, indices, opened, digestLength }) => {
        const tree = buildTree(hasher, bytes, length, digestLength);
        const proof = multiProof(tree, indices);
        expect(proof).toHaveLength(digestLength * proofLength(indices, depth));
        expect(rootOfProof(opened, indices, depth, proof, digestLength)).toEqual(tree.root);
      }),
    );
  });

  it('lead elsewhere with one byte of a leaf or of the proof changed, or with leaves exchanged', () => {
    fc.assert(
      fc.property(cases, ({ bytes, length, depth, indices, opened, digestLength: any, seed }) => {
        // one byte of a digest may be the same for two messages
        const digestLength = any === 1 ? 32 : any;
        const tree = buildTree(hasher, bytes, length, digestLength);
        const proof = multiProof(tree, indices);
        const changed = opened.map((leaf) => leaf.slice());
        changed[seed % changed.length][seed % length] ^= 1 << (seed % 8);
        expect(rootOfProof(changed, indices, depth, proof, digestLength)).not.toEqual(tree.root);
        if (proof.length > 0) {
          const damaged = proof.slice();
          damaged[seed % proof.length] ^= 1 << (seed % 8);
          expect(rootOfProof(opened, indices, depth, damaged, digestLength)).not.toEqual(tree.root);
        }
        const first = opened[0];
        const other = opened.findIndex((leaf) => leaf.some((byte, k) => byte !== first[k]));
        if (other > 0) {
          const exchanged = opened.map((leaf, k) => (k === 0 ? opened[other] : k === other ? first : leaf));
          expect(rootOfProof(exchanged, indices, depth, proof, digestLength)).not.toEqual(tree.root);
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
