// Commits to a tensor (statement/tensor-commitment.ts), before any proof or as a part of one.

import { checkList, describe, listsOf, type OneOrMany } from '../../../bytes.ts';
import { type CommittedMatrix, commitMatrix } from '../../../commit/recursive/commit.ts';
import { InputError } from '../../../errors.ts';
import { findNonCanonical, integerFault } from '../../../field/canonical.ts';
import type { Engine, Vector } from '../../../field/engine.ts';
import type { Field } from '../../../field/field.ts';
import { koalaBear } from '../../../field/koalabear.ts';
import type { Hasher } from '../../../hash/hasher.ts';
import { padTensors } from '../../../poly/cube.ts';
import { type Shape, sizeOf } from '../../model/network.ts';
import { createEngine } from '../../run/engines.ts';
import { paddedVariables, tensorCode } from '../../statement/tensor-commitment.ts';

/** A committed tensor, to be opened. */
export interface TensorVector {
  readonly vector: Vector;
  readonly matrix: CommittedMatrix;
}

/** Commits to a tensor in its cube. */
export function commitCube<E>(engine: Engine<E>, hasher: Hasher, cube: Int32Array): TensorVector {
  const variables = Math.log2(cube.length);
  const padded = new Int32Array(2 ** paddedVariables(variables));
  padded.set(cube);
  const vector = engine.fromIntegers(padded);
  return { vector, matrix: commitMatrix(engine, hasher, vector, tensorCode(variables)) };
}

/**
 * Returns the root that names a batch of tensors in a statement: e.g. the inputs of a data set, published once.
 *
 * @param shape - of one of them, without the batch
 * @param tensors - the values of one tensor, row-major, as 32-bit integers; or a list of tensors, `[first, second]`
 * @param field - of the proofs that will name the root; KoalaBear unless given
 * @throws InputError for values that are not whole tensors of 32-bit integers in (−p/2, p/2), of which no two are equal
 *   modulo p
 *
 * @example
 * ```ts
 * import { commitTensor, compile, type IntegerNetwork, prove } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * // the owner of an input publishes its root; a proof about it shows the root and not the input
 * const root = commitTensor([2], [5, 3]);
 * const { publicSignals } = await prove(compile(network).provingKey, [5, 3], { commit: [0] });
 * console.log(publicSignals.committed?.tensors[0].root.join() === root.join(), publicSignals.input.length); // true 0
 * ```
 */
export function commitTensor(shape: Shape, tensors: OneOrMany, field?: Field<unknown>): Uint8Array<ArrayBuffer> {
  checkList('the shape', shape);
  const lists = listsOf('the tensor', tensors);
  const axis = Array.from(shape).findIndex((size) => !(Number.isInteger(size) && size >= 1));
  if (axis >= 0 || shape.length === 0) throw new InputError('the shape is not a list of integers from 1 on');
  const length = sizeOf(shape);
  const used = field ?? (koalaBear as unknown as Field<unknown>);
  const batch = lists.length;
  const values = new Int32Array(batch * length);
  lists.forEach((list, k) => {
    const which = batch === 1 ? '' : `tensor ${k}: `;
    if (list.length !== length) {
      const advice = list.length % length === 0 && list.length > 0 ? '; several are a list: [first, second, …]' : '';
      throw new InputError(
        `${which}${list.length} values are not one tensor of ${shape.join(' × ')} = ${length}${advice}`,
      );
    }
    const wrong = Array.prototype.findIndex.call(list, (value) => !Number.isInteger(value) || value !== (value | 0));
    if (wrong >= 0) {
      throw new InputError(`${which}value ${wrong} is ${describe(list[wrong])}, which is not a 32-bit integer`);
    }
    const twin = findNonCanonical(used, list);
    if (twin >= 0) throw new InputError(`${which}value ${twin}: ${integerFault(used, list[twin])}`);
    values.set(list, k * length);
  });
  const cube = padTensors(shape, batch, values);
  const { engine, hasher } = createEngine(used, undefined);
  return new Uint8Array(commitCube(engine, hasher, cube).matrix.root);
}
