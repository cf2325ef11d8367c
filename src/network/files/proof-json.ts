// A proof with its statement as plain data for JSON: for people, and for channels that carry only text. The file's
// bytes (proof.ts) are shorter.

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { checkBytes } from '../../bytes.ts';
import { InputError } from '../../errors.ts';
import type { PublicSignals } from '../statement/signals.ts';
import { type PublicSignalsJson, publicSignalsFromJson, publicSignalsToJson } from '../statement/signals.ts';
import { DIGEST_LENGTH } from './digest.ts';
import type { ProofFile } from './proof.ts';

/**
 * A proof file as plain data.
 *
 * @example
 * ```ts
 * import { type ProofFile, type ProofJson, proofToJson } from 'ternary-gkr';
 *
 * const bodyOf = (file: ProofFile): string => {
 *   const json: ProofJson = proofToJson(file);
 *   return JSON.stringify(json);
 * };
 * ```
 */
export interface ProofJson {
  /** The digest of the network, in hexadecimal: a hint, as in the file. */
  readonly digest: string;
  readonly publicSignals: PublicSignalsJson;
  /** The bytes of the proof in base64, padded. */
  readonly proof: string;
}

/**
 * Returns a proof file as data for JSON.stringify.
 *
 * @throws InputError unless the argument is a proof file as `decodeProofFile` returns it
 *
 * @example
 * ```ts
 * import { proofToJson } from 'ternary-gkr';
 *
 * const publicSignals = { input: Int32Array.of(5, 3), output: Int32Array.of(2, 3) };
 * const json = proofToJson({ digest: new Uint8Array(32), publicSignals, proof: Uint8Array.of(1, 2, 3) });
 * console.log(json.proof, json.publicSignals.output); // AQID [ 2, 3 ]
 * ```
 */
export function proofToJson(file: ProofFile): ProofJson {
  const { digest, publicSignals, proof } = (file as Partial<ProofFile> | undefined) ?? {};
  checkBytes('the digest', digest);
  checkBytes('the proof', proof);
  return {
    digest: bytesToHex(digest),
    publicSignals: publicSignalsToJson(publicSignals as PublicSignals),
    proof: toBase64(proof),
  };
}

/**
 * Returns the proof file in the result of JSON.parse; the inverse of `proofToJson`. `verify` checks the proof.
 *
 * @throws InputError that names the field which is missing or malformed
 *
 * @example
 * ```ts
 * import { proofFromJson, proofToJson } from 'ternary-gkr';
 *
 * const publicSignals = { input: Int32Array.of(5, 3), output: Int32Array.of(2, 3) };
 * const file = { digest: new Uint8Array(32), publicSignals, proof: Uint8Array.of(1, 2, 3) };
 * const text = JSON.stringify(proofToJson(file));
 * console.log(proofFromJson(JSON.parse(text)).publicSignals.output); // Int32Array(2) [ 2, 3 ]
 * ```
 */
export function proofFromJson(json: ProofJson): ProofFile {
  const { digest, publicSignals, proof } = (json ?? {}) as { readonly [K in keyof ProofJson]?: unknown };
  if (typeof digest !== 'string' || !new RegExp(`^[0-9a-f]{${2 * DIGEST_LENGTH}}$`).test(digest)) {
    throw new InputError(`proof: digest is not ${2 * DIGEST_LENGTH} hexadecimal digits`);
  }
  if (typeof publicSignals !== 'object' || publicSignals === null) {
    throw new InputError('proof: publicSignals is not an object');
  }
  const bytes = typeof proof === 'string' ? fromBase64(proof) : undefined;
  if (bytes === undefined) throw new InputError('proof: proof is not bytes in base64');
  const signals = publicSignalsFromJson(publicSignals as PublicSignalsJson);
  return { digest: hexToBytes(digest), publicSignals: signals, proof: bytes };
}

/** Characters that are passed to one call: the number of arguments is limited. */
const PIECE = 2 ** 13;

function toBase64(bytes: Uint8Array): string {
  let characters = '';
  for (let start = 0; start < bytes.length; start += PIECE) {
    characters += String.fromCharCode(...bytes.subarray(start, start + PIECE));
  }
  return btoa(characters);
}

/** Returns undefined for text that `toBase64` does not write: blanks, missing padding, bits beyond the last byte. */
function fromBase64(text: string): Uint8Array | undefined {
  let characters: string;
  try {
    characters = atob(text);
  } catch {
    return undefined;
  }
  return btoa(characters) === text ? Uint8Array.from(characters, (character) => character.charCodeAt(0)) : undefined;
}
