// The view of an operator while the graph of an ONNX file is turned into float layers: its node, its
// operands, and a builder that owns the layers.
//
// A value is either a constant of the file or computed from the input. A computed one is a tensor of the float network
// under the shape that ONNX gives it, batch axis included with length 1. Both have the same row-major data, so
// renaming axes changes the value's shape only; a flatten layer is added where an operator needs a vector.

import type { AttributeProto, NodeProto } from 'onnx-buf';
import { AttributeProto_AttributeType as Type } from 'onnx-buf';
import type { Shape } from '../network/model/network.ts';
import type { FloatAffine, FloatLayer } from './float-network.ts';
import { inputsOfFloat, sizeOf } from './float-network.ts';
import { type NodeLabel, nodeError, quoted } from './names.ts';
import { type ConstantTensor, MAX_RANK, readTensor } from './tensors.ts';

/** Lengths added around the rows and columns of an image: [top, left, bottom, right]. */
export type Padding = readonly [number, number, number, number];

/** A tensor that depends on the input: the index of its float tensor, and its shape as ONNX sees it. */
export interface Computed {
  readonly kind: 'computed';
  readonly tensor: number;
  readonly shape: readonly number[];
  /** The node that gave the axes their names, if they are not those of the layer. */
  readonly renamedBy?: NodeLabel | undefined;
  /** Zeros that a Pad put around the tensor, part of `shape`; the operator that reads the value must apply them. */
  readonly padding?: { readonly by: NodeLabel; readonly sides: Padding } | undefined;
  /** Integers of a QuantizeLinear; the tensor holds scale·(integer − zero point), as after DequantizeLinear. */
  readonly quantised?: { readonly by: NodeLabel; readonly scale: number; readonly zeroPoint: number } | undefined;
}

export interface Constant {
  readonly kind: 'constant';
  readonly name: string;
  readonly tensor: ConstantTensor;
}

export type Value = Computed | Constant;

/** The most activations of a network for one sample, regardless of the size of its file. */
const MAX_ACTIVATIONS = 2 ** 25;

/** The layers so far and the shapes of their tensors. Rejects networks that exceed a bounded multiple of the file. */
export class GraphBuilder {
  readonly layers: FloatLayer[] = [];
  /** The shape of each tensor, [channels, rows, columns] or [length]. */
  readonly shapes: Shape[];
  /** A static batch size that stands for 1 here; 1 if the batch is dynamic or the shapes are taken as they are. */
  readonly batch: number;
  /** Whether the first axis stands for samples; with a static batch of 1 it is an axis like others. */
  readonly isBatched: boolean;
  readonly #flattened = new Map<number, number>();
  #weights: number;
  #activations = MAX_ACTIVATIONS;

  /**
   * @param input - the input's axes as ONNX sees them
   * @param batch - the batch size in the file's shapes, 0 for a dynamic one
   * @param weights - the most weights that may be held
   */
  constructor(input: readonly number[], batch: number, weights: number) {
    this.batch = Math.max(batch, 1);
    this.isBatched = batch !== 1;
    this.#weights = weights;
    this.spendActivations({ name: 'input', operator: 'input' }, sizeOf(input));
    const sample = input.length > 1 && input[0] === 1 ? input.slice(1) : input;
    this.shapes = [sample.length === 3 ? sample : [sizeOf(sample)]];
  }

  /** Counts weights before they are held: otherwise weights that many nodes share could multiply. */
  spend(node: NodeLabel, weights: number): void {
    this.#weights -= weights;
    if (this.#weights < 0)
      throw nodeError(node, 'the network is many times larger than its file: it repeats shared weights');
  }

  /** Counts values that an evaluation will hold. */
  spendActivations(node: NodeLabel, values: number): void {
    this.#activations -= values;
    if (!(this.#activations >= 0))
      throw nodeError(node, `one sample needs more than ${MAX_ACTIVATIONS} values; use smaller images or fewer layers`);
  }

  /** @param view - the output's shape as ONNX sees it; with a batch axis if left out */
  add(node: NodeLabel, layer: FloatLayer, shape: Shape, view: readonly number[] = [1, ...shape]): Computed {
    this.spendActivations(node, sizeOf(shape));
    this.layers.push(layer);
    this.shapes.push(shape);
    return { kind: 'computed', tensor: this.layers.length, shape: view };
  }

  /** Returns the value's tensor as [length]: itself, or flattened by a layer. */
  vector(node: NodeLabel, value: Computed): number {
    const shape = this.shapes[value.tensor];
    if (shape.length === 1) return value.tensor;
    const known = this.#flattened.get(value.tensor);
    if (known !== undefined) return known;
    const { name, operator } = value.renamedBy ?? node;
    const { tensor } = this.add(node, { kind: 'flatten', name, operator, input: value.tensor }, [sizeOf(shape)]);
    this.#flattened.set(value.tensor, tensor);
    return tensor;
  }

  /** Returns the value's tensor as [channels, rows, columns], padding left out. */
  image(
    node: NodeLabel,
    value: Computed,
  ): { readonly tensor: number; readonly shape: readonly [number, number, number] } {
    const [batch, channels, rows, columns] = value.shape;
    if (value.shape.length !== 4 || batch !== 1) {
      throw nodeError(
        node,
        `takes images [batch, channels, rows, columns], one a sample, but its input has shape [${value.shape.join(', ')}]`,
      );
    }
    const [top, left, bottom, right] = value.padding?.sides ?? [0, 0, 0, 0];
    const shape = [channels, rows - top - bottom, columns - left - right] as const;
    const made = this.shapes[value.tensor];
    if (`${made}` !== `${shape}` && !this.#rename(value.tensor, shape)) {
      const by = value.renamedBy === undefined ? 'a renaming' : `node ${quoted(value.renamedBy.name)}`;
      throw nodeError(
        node,
        `its input, an image [${shape.join(', ')}], was made by ${by} from a tensor of shape [${made.join(', ')}]; ` +
          "only the network's input may become an image",
      );
    }
    return { tensor: value.tensor, shape };
  }

  /**
   * Gives a tensor another shape, if it is the network's input or computed from it value by value, and if no other
   * layer has read the tensors in between.
   */
  #rename(tensor: number, shape: Shape): boolean {
    const path = [tensor];
    for (let at = tensor; at > 0; ) {
      const layer = this.layers[at - 1];
      if (layer.kind !== 'clamp' && layer.kind !== 'round' && !isUniform(layer)) return false;
      at = layer.input;
      path.push(at);
    }
    const readers = this.layers.flatMap((layer) => inputsOfFloat(layer).filter((input) => path.includes(input)));
    if (readers.length !== path.length - 1) return false;
    for (const at of path) {
      this.shapes[at] = shape;
      const layer = this.layers[at - 1];
      if (layer?.kind !== 'affine') continue;
      const [multipliers, biases] = [layer.multipliers, layer.biases].map(([one]) =>
        new Float64Array(shape[0]).fill(one),
      );
      this.layers[at - 1] = { ...layer, multipliers, biases };
    }
    return true;
  }
}

/** Whether a layer is m·x + b with one m and one b for all values. */
function isUniform(layer: FloatLayer): layer is FloatAffine {
  if (layer.kind !== 'affine') return false;
  return [layer.multipliers, layer.biases].every((values) => values.every((value) => value === values[0]));
}

/** An attribute that an operator has in some operator sets only: since one, before another. */
export interface VersionedAttribute {
  readonly name: string;
  readonly since?: number;
  readonly before?: number;
}

/** One node with its operands; `undefined` stands for an optional operand left out. */
export class OperatorNode implements NodeLabel {
  readonly name: string;
  readonly operator: string;
  /** The version of the operator set that says what the node does. */
  readonly opset: number;
  readonly operands: readonly (Value | undefined)[];
  /** Names of the outputs after the first that the node says it computes. */
  readonly furtherOutputs: readonly string[];
  readonly builder: GraphBuilder;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;

  /** @throws InputError if an attribute is given twice */
  constructor(
    label: NodeLabel,
    proto: NodeProto,
    opset: number,
    operands: readonly (Value | undefined)[],
    builder: GraphBuilder,
  ) {
    this.name = label.name;
    this.operator = label.operator;
    this.opset = opset;
    this.operands = operands;
    this.furtherOutputs = proto.output.slice(1).filter((name) => name !== '');
    this.builder = builder;
    this.#attributes = new Map(proto.attribute.map((attribute) => [attribute.name, attribute]));
    if (this.#attributes.size === proto.attribute.length) return;
    const names = proto.attribute.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index) ?? '';
    throw this.fail(`gives attribute ${quoted(twice)} twice: the file is damaged`);
  }

  /** The part of a node that layers keep. */
  get label(): NodeLabel {
    return { name: this.name, operator: this.operator };
  }

  fail(text: string): Error {
    return nodeError(this, text);
  }

  /**
   * Rejects other numbers of operands and attributes than these, and more named outputs than the operator has: each may
   * change the values that the node computes.
   *
   * @param attributes - all that the operator has in any operator set that is read
   * @param outputs - the number of its outputs
   */
  expect(least: number, most: number, attributes: readonly (string | VersionedAttribute)[], outputs = 1): void {
    const count = this.operands.length;
    const wanted =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    if (count < least || count > most) throw this.fail(`has ${count} inputs, not ${wanted}: the file is damaged`);
    for (const name of this.#attributes.keys()) this.#checkAttribute(name, attributes);
    if (this.furtherOutputs.length < outputs) return;
    throw this.fail(
      `gives ${quoted(this.furtherOutputs[outputs - 1])} as output ${outputs + 1}, but ${this.operator} of opset ` +
        `${this.opset} has ${outputs}: the file is damaged`,
    );
  }

  #checkAttribute(name: string, attributes: readonly (string | VersionedAttribute)[]): void {
    const known = attributes.find((attribute) => (typeof attribute === 'string' ? attribute : attribute.name) === name);
    if (known === undefined) {
      throw this.fail(
        `attribute ${quoted(name)} is not supported, since it might change what the node computes; ` +
          'export the model without it',
      );
    }
    const { since = 0, before = Number.POSITIVE_INFINITY } = typeof known === 'string' ? {} : known;
    if (this.opset >= since && this.opset < before) return;
    const when = this.opset < since ? `since opset ${since}` : `before opset ${before}`;
    throw this.fail(
      `attribute ${quoted(name)} belongs to ${this.operator} ${when} only, and the file is of opset ${this.opset}; ` +
        'export the model again, with one opset for all nodes',
    );
  }

  integer(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return otherwise;
    const value = Number(attribute.i);
    if (attribute.type !== Type.INT || !Number.isSafeInteger(value))
      throw this.fail(`attribute ${name} is not an integer`);
    return value;
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.integer(name, Number(otherwise));
    if (value !== 0 && value !== 1) throw this.fail(`attribute ${name} is ${value}, not 0 or 1`);
    return value === 1;
  }

  float(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return otherwise;
    if (attribute.type !== Type.FLOAT || !Number.isFinite(attribute.f))
      throw this.fail(`attribute ${name} is not a finite number`);
    return attribute.f;
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return otherwise;
    if (attribute.type !== Type.STRING) throw this.fail(`attribute ${name} is not a string`);
    return new TextDecoder().decode(attribute.s.subarray(0, 80)).replace(/[^\x20-\x7e]/g, '?');
  }

  /** Returns a list of integers; undefined if it is left out. */
  integers(name: string): readonly number[] | undefined {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return undefined;
    const values = attribute.ints.map(Number);
    if (attribute.type !== Type.INTS || values.length > 2 * MAX_RANK || !values.every(Number.isSafeInteger)) {
      throw this.fail(`attribute ${name} is not a short list of integers`);
    }
    return values;
  }

  /** Returns a list of integers that older opsets give as an attribute, newer ones as an operand. */
  integerList(name: string, index: number): readonly number[] | undefined {
    const operand = this.optionalConstant(index, `its ${name}`);
    if (operand === undefined) return this.integers(name);
    if (!operand.integer || operand.shape.length > 1 || operand.values.length > 2 * MAX_RANK) {
      throw this.fail(`its ${name} are not a short list of integers`);
    }
    return [...operand.values];
  }

  /** Returns the value of a Constant node. */
  constant(): ConstantTensor {
    const [name, attribute] = [...this.#attributes][0] ?? [];
    if (attribute?.type === Type.TENSOR && name === 'value' && attribute.t) return readTensor(attribute.t, this.name);
    const type = attribute?.type;
    if (type === Type.FLOAT && name === 'value_float') return this.#list([this.float(name, 0)], false, []);
    if (type === Type.INT && name === 'value_int') return this.#list([this.integer(name, 0)], true, []);
    if (type === Type.FLOATS && name === 'value_floats') return this.#list(attribute!.floats, false);
    if (type === Type.INTS && name === 'value_ints') return this.#list(attribute!.ints.map(Number), true);
    throw this.fail('holds no number or tensor: only numeric constants are supported');
  }

  #list(values: readonly number[], integer: boolean, shape: readonly number[] = [values.length]): ConstantTensor {
    if (!values.every(Number.isFinite)) throw this.fail('holds a value that is not finite');
    return { shape, values: Float64Array.from(values), integer };
  }

  /** Returns an operand that must be there. */
  operand(index: number): Value {
    const value = this.operands[index];
    if (value === undefined) throw this.fail(`input ${index} is missing`);
    return value;
  }

  /** Returns an operand that must depend on the network's input. */
  computed(index: number): Computed {
    const value = this.padded(index);
    if (value.padding !== undefined) {
      throw this.fail(
        `reads what node ${quoted(value.padding.by.name)} (${value.padding.by.operator}) pads; zero padding is ` +
          'supported before Conv, AveragePool, and MaxPool of values that are not negative',
      );
    }
    return value;
  }

  /** As `computed`, for operators that apply padding themselves. */
  padded(index: number): Computed {
    const value = this.operand(index);
    if (value.kind !== 'computed')
      throw this.fail('works on constants only; simplify the model (constant folding) and export it again');
    if (value.quantised !== undefined) {
      throw this.fail(
        `works on the integers of node ${quoted(value.quantised.by.name)} (${value.quantised.by.operator}); ` +
          'put a DequantizeLinear between them',
      );
    }
    return value;
  }

  /** Returns an optional operand that must be a constant. */
  optionalConstant(index: number, what: string): ConstantTensor | undefined {
    const value = this.operands[index];
    if (value === undefined) return undefined;
    if (value.kind !== 'constant') throw this.fail(`${what} must be a constant of the file, not computed`);
    return value.tensor;
  }

  /** Returns an operand that must be a constant of real numbers. */
  realConstant(index: number, what: string): ConstantTensor {
    const tensor = this.optionalConstant(index, what);
    if (tensor === undefined) throw this.fail(`input ${index} is missing`);
    if (tensor.integer) throw this.fail(`${what} is made of integers; export it as floats`);
    return tensor;
  }

  checkShape(shape: readonly number[]): void {
    if (shape.length > MAX_RANK) throw this.fail(`a shape of ${shape.length} axes; at most ${MAX_RANK} are supported`);
  }
}

/** Returns the shape as ONNX sees it. */
export const shapeOf = (value: Value): readonly number[] =>
  value.kind === 'computed' ? value.shape : value.tensor.shape;

export const describe = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
