// Type checks of an integer network, for JavaScript callers, whose networks no compiler has checked.
// Fields are there and of their types, layers read earlier tensors, and every tensor is read or given out.
// The layers' rules check shapes, and statement/plan.ts overflow.

import { describe, typeOf } from '../../bytes.ts';
import { InputError } from '../../errors.ts';
import { checkGraph } from './check-graph.ts';
import { REGISTRY } from './layers/registry.ts';
import { type FieldKind, MAX_TENSOR_VALUES } from './layers/rules.ts';
import { type IntegerNetwork, type LayerKind, sizeOf } from './network.ts';

type Fields = Readonly<Record<string, FieldKind>>;

const NETWORK: Fields = { name: 'string', input: 'object', layers: 'array', outputs: 'array' };
const INPUT: Fields = { shape: 'array', min: 'number', max: 'number', scale: 'number', mean: 'number' };
const OUTPUT: Fields = { tensor: 'number', scale: 'number' };
const MATRIX: Fields = {
  rowCount: 'number',
  columnCount: 'number',
  nonzeros: 'number',
  rows: 'Uint32Array',
  ends: 'Uint32Array',
};
const TERNARY: Fields = { ...MATRIX, plusEnds: 'Uint32Array' };
const INTEGER: Fields = { ...MATRIX, weights: 'Int8Array' };
const WINDOW: Fields = { kernel: 'array', strides: 'array', dilations: 'array', padding: 'array' };

const MATRIX_ADVICE =
  'a matrix as ternaryFromDense and ternaryFromEntries make it, or integerFromDense for 8-bit weights';

/** @throws InputError that names the layer and the field that is missing or of another type */
export function checkNetwork(network: IntegerNetwork): void {
  if (typeOf(network) !== 'object') throw new InputError(`the network is ${describe(network)}; give an IntegerNetwork`);
  checkFields('network', network, NETWORK);
  checkFields('network, input', network.input, INPUT);
  if (network.input.shape.length === 0)
    throw new InputError('network, input: the shape has no axes; give at least one');
  checkIntegers('network, input', 'shape', network.input.shape, 1);
  if (sizeOf(network.input.shape) > MAX_TENSOR_VALUES) {
    throw new InputError(`network, input: the shape has more than ${MAX_TENSOR_VALUES} values; use smaller inputs`);
  }
  Array.from(network.layers).forEach(checkLayer);
  Array.from(network.outputs).forEach((output: unknown, index) => {
    if (typeOf(output) !== 'object') throw new InputError(`output ${index} is ${describe(output)}; give an OutputSpec`);
    checkFields(`output ${index}`, output as object, OUTPUT);
  });
  checkGraph(network);
}

function checkLayer(layer: unknown, index: number): void {
  if (typeOf(layer) !== 'object') throw new InputError(`layer ${index} is ${describe(layer)}; give a Layer`);
  const { kind, name } = layer as { readonly kind?: unknown; readonly name?: unknown };
  const where = typeof name === 'string' ? `layer ${index}, ${name}` : `layer ${index}`;
  const kinds = Object.keys(REGISTRY) as LayerKind[];
  checkFields(where, layer as object, { kind: kinds, name: 'string' });
  const { fields, reads } = REGISTRY[kind as LayerKind];
  checkFields(where, layer as object, { [reads]: reads === 'inputs' ? 'array' : 'number', ...fields });
  if (reads === 'input' && 'inputs' in (layer as object)) {
    throw new InputError(`${where}: it has a field 'inputs', but a ${kind} layer reads one tensor; leave it out`);
  }
}

function checkFields(where: string, holder: object, fields: Fields): void {
  for (const [field, kind] of Object.entries(fields)) {
    const value = (holder as Readonly<Record<string, unknown>>)[field];
    const isObject = kind === 'matrix' || kind === 'window';
    const fits =
      typeof kind === 'object' ? kind.includes(value as string) : typeOf(value) === (isObject ? 'object' : kind);
    if (!fits) throw fieldError(where, field, describe(value), wanted(kind));
    if (kind === 'matrix') checkMatrix(where, field, value as object);
    if (kind === 'window') checkWindow(`${where}, ${field}`, value as Readonly<Record<string, unknown[]>>);
  }
}

function checkWindow(where: string, window: Readonly<Record<string, readonly unknown[]>>): void {
  checkFields(where, window, WINDOW);
  for (const field of Object.keys(WINDOW)) {
    const extents = window[field];
    const count = field === 'padding' ? 4 : 2;
    if (extents.length !== count) {
      const meaning = count === 4 ? 'top, left, bottom, right' : 'rows, columns';
      throw fieldError(where, field, `a list of ${extents.length}`, `${count} integers: ${meaning}`);
    }
    checkIntegers(where, field, extents, field === 'padding' ? 0 : 1);
  }
}

function checkIntegers(where: string, field: string, values: readonly unknown[], least: 0 | 1): void {
  Array.from(values).forEach((value, index) => {
    if (Number.isInteger(value) && (value as number) >= least) return;
    const advice = least === 0 ? 'an integer, zero or positive' : 'a positive integer';
    throw new InputError(`${where}: ${field}[${index}] is ${describe(value)}; give ${advice}`);
  });
}

/** Checks the compressed columns: everything that follows relies on their being consistent. */
function checkMatrix(where: string, field: string, value: object): void {
  const isTernary = 'plusEnds' in value || !('weights' in value);
  checkFields(`${where}, ${field}`, value, isTernary ? TERNARY : INTEGER);
  const { rowCount, columnCount, nonzeros, rows, ends } = value as Record<string, number & Uint32Array>;
  for (const [name, count] of Object.entries({ rowCount, columnCount })) {
    if (Number.isInteger(count) && count > 0) continue;
    throw fieldError(`${where}, ${field}`, name, describe(count), 'a positive integer');
  }
  const middles = isTernary ? (value as { readonly plusEnds: Uint32Array }).plusEnds : ends;
  let start = 0;
  const areEnds =
    middles.length === columnCount &&
    ends.length === columnCount &&
    ends.every((end, column) => {
      const holds = start <= middles[column] && middles[column] <= end;
      start = end;
      return holds;
    });
  if (!areEnds || start !== rows.length || nonzeros !== rows.length) {
    throw fieldError(where, field, 'inconsistent: its counts and ends of columns do not fit each other', MATRIX_ADVICE);
  }
  // plain loops: there are millions
  for (let outside = 0; outside < rows.length; outside++) {
    if (rows[outside] < rowCount) continue;
    throw fieldError(where, field, `inconsistent: rows[${outside}] is ${rows[outside]} of ${rowCount}`, MATRIX_ADVICE);
  }
  if (isTernary) return;
  const { weights } = value as { readonly weights: Int8Array };
  const zero = weights.indexOf(0);
  if (weights.length === rows.length && zero < 0) return;
  const found = zero < 0 ? `${weights.length} weights for ${rows.length} rows` : `weights[${zero}] is 0`;
  throw fieldError(where, field, `inconsistent: ${found}`, MATRIX_ADVICE);
}

function fieldError(where: string, field: string, found: string, advice: string): InputError {
  return new InputError(`${where}: the field '${field}' is ${found}; give ${advice}`);
}

function wanted(kind: FieldKind): string {
  if (typeof kind === 'object') return kind.map((choice) => `'${choice}'`).join(' or ');
  if (kind === 'matrix') return MATRIX_ADVICE;
  if (kind === 'window') return 'a Window: kernel, strides, dilations and padding';
  return /^[aeiouI]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
