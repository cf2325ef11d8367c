// Mask, pads and noise with their tails: the rows that follow the data of the secrets (protocol.ts), from a prover's coins.

import type { Field } from '../field/field.ts';
import type { Coins } from './coins.ts';
import { blindRows, chunkCount, LEAST_TAIL } from './protocol.ts';

/** The shape of the level at which the secrets stand. */
export interface SecretsShape {
  readonly columnVariables: number;
  readonly tail: number;
  readonly pads: number;
}

export interface Blinds<E> {
  readonly pads: readonly E[];
  readonly noise: readonly E[];
  /** Tails of the chunks, back to back: LEAST_TAIL elements each. */
  readonly padTails: readonly E[];
  readonly noiseTails: readonly E[];
  /** The coordinates of the mask: a row of 2^columnVariables elements of the prime field and its tail for each. */
  readonly mask: readonly Uint8Array[];
  /** All rows, in their order and without tails, and the tails. */
  readonly rows: Uint8Array;
  readonly tails: Uint8Array;
}

/** Draws all of them. */
export function drawBlinds<E>(field: Field<E>, coins: Coins, shape: SecretsShape): Blinds<E> {
  const { columnVariables, tail, pads: count } = shape;
  const { degree, baseByteLength: size, byteLength } = field;
  const width = 2 ** columnVariables;
  const chunks = chunkCount(count, columnVariables);
  const rows = new Uint8Array(blindRows(degree, chunks) * width * size);
  const tails = new Uint8Array(blindRows(degree, chunks) * tail * size);
  const mask = Array.from({ length: degree }, (_, c) => coins.draw(`mask, coordinate ${c}`, width + tail));
  for (const [c, row] of mask.entries()) {
    rows.set(row.subarray(0, width * size), c * width * size);
    tails.set(row.subarray(width * size), c * tail * size);
  }
  /** Draws elements of F, and puts coordinate c of the element k of a chunk at place k of its row c. */
  function drawRows(
    label: string,
    firstRow: number,
    perChunk: number,
    all: number,
    target: Uint8Array,
    length: number,
  ): E[] {
    const bytes = coins.draw(label, all * degree);
    return Array.from({ length: all }, (_, i) => {
      const row = firstRow + degree * Math.floor(i / perChunk);
      for (let c = 0; c < degree; c++) {
        const from = i * byteLength + c * size;
        target.set(bytes.subarray(from, from + size), ((row + c) * length + (i % perChunk)) * size);
      }
      return field.read(bytes, i * byteLength) as E;
    });
  }
  const ofPads = degree;
  const ofNoise = degree * (1 + chunks);
  return {
    pads: drawRows('pads', ofPads, width, count, rows, width),
    noise: drawRows('noise', ofNoise, width, count, rows, width),
    padTails: drawRows('tails of pads', ofPads, LEAST_TAIL, chunks * LEAST_TAIL, tails, tail),
    noiseTails: drawRows('tails of noise', ofNoise, LEAST_TAIL, chunks * LEAST_TAIL, tails, tail),
    mask,
    rows,
    tails,
  };
}
