// Circuits and statements that come from anywhere: what is checked is what is hashed and verified, and what is no
// circuit, no list and no bytes is refused as such.

import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { bn254, koalaBear } from '../../src/field/index.ts';
import {
  adderTreeLayers,
  besideLayer,
  type Circuit,
  type CircuitLayer,
  checkCircuit,
  circuitDigest,
  type LayerTerms,
  matrixProductLayer,
  matrixProductLayers,
  proveCircuitStatement,
  relayLayer,
  sumLayer,
  verifyCircuit,
  verifyCircuitStatement,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { expectRejection } from '../support/channels.ts';
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

/** A layer with whatever terms. */
const given = (terms: unknown): CircuitLayer => ({ width: 1, hasProducts: false, terms: () => terms as LayerTerms });

/** A layer of two wires with whatever closed form. */
const formed = (form: object, hasProducts = false): CircuitLayer => ({
  ...sumLayer(1, 2),
  hasProducts,
  closedForm: { name: 'reverse', sources: 2, ...form },
});

/** A layer in closed form as a class makes it. */
class Formed extends Weighted {
  readonly closedForm = { name: 'formed', sources: 2 };

  constructor() {
    super([1, 1]);
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

  it('with lists that are not typed arrays is rejected: coefficients beyond 32 bits share a digest', () => {
    const terms = sumOf([1, 2]);
    const changed = (linear: object): Circuit => ({
      inputCount: 2,
      layers: [{ width: 1, hasProducts: false, terms: () => ({ ...terms, linear: { ...terms.linear, ...linear } }) }],
    });
    for (const [list, message] of [
      [{ coefficients: [1, 2 + 2 ** 32] }, 'layer 0 of the circuit: its list of "coefficient" is not an Int32Array'],
      [{ sources: ['length', 0] }, 'its list of "source" is not a Uint32Array'],
      [{ gates: [Number.NaN, -1] }, 'its list of "gate" is not a Uint32Array'],
    ] as const) {
      expect(() => checkCircuit(changed(list))).toThrow(message);
    }
    const constants = [1.5] as unknown as Int32Array;
    const layer = { ...wiredLayer(1, terms), constants };
    expect(() => checkCircuit({ inputCount: 2, layers: [layer] })).toThrow('its constants are not an Int32Array');
  });

  it('that is none is a UsageError that says so', () => {
    for (const [made, message] of [
      [null, 'a circuit has a list of layers'],
      [{}, 'a circuit has a list of layers'],
      [{ inputCount: 2, layers: [null] }, 'layer 0 of the circuit: it is not a layer'],
      [{ inputCount: 2, layers: [{ width: 1, hasProducts: false }] }, 'it has no terms'],
      [{ inputCount: 2, layers: [{ width: 1, hasProducts: false, terms: () => ({}) }] }, 'its terms have no list'],
      [{ layers: [wiredLayer(1, sumOf([1]))] }, 'inputCount'],
      ['circuit', 'a circuit has a list of layers'],
      [{ inputCount: 2, layers: [{ ...sumLayer(1, 2), closedForm: null }] }, 'its closed form has no name'],
      [{ inputCount: 2, layers: [{ ...sumLayer(1, 2), terms: 7 }] }, 'it has no terms'],
      [{ inputCount: 2, layers: [formed({ linear: 'x' })] }, 'reverse: its `linear` is not a function'],
      [{ inputCount: 2, layers: [formed({ products: null }, true)] }, 'reverse: its `products` is not a function'],
      [{ inputCount: 2, layers: [given({ linear: null, products: null })] }, 'its terms have no list'],
      [{ inputCount: 2, layers: [given({ linear: {}, products: {} })] }, 'its list of "gate" is not a Uint32Array'],
      [{ inputCount: 2, layers: [given(null)] }, 'its terms have no list'],
      [{ inputCount: 2, layers: [{ ...given(sumOf([1])), hasProducts: undefined }] }, '0 products'],
    ] as const) {
      const verify = () => verifyCircuitStatement(field, made as unknown as Circuit, [1, 2], [3], new Uint8Array(9));
      expect(verify).toThrow(UsageError);
      expect(verify).toThrow(message);
    }
  });

  it('is read once: a width or a word about products that changes afterwards changes nothing', () => {
    let asked = 0;
    const layer: CircuitLayer = {
      ...sumLayer(1, 2),
      get width() {
        return ++asked;
      },
    };
    expect(checkCircuit({ inputCount: 2, layers: [layer] }).layers[0].width).toBe(1);
    const own = checkCircuit({ inputCount: 2, layers: [{ ...layer, width: 1 }] }).layers[0];
    expect([own.width, own.width, own.hasProducts]).toEqual([1, 1, false]);
    expect(checkCircuit({ inputCount: 2, layers: [new Formed()] }).layers[0].terms()).toEqual(sumOf([1, 1]));
  });

  it('whose layers write their terms into the same lists is the one that each layer meant', () => {
    const { linear, products } = sumOf([0, 0]);
    const shared = (coefficients: readonly number[]): CircuitLayer =>
      given({
        get linear() {
          linear.coefficients.set(coefficients);
          linear.sources[1] = coefficients.length - 1;
          return linear;
        },
        products,
      });
    const two = { inputCount: 2, layers: [shared([1, 2]), shared([3])] };
    const own = checkCircuit(two).layers.map((layer) => layer.terms().linear);
    expect(own[0]).toMatchObject({ sources: Uint32Array.of(0, 1), coefficients: Int32Array.of(1, 2) });
    expect(own[1]).toMatchObject({ sources: Uint32Array.of(0, 0), coefficients: Int32Array.of(3, 2) });
    const constants = Int32Array.of(4);
    const checked = checkCircuit({ inputCount: 2, layers: [{ ...given(sumOf([1, 2])), constants }] });
    constants[0] = 5;
    expect([...(checked.layers[0].constants ?? [])]).toEqual([4]);
  });

  it('is hashed with whether a closed form has products', () => {
    const [linear, products] = [formed({}), formed({ products: () => field.zero }, true)];
    expect(circuitDigest({ inputCount: 2, layers: [linear] })).not.toEqual(
      circuitDigest({ inputCount: 2, layers: [products] }),
    );
  });

  it('made of lists from another realm is taken, one made of objects that pose as lists is not', () => {
    const terms = sumOf([1, 2]);
    const coefficients = runInNewContext('Int32Array.of(1, 2)') as Int32Array;
    const foreign = { inputCount: 2, layers: [given({ ...terms, linear: { ...terms.linear, coefficients } })] };
    expect(circuitDigest(checkCircuit(foreign))).toEqual(circuitDigest({ inputCount: 2, layers: [given(terms)] }));
    const posing = Object.create(Int32Array.prototype, { length: { value: 2 }, 0: { value: 2 ** 32 } });
    const posed = { inputCount: 2, layers: [given({ ...terms, linear: { ...terms.linear, coefficients: posing } })] };
    expect(() => checkCircuit(posed)).toThrow('its list of "coefficient" is not an Int32Array');
  });

  it('too wide to be walked is refused before a table is made; in closed form it is not', () => {
    const wide = (gates: number): Circuit => ({ inputCount: 1, layers: [wiredLayer(gates, {}), sumLayer(1, gates)] });
    expect(() => checkCircuit(wide(2 ** 32))).toThrow('layer 0 of the circuit: 4294967296 wires; at most 2^22');
    expect(() => checkCircuit(wide(2 ** 23))).toThrow('layer 0 of the circuit: 8388608 wires; at most 2^22');
    expect(checkCircuit(wide(2 ** 22)).layers).toHaveLength(2);
    expect(() => checkCircuit({ inputCount: 2 ** 23, layers: [wiredLayer(1, {})] })).toThrow('8388608 wires');
    expect(checkCircuit({ inputCount: 2 ** 32, layers: [sumLayer(1, 2 ** 32)] }).layers).toHaveLength(1);
  });

  it.each([koalaBear, bn254])('no table over $name is of more variables than a memory holds', ({ tables, one }) => {
    const point = (variables: number) => Array.from({ length: variables }, () => one as never);
    for (const variables of [27, 29, 32, 40]) {
      expect(() => tables.eqTable(point(variables))).toThrow(`an eq table of ${variables} variables; at most 26`);
    }
    for (const variables of [36, 40]) {
      const evaluate = () => tables.evaluateIntegers(Int32Array.of(1), point(variables));
      expect(evaluate).toThrow(UsageError);
      expect(evaluate).toThrow('variables; at most 26');
    }
  });

  it('too deep for its field is a UsageError; for the copies that are given, a verdict', () => {
    const small = { ...field, characteristic: 2n ** 101n, degree: 1 };
    const circuit = { inputCount: 2, layers: adderTreeLayers(2) };
    expect(() => verifyCircuitStatement(small, circuit, [1, 2], [3], new Uint8Array(0))).toThrow('less than 100 bits');
    // deep enough on 2^12 copies only
    const many = { ...field, characteristic: 2n ** 103n, degree: 1 };
    const values = (count: number) => new Int32Array(count);
    expect(verifyCircuitStatement(many, circuit, values(2 ** 13), values(2 ** 12), new Uint8Array(0))).toEqual({
      ok: false,
      code: 'statement',
      where: 'inputs',
      message: 'a circuit of 1 layers on 2^12 copies leaves less than 100 bits',
    });
  });
});

describe('a closed form', () => {
  it('that forgets to return is an internal fault, not a wiring of zeros', () => {
    const nothing = [undefined, null].flatMap((value) => [
      formed({ linear: () => value }),
      formed({ linear: () => field.zero, products: () => value }, true),
    ]);
    for (const layer of nothing.flatMap((own) => [own, besideLayer(own)])) {
      const circuit = { inputCount: 2, layers: [layer] };
      const zeros = { ...circuit, layers: [{ ...layer, terms: () => wiredLayer(1, {}).terms() }] };
      const { proof } = proveCircuitStatement(engine, zeros, [5, 6]);
      const verdict = verifyCircuitStatement(field, circuit, [5, 6], [0], proof);
      expect(verdict).toMatchObject({ ok: false, code: 'internal' });
      expect(verdict).toHaveProperty('message', expect.stringContaining('the closed form reverse gives no element'));
    }
  });

  it('has places and counts that exist', () => {
    expect(() => adderTreeLayers(4, 0.5)).toThrow('0.5 outputs');
    expect(() => adderTreeLayers(Number.POSITIVE_INFINITY)).toThrow('Infinity wires');
    expect(() => sumLayer(-1, 2)).toThrow('-1 gates');
    expect(() => adderTreeLayers(2.5)).toThrow('2.5 wires');
    expect(() => relayLayer(Number.NaN)).toThrow('NaN gates');
    expect(() => sumLayer(2, 0.5)).toThrow('0.5 is not a power of two');
    expect(() => sumLayer(2, Number.POSITIVE_INFINITY)).toThrow('Infinity is not a power of two');
    const shape = { rows: 2, inner: 2, columns: 2 };
    for (const left of [-4, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      for (const make of [matrixProductLayer, matrixProductLayers]) {
        expect(() => make(shape, { left, right: 4, sources: 8 })).toThrow(`a matrix at wire ${left}: there is none`);
      }
    }
    for (const sources of [-8, 0, 8.5, Number.NaN]) {
      expect(() => matrixProductLayer(shape, { left: 0, right: 4, sources })).toThrow(`${sources} wires`);
    }
    expect(() => matrixProductLayers({ ...shape, inner: -2 })).toThrow('is not a power of two');
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
    expect(verifyCircuitStatement(field, circuit, [5, 7], [output], proof)).toMatchObject({
      code: 'non-canonical',
      where: 'outputs',
    });
    const channel = createVerifierChannel(field, proof);
    expectRejection(
      () => verifyCircuit(field, channel, checkCircuit(circuit), 0, { point: [], value: output }),
      'non-canonical',
      /^outputs$/,
    );
  });

  it('with values that are neither integers nor elements is refused as such', () => {
    for (const value of [
      5.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      null,
      undefined,
      '5',
      {},
      true,
      [5],
      [5, 0, 0, 0.5],
    ]) {
      expect(verifyCircuitStatement(field, circuit, [5, 7], [value] as never, proof), String(value)).toMatchObject({
        code: 'non-canonical',
        where: 'outputs',
      });
      expect(verifyCircuitStatement(field, circuit, [value, 7] as never, [19], proof), String(value)).toMatchObject({
        code: 'non-canonical',
        where: 'inputs',
      });
    }
  });

  it('under a context that is not bytes is a mistake of the caller', () => {
    const context = 'alice' as unknown as Uint8Array;
    for (const run of [
      () => proveCircuitStatement(engine, circuit, [5, 7], 1, { context }),
      () => verifyCircuitStatement(field, circuit, [5, 7], [19], proof, { context }),
    ]) {
      expect(run).toThrow(UsageError);
      expect(run).toThrow('context: bytes are absorbed, give a Uint8Array');
    }
  });
});
