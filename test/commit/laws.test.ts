import { describe } from 'vitest';
import {
  chooseParameters,
  createHasher,
  type TensorCodeParameters,
  tensorCodeProver,
  tensorCodeVerifier,
  transparentProver,
  transparentVerifier,
} from '../../src/commit/index.ts';
import { type AnyField, settings } from '../support/fields.ts';
import { describeLaws, type SchemeUnderTest } from './laws.ts';

const securityBits = 100.5;

const parametersFor = (field: AnyField, variables: number): TensorCodeParameters =>
  chooseParameters({ field, variables, securityBits, grindingBits: 8 });

function tensorCode(choose: (field: AnyField, variables: number) => TensorCodeParameters): SchemeUnderTest {
  const hasher = createHasher();
  return {
    prover: (engine, table) => tensorCodeProver(engine, hasher, choose(engine.field, Math.log2(table.length))),
    verifier: (field, table) => tensorCodeVerifier(field, choose(field, Math.log2(table.length))),
    rowVariables: (field, variables) => choose(field, variables).rowVariables,
    wrongValue: ['opening', 'row'],
    securityBits,
  };
}

/** Whatever the size, a matrix of both rows and columns. */
const square = tensorCode((field, variables) => {
  const rowVariables = Math.floor(variables / 2);
  const columnVariables = variables - rowVariables;
  const proximityBits = Math.floor(field.bits - columnVariables - 2 - Math.log2(Math.max(1, rowVariables)));
  return { rowVariables, columnVariables, rateBits: 2, queries: 140, grindingBits: 6, proximityBits };
});

const transparent: SchemeUnderTest = {
  prover: () => transparentProver(),
  verifier: (field, table) => transparentVerifier(field, table),
  rowVariables: (_field, variables) => Math.ceil(variables / 2),
  wrongValue: ['claim', ''],
  securityBits: Number.POSITIVE_INFINITY,
};

describe.each(settings)('over %s', (name, _field, createEngine) => {
  const engine = createEngine();
  const slow = name.includes('reference');

  describe('the tensor code with chosen parameters', () => {
    describeLaws(tensorCode(parametersFor), engine, slow ? [0, 1, 4, 7] : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  describe('the tensor code with square matrices', () => {
    describeLaws(square, engine, slow ? [2, 5] : [1, 2, 3, 6, 8, 10]);
  });

  describe('a transparent table', () => {
    describeLaws(transparent, engine, slow ? [0, 3] : [0, 1, 3, 6, 10]);
  });
});
