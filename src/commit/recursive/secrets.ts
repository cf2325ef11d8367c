// The matrix of secrets (hiding/protocol.ts): the rows of a vector, then mask, pads and noise.

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
import type { Blinds, SecretsShape } from '../../hiding/blinds.ts';
import type { Coins } from '../../hiding/coins.ts';
import { type CommittedMatrix, commitMatrix, tailsOf, wholeRows } from './commit.ts';
import { type CommitmentParameters, codeOf, type MatrixParameters } from './parameters.ts';

/** Returns the matrix of the secrets and its level. */
function secretsOf({ levels, hiding }: CommitmentParameters): SecretsShape & { readonly matrix: MatrixParameters } {
  for (const { columnVariables, tail, matrices } of levels) {
    const matrix = matrices.find(({ blinds }) => blinds !== undefined);
    if (matrix !== undefined && tail !== undefined && hiding !== undefined) {
      return { columnVariables, tail, pads: hiding.pads, matrix };
    }
  }
  throw new UsageError('the parameters hide nothing');
}

/** Returns what the blinds of an opening are drawn for. */
export const secretsShape = (parameters: CommitmentParameters): SecretsShape => secretsOf(parameters);

/** Commits to the secrets: the first rows of a base vector, and blinds. */
export function commitSecrets<E>(
  engine: Engine<E>,
  hasher: Hasher,
  vector: Vector,
  parameters: CommitmentParameters,
  member: number,
  { coins, blinds }: { readonly coins: Coins; readonly blinds: Blinds<E> },
): CommittedMatrix {
  const { baseByteLength: size } = engine.field;
  const { columnVariables, tail, matrix } = secretsOf(parameters);
  const width = 2 ** columnVariables;
  const { rows } = matrix;
  const data = rows - (matrix.blinds ?? 0);
  const all = engine.zeros('base', rows * width);
  const copyRow = (row: number, from: Vector, at: number): void =>
    engine.copy(engine.view(all, row * width, width), engine.view(from, at * width, width));
  const own = wholeRows(engine, vector, data * width);
  for (let row = 0; row < data; row++) copyRow(row, own, row);
  const others = engine.fromBaseBytes(blinds.rows);
  for (let row = data; row < rows; row++) copyRow(row, others, row - data);
  const tails = new Uint8Array(rows * tail * size);
  tails.set(coins.draw('tails of secrets', data * tail));
  tails.set(blinds.tails, data * tail * size);
  return commitMatrix(engine, hasher, all, codeOf(parameters, member), tailsOf(engine, tails, rows, tail));
}
