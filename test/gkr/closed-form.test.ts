import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bn254, koalaBear } from '../../src/field/index.ts';
import {
  adderTreeLayers,
  besideLayer,
  type Circuit,
  type CircuitLayer,
  type ClosedForm,
  checkCircuit,
  evaluateCircuit,
  type GateWeights,
  matrixPlaces,
  matrixProductLayer,
  matrixProductLayers,
  relayLayer,
  sumLayer,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { logCeil } from '../../src/poly/index.ts';
import { check, expectRejection, proofOf } from '../support/channels.ts';
import { runs } from '../support/depth.ts';
import { type AnyField, seededElements, settings } from '../support/fields.ts';
import { inputsOf, outputClaim, prover, verifier } from './circuits.ts';
import { extension } from './naive.ts';

const fields: [string, AnyField][] = [
  ['KoalaBear', koalaBear as AnyField],
  ['BN254', bn254 as AnyField],
];

const logs = fc.integer({ min: 0, max: 2 });
const widths = fc.integer({ min: 1, max: 19 });

/** Layers of every closed form, the layers of several of them too. */
const layers: fc.Arbitrary<{ sources: number; layer: CircuitLayer }> = fc
  .oneof(
    widths.map((width) => ({ sources: width, layers: [relayLayer(width)] })),
    fc.tuple(widths, logs).map(([gates, log]) => ({ sources: gates << log, layers: [sumLayer(gates, 1 << log)] })),
    fc.integer({ min: 2, max: 40 }).map((width) => ({ sources: width, layers: adderTreeLayers(width) })),
    fc
      .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 3 }))
      .map(([outputs, log]) => ({ sources: outputs << log, layers: adderTreeLayers(outputs << log, outputs) })),
    fc.tuple(logs, logs, logs, fc.boolean(), fc.boolean()).map(([m, n, p, dot, moved]) => {
      const shape = { rows: 1 << m, inner: 1 << n, columns: 1 << p };
      const usual = matrixPlaces(shape);
      const size = (1 << n) * Math.max(1 << m, 1 << p);
      const places = moved ? { left: size, right: 3 * size, sources: 5 * size } : usual;
      return {
        sources: places.sources,
        layers: dot ? [matrixProductLayer(shape, places)] : matrixProductLayers(shape, places),
      };
    }),
    fc.tuple(logs, logs, fc.boolean()).map(([m, n, withProducts]) => {
      const shape = { rows: 1 << m, inner: 1 << n, columns: 1 << m };
      const sources = 4 << (m + n);
      const product = matrixProductLayer(shape, { left: 0, right: 1 << (m + n), sources });
      const sums = [sumLayer(1 << m, sources >> m), ...adderTreeLayers(sources).slice(0, 1), relayLayer(sources)];
      // wide parts first; the same part twice
      const parts = [...(withProducts ? [product] : []), ...sums, ...sums].sort((a, b) => b.width - a.width);
      return { sources, layers: [besideLayer(...parts)] };
    }),
  )
  .chain(({ sources, layers: list }) =>
    fc.nat({ max: list.length - 1 }).map((index) => {
      checkCircuit({ inputCount: sources, layers: list });
      return { sources: index === 0 ? sources : list[index - 1].width, layer: list[index] };
    }),
  );

/** Both sums of a closed form, by definition: over the terms. */
function walk(
  field: AnyField,
  layer: CircuitLayer,
  weights: GateWeights<unknown>,
  u: readonly unknown[],
  v: readonly unknown[],
): [linear: unknown, products: unknown] {
  const eq = (point: readonly unknown[], index: number): unknown =>
    extension(
      field,
      Array.from({ length: index + 1 }, (_, k) => (k === index ? field.one : field.zero)),
      point,
    );
  const sum = (values: unknown[]): unknown => values.reduce((total, value) => field.add(total, value), field.zero);
  const product = (...values: unknown[]): unknown =>
    values.reduce((total, value) => field.mul(total, value), field.one);
  const weight = (gate: number): unknown =>
    sum(weights.map(({ coefficient, point }) => product(coefficient, eq(point, gate))));
  const { linear, products } = layer.terms();
  return [
    sum(
      Array.from(linear.gates, (gate, k) =>
        product(field.fromInteger(linear.coefficients[k]), weight(gate), eq(u, linear.sources[k])),
      ),
    ),
    sum(
      Array.from(products.gates, (gate, k) =>
        product(
          field.fromInteger(products.coefficients[k]),
          weight(gate),
          eq(u, products.lefts[k]),
          eq(v, products.rights[k]),
        ),
      ),
    ),
  ];
}

describe.each(fields)('closed forms over %s', (_name, field) => {
  it('equal the sums over the terms (property)', () => {
    fc.assert(
      fc.property(layers, fc.nat(), fc.integer({ min: 1, max: 2 }), ({ sources, layer }, seed, claims) => {
        const point = (count: number, k: number): unknown[] => seededElements(field, count, seed + k);
        const weights = Array.from({ length: claims }, (_, j) => ({
          coefficient: point(1, 10 + j)[0],
          point: point(logCeil(layer.width), 20 + j),
        }));
        const [u, v] = [point(logCeil(sources), 30), point(logCeil(sources), 31)];
        const [linear, products] = walk(field, layer, weights, u, v);
        const { closedForm } = layer;
        expect(closedForm?.linear?.(field, weights, u) ?? field.zero).toEqual(linear);
        expect(closedForm?.products?.(field, weights, u, v) ?? field.zero).toEqual(products);
      }),
      { numRuns: runs(40) },
    );
  });
});

describe.each(settings)('circuits in closed form over %s', (_name, field, createEngine) => {
  const engine = createEngine();
  const shape = { rows: 4, inner: 8, columns: 2 };
  const square = matrixProductLayer({ rows: 4, inner: 4, columns: 4 }, { left: 0, right: 0, sources: 16 });
  const besides: Circuit = {
    inputCount: 16,
    layers: [
      besideLayer(square, { ...relayLayer(16), constants: Int32Array.from({ length: 16 }, (_, k) => k - 3) }),
      matrixProductLayer({ rows: 1, inner: 16, columns: 1 }),
    ],
  };
  const circuits: [string, Circuit][] = [
    ['an adder tree', { inputCount: 21, layers: adderTreeLayers(21) }],
    ['a matrix product', { inputCount: matrixPlaces(shape).sources, layers: [matrixProductLayer(shape)] }],
    ['two layers beside each other', besides],
    ['a matrix product with sums', { inputCount: matrixPlaces(shape).sources, layers: matrixProductLayers(shape) }],
  ];

  it.each(circuits)('prove %s to a verifier that never sees the terms', (_what, circuit) => {
    const inputs = inputsOf(field, circuit, 2, 3);
    const values = evaluateCircuit(field, circuit, inputs, 2);
    const claim = outputClaim(field, circuit, 1, values[values.length - 1]);
    const proof = proofOf(field, prover(engine, circuit, 1, values, claim));
    const withoutTerms = {
      ...circuit,
      layers: circuit.layers.map((layer) => ({
        ...layer,
        terms: () => {
          throw new Error('asked for the terms');
        },
      })),
    };
    checkCircuit(withoutTerms);
    expect(check(field, proof, verifier(field, withoutTerms, 1, inputs, claim))).toBe(true);
  });

  it('refuse proofs from terms that the form does not describe', () => {
    const [first, ...rest] = adderTreeLayers(8);
    const circuit = { inputCount: 8, layers: [first, ...rest] };
    const inputs = inputsOf(field, circuit, 1, 4);
    const values = evaluateCircuit(field, circuit, inputs);
    const claim = outputClaim(field, circuit, 0, values[values.length - 1]);
    const proof = proofOf(field, prover(engine, circuit, 0, values, claim));
    const closedForm: ClosedForm = {
      name: 'sums of neighbours, twice',
      sources: 8,
      linear(f, weights, u) {
        const once = first.closedForm?.linear?.(f, weights, u) ?? f.zero;
        return f.add(once, once);
      },
    };
    const wrong = { ...circuit, layers: [{ ...first, closedForm }, ...rest] };
    expectRejection(() => check(field, proof, verifier(field, wrong, 0, inputs, claim)), 'sumcheck', 'layer 0');
  });
});

describe('layers in closed form', () => {
  it('compute what they say', () => {
    const run = (inputCount: number, list: readonly CircuitLayer[], inputs: number[]): number[] =>
      Array.from(
        evaluateCircuit(koalaBear, { inputCount, layers: list }, Int32Array.from(inputs)).at(-1) as Int32Array,
      );
    expect(run(5, adderTreeLayers(5), [1, 2, 3, 4, 5])).toEqual([15]);
    expect(run(6, [sumLayer(3, 2)], [1, 2, 3, 4, 5, 6])).toEqual([3, 7, 11]);
    expect(run(8, adderTreeLayers(8, 2), [1, 2, 3, 4, 5, 6, 7, 8])).toEqual([10, 26]);
    expect(adderTreeLayers(1)).toEqual([]);
    // [1 2; 3 4]·[5 6; 7 8]
    const shape = { rows: 2, inner: 2, columns: 2 };
    const [entries, product] = [
      [1, 2, 3, 4, 5, 6, 7, 8],
      [19, 22, 43, 50],
    ];
    expect(run(8, [matrixProductLayer(shape)], entries)).toEqual(product);
    expect(run(8, matrixProductLayers(shape), entries)).toEqual(product);
    // one row times two columns: B stands first
    const wide = { rows: 1, inner: 2, columns: 2 };
    expect(matrixPlaces(wide)).toEqual({ left: 4, right: 0, sources: 6 });
    expect(run(6, [matrixProductLayer(wide)], [5, 6, 7, 8, 1, 2])).toEqual([19, 22]);
  });

  it('stand beside each other', () => {
    const both = besideLayer(matrixProductLayer({ rows: 2, inner: 1, columns: 2 }), {
      ...sumLayer(2, 2),
      constants: Int32Array.of(0, 100),
    });
    const circuit = { inputCount: 4, layers: [both] };
    checkCircuit(circuit);
    expect(both.width).toBe(6);
    const [, outputs] = evaluateCircuit(koalaBear, circuit, Int32Array.of(1, 2, 3, 4));
    expect(Array.from(outputs as Int32Array)).toEqual([3, 4, 6, 8, 3, 107]);
    expect(() => besideLayer()).toThrow('at least one part');
    expect(() => besideLayer(relayLayer(4), sumLayer(2, 4))).toThrow('read 4 wires, not 8');
    expect(() => besideLayer(sumLayer(2, 2), relayLayer(4))).toThrow('4 gates after 2: not at a multiple of 4');
    expect(() => besideLayer(wiredLayer(1, {}))).toThrow('have closed forms');
  });

  it('refuse sizes that have no closed form, and places that are not aligned', () => {
    expect(() => sumLayer(2, 3)).toThrow('3 is not a power of two');
    expect(() => adderTreeLayers(9, 3)).toThrow('9 wires over 3 outputs');
    expect(() => matrixProductLayer({ rows: 3, inner: 2, columns: 2 })).toThrow('power of two');
    const shape = { rows: 2, inner: 2, columns: 2 };
    expect(() => matrixProductLayer(shape, { left: 2, right: 4, sources: 8 })).toThrow('at wire 2 of 8');
    expect(() => matrixProductLayer(shape, { left: 0, right: 8, sources: 8 })).toThrow('at wire 8 of 8');
  });

  it('are checked by their widths', () => {
    expect(() => checkCircuit({ inputCount: 7, layers: adderTreeLayers(8) })).toThrow('reads 8 wires of 7');
    const [layer] = adderTreeLayers(2);
    expect(() => checkCircuit({ inputCount: 2, layers: [{ ...layer, hasProducts: true }] })).toThrow('products');
  });
});
