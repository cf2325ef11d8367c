// Mutations of the pieces of a file: values replaced, pieces removed, repeated, swapped, taken from another valid
// file, two files spliced; bytes flipped and cut. One to three of these make a mutant.

import { otherValue, type Piece } from './pieces.ts';
import type { Random } from './random.ts';

interface Mutant {
  readonly pieces: readonly Piece[];
  readonly what: string;
}

type Mutation = (random: Random, pieces: readonly Piece[], donor: readonly Piece[]) => Mutant;

function replaced(pieces: readonly Piece[], at: number, bytes: Uint8Array): Piece[] {
  return pieces.map((piece, k) => (k === at ? { ...piece, bytes } : piece));
}

const MUTATIONS: readonly { readonly weight: number; readonly apply: Mutation }[] = [
  {
    weight: 8,
    apply(random, pieces) {
      const at = random.below(pieces.length);
      return {
        pieces: replaced(pieces, at, otherValue(random, pieces[at])),
        what: `another value of ${pieces[at].what}`,
      };
    },
  },
  {
    weight: 3,
    apply(random, pieces) {
      const at = random.below(pieces.length);
      const bytes = pieces[at].bytes.slice();
      if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
      return { pieces: replaced(pieces, at, bytes), what: `a bit of ${pieces[at].what}` };
    },
  },
  {
    weight: 1,
    apply(random, pieces) {
      const at = random.below(pieces.length);
      const end = at + 1 + (random.oneIn(3) ? random.below(8) : 0);
      return { pieces: [...pieces.slice(0, at), ...pieces.slice(end)], what: `without ${pieces[at].what}` };
    },
  },
  {
    weight: 1,
    apply(random, pieces) {
      const at = random.below(pieces.length);
      const end = at + 1 + random.below(8);
      const times = random.oneIn(8) ? 1 + random.below(64) : 1;
      const again = Array.from({ length: times }, () => pieces.slice(at, end)).flat();
      return { pieces: [...pieces.slice(0, end), ...again, ...pieces.slice(end)], what: `again ${pieces[at].what}` };
    },
  },
  {
    weight: 2,
    apply(random, pieces) {
      const [a, b] = [random.below(pieces.length), random.below(pieces.length)];
      const swapped = replaced(replaced(pieces, a, pieces[b].bytes), b, pieces[a].bytes);
      return { pieces: swapped, what: `${pieces[a].what} and ${pieces[b].what} swapped` };
    },
  },
  {
    weight: 3,
    apply(random, pieces, donor) {
      const at = random.below(pieces.length);
      const alike = donor.filter(
        ({ what, kind }) => what === pieces[at].what || (random.oneIn(8) && kind === pieces[at].kind),
      );
      if (alike.length === 0) return { pieces, what: 'nothing' };
      return { pieces: replaced(pieces, at, random.pick(alike).bytes), what: `${pieces[at].what} of another file` };
    },
  },
  {
    weight: 1,
    apply(random, pieces, donor) {
      const at = random.below(pieces.length);
      const from = random.oneIn(2) ? at : random.below(donor.length);
      return { pieces: [...pieces.slice(0, at), ...donor.slice(from)], what: `spliced at ${pieces[at].what}` };
    },
  },
  {
    weight: 1,
    apply(random, pieces) {
      const at = random.below(pieces.length);
      const { bytes, what } = pieces[at];
      const cut = [...pieces.slice(0, at), { ...pieces[at], bytes: bytes.subarray(0, random.below(bytes.length + 1)) }];
      return { pieces: cut, what: `cut short in ${what}` };
    },
  },
  {
    weight: 1,
    apply(random, pieces) {
      const at = random.below(pieces.length);
      const fill = random.pick([0, 0xff, 0x7f, 0x80]);
      return {
        pieces: replaced(pieces, at, pieces[at].bytes.slice().fill(fill)),
        what: `${pieces[at].what} all ${fill}`,
      };
    },
  },
  {
    weight: 1,
    apply(random, pieces) {
      const bytes = random.bytes(1 + random.below(64));
      const at = random.below(pieces.length + 1);
      const extra: Piece = { kind: 'bytes', what: 'extra bytes', bytes };
      return { pieces: [...pieces.slice(0, at), extra, ...pieces.slice(at)], what: `extra bytes at piece ${at}` };
    },
  },
];

const CHOICES = MUTATIONS.flatMap(({ weight, apply }) => Array.from({ length: weight }, () => apply));

/** One to three mutations, one after the other. */
export function mutate(random: Random, pieces: readonly Piece[], donor: readonly Piece[] = pieces): Mutant {
  let mutant: Mutant = { pieces, what: '' };
  const count = random.oneIn(3) ? 2 + random.below(2) : 1;
  for (let k = 0; k < count && mutant.pieces.length > 0; k++) {
    const { pieces: made, what } = random.pick(CHOICES)(random, mutant.pieces, donor);
    mutant = { pieces: made, what: mutant.what === '' ? what : `${mutant.what}; ${what}` };
  }
  return mutant;
}

/** One mutation of bytes without structure, for files that are cut into none. */
export function mutateBytes(random: Random, bytes: Uint8Array, donor: Uint8Array = bytes): Uint8Array {
  const copy = bytes.slice();
  const at = random.below(bytes.length + 1);
  switch (random.below(5)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      copy.set(random.bytes(Math.min(1 + random.below(8), bytes.length - at)), at);
      return copy;
    case 2:
      return new Uint8Array(
        Buffer.concat([copy.subarray(0, at), random.bytes(1 + random.below(8)), copy.subarray(at)]),
      );
    case 3:
      return new Uint8Array(Buffer.concat([copy.subarray(0, at), donor.subarray(random.below(donor.length + 1))]));
    default:
      if (at < copy.length) copy[at] ^= 1 << random.below(8);
      return copy;
  }
}
