// The verifier of the tensor code (protocol.ts).

import { Rejection } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { Point } from '../../poly/point.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import { checkNonce } from '../hash/proof-of-work.ts';
import { DIGEST_LENGTH, proofLength } from '../merkle/protocol.ts';
import { equalDigests, rootOfProof } from '../merkle/verify.ts';
import { type CommitmentVerifier, pointForm } from '../scheme.ts';
import type { TensorCodeParameters } from './parameters.ts';
import { codeVariables, decodeNonce, drawPositions, NONCE_LENGTH } from './protocol.ts';

/** The verifier's side of the scheme. */
export function tensorCodeVerifier<E>(field: Field<E>, parameters: TensorCodeParameters): CommitmentVerifier<E> {
  return {
    receive(channel) {
      const root = channel.receiveBytes('root', DIGEST_LENGTH);
      return {
        verify: (opening, point, value) => verifyOpening(field, opening, parameters, root, point, value),
      };
    },
  };
}

function verifyOpening<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  parameters: TensorCodeParameters,
  root: Uint8Array,
  point: Point<E>,
  value: E,
): void {
  const { rowVariables, columnVariables, grindingBits } = parameters;
  const { rowPoint, columnWeights } = pointForm(field, point, columnVariables);
  const row = channel.receive('row', 2 ** columnVariables);
  if (!field.equal(field.tables.dot(row, columnWeights), value)) {
    throw new Rejection('opening', channel.where, 'the combined row does not give the claimed value');
  }
  const seed = channel.drawBytes('work');
  const nonce = decodeNonce(channel.receiveBytes('nonce', NONCE_LENGTH));
  if (!checkNonce(seed, nonce, grindingBits)) {
    throw new Rejection('grinding', channel.where, `the nonce ${nonce} does not give ${grindingBits} zero bits`);
  }
  const positions = drawPositions(channel, parameters);
  const columnLength = 2 ** rowVariables * field.baseByteLength;
  const columns = positions.map(() => channel.hint('columns', columnLength));
  const depth = codeVariables(parameters);
  const paths = channel.hint('paths', proofLength(positions, depth) * DIGEST_LENGTH);
  if (!equalDigests(rootOfProof(columns, positions, depth, paths), root)) {
    throw new Rejection('merkle', channel.where, 'the opened columns do not lead to the committed root');
  }
  const codeword = field.tables.encode(row, depth);
  const rowWeights = field.tables.eqTable(rowPoint);
  positions.forEach((position, k) => {
    const combined = field.tables.dotBaseBytes(columns[k], rowWeights);
    if (combined === undefined) {
      throw new Rejection(
        'non-canonical',
        `${channel.where}/columns`,
        `column ${position} holds a non-canonical element`,
      );
    }
    if (!field.equal(combined, codeword[position])) {
      throw new Rejection('proximity', channel.where, `column ${position} disagrees with the combined row`);
    }
  });
}
