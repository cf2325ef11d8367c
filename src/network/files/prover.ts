// The prover's file of a registered model (`.prover`): the network, the key that its registration wrote, and the
// digests of the encoded columns of its weights, from which the Merkle tree is built without encoding them again.
//
//     "TGPR" version:1
//     length  verifying key (key.ts)      length  network (model.ts)
//     digests of the leaves, one for each position of the code, `digestLength` bytes each
//
// It has no check of its own: key and network have one each, and the digests must lead to the key's root
// (`openProver`). It holds the weights: a reader of the file can prove, and knows the model.

import { checkBytes } from '../../bytes.ts';
import { type CodeParameters, codeVariables } from '../../commit/recursive/parameters.ts';
import { InputError, UsageError } from '../../errors.ts';
import type { IntegerNetwork } from '../model/network.ts';
import { ByteReader, ByteWriter, restating } from './byte-stream.ts';
import { checkHeader, type Frame, headerLength, headerOf } from './frame.ts';
import { decodeKey } from './key.ts';
import { decodeNetwork, encodeNetwork } from './model.ts';

/** The first bytes of a prover's file: "TGPR". */
export const PROVER_MAGIC: Uint8Array = new TextEncoder().encode('TGPR');
const FRAME: Frame = {
  what: "prover's file",
  magic: PROVER_MAGIC,
  version: 1,
  advice: 'copy the file again, or make it with `ternary-gkr register`',
  renew: 'register again',
};

/** The contents of a prover's file. */
export interface ProverFile {
  /** The bytes of the key file. */
  readonly verifyingKey: Uint8Array;
  /** The network with its weights. */
  readonly network: IntegerNetwork;
  /** Digests of the encoded columns, back to back, as `register` returns them. */
  readonly leaves: Uint8Array;
}

/**
 * Returns the one encoding of a prover's file.
 *
 * @throws InputError for a key or a network that cannot be read back; UsageError for another number of digests
 */
export function encodeProverFile({ verifyingKey, network, leaves }: ProverFile): Uint8Array<ArrayBuffer> {
  checkBytes('the digests', leaves);
  const expected = leavesLength(decodeKey(verifyingKey).code);
  if (leaves.length !== expected) {
    throw new UsageError(`${leaves.length} bytes of digests for a key of ${expected}; give the leaves of its own tree`);
  }
  const model = encodeNetwork(network);
  const writer = new ByteWriter();
  writer.bytes(headerOf(FRAME));
  for (const part of [verifyingKey, model]) {
    writer.varint(part.length);
    writer.bytes(part);
  }
  writer.bytes(leaves);
  return writer.finish();
}

/**
 * Returns the contents of a prover's file, with the memory of `decodeNetwork` and `decodeKey`. `openProver` checks that
 * key, network and digests belong together.
 *
 * @throws InputError for any bytes that `encodeProverFile` does not write
 */
export function decodeProverFile(bytes: Uint8Array): ProverFile {
  checkHeader(bytes, FRAME);
  const reader = new ByteReader(bytes, FRAME.what, FRAME.advice);
  reader.bytes(headerLength(FRAME), 'the header');
  reader.place = 'the verifying key';
  const verifyingKey = new Uint8Array(reader.bytes(reader.varint('its length'), 'the key'));
  reader.place = 'the network';
  const model = reader.bytes(reader.varint('its length'), 'the network');
  const { code } = within(() => decodeKey(verifyingKey));
  const network = within(() => decodeNetwork(model));
  reader.place = 'the digests';
  const leaves = new Uint8Array(reader.bytes(leavesLength(code), 'the list of digests'));
  reader.place = 'the end';
  reader.finish();
  return { verifyingKey, network, leaves };
}

/** Returns the number of bytes of the digests of all columns. */
function leavesLength(code: CodeParameters): number {
  return 2 ** codeVariables(code) * code.digestLength;
}

/** Reports an InputError about a part as one about the file. */
function within<T>(read: () => T): T {
  return restating(read, (problem) => {
    throw new InputError(`${FRAME.what}: ${problem}`);
  });
}
