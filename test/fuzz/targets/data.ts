// Sample data: IDX, .npy and JSON, plain and compressed with gzip.

import { gzipSync } from 'node:zlib';
import { readArray, readLabels, splitIntegerSamples, splitSamples } from '../../../src/data/index.ts';
import { InputError } from '../../../src/errors.ts';
import { mutate, mutateBytes } from '../mutate.ts';
import { joined, type Piece } from '../pieces.ts';
import type { Random } from '../random.ts';
import { Finding, type Target } from '../target.ts';

const piece = (kind: Piece['kind'], what: string, bytes: ArrayLike<number>): Piece => ({
  kind,
  what,
  bytes: Uint8Array.from(bytes),
});

const bigEndian = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);

/** Bytes of a value by the type's number in IDX. */
const IDX_TYPES: readonly (readonly [number, number])[] = [
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
];

/** Axes that are small, or whose product is; seldom one that is neither. */
function someShape(random: Random): number[] {
  const shape = Array.from({ length: 1 + random.below(4) }, () => random.below(5) + (random.oneIn(8) ? 0 : 1));
  if (random.oneIn(3)) shape[random.below(shape.length)] = random.integer();
  return shape;
}

/** Returns as many random bytes as the shape says, up to a bound that keeps cases quick. */
function content(random: Random, shape: readonly number[], width: number): Uint8Array {
  const length = shape.reduce((product, size) => product * size, width);
  return random.bytes(Math.min(length, 4096));
}

function idxPieces(random: Random): Piece[] {
  const [type, width] = random.pick(IDX_TYPES);
  const shape = someShape(random);
  return [
    piece('bytes', 'zeros', [0, 0]),
    piece('byte', 'the type', [type]),
    piece('byte', 'the rank', [shape.length]),
    ...shape.map((size) => piece('word', 'an axis', bigEndian(size))),
    piece('bytes', 'values', content(random, shape, width)),
  ];
}

const NPY_TYPES = ['|b1', '|u1', '|i1', '<u2', '>i2', '<i4', '>u4', '<i8', '<u8', '<f4', '>f8', '<c8', '=O', '<i3'];

const SHAPES = [
  '()',
  '(,)',
  '(-1,)',
  '(1e9,)',
  '(99999999999999999999,)',
  '(4, 0)',
  '(2, 3',
  '(0x10,)',
  '(1,,2)',
  '( 2 ,2)',
];

function npyPieces(random: Random): Piece[] {
  const type = random.pick(NPY_TYPES);
  const shape = someShape(random);
  const text = random.oneIn(6) ? random.pick(SHAPES) : `(${shape.join(', ')},)`;
  const order = random.oneIn(8) ? random.pick(['True', 'None', '']) : 'False';
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${text}, }`;
  const version = random.oneIn(8) ? random.below(256) : 1 + random.below(2);
  const claimed = random.oneIn(6) ? random.integer() : header.length;
  const wide = [claimed, claimed / 2 ** 8, claimed / 2 ** 16, claimed / 2 ** 24].map(Math.floor);
  return [
    piece('bytes', 'the magic', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]),
    piece('bytes', 'the length of the header', version >= 2 ? wide : wide.slice(0, 2)),
    piece('string', 'the header', new TextEncoder().encode(header)),
    piece('bytes', 'values', content(random, shape, Number(type.slice(2)))),
  ];
}

const TEXTS = [
  'null',
  '1e999',
  '-0',
  '9007199254740993',
  '"1"',
  '[]',
  '[[]]',
  '{}',
  'true',
  '0.1',
  '1e-400',
  '[1,[2]]',
];

function jsonText(random: Random, depth: number): string {
  if (random.oneIn(40)) return random.pick(TEXTS);
  if (depth === 0) return String(random.oneIn(6) ? random.integer() / 16 : random.below(256));
  if (random.oneIn(40)) return `${'['.repeat(random.below(2000))}1`;
  const inner = jsonText(random, depth - 1);
  return `[${Array.from({ length: 1 + random.below(4) }, () => (random.oneIn(40) ? jsonText(random, depth) : inner)).join()}]`;
}

function dataMutant(random: Random): { readonly bytes: Uint8Array; readonly what: string } {
  const kind = random.below(3);
  if (kind === 2) {
    const text = new TextEncoder().encode(jsonText(random, 1 + random.below(4)));
    return { bytes: random.oneIn(3) ? mutateBytes(random, text) : text, what: 'JSON' };
  }
  const pieces = kind === 0 ? idxPieces(random) : npyPieces(random);
  if (random.oneIn(2)) return { bytes: joined(pieces), what: 'a header' };
  const { pieces: mutant, what } = mutate(random, pieces, kind === 0 ? idxPieces(random) : npyPieces(random));
  return { bytes: joined(mutant), what };
}

/** Compressed data that is damaged, or expands a thousandfold. */
function compressed(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.oneIn(30)) return gzipSync(new Uint8Array(random.below(2 ** 22)));
  const file = new Uint8Array(gzipSync(bytes));
  return random.oneIn(2) ? file : mutateBytes(random, file);
}

async function readData(data: Uint8Array): Promise<void> {
  const array = await readArray(data, 'data');
  const { shape, values } = array;
  const length = shape.reduce((product, size) => product * size, 1);
  if (values.length !== length) throw new Finding(`${values.length} values of shape [${shape.join()}]`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Finding(`value ${bad} is ${values[bad]}`);
  for (const read of [splitSamples, splitIntegerSamples]) {
    try {
      const samples = read(array, shape.slice(1), 'data');
      if (samples.length !== (shape[0] ?? 1)) throw new Finding(`${samples.length} samples of shape [${shape.join()}]`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  const labels = await readLabels(data, 'labels');
  if (labels.some((label) => label < 0)) throw new Finding('a negative label');
}

export const data: Target = {
  name: 'data',
  memory: { perByte: 64, constant: 2 ** 26 },
  prepare: () => ({
    make(random) {
      const { bytes, what } = dataMutant(random);
      if (!random.oneIn(6)) return { files: { data: bytes }, what };
      return { files: { data: compressed(random, bytes) }, what: `${what}, compressed` };
    },
    run: ({ data: bytes }) => readData(bytes),
  }),
};
