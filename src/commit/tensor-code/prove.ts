// The prover of the tensor code (protocol.ts).

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
import { encodeNonce } from '../../hash/proof-of-work.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { buildTree, type MerkleTree, multiProof } from '../merkle/prove.ts';
import { type CommitmentProver, linearForm, type Opening, type RowSource } from '../scheme.ts';
import type { TensorCodeParameters } from './parameters.ts';
import { codeVariables, drawPositions } from './protocol.ts';

/** The prover's side of the scheme. The encoded matrix stays in the engine's memory until it is opened. */
export function tensorCodeProver<E>(
  engine: Engine<E>,
  hasher: Hasher,
  parameters: TensorCodeParameters,
): CommitmentProver<E> {
  const { rowVariables, columnVariables } = parameters;
  return {
    commit(channel, vector) {
      const variables = rowVariables + columnVariables;
      if (vector.kind !== 'base' || vector.length !== 2 ** variables) {
        throw new UsageError(
          `parameters for 2^${variables} base elements, a vector of ${vector.length} ${vector.kind}`,
        );
      }
      const code = engine.encodeRows(vector, 2 ** rowVariables, codeVariables(parameters));
      const tree = buildTree(hasher, code.bytes(), code.columnByteLength);
      channel.sendBytes('root', tree.root);
      const source: RowSource<E> = {
        combineRows: (weights) => combineRows(engine, vector, weights),
        column: (j) => code.bytes().subarray(j * code.columnByteLength, (j + 1) * code.columnByteLength),
      };
      return { open: (opening, at) => openRows(engine, hasher, parameters, source, tree, opening, at) };
    },
  };
}

/** Opens a committed matrix whose rows and encoded columns come from any source. */
function openRows<E>(
  { field }: Engine<E>,
  hasher: Hasher,
  parameters: TensorCodeParameters,
  source: RowSource<E>,
  tree: MerkleTree,
  channel: ProverChannel<E>,
  at: Opening<E>,
): void {
  const { rowPoint } = linearForm(field, at, parameters.rowVariables, parameters.columnVariables);
  channel.send('row', source.combineRows(field.tables.eqTable(rowPoint)));
  channel.sendBytes('nonce', encodeNonce(hasher.grind(channel.drawBytes('work'), parameters.grindingBits)));
  const positions = drawPositions(channel, parameters);
  channel.hint('columns', concatenate(positions.map((position) => source.column(position))));
  channel.hint('paths', multiProof(tree, positions));
}

/** Σ_row weights[row]·M[row, ·] of a matrix that lies row after row in a base vector. */
function combineRows<E>(engine: Engine<E>, vector: Vector, weights: readonly E[]): E[] {
  const mark = engine.mark();
  const width = vector.length / weights.length;
  const combined = engine.zeros('extension', width);
  for (const [row, weight] of weights.entries()) {
    engine.addScaled(combined, engine.view(vector, row * width, width), weight);
  }
  const elements = engine.toElements(combined);
  engine.release(mark);
  return elements;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
