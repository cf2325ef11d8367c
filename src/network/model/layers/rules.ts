import { InputError } from '../../../errors.ts';
import { type Shape, sizeOf } from '../network.ts';

/** The type of a field of a network; a list names the allowed strings. */
export type FieldKind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'array'
  | 'object'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Int8Array'
  | 'matrix'
  | 'window'
  | readonly string[];

/** The rules of one kind of layer; `inputs` are those of the tensors that it reads, in order. */
export interface LayerRules<L> {
  /** Whether the kind reads one tensor or a list. */
  readonly reads: L extends { readonly inputs: unknown } ? 'inputs' : 'input';
  /** The fields of the kind besides kind, name, input and inputs: for `check.ts`. */
  readonly fields: Readonly<Record<Exclude<keyof L, 'kind' | 'name' | 'input' | 'inputs'>, FieldKind>>;
  /** @throws InputError if the layer does not fit inputs of these shapes or is malformed */
  outputShape(layer: L, inputs: readonly Shape[]): Shape;
}

/** The most values that a tensor may have. */
export const MAX_TENSOR_VALUES = 2 ** 24;

/** Returns the shape, if a tensor may have it. @throws InputError that names the layer */
export function allowedShape(name: string, shape: Shape): Shape {
  if (sizeOf(shape) <= MAX_TENSOR_VALUES) return shape;
  throw new InputError(
    `layer ${name}: its output of ${shapeText(shape)} has more than ${MAX_TENSOR_VALUES} values; use fewer outputs or less padding`,
  );
}

/** Returns a shape in a message: 3 × 32 × 32. */
export const shapeText = (shape: Shape): string => shape.join(' × ');
