// The tensor code (Ligero, ACM CCS 2017; Brakedown, ePrint 2021/1043; with Reed–Solomon rows): a vector of
// 2^n elements of F_p as a matrix M of rows (most significant variables) and columns; the rows are encoded,
// the columns of the encoded matrix are the leaves of a Merkle tree.
//
// Commit: send "root". Open at a point u = (u_row, u_column) with a value that is known by then: send
// "row", t = Σ_row eq(u_row, row)·M[row, ·]; send "nonce", a proof of work on drawn bytes; draw "positions";
// hint "columns", the encoded columns at the distinct positions in ascending order; hint "paths", their
// Merkle multi-proof. The verifier checks ⟨t, eq(u_column)⟩ = value, and Σ_row eq(u_row, row)·column[row] =
// Enc(t) at every position.
//
// u_row must have been drawn after the root was absorbed: it is the proximity test too (parameters.ts).

import type { Channel } from '../../transcript/channel.ts';
import { distinct } from '../merkle/protocol.ts';
import type { TensorCodeParameters } from './parameters.ts';

/** log₂ of the codeword length. */
export function codeVariables({ columnVariables, rateBits }: TensorCodeParameters): number {
  return columnVariables + rateBits;
}

/** Bytes of the nonce in the proof. */
export const NONCE_LENGTH = 4;

/** 32-bit little-endian. */
export function encodeNonce(nonce: number): Uint8Array {
  const bytes = new Uint8Array(NONCE_LENGTH);
  new DataView(bytes.buffer).setUint32(0, nonce, true);
  return bytes;
}

/** The inverse; every four bytes are a nonce. */
export function decodeNonce(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

/** The distinct positions, ascending; after the nonce has been absorbed. */
export function drawPositions(channel: Channel<unknown>, parameters: TensorCodeParameters): number[] {
  return distinct(channel.drawIndices('positions', parameters.queries, codeVariables(parameters)));
}
