// The true batch and shape of a tensor as a box in its cube, whose axes are padded to powers of two.

import type { Field } from '../../../field/field.ts';
import { padTensors } from '../../../poly/cube.ts';
import { evaluateEqBelow } from '../../../poly/eq.ts';
import type { Point } from '../../../poly/point.ts';
import { sizeOf } from '../../model/network.ts';
import type { GraphTensor } from '../../relations/nodes.ts';

/** A tensor of a batch. */
export interface TensorBox {
  readonly batch: number;
  readonly batchVariables: number;
  readonly tensor: GraphTensor;
}

/** Returns Σ over the true batch and shape of eq(a, ·)·eq(b, ·). */
export function evaluateBoxEq<E>(
  field: Field<E>,
  { batch, batchVariables, tensor }: TensorBox,
  a: Point<E>,
  b: Point<E>,
): E {
  let start = 0;
  return [
    { extent: batch, variables: batchVariables },
    ...tensor.shape.map((extent, axis) => ({ extent, variables: tensor.axes[axis] })),
  ].reduce((product, { extent, variables }) => {
    const [left, right] = [a.slice(start, start + variables), b.slice(start, start + variables)];
    start += variables;
    return field.mul(product, evaluateEqBelow(field, left, right, extent));
  }, field.one);
}

/** Returns 1 for each place of the cube outside of the box, 0 inside. */
export function outsideOfBox({ batch, tensor: { shape } }: TensorBox): Int32Array {
  const box = padTensors(shape, batch, new Int32Array(batch * sizeOf(shape)).fill(1));
  return box.map((inside) => 1 - inside);
}
