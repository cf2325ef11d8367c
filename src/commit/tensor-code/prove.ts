// The prover of the tensor code (protocol.ts).

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Hasher } from '../hash/hasher.ts';
import { buildTree, multiProof } from '../merkle/prove.ts';
import { type CommitmentProver, pointForm, type RowSource } from '../scheme.ts';
import type { TensorCodeParameters } from './parameters.ts';
import { codeVariables, drawPositions, encodeNonce } from './protocol.ts';

/** The prover's side of the scheme. The encoded matrix stays in the engine's memory until it is opened. */
export function tensorCodeProver<E>(
  engine: Engine<E>,
  hasher: Hasher,
  parameters: TensorCodeParameters,
): CommitmentProver<E> {
  const { rowVariables, columnVariables, grindingBits } = parameters;
  return {
    commit(channel, vector) {
      if (vector.length !== 2 ** (rowVariables + columnVariables)) {
        throw new UsageError(`parameters for 2^${rowVariables + columnVariables} values, a vector of ${vector.length}`);
      }
      const code = engine.encodeRows(vector, 2 ** rowVariables, codeVariables(parameters));
      const tree = buildTree(hasher, code.bytes(), code.columnByteLength);
      channel.sendBytes('root', tree.root);
      const source = denseRows(engine, vector, parameters, (j) => {
        const start = j * code.columnByteLength;
        return code.bytes().slice(start, start + code.columnByteLength);
      });
      return {
        open(opening, point) {
          const { rowPoint } = pointForm(engine.field, point, columnVariables);
          opening.send('row', source.combineRows(engine.field.tables.eqTable(rowPoint)));
          opening.sendBytes('nonce', encodeNonce(hasher.grind(opening.drawBytes('work'), grindingBits)));
          const positions = drawPositions(opening, parameters);
          for (const position of positions) opening.hint('columns', source.column(position));
          opening.hint('paths', multiProof(tree, positions));
        },
      };
    },
  };
}

/** A matrix that lies row after row in a base vector. */
function denseRows<E>(
  engine: Engine<E>,
  vector: Vector,
  { columnVariables }: TensorCodeParameters,
  column: (j: number) => Uint8Array,
): RowSource<E> {
  const width = 2 ** columnVariables;
  return {
    column,
    combineRows(weights) {
      const mark = engine.mark();
      const combined = engine.zeros('extension', width);
      weights.forEach((weight, row) => {
        engine.addScaled(combined, engine.view(vector, row * width, width), weight);
      });
      const row = engine.toElements(combined);
      engine.release(mark);
      return row;
    },
  };
}
