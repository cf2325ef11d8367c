// The prover of a layer by the prover of any circuit (protocol.ts).

import { UsageError } from '../../errors.ts';
import type { Engine } from '../../field/engine.ts';
import { proveCircuit } from '../../gkr/circuit/prove.ts';
import { type CircuitPlan, planCircuit } from '../../gkr/circuit/prove-plan.ts';
import type { Claim } from '../../poly/claim.ts';
import { logCeil, suffix } from '../../poly/point.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { type LayerCircuit, layerCircuit, requireProducts } from './protocol.ts';

/** W for proofs as a circuit; stays valid until the mark before it is released. */
export interface GeneralLayer {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Over (i, o), zero on padding. */
  readonly entries: Int8Array;
  /** Laid out for batches of 2^batchVariables inputs; others are laid out as they come. */
  readonly batchVariables: number;
  readonly circuit: LayerCircuit;
  readonly plan: CircuitPlan;
}

/**
 * @param entries - W over (i, o), both axes padded to powers of two
 * @throws UsageError if the circuit is too large
 */
export function planGeneral<E>(
  engine: Engine<E>,
  size: { readonly rowCount: number; readonly columnCount: number },
  entries: Int8Array,
  batchVariables: number,
): GeneralLayer {
  requireProducts(size, batchVariables);
  const circuit = layerCircuit(size, batchVariables);
  const { rowCount, columnCount } = size;
  return { rowCount, columnCount, entries, batchVariables, circuit, plan: planCircuit(engine, circuit.circuit) };
}

/**
 * Proves a claim on a = W·x, at (batch, row).
 *
 * @param input - x, 2^(batch variables + column variables) values, batch-major, zero on padding
 * @returns the two claims on x, at (batch, column), that the verifier is left with too
 * @throws UsageError if the circuit is too large
 */
export function proveGeneral<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  layer: GeneralLayer,
  input: Int32Array,
  output: Claim<E>,
): Claim<E>[] {
  const batchVariables = output.point.length - logCeil(layer.rowCount);
  const isPlanned = batchVariables === layer.batchVariables;
  if (!isPlanned) requireProducts(layer, batchVariables);
  const own = isPlanned ? layer.circuit : layerCircuit(layer, batchVariables);
  if (input.length !== 2 ** own.input.variables) {
    throw new UsageError(`${2 ** own.input.variables} input values are due, not ${input.length}`);
  }
  const inputs = new Int32Array(own.circuit.inputCount);
  inputs.set(input, own.input.start);
  inputs.set(layer.entries, own.weights.start);
  // the outputs are the claim's: no prover reads them
  const values = [inputs, productValues(layer, input)];
  const mark = engine.mark();
  const claims = proveCircuit(engine, channel, own.circuit, 0, values, output, isPlanned ? layer.plan : undefined);
  const x = engine.fromIntegers(input);
  const left = claims.map((claim) => {
    const point = suffix(claim.point, own.input.variables);
    return { point, value: engine.dot(x, engine.eqTable(point)) };
  });
  engine.release(mark);
  channel.within('inputs', () =>
    channel.send(
      'input',
      left.map(({ value }) => value),
    ),
  );
  return left;
}

/** x(b, i)·W(i, o) at (b, o, i): integers, since the statement's bounds keep sums of them below p/2. */
function productValues({ entries, rowCount, columnCount }: GeneralLayer, input: Int32Array): Int32Array {
  const [rows, columns] = [2 ** logCeil(rowCount), 2 ** logCeil(columnCount)];
  const products = new Int32Array(input.length * rows);
  for (let first = 0, at = 0; first < input.length; first += columns) {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < columns; i++) products[at++] = input[first + i] * entries[i * rows + row];
    }
  }
  return products;
}
