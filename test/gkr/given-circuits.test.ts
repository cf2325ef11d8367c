// Circuits and statements that come from anywhere: what is checked is what is hashed and verified, and what is no
// circuit, no list and no bytes is refused as such.

import { describe, expect, it } from 'vitest';
import { koalaBear } from '../../src/field/index.ts';
import {
  adderTreeLayers,
  besideLayer,
  type Circuit,
  type CircuitLayer,
  checkCircuit,
  circuitDigest,
  type LayerTerms,
  matrixProductLayer,
  proveCircuitStatement,
  sumLayer,
  verifyCircuitStatement,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { settings } from '../support/fields.ts';

const [[, , createEngine]] = settings;
const engine = createEngine() as never;
const field = koalaBear;

function sumOf(coefficients: readonly number[]): LayerTerms {
  const count = coefficients.length;
  const sources = Uint32Array.from({ length: count }, (_, k) => k);
  const gates = new Uint32Array(count);
  return wiredLayer(1, { linear: { gates, sources, coefficients: Int32Array.from(coefficients) } }).terms();
}

/** A layer as a class makes it: its terms come from `this`. */
class Weighted implements CircuitLayer {
  readonly width = 1;
  readonly hasProducts = false;
  readonly coefficients: readonly number[];

  constructor(coefficients: readonly number[]) {
    this.coefficients = coefficients;
  }

  terms(): LayerTerms {
    return sumOf(this.coefficients);
  }
}

describe('a circuit', () => {
  it('made of class instances is hashed with its terms', () => {
    const [first, second] = [
      [1, 2],
      [1, 3],
    ].map((list) => ({ inputCount: 2, layers: [new Weighted(list)] }));
    expect(circuitDigest(first)).not.toEqual(circuitDigest(second));
    const { outputs, proof } = proveCircuitStatement(engine, first, [5, 7]);
    expect([...outputs]).toEqual([19]);
    expect(verifyCircuitStatement(field, first, [5, 7], [19], proof)).toEqual({ ok: true });
    expect(verifyCircuitStatement(field, second, [5, 7], [19], proof).ok).toBe(false);
  });

  it('whose terms use the layer’s own width is hashed with them', () => {
    const of = (coefficients: readonly number[]): Circuit => {
      const layer: CircuitLayer = {
        width: 1,
        hasProducts: false,
        terms() {
          return sumOf(coefficients.slice(0, 2 * this.width));
        },
      };
      return { inputCount: 2, layers: [layer] };
    };
    expect(circuitDigest(of([1, 2]))).not.toEqual(circuitDigest(of([1, 3])));
  });

  it('whose terms change from one call to the next is the one that was checked', () => {
    let calls = 0;
    const layer: CircuitLayer = { width: 1, hasProducts: false, terms: () => sumOf([1, ++calls]) };
    const own = checkCircuit({ inputCount: 2, layers: [layer] });
    expect(own.layers[0].terms()).toEqual(sumOf([1, 1]));
    expect(own.layers[0].terms()).toEqual(sumOf([1, 1]));
    const honest = { inputCount: 2, layers: [wiredLayer(1, sumOf([1, 2]))] };
    const { proof } = proveCircuitStatement(engine, honest, [5, 7]);
    // the second call's terms are those of the proof: one snapshot is hashed and verified
    calls = 0;
    const changing = { inputCount: 2, layers: [layer] };
    expect(verifyCircuitStatement(field, changing, [5, 7], [19], proof).ok).toBe(false);
  });

  it('with lists that are no typed arrays is refused: coefficients beyond 32 bits share a digest', () => {
    const terms = sumOf([1, 2]);
    const changed = (linear: object): Circuit => ({
      inputCount: 2,
      layers: [{ width: 1, hasProducts: false, terms: () => ({ ...terms, linear: { ...terms.linear, ...linear } }) }],
    });
    for (const [list, message] of [
      [{ coefficients: [1, 2 + 2 ** 32] }, 'layer 0 of the circuit: its list of "coefficient" is no Int32Array'],
      [{ sources: ['length', 0] }, 'its list of "source" is no Uint32Array'],
      [{ gates: [Number.NaN, -1] }, 'its list of "gate" is no Uint32Array'],
    ] as const) {
      expect(() => checkCircuit(changed(list))).toThrow(message);
    }
    const constants = [1.5] as unknown as Int32Array;
    const layer = { ...wiredLayer(1, terms), constants };
    expect(() => checkCircuit({ inputCount: 2, layers: [layer] })).toThrow('its constants are no Int32Array');
  });

  it('that is none is a UsageError that says so', () => {
    for (const [given, message] of [
      [null, 'a circuit has a list of layers'],
      [{}, 'a circuit has a list of layers'],
      [{ inputCount: 2, layers: [null] }, 'layer 0 of the circuit: it is no layer'],
      [{ inputCount: 2, layers: [{ width: 1, hasProducts: false }] }, 'it has no terms'],
      [{ inputCount: 2, layers: [{ width: 1, hasProducts: false, terms: () => ({}) }] }, 'its terms have no list'],
      [{ layers: [wiredLayer(1, sumOf([1]))] }, 'inputCount'],
    ] as const) {
      expect(() => verifyCircuitStatement(field, given as unknown as Circuit, [1, 2], [3], new Uint8Array(9))).toThrow(
        message,
      );
    }
  });

  it('too wide to be walked is refused before a table is made; in closed form it is not', () => {
    const wide = { inputCount: 1, layers: [wiredLayer(2 ** 29, {}), sumLayer(1, 2 ** 29)] };
    expect(() => checkCircuit(wide)).toThrow('layer 0 of the circuit: 536870912 wires; at most 2^26');
    expect(checkCircuit({ inputCount: 2 ** 30, layers: [sumLayer(1, 2 ** 30)] }).layers).toHaveLength(1);
    const point = Array.from({ length: 29 }, () => field.one);
    expect(() => field.tables.eqTable(point)).toThrow('an eq table of 29 variables');
  });

  it('too deep for its field is a UsageError, not a verdict', () => {
    const small = { ...field, bits: 101 };
    const circuit = { inputCount: 2, layers: adderTreeLayers(2) };
    expect(() => verifyCircuitStatement(small, circuit, [1, 2], [3], new Uint8Array(0))).toThrow('less than 100 bits');
  });
});

describe('a closed form', () => {
  it('that forgets to return gives no verdict of acceptance', () => {
    const forgetful = (layer: CircuitLayer): CircuitLayer => ({
      ...layer,
      closedForm: { name: 'forgetful', sources: 2, linear: (() => undefined) as never },
    });
    for (const layer of [forgetful(sumLayer(1, 2)), besideLayer(forgetful(sumLayer(1, 2)))]) {
      const circuit = { inputCount: 2, layers: [layer] };
      const zeros = { ...circuit, layers: [{ ...layer, terms: () => wiredLayer(1, {}).terms() }] };
      const { proof } = proveCircuitStatement(engine, zeros, [5, 6]);
      expect(verifyCircuitStatement(field, circuit, [5, 6], [0], proof)).toMatchObject({
        ok: false,
        message: expect.stringContaining('gives no element'),
      });
    }
  });

  it('has places and counts that exist', () => {
    expect(() => adderTreeLayers(4, 0.5)).toThrow('0.5 outputs');
    expect(() => adderTreeLayers(Number.POSITIVE_INFINITY)).toThrow('Infinity wires');
    expect(() => sumLayer(-1, 2)).toThrow('-1 gates');
    const shape = { rows: 2, inner: 2, columns: 2 };
    expect(() => matrixProductLayer(shape, { left: -4, right: 4, sources: 8 })).toThrow('a matrix at wire -4');
  });
});

describe('a statement', () => {
  const circuit = { inputCount: 2, layers: [wiredLayer(1, sumOf([1, 2]))] };
  const { proof } = proveCircuitStatement(engine, circuit, [5, 7]);

  it('with values that only claim a length is refused without making a list of it', () => {
    const endless = { length: 2e9 } as unknown as number[];
    expect(verifyCircuitStatement(field, circuit, endless, [19], proof)).toMatchObject({
      code: 'statement',
      where: 'inputs',
    });
    expect(verifyCircuitStatement(field, circuit, [5, 7], endless, proof)).toMatchObject({
      code: 'statement',
      where: 'outputs',
    });
    for (const bytes of [2e9, { length: 2e9 }, null]) {
      expect(verifyCircuitStatement(field, circuit, [5, 7], [19], bytes as unknown as Uint8Array)).toMatchObject({
        code: 'bad-header',
      });
    }
  });

  it('with an element of five coordinates is refused', () => {
    const output = [19, 0, 0, 0, 9] as never;
    expect(verifyCircuitStatement(field, circuit, [5, 7], [output], proof)).toMatchObject({ code: 'non-canonical' });
  });

  it('under a context that is no bytes is a mistake of the caller', () => {
    const context = 'alice' as unknown as Uint8Array;
    expect(() => proveCircuitStatement(engine, circuit, [5, 7], 1, { context })).toThrow('give a Uint8Array');
    expect(verifyCircuitStatement(field, circuit, [5, 7], [19], proof, { context }).ok).toBe(false);
  });
});
