// The verifier of the tensor code (protocol.ts). All lengths come from the parameters, which are part of the
// statement, and from positions that it draws itself.

import { equalBytes } from '../../bytes.ts';
import { Rejection } from '../../errors.ts';
import { checkElements } from '../../field/canonical.ts';
import type { Field } from '../../field/field.ts';
import { checkNonce, decodeNonce, NONCE_LENGTH } from '../../hash/proof-of-work.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import { DIGEST_LENGTH, proofLength } from '../merkle/protocol.ts';
import { rootOfProof } from '../merkle/verify.ts';
import { type CommitmentVerifier, type LinearForm, linearForm } from '../scheme.ts';
import { errorTerms, type TensorCodeParameters } from './parameters.ts';
import { codeVariables, drawPositions } from './protocol.ts';

/** The verifier's side of the scheme. */
export function tensorCodeVerifier<E>(field: Field<E>, parameters: TensorCodeParameters): CommitmentVerifier<E> {
  const { rowVariables, columnVariables } = parameters;
  return {
    errors: errorTerms(field, parameters),
    receive(channel) {
      const root = channel.receiveBytes('root', DIGEST_LENGTH);
      return {
        verify(opening, at, value) {
          checkElements(field, opening.where, [value]);
          const form = linearForm(field, at, rowVariables, columnVariables);
          const row = receiveRow(field, opening, form, value);
          checkWork(opening, parameters);
          const { positions, columns } = receiveColumns(field, opening, parameters, root);
          checkColumns(field, opening, parameters, form, row, positions, columns);
        },
      };
    },
  };
}

/** The combined row t, with ⟨t, w⟩ = value. */
function receiveRow<E>(field: Field<E>, channel: VerifierChannel<E>, { columnWeights }: LinearForm<E>, value: E): E[] {
  const row = channel.receive('row', columnWeights.length);
  channel.within('row', () => {
    if (!field.equal(field.tables.dot(row, columnWeights), value)) {
      throw new Rejection('opening', channel.where, 'the combined row does not give the claimed value');
    }
  });
  return row;
}

/** The proof of work before the positions are drawn. */
export function checkWork<E>(
  channel: VerifierChannel<E>,
  { grindingBits }: Pick<TensorCodeParameters, 'grindingBits'>,
): void {
  const seed = channel.drawBytes('work');
  const nonce = decodeNonce(channel.receiveBytes('nonce', NONCE_LENGTH));
  channel.within('nonce', () => {
    if (!checkNonce(seed, nonce, grindingBits)) {
      throw new Rejection('grinding', channel.where, `the nonce ${nonce} does not give ${grindingBits} zero bits`);
    }
  });
}

/** The columns at drawn positions, as they were committed. */
function receiveColumns<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  parameters: TensorCodeParameters,
  root: Uint8Array,
): { positions: number[]; columns: Uint8Array[] } {
  const positions = drawPositions(channel, parameters);
  const length = 2 ** parameters.rowVariables * field.baseByteLength;
  const bytes = channel.hint('columns', positions.length * length);
  const columns = positions.map((_, k) => bytes.subarray(k * length, (k + 1) * length));
  const depth = codeVariables(parameters);
  const paths = channel.hint('paths', proofLength(positions, depth) * DIGEST_LENGTH);
  channel.within('paths', () => {
    if (!equalBytes(rootOfProof(columns, positions, depth, paths), root)) {
      throw new Rejection('merkle', channel.where, 'the opened columns do not lead to the committed root');
    }
  });
  return { positions, columns };
}

/** Σ_row eq(u, row)·column[row] = Enc(t)[position] everywhere. */
function checkColumns<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  parameters: TensorCodeParameters,
  { rowPoint }: LinearForm<E>,
  row: readonly E[],
  positions: readonly number[],
  columns: readonly Uint8Array[],
): void {
  const codeword = field.tables.encode(row, codeVariables(parameters));
  const rowWeights = field.tables.eqTable(rowPoint);
  channel.within('columns', () => {
    for (const [k, position] of positions.entries()) {
      const combined = field.tables.dotBaseBytes(columns[k], rowWeights);
      if (combined === undefined) {
        throw new Rejection('non-canonical', channel.where, `column ${position} holds a value that is not canonical`);
      }
      if (!field.equal(combined, codeword[position])) {
        throw new Rejection('proximity', channel.where, `column ${position} disagrees with the combined row`);
      }
    }
  });
}
