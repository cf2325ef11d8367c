// What an operator sees while the graph of an ONNX file is turned into float layers: its node, its
// operands, and a builder that owns the layers. A value is either a constant of the file or computed from
// the input; shapes are those of one sample, batch axis included with length 1.

import type { AttributeProto, NodeProto } from 'onnx-buf';
import { AttributeProto_AttributeType as Type } from 'onnx-buf';
import type { FloatLayer } from './float-network.ts';
import { sizeOf } from './float-network.ts';
import { type NodeLabel, nodeError } from './names.ts';
import { type ConstantTensor, MAX_RANK, readTensor } from './tensors.ts';

/** A tensor that depends on the input: the index of its float tensor, and its shape as ONNX sees it. */
export interface Computed {
  readonly kind: 'computed';
  readonly tensor: number;
  readonly shape: readonly number[];
}

export interface Constant {
  readonly kind: 'constant';
  readonly name: string;
  readonly tensor: ConstantTensor;
}

export type Value = Computed | Constant;

/** The layers so far. Refuses to hold more numbers than a bounded multiple of the file. */
export class GraphBuilder {
  readonly layers: FloatLayer[] = [];
  /** A static batch size that stands for 1 here; 1 if the batch is dynamic or the shapes are taken as they are. */
  readonly batch: number;
  #allowance: number;

  constructor(batch: number, allowance: number) {
    this.batch = batch;
    this.#allowance = allowance;
  }

  /** Counts numbers about to be held; weights that many nodes share would multiply without this. */
  spend(node: NodeLabel, numbers: number): void {
    this.#allowance -= numbers;
    if (this.#allowance < 0)
      throw nodeError(node, 'the network is many times larger than its file: it repeats shared weights');
  }

  add(node: NodeLabel, layer: FloatLayer, shape: readonly number[]): Computed {
    this.spend(node, layer.kind === 'flatten' ? 1 : sizeOf(shape));
    this.layers.push(layer);
    return { kind: 'computed', tensor: this.layers.length, shape };
  }
}

/** One node with its operands; `undefined` stands for an optional operand left out. */
export class OperatorNode implements NodeLabel {
  readonly name: string;
  readonly operator: string;
  readonly operands: readonly (Value | undefined)[];
  readonly builder: GraphBuilder;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;

  constructor(label: NodeLabel, proto: NodeProto, operands: readonly (Value | undefined)[], builder: GraphBuilder) {
    this.name = label.name;
    this.operator = label.operator;
    this.operands = operands;
    this.builder = builder;
    this.#attributes = new Map(proto.attribute.map((attribute) => [attribute.name, attribute]));
  }

  fail(text: string): Error {
    return nodeError(this, text);
  }

  /** Refuses operand counts and attributes other than these. */
  expect(least: number, most: number, attributes: readonly string[]): void {
    const count = this.operands.length;
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    if (count < least || count > most) throw this.fail(`has ${count} inputs, not ${wanted}: the file is damaged`);
    for (const name of this.#attributes.keys()) {
      if (!attributes.includes(name)) {
        throw this.fail(`attribute ${JSON.stringify(name.slice(0, 40))} is not supported; export with a recent opset`);
      }
    }
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  integer(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return otherwise;
    const value = Number(attribute.i);
    if (attribute.type !== Type.INT || !Number.isSafeInteger(value))
      throw this.fail(`attribute ${name} is not an integer`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.integer(name, 0);
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

  /** The value of a Constant node. */
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

  /** An operand that must be there. */
  operand(index: number): Value {
    const value = this.operands[index];
    if (value === undefined) throw this.fail(`input ${index} is missing`);
    return value;
  }

  /** An operand that must depend on the network's input. */
  computed(index: number): Computed {
    const value = this.operand(index);
    if (value.kind !== 'computed')
      throw this.fail('works on constants only; simplify the model (constant folding) and export it again');
    return value;
  }

  /** Optional operand that must be a constant. */
  optionalConstant(index: number, what: string): ConstantTensor | undefined {
    const value = this.operands[index];
    if (value === undefined) return undefined;
    if (value.kind !== 'constant') throw this.fail(`${what} must be a constant of the file, not computed`);
    return value.tensor;
  }

  checkShape(shape: readonly number[]): void {
    if (shape.length > MAX_RANK) throw this.fail(`a shape of ${shape.length} axes; at most ${MAX_RANK} are supported`);
  }
}
