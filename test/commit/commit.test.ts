import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildTree,
  chooseParameters,
  createPlainHasher,
  errorTerms,
  expectedBytes,
  multiProof,
  rootOfProof,
  sumOfErrors,
  type TensorCodeParameters,
  tensorCodeProver,
  tensorCodeVerifier,
  transparentProver,
  transparentVerifier,
} from '../../src/commit/index.ts';
import { distinct, proofLength } from '../../src/commit/merkle/protocol.ts';
import { decodeNonce, encodeNonce } from '../../src/commit/tensor-code/protocol.ts';
import type { Engine, Vector } from '../../src/field/engine.ts';
import { bn254, koalaBear } from '../../src/field/index.ts';
import type { ProverChannel } from '../../src/transcript/index.ts';
import { check, expectRejection, proofOf } from '../support/channels.ts';
import { type AnyField, seeded, settings } from '../support/fields.ts';
import { checking, checkLaws, opening, type SchemeUnderTest, tableOf } from './laws.ts';

const parametersFor = (field: AnyField, variables: number): TensorCodeParameters =>
  chooseParameters({ field, variables, securityBits: 100.5, grindingBits: 12 });

const tensorCode: SchemeUnderTest = {
  prover: (engine, table) =>
    tensorCodeProver(engine, createPlainHasher(), parametersFor(engine.field, Math.log2(table.length))),
  verifier: (engine, table) => tensorCodeVerifier(engine.field, parametersFor(engine.field, Math.log2(table.length))),
  wrongValue: 'opening',
};

const transparent: SchemeUnderTest = {
  prover: () => transparentProver(),
  verifier: (engine, table) => transparentVerifier(engine.field, table),
  wrongValue: 'claim',
};

describe.each(settings)('commitments over %s', (name, _field, createEngine) => {
  const engine = createEngine();
  const sizes = name.includes('reference') ? [0, 1, 4] : [0, 1, 2, 3, 5, 8, 10];

  it.each(sizes)('the tensor code keeps the laws for 2^%i values', (variables) => {
    checkLaws(tensorCode, engine, variables);
  });

  it('a transparent table keeps the laws', () => {
    checkLaws(transparent, engine, 3);
  });
});

describe('the tensor code under attack', () => {
  const [, field, createEngine] = settings[0];
  const engine = createEngine();
  const table = tableOf(9, 4);
  const other = tableOf(9, 5);
  // 8 rows of 64: a shape in which rows, columns and paths all matter
  const parameters: TensorCodeParameters = {
    rowVariables: 3,
    columnVariables: 6,
    rateBits: 2,
    queries: 60,
    grindingBits: 8,
    proximityBits: 110,
  };
  const hasher = createPlainHasher();
  const tensorCode: SchemeUnderTest = {
    prover: (e) => tensorCodeProver(e, hasher, parameters),
    verifier: (e) => tensorCodeVerifier(e.field, parameters),
    wrongValue: 'opening',
  };

  /** An honest opening with one thing changed on its way into the proof. */
  function forged(
    change: Partial<ProverChannel<unknown>> | ((channel: ProverChannel<unknown>) => Partial<ProverChannel<unknown>>),
  ) {
    return proofOf(field, (channel) => {
      const changed = typeof change === 'function' ? change(channel) : change;
      opening(tensorCode, engine, table)({ ...channel, ...changed });
    });
  }
  const verdict = (proof: Uint8Array) => () => check(field, proof, checking(tensorCode, engine, table));

  it('a row that gives the value and is not the combination', () => {
    // two entries moved so that the inner product with the column weights stays the same
    const proof = proofOf(field, (channel) => {
      const mark = engine.mark();
      const committed = tensorCodeProver(engine, hasher, parameters).commit(channel, engine.fromIntegers(table));
      const point = channel.drawMany('point', 9);
      const weights = field.tables.eqTable(point.slice(parameters.rowVariables));
      committed.open(
        {
          ...channel,
          send: (label, values) => {
            const moved = [...values];
            moved[0] = field.add(moved[0], weights[1]);
            moved[1] = field.sub(moved[1], weights[0]);
            channel.send(label, moved);
          },
        },
        point,
      );
      engine.release(mark);
    });
    expectRejection(verdict(proof), 'proximity');
  });

  it('another matrix than the committed one', () => {
    const proof = proofOf(field, (channel) => {
      const mark = engine.mark();
      const scheme = tensorCodeProver(engine, hasher, parameters);
      // the root of one table, everything else of another
      scheme.commit(channel, engine.fromIntegers(other));
      const committed = scheme.commit({ ...channel, sendBytes: () => undefined }, engine.fromIntegers(table));
      committed.open(channel, channel.drawMany('point', 9));
      engine.release(mark);
    });
    expectRejection(verdict(proof), 'merkle');
  });

  it('a committed matrix that is no code word', () => {
    // honest rows, but each leaf of the tree has its first element changed: far from every code word
    const lying: Engine<unknown> = {
      ...engine,
      field,
      mark: () => engine.mark(),
      encodeRows: (matrix: Vector, rows: number, logLength: number) => {
        const code = engine.encodeRows(matrix, rows, logLength);
        const bytes = code.bytes().slice();
        for (let j = 0; j < code.columns; j++) bytes[j * code.columnByteLength] ^= 1;
        return { ...code, columns: code.columns, columnByteLength: code.columnByteLength, bytes: () => bytes };
      },
      fromIntegers: (values) => engine.fromIntegers(values),
      fromElements: (values) => engine.fromElements(values),
      zeros: (kind, length) => engine.zeros(kind, length),
      view: (vector, start, length) => engine.view(vector, start, length),
      addScaled: (accumulator, vector, scale) => engine.addScaled(accumulator, vector, scale),
      toElements: (vector) => engine.toElements(vector),
      release: (mark) => engine.release(mark),
    } as Engine<unknown>;
    const proof = proofOf(field, opening(tensorCode, lying, table));
    expectRejection(verdict(proof), 'proximity');
  });

  it('two opened columns exchanged', () => {
    const columns: Uint8Array[] = [];
    const honest = forged((channel) => ({
      hint: (label, bytes) => {
        if (label === 'columns') columns.push(bytes.slice());
        channel.hint(label, bytes);
      },
    }));
    let at = 0;
    const proof = forged((channel) => ({
      hint: (label, bytes) => channel.hint(label, label === 'columns' ? columns[[1, 0][at++] ?? at - 1] : bytes),
    }));
    expect(proof).toHaveLength(honest.length);
    expectRejection(verdict(proof), 'merkle');
  });

  it('a Merkle path of zeros', () => {
    const proof = forged((channel) => ({
      hint: (label, bytes) => channel.hint(label, label === 'paths' ? new Uint8Array(bytes.length) : bytes),
    }));
    expectRejection(verdict(proof), 'merkle');
  });

  it('a nonce without its work', () => {
    const proof = forged((channel) => ({
      sendBytes: (label, bytes) =>
        channel.sendBytes(label, label === 'nonce' ? encodeNonce(decodeNonce(bytes) + 1) : bytes),
    }));
    expectRejection(verdict(proof), 'grinding');
  });

  it('a column value that is not in canonical form, committed like that', () => {
    const p = Number(koalaBear.characteristic);
    const noncanonical = {
      ...engine,
      field,
      encodeRows: (matrix: Vector, rows: number, logLength: number) => {
        const code = engine.encodeRows(matrix, rows, logLength);
        const bytes = code.bytes().slice();
        const words = new DataView(bytes.buffer);
        for (let at = 0; at < bytes.length; at += 4) {
          const value = words.getUint32(at, true);
          if (value + p < 2 ** 32) words.setUint32(at, value + p, true);
        }
        return { columns: code.columns, columnByteLength: code.columnByteLength, bytes: () => bytes };
      },
      mark: () => engine.mark(),
      release: (mark: number) => engine.release(mark),
      fromIntegers: (values: ArrayLike<number>) => engine.fromIntegers(values),
      zeros: (kind: 'base' | 'extension', length: number) => engine.zeros(kind, length),
      view: (vector: Vector, start: number, length: number) => engine.view(vector, start, length),
      addScaled: (a: Vector, v: Vector, s: unknown) => engine.addScaled(a, v, s),
      toElements: (vector: Vector) => engine.toElements(vector),
    } as unknown as Engine<unknown>;
    const proof = proofOf(field, opening(tensorCode, noncanonical, table));
    expectRejection(verdict(proof), 'non-canonical', 'columns');
  });

  it('positions that are known before the commitment is opened do not help to choose the row', () => {
    // a forger who fixes the positions first can pass; the verifier draws them after the row and the nonce
    const rows: string[] = [];
    proofOf(field, (channel) =>
      opening(
        tensorCode,
        engine,
        table,
      )({
        ...channel,
        send: (label, values) => {
          rows.push(label);
          channel.send(label, values);
        },
        sendBytes: (label, bytes) => {
          rows.push(label);
          channel.sendBytes(label, bytes);
        },
        drawIndices: (label, count, bits) => {
          rows.push(label);
          return channel.drawIndices(label, count, bits);
        },
      }),
    );
    expect(rows).toEqual(['root', 'row', 'nonce', 'positions']);
  });
});

describe('parameters', () => {
  it.each([
    ['KoalaBear', koalaBear as AnyField],
    ['BN254', bn254 as AnyField],
  ] as const)('reach the security asked for over %s, for every size', (_name, field) => {
    for (let variables = 0; variables <= 22; variables++) {
      for (const grindingBits of [0, 12, 16]) {
        const parameters = chooseParameters({ field, variables, securityBits: 100.2, grindingBits });
        expect(parameters.rowVariables + parameters.columnVariables).toBe(variables);
        expect(sumOfErrors(errorTerms(parameters))).toBeGreaterThanOrEqual(100.2);
        expect(sumOfErrors(errorTerms({ ...parameters, queries: parameters.queries - 1 }))).toBeLessThan(100.2);
      }
    }
  });

  it('are worth −log₂((1 + rate)/2) bits a query at most, and give proofs of the expected length', () => {
    const field = koalaBear as AnyField;
    const parameters = chooseParameters({ field, variables: 14, securityBits: 101, grindingBits: 4 });
    const perQuery = -Math.log2((1 + 2 ** -parameters.rateBits) / 2);
    const [, queries] = errorTerms(parameters);
    expect(queries.bits).toBeGreaterThanOrEqual(parameters.queries * perQuery + parameters.grindingBits);
    expect(queries.bits).toBeLessThan(parameters.queries * perQuery * 1.01 + parameters.grindingBits);
    const engine = settings[0][2]();
    const table = tableOf(14, 1);
    const scheme: SchemeUnderTest = {
      ...tensorCode,
      prover: (e) => tensorCodeProver(e, createPlainHasher(), parameters),
    };
    const proof = proofOf(field, opening(scheme, engine, table));
    expect(proof.length / expectedBytes(field, parameters)).toBeGreaterThan(0.93);
    expect(proof.length / expectedBytes(field, parameters)).toBeLessThan(1.07);
  });

  it('refuse what no parameters reach', () => {
    expect(() => chooseParameters({ field: koalaBear as AnyField, variables: 10, securityBits: 120 })).toThrow(
      'no parameters',
    );
  });
});

describe('Merkle multi-proofs', () => {
  const hasher = createPlainHasher();

  it('lead to the root for any set of leaves, and to no root for others (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (depth, length, picks, seed) => {
          const random = seeded(seed);
          const leaves = Uint8Array.from({ length: length * 2 ** depth }, () => random(256));
          const tree = buildTree(hasher, leaves, length);
          const indices = distinct(picks.map((pick) => pick % 2 ** depth));
          const proof = multiProof(tree, indices);
          expect(proof).toHaveLength(32 * proofLength(indices, depth));
          const opened = indices.map((index) => leaves.slice(index * length, (index + 1) * length));
          expect(rootOfProof(opened, indices, depth, proof)).toEqual(tree.root);
          opened[seed % opened.length][0] ^= 1;
          expect(rootOfProof(opened, indices, depth, proof)).not.toEqual(tree.root);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('send no digest that the leaves already give', () => {
    expect(proofLength([0, 1, 2, 3], 2)).toBe(0);
    expect(proofLength([0], 3)).toBe(3);
    expect(proofLength([0, 1], 3)).toBe(2);
    expect(proofLength([0, 7], 3)).toBe(4);
  });

  it('tell a leaf from a node', () => {
    const leaves = Uint8Array.from({ length: 128 }, (_, k) => k);
    const tree = buildTree(hasher, leaves, 64);
    const pair = tree.levels[0];
    // the concatenation of two digests, taken as a leaf, is not their parent
    expect(buildTree(hasher, pair, 64).root).not.toEqual(tree.root);
  });
});
