import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNonce, createPlainHasher } from '../../src/commit/index.ts';
import { eqTableCost } from '../../src/field/counting.ts';
import type { Engine } from '../../src/field/engine.ts';
import {
  bn254,
  countingEngine,
  createArrayEngine,
  createKoalaBearEngine,
  koalaBear,
  noOperations,
  type OperationCounts,
  sumOperations,
} from '../../src/field/index.ts';
import { countMultiplicities, functionTable, lookupShape, proveLookups, rangeTable } from '../../src/lookup/index.ts';
import {
  lookupCost,
  openingsCost,
  sumcheckCost,
  tensorCodeCost,
  ternaryLayerCost,
} from '../../src/network/cost-model.ts';
import { compile, type PhaseCounts, prove, verify } from '../../src/network/index.ts';
import { proveOpenings } from '../../src/network/openings/prove.ts';
import { traceProof } from '../../src/network/trace.ts';
import { pack } from '../../src/poly/packing.ts';
import { proveLinear, ternaryFromDense } from '../../src/sparse/index.ts';
import { proveRelations, proveSumcheck, sumOfProducts } from '../../src/sumcheck/index.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { type AnyField, seeded, seededElements } from '../support/fields.ts';
import { inputsOf, type NetworkOptions, perceptron } from '../support/networks.ts';

const seed = fc.integer({ min: 0, max: 2 ** 30 });
const engines: readonly [string, AnyField, () => Engine<unknown>][] = [
  ['KoalaBear', koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>],
  ['BN254', bn254 as AnyField, () => createArrayEngine(bn254 as AnyField)],
];

function integers(length: number, start: number): Int32Array {
  const random = seeded(start);
  return Int32Array.from({ length }, () => random(255) - 127);
}

describe.each(engines)('formulas equal the counts of runs over %s', (_name, field, createEngine) => {
  const inner = createEngine();

  /** What `run` costs; its claims need not be true, since no count depends on them. */
  function countsOf(run: (engine: Engine<unknown>) => void): OperationCounts {
    const counter = noOperations();
    const engine = countingEngine(inner, counter);
    const mark = engine.mark();
    run(engine);
    engine.release(mark);
    return counter;
  }

  it('ternary layers', () => {
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 40 }),
      columns: fc.integer({ min: 1, max: 40 }),
      batchVariables: fc.nat({ max: 3 }),
      density: fc.constantFrom(0, 0.1, 0.5, 1),
    });
    fc.assert(
      fc.property(sizes, seed, ({ rows, columns, batchVariables, density }, start) => {
        const random = seeded(start);
        const entries = Array.from({ length: rows * columns }, () =>
          random(1000) < 1000 * density ? 2 * random(2) - 1 : 0,
        );
        const weights = ternaryFromDense(entries, rows, columns);
        const rowVariables = Math.ceil(Math.log2(rows));
        const columnVariables = Math.ceil(Math.log2(columns));
        const counts = countsOf((engine) => {
          const output = { point: seededElements(field, batchVariables + rowVariables, start), value: field.zero };
          const input = integers(2 ** (batchVariables + columnVariables), start);
          const relation = proveLinear(engine, engine.gatherPlan(weights), input, output);
          proveRelations(engine, createProverChannel(field), [relation]);
        });
        const nonzeros = entries.filter((entry) => entry !== 0).length;
        expect(counts).toEqual(ternaryLayerCost({ rowVariables, columnVariables, nonzeros, batchVariables }));
      }),
      { numRuns: 40 },
    );
  });

  it('sumchecks of several instances, weighted and plain', () => {
    const kind = fc.constantFrom('base' as const, 'extension' as const);
    const instance = fc
      .record({
        variables: fc.nat({ max: 5 }),
        tables: fc.array(kind, { minLength: 2, maxLength: 4 }),
        products: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
      })
      .map(({ variables, tables, products }) => {
        const places = products.map(([a, b]): [number, number] => [a % tables.length, b % tables.length]);
        // every table takes part, in the order of its first place
        const order = [...new Set(places.flat())];
        return {
          variables,
          tables: order.map((place) => tables[place]),
          products: places.map(([a, b]): [number, number] => [order.indexOf(a), order.indexOf(b)]),
        };
      });
    fc.assert(
      fc.property(fc.array(instance, { minLength: 1, maxLength: 3 }), fc.boolean(), seed, (shapes, weighted, start) => {
        const rounds = Math.max(...shapes.map(({ variables }) => variables));
        const counts = countsOf((engine) => {
          const instances = shapes.map(({ variables, tables, products }, j) => {
            const made = tables.map((of, k) =>
              of === 'base'
                ? engine.fromIntegers(integers(2 ** variables, start + j + k))
                : engine.fromElements(seededElements(field, 2 ** variables, start + j + k)),
            );
            const summand = sumOfProducts(
              engine,
              products.map(([a, b]) => [made[a], made[b]]),
            );
            return { summand, claim: field.one };
          });
          const weight = weighted ? seededElements(field, rounds, start + 99) : undefined;
          proveSumcheck(engine, createProverChannel(field), instances, weight);
        });
        expect(counts).toEqual(sumcheckCost(shapes, weighted));
      }),
      { numRuns: 60 },
    );
  });

  it('lookups', () => {
    const tables = [functionTable('relu', 3, -4, (v) => Math.max(v, 0)), rangeTable('range', 2, 0)];
    const lookup = fc.record({ table: fc.nat({ max: 1 }), variables: fc.nat({ max: 5 }) });
    fc.assert(
      fc.property(fc.array(lookup, { minLength: 1, maxLength: 4 }), seed, (lookups, start) => {
        const shape = lookupShape(tables, lookups);
        const random = seeded(start);
        const columns = lookups.map(({ table, variables }) => {
          const { start: first, variables: bits, outputs } = tables[table];
          const rows = Array.from({ length: 2 ** variables }, () => random(2 ** bits));
          const values = Int32Array.from(rows, (row) => first + row);
          return outputs === undefined ? { values } : { values, outputs: Int32Array.from(rows, (row) => outputs[row]) };
        });
        const counts = countsOf((engine) => {
          proveLookups(engine, createProverChannel(field), shape, columns, countMultiplicities(shape, columns));
        });
        expect(counts).toEqual(lookupCost(shape));
      }),
      { numRuns: 40 },
    );
  });

  it('openings', () => {
    const claim = fc.record({ column: fc.nat(), point: fc.nat({ max: 2 }) });
    const columns = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(columns, fc.array(claim, { minLength: 1, maxLength: 5 }), seed, (variables, claims, start) => {
        const packing = pack(variables);
        // claims on columns of one length may share a point
        const points = new Map<string, unknown[]>();
        const made = claims.map(({ column: any, point: which }) => {
          const column = any % variables.length;
          const name = `${variables[column]} ${which}`;
          const point = points.get(name) ?? seededElements(field, variables[column], start + which);
          points.set(name, point);
          return { column, claim: { point, value: field.one } };
        });
        const counts = countsOf((engine) => {
          const packed = engine.fromIntegers(integers(2 ** packing.variables, start));
          proveOpenings(engine, createProverChannel(field), packing, packed, made);
        });
        expect(counts).toEqual(
          openingsCost({
            variables: packing.variables,
            claims: made.map(({ column }) => variables[column]),
            points: [...points.values()].map(({ length }) => length),
          }),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('the trace of a proof', () => {
  const cases: [string, NetworkOptions][] = [
    ['a perceptron', { sizes: [20, 17, 9, 5] }],
    ['an activated output', { sizes: [6, 5, 3], activatedOutput: true }],
    ['a remainder of several limbs', { sizes: [4, 3, 2], shift: 14 }],
  ];

  it.each(cases)('changes no byte of the proof of %s, and equals the formulas', async (_case, options) => {
    const network = perceptron(options);
    const { provingKey, verifyingKey } = compile(network);
    for (const count of [1, 3]) {
      const input = inputsOf(network, count);
      const phases: PhaseCounts[] = [];
      const traced = await prove(provingKey, input, { trace: (counts) => phases.push(counts) });
      const plain = await prove(provingKey, input);
      expect(traced.proof).toEqual(plain.proof);
      expect(verify(verifyingKey, traced.publicSignals, traced.proof).ok).toBe(true);
      expect(phases.map(({ phase }) => phase)).toEqual(['witness', 'commit', 'lookup', 'layers', 'openings', 'open']);
      const [witness, commit, lookup, , , open] = phases;
      const plan = provingKey.plan(count);
      const parameters = provingKey.commitment(plan);
      if (plan.lookups === undefined || parameters === undefined) throw new Error('the case has lookups');
      const expected = tensorCodeCost(parameters, koalaBear.baseByteLength);
      expect(witness.operations).toEqual(noOperations());
      expect(commit.operations).toEqual(expected.commit);
      expect(commit.hashedBytes.merkle).toBe(expected.merkleBytes);
      expect(lookup.operations).toEqual(lookupCost(plan.lookups.shape));
      expect(open.operations).toEqual(expected.open);
    }
  });

  it('counts scalars that are not the engine’s: a layer without lookups', async () => {
    const network = perceptron({ sizes: [9, 4], multipliers: 'uniform' });
    const { provingKey } = compile(network);
    const phases: PhaseCounts[] = [];
    const { publicSignals } = await prove(provingKey, inputsOf(network, 1), { trace: (counts) => phases.push(counts) });
    const [linear, affine] = network.layers.slice(1);
    if (linear.kind !== 'linear' || affine.kind !== 'affine') throw new Error('a perceptron has other layers');
    const evaluation = (values: Int32Array): Partial<OperationCounts>[] => {
      const terms = values.filter((value) => value !== 0).length;
      return [eqTableCost(2), { mixedMultiplications: terms, extensionAdditions: terms }];
    };
    expect(phases.find(({ phase }) => phase === 'layers')?.operations).toEqual(
      sumOperations(
        ...evaluation(publicSignals.output),
        ...evaluation(affine.biases),
        // the biases masked to the batch, the claim without them; the multiplier is one
        { extensionMultiplications: 1, extensionAdditions: 1 },
        ternaryLayerCost({
          rowVariables: 2,
          columnVariables: 4,
          nonzeros: linear.weights.rows.length,
          batchVariables: 0,
        }),
      ),
    );
  });

  it('counts every nonce that is tried', () => {
    const hasher = createPlainHasher();
    const phases: PhaseCounts[] = [];
    const workspace = {
      engine: createArrayEngine(koalaBear),
      hasher,
      weightPlan: () => ({ kind: 'signs', plan: { rowCount: 1, columnCount: 1 } }) as const,
    };
    const traced = traceProof(workspace, (counts) => phases.push(counts));
    traced.enter('open');
    const seed = new Uint8Array(32).fill(7);
    const nonce = traced.workspace.hasher.grind(seed, 5);
    expect(nonce).toBeGreaterThan(0);
    traced.enter(undefined);
    expect(phases[0].hashedBytes).toEqual({ merkle: 0, transcript: 0, grinding: 36 * (nonce + 1) });
    expect(checkNonce(seed, nonce, 5)).toBe(true);
  });

  it('counts each hashed byte once and in its place', async () => {
    const { provingKey } = compile(perceptron({ sizes: [6, 5, 3] }));
    const phases = new Map<string, PhaseCounts>();
    const trace = (counts: PhaseCounts): void => {
      phases.set(counts.phase, counts);
    };
    const { proof } = await prove(provingKey, inputsOf(provingKey.network, 1), { trace });
    const bytes = (phase: string): PhaseCounts['hashedBytes'] | undefined => phases.get(phase)?.hashedBytes;
    // kind, length of label, count: 6 bytes a frame, then its label and its payload
    const statement = [
      'protocol'.length + 'ternary-gkr/1'.length,
      'field'.length + koalaBear.name.length,
      'context'.length + 'network proof, version 2'.length,
      'network'.length + 32,
    ].reduce((sum, length) => sum + 6 + length, 0);
    const plan = provingKey.plan(1);
    const rest = [
      'parameters'.length + `batch 1; ${provingKey.describe(plan)}`.length,
      'input'.length + 4 * 6,
      'output'.length + 4 * 3,
    ].reduce((sum, length) => sum + 6 + length, 0);
    expect(bytes('witness')).toEqual({ merkle: 0, transcript: statement + rest, grinding: 0 });
    expect(bytes('commit')?.transcript).toBe(6 + 'root'.length + 32);
    expect(bytes('commit')?.grinding).toBe(0);
    expect(bytes('lookup')?.merkle).toBe(0);
    expect(bytes('open')?.merkle).toBe(0);
    const grinding = bytes('open')?.grinding ?? 0;
    expect(grinding % 36).toBe(0);
    expect(grinding).toBeGreaterThan(0);
    expect(proof.length).toBeGreaterThan(0);
  });

  it('counts a payload beyond 1 KiB when it is hashed, and its hash when that is absorbed', async () => {
    const phases = new Map<string, PhaseCounts>();
    const trace = (counts: PhaseCounts): void => {
      phases.set(counts.phase, counts);
    };
    const witnessBytes = async (inputs: number): Promise<number> => {
      const { provingKey } = compile(perceptron({ sizes: [inputs, 2] }));
      await prove(provingKey, inputsOf(provingKey.network, 1), { trace });
      return phases.get('witness')?.hashedBytes.transcript ?? 0;
    };
    expect((await witnessBytes(257)) - (await witnessBytes(256))).toBe(4 + 32);
  });

  it('counts elements by their encodings, hashed ones too', () => {
    const phases: PhaseCounts[] = [];
    const workspace = {
      engine: createArrayEngine(koalaBear),
      hasher: createPlainHasher(),
      weightPlan: () => ({ kind: 'signs', plan: { rowCount: 1, columnCount: 1 } }) as const,
    };
    const traced = traceProof(workspace, (counts) => phases.push(counts));
    const channel = createProverChannel(koalaBear, traced.channelOptions);
    for (const length of [64, 65]) {
      traced.enter('open');
      channel.send('x', new Array(length).fill(koalaBear.one));
    }
    traced.enter(undefined);
    // 64 elements are 1 KiB
    expect(phases.map(({ hashedBytes }) => hashedBytes.transcript)).toEqual([7 + 64 * 16, 7 + 32 + 65 * 16]);
  });

  it('is the same on every engine, and over BN254 has the same operations', async () => {
    const network = perceptron({ sizes: [6, 5, 3] });
    const input = inputsOf(network, 2);
    const trace = async (run: (trace: (counts: PhaseCounts) => void) => Promise<unknown>): Promise<PhaseCounts[]> => {
      const phases: PhaseCounts[] = [];
      await run((counts) => phases.push(counts));
      return phases;
    };
    const { provingKey } = compile(network);
    const wasm = await trace((trace) => prove(provingKey, input, { engine: 'wasm', trace }));
    const js = await trace((trace) => prove(provingKey, input, { engine: 'js', trace }));
    expect(js).toEqual(wasm);
    const overBn254 = compile(network, { field: bn254 }).provingKey;
    const bigint = await trace((trace) => prove(overBn254, input, { trace }));
    for (const phase of [2, 3, 4]) expect(bigint[phase].operations).toEqual(wasm[phase].operations);
  });
});
