// Commitments alone: the recursive code over several vectors and levels, and Merkle multi-proofs by themselves.

import { buildTree, createHasher, multiProof, rootOfProof } from '../../../src/commit/index.ts';
import { proofLength } from '../../../src/commit/merkle/protocol.ts';
import { Rejection } from '../../../src/errors.ts';
import { channelVerifier, type Forgery, type Subject } from '../../../src/testing/index.ts';
import { caseOf, proving, verifying } from '../../commit/recursive/support.ts';
import { freeing, koala, type Setting } from './scope.ts';

const hasher = createHasher();

const code = (columnVariables: number) => ({ columnVariables, rateBits: 2, digestLength: 26 });

/** A point and two vectors that join, on two levels. */
export function recursiveSubject({ name, field, engine }: Setting): Subject<unknown> {
  const members = [
    { used: 120, variables: 7, code: code(5), isPoint: true },
    { used: 20, variables: 5, code: code(3) },
    { used: 40, variables: 6, code: code(3) },
  ];
  const statement = caseOf(field, members, { grindingBits: 2 });
  const forgeries = members.map((_, wrong): Forgery<unknown> => {
    const vectors = statement.vectors.map((values, k) =>
      k === wrong ? values.map((v, at) => (at === 3 ? v + 1 : v)) : values,
    );
    return {
      name: `vector ${wrong} is another than the claim's`,
      kind: 'witness',
      prove: freeing(engine, proving(engine, { ...statement, vectors })),
    };
  });
  for (const shift of [field.one, field.neg(field.one)]) {
    forgeries.push({
      name: 'a claim that both sides believe',
      kind: 'claim',
      prove: freeing(engine, proving(engine, statement, { shift })),
      verify: channelVerifier((channel, watched) => verifying(watched, statement, shift)(channel)),
    });
  }
  forgeries.push({
    name: 'roots of two vectors exchanged',
    kind: 'commitment',
    prove: freeing(engine, proving(engine, statement, { roots: ([a, b, c]) => [a, c, b] })),
  });
  return {
    name: `recursive code, ${name}`,
    field,
    prove: freeing(engine, proving(engine, statement)),
    verify: channelVerifier((channel, watched) => verifying(watched, statement)(channel)),
    forgeries,
    free: ['nonce', 'work'],
  };
}

/** A root, leaves at drawn places, and the digests beside them; the leaves are compared with nothing but the root. */
export function merkleSubject(): Subject<unknown> {
  const [depth, leafLength, digestLength] = [5, 12, 26];
  const leaves = Uint8Array.from({ length: leafLength * 2 ** depth }, (_, k) => (k * 37 + (k >> 3)) & 255);
  const placesOf = (drawn: readonly number[]): number[] => [...new Set(drawn)].sort((a, b) => a - b);
  const leafAt = (place: number, of: Uint8Array = leaves): Uint8Array =>
    of.slice(place * leafLength, (place + 1) * leafLength);
  const prove = (told: Uint8Array, committed: Uint8Array = told) =>
    freeing(koala.engine, (channel) => {
      const tree = buildTree(hasher, committed, leafLength, digestLength);
      channel.sendBytes('root', tree.root);
      const places = placesOf(channel.drawIndices('places', 5, depth));
      channel.hint('leaves', Uint8Array.from(places.flatMap((place) => [...leafAt(place, told)])));
      channel.hint('paths', multiProof(tree, places));
    });
  const { root } = buildTree(hasher, leaves, leafLength, digestLength);
  const other = (place: number): Uint8Array =>
    leaves.map((byte, at) => (Math.floor(at / leafLength) === place ? byte ^ 1 : byte));
  return {
    name: 'Merkle tree',
    field: koala.field,
    prove: prove(leaves),
    verify: channelVerifier((channel) => {
      const sent = channel.receiveBytes('root', digestLength);
      const places = placesOf(channel.drawIndices('places', 5, depth));
      const opened = channel.hint('leaves', places.length * leafLength);
      const paths = channel.hint('paths', proofLength(places, depth) * digestLength);
      const list = places.map((_, k) => opened.subarray(k * leafLength, (k + 1) * leafLength));
      const led = rootOfProof(list, places, depth, paths, digestLength);
      // the root is one that the verifier knows
      if (!sent.every((byte, k) => byte === root[k])) throw new Rejection('merkle', 'root', 'another root');
      if (!led.every((byte, k) => byte === sent[k])) throw new Rejection('merkle', 'paths', 'they lead elsewhere');
    }),
    forgeries: Array.from(
      { length: 2 ** depth },
      (_, place): Forgery<unknown> => ({
        name: `leaf ${place} is another`,
        kind: 'commitment',
        prove: prove(other(place)),
      }),
    ),
  };
}
