// Whether a value is an integer network at all: a network may be written by hand, without the types that a
// compiler would check. What the numbers must satisfy (lengths that fit, ranges, overflow) is for plan.ts.

import { InputError } from '../errors.ts';
import { REGISTRY } from './layers/registry.ts';
import type { FieldKind } from './layers/rules.ts';
import type { IntegerNetwork, LayerKind } from './network.ts';

type Fields = Readonly<Record<string, FieldKind>>;

const NETWORK: Fields = { name: 'string', input: 'object', layers: 'array', outputScale: 'number' };
const INPUT: Fields = { shape: 'array', min: 'number', max: 'number', scale: 'number', mean: 'number' };
const LAYER: Fields = { name: 'string', input: 'number' };
const MATRIX: Fields = {
  rowCount: 'number',
  columnCount: 'number',
  nonzeros: 'number',
  rows: 'Uint32Array',
  plusEnds: 'Uint32Array',
  ends: 'Uint32Array',
};

const MATRIX_ADVICE = 'a ternary matrix as ternaryFromDense and ternaryFromEntries make it';

/** @throws InputError that names the layer and the field that is missing or of another type */
export function checkNetwork(network: IntegerNetwork): void {
  if (typeOf(network) !== 'object') throw new InputError(`the network is ${describe(network)}; give an IntegerNetwork`);
  checkFields('network', network, NETWORK);
  checkFields('network, input', network.input, INPUT);
  Array.from(network.input.shape).forEach((extent, axis) => {
    if (Number.isInteger(extent) && extent > 0) return;
    throw new InputError(`network, input: shape[${axis}] is ${describe(extent)}; give a positive integer`);
  });
  Array.from(network.layers).forEach(checkLayer);
}

function checkLayer(layer: unknown, index: number): void {
  if (typeOf(layer) !== 'object') throw new InputError(`layer ${index} is ${describe(layer)}; give a Layer`);
  const { kind, name } = layer as { readonly kind?: unknown; readonly name?: unknown };
  const where = typeof name === 'string' ? `layer ${index}, ${name}` : `layer ${index}`;
  const kinds = Object.keys(REGISTRY) as LayerKind[];
  checkFields(where, layer as object, { kind: kinds, ...LAYER });
  const { fields } = REGISTRY[kind as LayerKind];
  checkFields(where, layer as object, fields);
}

function checkFields(where: string, holder: object, fields: Fields): void {
  for (const [field, kind] of Object.entries(fields)) {
    const value = (holder as Readonly<Record<string, unknown>>)[field];
    const fits =
      typeof kind === 'object'
        ? kind.includes(value as string)
        : typeOf(value) === (kind === 'matrix' ? 'object' : kind);
    if (!fits) throw fieldError(where, field, describe(value), wanted(kind));
    if (kind === 'matrix') checkMatrix(where, field, value as object);
  }
}

/** The compressed columns must be consistent: everything that follows relies on it. */
function checkMatrix(where: string, field: string, value: object): void {
  checkFields(`${where}, ${field}`, value, MATRIX);
  const { rowCount, columnCount, nonzeros, rows, plusEnds, ends } = value as Record<string, number & Uint32Array>;
  for (const [name, count] of Object.entries({ rowCount, columnCount })) {
    if (Number.isInteger(count) && count > 0) continue;
    throw fieldError(`${where}, ${field}`, name, describe(count), 'a positive integer');
  }
  let start = 0;
  const areEnds =
    plusEnds.length === columnCount &&
    ends.length === columnCount &&
    ends.every((end, column) => {
      const holds = start <= plusEnds[column] && plusEnds[column] <= end;
      start = end;
      return holds;
    });
  if (!areEnds || start !== rows.length || nonzeros !== rows.length) {
    throw fieldError(where, field, 'inconsistent: its counts and ends of columns do not fit each other', MATRIX_ADVICE);
  }
  const outside = rows.findIndex((row) => row >= rowCount);
  if (outside >= 0) {
    throw fieldError(where, field, `inconsistent: rows[${outside}] is ${rows[outside]} of ${rowCount}`, MATRIX_ADVICE);
  }
}

function fieldError(where: string, field: string, found: string, advice: string): InputError {
  return new InputError(`${where}: the field '${field}' is ${found}; give ${advice}`);
}

/** `string`, `number`, `array`, `object`, `null`, `undefined`, or the name of a typed array. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return ArrayBuffer.isView(value) ? Object.prototype.toString.call(value).slice(8, -1) : typeof value;
}

/** A value in a message. */
function describe(value: unknown): string {
  const type = typeOf(value);
  if (type === 'undefined') return 'missing';
  if (type === 'string') return `'${String(value).slice(0, 40)}'`;
  if (type === 'array' || type === 'object') return `an ${type}`;
  return /Array$/.test(type) ? `a ${type}` : String(value).slice(0, 40);
}

function wanted(kind: FieldKind): string {
  if (typeof kind === 'object') return kind.map((choice) => `'${choice}'`).join(' or ');
  if (kind === 'matrix') return MATRIX_ADVICE;
  return /^[aeiouI]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
