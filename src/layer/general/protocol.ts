// W·x as a circuit for the prover of any circuit (gkr/circuit): what a library of GKR pays that has not been told what a
// matrix is. The circuit is that of `vanilla-sum`: product gates P(b, o, i) = x(b, i)·W(o, i) and sum gates
// a(b, o) = Σ_i P(b, o, i), both wirings in closed form, W and x among the inputs.
//
// Messages: those of gkr/circuit/protocol.ts for the two layers. They leave two claims on the inputs, at p_1 and p_2; then
// "input" sends x̃ at the variables (b, i) of both. The inputs' extension is
//     select_W(p)·W̃(p's variables (i, o)) + select_x(p)·x̃(p's variables (b, i)),
// which the verifier, who holds W, compares with each claim. The claims on x̃ are left to the caller.

import { UsageError } from '../../errors.ts';
import type { Circuit } from '../../gkr/circuit/circuit.ts';
import { matrixPlaces, matrixProductLayers } from '../../gkr/circuit/layers.ts';
import type { Block } from '../../poly/packing.ts';
import { logCeil } from '../../poly/point.ts';

/** Sizes of W; each axis is padded to a power of two by itself. */
interface MatrixSize {
  readonly rowCount: number;
  readonly columnCount: number;
}

/** A layer as a circuit: its outputs are over (b, o). */
export interface LayerCircuit {
  readonly circuit: Circuit;
  /** W over (i, o) among the inputs. */
  readonly weights: Block;
  /** x over (b, i) among the inputs. */
  readonly input: Block;
}

/** Product gates of the largest circuit: its prover takes about 300 bytes of memory for each. */
export const MOST_PRODUCTS = 2 ** 22;

/** How many product gates a layer has. */
export function productCount({ rowCount, columnCount }: MatrixSize, batchVariables: number): number {
  return 2 ** (logCeil(rowCount) + logCeil(columnCount) + batchVariables);
}

export function layerCircuit(size: MatrixSize, batchVariables: number): LayerCircuit {
  const [rows, inner, columns] = [2 ** batchVariables, 2 ** logCeil(size.columnCount), 2 ** logCeil(size.rowCount)];
  const shape = { rows, inner, columns };
  const places = matrixPlaces(shape);
  return {
    circuit: { inputCount: places.sources, layers: matrixProductLayers(shape, places) },
    input: { start: places.left, variables: batchVariables + logCeil(inner) },
    weights: { start: places.right, variables: logCeil(inner) + logCeil(columns) },
  };
}

/** @throws UsageError if a prover should not begin */
export function requireProducts(size: MatrixSize, batchVariables: number): void {
  const count = productCount(size, batchVariables);
  if (count <= MOST_PRODUCTS) return;
  throw new UsageError(
    `the method circuit: ${size.rowCount} × ${size.columnCount} weights and 2^${batchVariables} inputs are ${count} products, at most ${MOST_PRODUCTS}; take vanilla-sum, which proves the same circuit in less memory`,
  );
}
