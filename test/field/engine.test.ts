// Every operation of the KoalaBear engine, with WebAssembly kernels and with JavaScript kernels, equals the
// array engine's, on random and edge values and at lengths around the blocks of four.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { SplitEq, Vector } from '../../src/field/engine.ts';
import { type KoalaElement, koalaBear } from '../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { amountOf, runs } from '../support/depth.ts';
import {
  elements,
  expectSame,
  integers,
  type Koala,
  LARGEST,
  largest,
  signedColumns,
  signedPairs,
  vector,
} from './engine-cases.ts';

const LONGEST = amountOf('lengths');
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 63, 64, 1000, LONGEST];
/** Even lengths: halves within a block, of blocks, and across them. */
const EVEN_LENGTHS = [2, 4, 6, 8, 10, 16, 64, 250, 1024, LONGEST + 1];
const KINDS = ['base', 'extension'] as const;
const PAIRS = KINDS.flatMap((a) => KINDS.map((b) => [a, b] as const));
const SCALARS: readonly KoalaElement[] = [[0, 0, 0, 0], [1, 0, 0, 0], LARGEST, ...elements(2, 99)];

/** The last one alone for long vectors. */
const scalarsFor = (length: number): readonly KoalaElement[] => (length < 1024 ? SCALARS : SCALARS.slice(-1));

describe.each(['wasm', 'js'] as const)('KoalaBear engine with %s kernels', (kernels) => {
  const engine: Koala = createKoalaBearEngine({ kernels });

  it('is named after its kernels', () => {
    expect(engine.name).toBe(kernels);
  });

  it.each(LENGTHS)('keeps %i integers and elements', (length) => {
    expect(engine.toElements(engine.fromElements(elements(length, 1)))).toEqual(elements(length, 1));
    expectSame(engine, (e) => e.toElements(e.fromIntegers(integers(length, 2))));
    expectSame(engine, (e) => e.toElements(e.fromIntegers(Int32Array.from(integers(length, 2)))));
    const mark = engine.mark();
    largest(engine, 'extension', length);
    engine.release(mark);
    for (const kind of KINDS) expectSame(engine, (e) => e.toElements(e.zeros(kind, length)));
  });

  it.each(LENGTHS)('adds, subtracts and multiplies %i elements of all kinds', (length) => {
    for (const [a, b] of PAIRS) {
      for (const operation of ['add', 'sub', 'mul'] as const) {
        expectSame(engine, (e) => {
          const result = e[operation](vector(e, a, length, 3), vector(e, b, length, 4));
          return [result.kind, result.length, e.toElements(result)];
        });
        if (length < 100) {
          expectSame(engine, (e) => e.toElements(e[operation](largest(e, a, length), largest(e, b, length))));
        }
      }
    }
  });

  it.each(LENGTHS)('sums the products of %i elements of all kinds', (length) => {
    for (const [a, b] of PAIRS) {
      expectSame(engine, (e) => e.dot(vector(e, a, length, 5), vector(e, b, length, 6)));
      expectSame(engine, (e) => e.dot(largest(e, a, length), largest(e, b, length)));
    }
  });

  it.each(LENGTHS)('forms affine combinations of %i elements', (length) => {
    const kindLists = [
      [],
      ['base'],
      ['extension'],
      ['base', 'extension', 'base', 'base', 'base', 'extension'],
    ] as const;
    for (const kinds of kindLists) {
      expectSame(engine, (e) => {
        const terms = kinds.map((kind, j) => ({ vector: vector(e, kind, length, 10 + j), scale: SCALARS[j % 5] }));
        return e.toElements(e.affine(elements(1, 7)[0], terms, length));
      });
      expectSame(engine, (e) => {
        const terms = kinds.map((kind) => ({ vector: largest(e, kind, length), scale: LARGEST }));
        return e.toElements(e.affine(LARGEST, terms, length));
      });
    }
  });

  it.each(LENGTHS)('adds multiples of %i elements in place', (length) => {
    for (const kind of KINDS) {
      for (const scale of scalarsFor(length)) {
        expectSame(engine, (e) => {
          const accumulator = vector(e, 'extension', length, 20);
          e.addScaled(accumulator, vector(e, kind, length, 21), scale);
          return e.toElements(accumulator);
        });
      }
    }
  });

  it('makes eq tables of 0 to 10 variables', () => {
    for (let variables = 0; variables <= 10; variables++) {
      for (const point of [elements(variables, 30), new Array<KoalaElement>(variables).fill(LARGEST)]) {
        expectSame(engine, (e) => e.toElements(e.eqTable(point)));
        expectSame(engine, (e) => e.toElements(e.eqTable(point, LARGEST)));
        expectSame(engine, (e) => e.eqSuffixes(point).map((table) => e.toElements(table)));
      }
    }
  });

  it.each(EVEN_LENGTHS)('binds %i elements', (length) => {
    for (const kind of KINDS) {
      for (const challenge of scalarsFor(length)) {
        expectSame(engine, (e) => {
          const source = vector(e, kind, length, 40);
          const bound = e.bind(source, challenge);
          const unchanged = kind === 'base' ? e.toElements(source) : [];
          return [bound.kind, bound.length, e.toElements(bound), unchanged];
        });
        expectSame(engine, (e) => e.toElements(e.bind(largest(e, kind, length), challenge)));
      }
    }
  });

  it('binds a vector down to one element', () => {
    expectSame(engine, (e) => {
      let bound = vector(e, 'base', 64, 41);
      for (const challenge of elements(6, 42)) bound = e.bind(bound, challenge);
      return e.toElements(bound);
    });
  });

  it.each(EVEN_LENGTHS)('gives round polynomials over %i elements without weights', (length) => {
    for (const [a, b] of PAIRS) {
      expectSame(engine, (e) => e.productRound([[vector(e, a, length, 50), vector(e, b, length, 51)]]));
      expectSame(engine, (e) => e.productRound([[largest(e, a, length), largest(e, b, length)]]));
      expectSame(engine, (e) => {
        const shared = vector(e, a, length, 52);
        return e.productRound([
          [shared, vector(e, b, length, 53)],
          [shared, shared],
          [vector(e, 'extension', length, 54), vector(e, 'extension', length, 55)],
        ]);
      });
    }
  });

  it.each(EVEN_LENGTHS)('gives round polynomials over %i elements with weights', (length) => {
    const half = length / 2;
    const innerLengths = [1, 2, 4, 8, 64, half].filter((inner) => half % inner === 0);
    for (const innerLength of new Set(innerLengths)) {
      const weights = (e: Koala): SplitEq => ({
        outer: vector(e, 'extension', half / innerLength, 60),
        inner: vector(e, 'extension', innerLength, 61),
      });
      for (const [a, b] of PAIRS) {
        expectSame(engine, (e) => e.productRound([[vector(e, a, length, 62), vector(e, b, length, 63)]], weights(e)));
      }
      expectSame(engine, (e) =>
        e.productRound(
          PAIRS.map(([a, b]) => [largest(e, a, length), largest(e, b, length)]),
          {
            outer: largest(e, 'extension', half / innerLength),
            inner: largest(e, 'extension', innerLength),
          },
        ),
      );
      expectSame(engine, (e) =>
        e.productRound(
          PAIRS.map(([a, b], j) => [vector(e, a, length, 64 + j), vector(e, b, length, 74 + j)]),
          weights(e),
        ),
      );
    }
  });

  it.each(EVEN_LENGTHS)('folds %i fractions', (length) => {
    for (const [p, q] of PAIRS) {
      expectSame(engine, (e) => {
        const { numerators, denominators } = e.foldFractions(vector(e, p, length, 80), vector(e, q, length, 81));
        return [numerators.kind, e.toElements(numerators), denominators.kind, e.toElements(denominators)];
      });
      expectSame(engine, (e) => {
        const { numerators, denominators } = e.foldFractions(largest(e, p, length), largest(e, q, length));
        return [e.toElements(numerators), e.toElements(denominators)];
      });
      expectSame(engine, (e) => {
        const { numerators, denominators } = e.foldFractions(undefined, vector(e, q, length, 82));
        return [e.toElements(numerators), e.toElements(denominators)];
      });
    }
  });

  it('gathers signed columns', () => {
    const shapes = [
      [0, 0],
      [1, 1],
      [3, 5],
      [4, 4],
      [5, 3],
      [64, 64],
      [100, 33],
      [33, 130],
    ] as const;
    for (const [rowCount, columnCount] of shapes) {
      for (const density of [0, 0.1, 0.5, 1]) {
        const matrix = signedColumns(rowCount, columnCount, density, 7);
        for (const kind of KINDS) {
          expectSame(engine, (e) => {
            const gathered = e.gatherSigned(e.gatherPlan(matrix), vector(e, kind, rowCount + 3, 90));
            return [gathered.kind, gathered.length, e.toElements(gathered)];
          });
        }
        expectSame(engine, (e) =>
          e.toElements(e.gatherSigned(e.gatherPlan(matrix), largest(e, 'extension', rowCount))),
        );
      }
    }
  });

  it('gathers products of pairs', () => {
    const sizes = [
      [1, 1, 0],
      [1, 1, 1],
      [3, 5, 2],
      [4, 8, 4],
      [7, 2, 33],
      [130, 67, 9],
    ] as const;
    for (const size of sizes) {
      for (const perColumn of [0, 1, 2, 40]) {
        for (const signs of ['plus', 'both'] as const) {
          const matrix = signedPairs(size, perColumn, signs, 17);
          for (const [a, b] of PAIRS) {
            expectSame(engine, (e) => {
              const [left, right] = [vector(e, a, size[0] + 3, 91), vector(e, b, size[1] + 1, 92)];
              const gathered = e.gatherProducts(e.pairPlan(matrix), left, right);
              return [gathered.kind, gathered.length, e.toElements(gathered)];
            });
            expectSame(engine, (e) => {
              const plan = e.pairPlan(matrix);
              return e.toElements(e.gatherProducts(plan, largest(e, a, size[0]), largest(e, b, size[1])));
            });
          }
        }
      }
    }
  });

  it('gathers products from views, and sums where they are largest', () => {
    const matrix = signedPairs([2, 2, 3], 3, 'both', 5);
    for (const [a, b] of PAIRS) {
      expectSame(engine, (e) => {
        const [left, right] = [e.view(vector(e, a, 8, 93), 2, 2), e.view(vector(e, b, 8, 94), 6, 2)];
        return e.toElements(e.gatherProducts(e.pairPlan(matrix), left, right));
      });
    }
    const long = signedPairs([1, 1, 1], 5000, 'plus', 6);
    for (const kind of KINDS) {
      expectSame(engine, (e) =>
        e.toElements(e.gatherProducts(e.pairPlan(long), largest(e, 'extension', 1), largest(e, kind, 1))),
      );
    }
  });

  it.each(LENGTHS)('pads %i integers with zeros', (length) => {
    for (const more of [0, 1, 3, 4, 70]) {
      expectSame(engine, (e) => e.toElements(e.fromIntegers(integers(length, 2), length + more)));
    }
  });

  it('sums along an axis: lines of whole blocks, lines of one, and others', () => {
    for (const kind of KINDS) {
      for (const weightCount of [1, 2, 4, 5, 8, 11]) {
        for (const [count, inner] of [
          [1, 4],
          [3, 8],
          [1, 1100],
          [5, 1],
          [2, 3],
        ] as const) {
          const length = count * weightCount * inner;
          expectSame(engine, (e) => {
            const sums = e.contract(vector(e, kind, length, 95), vector(e, 'extension', weightCount, 96), inner);
            return [sums.kind, sums.length, e.toElements(sums)];
          });
          expectSame(engine, (e) =>
            e.toElements(e.contract(largest(e, kind, length), largest(e, 'extension', weightCount), inner)),
          );
        }
      }
    }
  });

  it('equals the array engine over whole sumchecks of random shapes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 7 }),
        fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom(...KINDS)), { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 1000 }),
        fc.nat({ max: 7 }),
        (variables, kinds, seed, innerVariables) => {
          expectSame(engine, (e) => {
            const point = elements(variables, seed);
            const suffixes = e.eqSuffixes(point);
            let products = kinds.map(([a, b], j): [Vector, Vector] => [
              vector(e, a, 2 ** (variables + 1), seed + 2 * j),
              vector(e, b, 2 ** (variables + 1), seed + 2 * j + 1),
            ]);
            const rounds: unknown[] = [];
            for (let left = variables; left >= 0; left--) {
              const inner = Math.min(innerVariables, left);
              const outer = e.eqTable(point.slice(variables - left, variables - inner));
              rounds.push(e.productRound(products, { outer, inner: suffixes[inner] }), e.productRound(products));
              const [challenge] = elements(1, seed + left);
              products = products.map(([a, b]) => [e.bind(a, challenge), e.bind(b, challenge)]);
            }
            return [rounds, products.map(([a, b]) => [e.get(a, 0), e.get(b, 0)])];
          });
        },
      ),
      { verbose: true, numRuns: runs(60) },
    );
  });

  it('shares storage between a vector and its views', () => {
    for (const kind of KINDS) {
      for (const [length, part] of [
        [8, 1],
        [8, 2],
        [8, 4],
        [9, 3],
        [15, 5],
        [64, 16],
      ] as const) {
        expectSame(engine, (e) => {
          const whole = vector(e, kind, length, 100);
          const views = Array.from({ length: length / part }, (_, k) => e.view(whole, k * part, part));
          e.copy(views[1], vector(e, kind, part, 101));
          const sums = views.map((view) => e.toElements(e.add(view, views[0])));
          const products = views.map((view) => e.dot(view, views[0]));
          return [
            e.toElements(whole),
            sums,
            products,
            e.toElements(e.affine(LARGEST, [{ vector: views[1], scale: LARGEST }], part)),
          ];
        });
      }
    }
    expectSame(engine, (e) => {
      const whole = vector(e, 'extension', 16, 102);
      for (const start of [2, 6, 12]) e.bind(e.view(whole, start, 2), LARGEST);
      e.addScaled(e.view(whole, 3, 3), vector(e, 'base', 3, 103), LARGEST);
      const numerators = e.view(whole, 14, 2);
      const folded = e.foldFractions(numerators, e.view(whole, 10, 2));
      const round = e.productRound([[numerators, e.view(e.view(whole, 8, 4), 2, 2)]]);
      return [e.toElements(whole), e.toElements(folded.numerators), e.toElements(folded.denominators), round];
    });
  });

  it('copies within and across blocks', () => {
    for (const kind of KINDS) {
      for (const length of [0, 1, 3, 4, 5, 8, 100]) {
        expectSame(engine, (e) => {
          const target = vector(e, kind, length, 110);
          e.copy(target, vector(e, kind, length, 111));
          return e.toElements(target);
        });
      }
    }
  });

  it('refuses shapes that do not fit and vectors that are not its own', () => {
    const three = vector(engine, 'extension', 3, 120);
    const four = vector(engine, 'extension', 4, 121);
    const base = vector(engine, 'base', 4, 122);
    const other = createKoalaBearEngine({ kernels });
    const calls: (() => unknown)[] = [
      () => engine.add(three, four),
      () => engine.dot(three, four),
      () => engine.copy(four, three),
      () => engine.copy(four, base),
      () => engine.bind(three, LARGEST),
      () => engine.bind(engine.view(four, 0, 1), LARGEST),
      () => engine.productRound([]),
      () => engine.productRound([[four, three]]),
      () => engine.productRound([[four, four]], { outer: four, inner: four }),
      () => engine.productRound([[four, four]], { outer: engine.view(base, 0, 2), inner: engine.view(four, 0, 1) }),
      () => engine.foldFractions(four, engine.view(four, 0, 2)),
      () => engine.addScaled(base, four, LARGEST),
      () => engine.affine(LARGEST, [{ vector: three, scale: LARGEST }], 4),
      () => engine.view(four, 1, 2),
      () => engine.view(four, 4, 4),
      () => engine.get(four, 4),
      () => engine.gatherSigned(engine.gatherPlan(signedColumns(5, 5, 1, 1)), four),
      () => engine.gatherPlan({ ...signedColumns(5, 5, 1, 1), rowCount: 4 }),
      () => engine.gatherSigned({ rowCount: 1, columnCount: 1 }, four),
      () => engine.gatherProducts(engine.pairPlan(signedPairs([5, 4, 2], 3, 'plus', 1)), four, four),
      () => engine.gatherProducts(engine.pairPlan(signedPairs([4, 5, 2], 3, 'plus', 1)), four, four),
      () => engine.gatherProducts({ leftCount: 1, rightCount: 1, columnCount: 1 }, four, four),
      () => engine.pairPlan({ ...signedPairs([5, 5, 9], 9, 'plus', 1), leftCount: 1 }),
      () => engine.pairPlan({ ...signedPairs([5, 5, 9], 9, 'plus', 1), rightCount: 1 }),
      () => engine.encodeRows(base, 1, 1),
      () => engine.encodeRows(engine.fromIntegers([1, 2, 3]), 1, 4),
      () => engine.encodeRows(three, 2, 4),
      () => engine.powerSums([1, 2], elements(1, 1), 4, 8),
      () => engine.powerSums([16], elements(1, 1), 4, 8),
      () => engine.powerSums([-1], elements(1, 1), 4, 8),
      () => engine.powerSums([1.5], elements(1, 1), 4, 8),
      () => engine.powerSums([1], elements(1, 1), 4, 6),
      () => engine.powerSums([1], elements(1, 1), 4, 32),
      () => engine.powerSums([1], elements(1, 1), 4, 0),
      () => engine.evaluateColumns(engine.gatherPlan(signedColumns(4, 4, 1, 1)), [4], 2),
      () => engine.evaluateColumns(engine.gatherPlan(signedColumns(4, 5, 1, 1)), [4], 3),
      () => engine.evaluateColumns(engine.gatherPlan(signedColumns(4, 8, 1, 1)), [3], 2),
      () => engine.evaluateColumns({ rowCount: 1, columnCount: 1 }, [0], 2),
      () => engine.toElements(vector(other, 'base', 4, 123)),
      () => engine.release(0),
      () => engine.release(engine.mark() + 64),
    ];
    for (const call of calls) expect(call).toThrow(UsageError);
  });

  it('frees what was made since a mark, and finds vectors that are kept too long', () => {
    const kept = vector(engine, 'extension', 9, 130);
    const mark = engine.mark();
    const freed = vector(engine, 'extension', 9, 131);
    engine.release(mark);
    expect(engine.mark()).toBe(mark);
    expect(() => engine.toElements(freed)).toThrow(UsageError);
    const again = engine.fromElements(elements(9, 132));
    expect(engine.toElements(kept)).toEqual(elements(9, 130));
    expect(engine.toElements(again)).toEqual(elements(9, 132));
  });

  it('leaves no scratch on the stack', () => {
    const base = vector(engine, 'base', 8, 140);
    const extension = vector(engine, 'extension', 8, 141);
    const plan = engine.gatherPlan(signedColumns(8, 8, 0.5, 1));
    const mark = engine.mark();
    const weights = { outer: engine.view(extension, 0, 2), inner: engine.view(extension, 2, 2) };
    const afterViews = engine.mark();
    engine.dot(engine.view(base, 2, 2), engine.view(extension, 2, 2));
    engine.productRound([[base, extension]], weights);
    engine.addScaled(engine.view(extension, 3, 1), engine.view(base, 1, 1), LARGEST);
    engine.bind(engine.view(extension, 2, 2), LARGEST);
    engine.get(extension, 0);
    expect([afterViews, engine.mark()]).toEqual([mark, mark]);
    engine.gatherSigned(plan, base);
    expect(engine.mark()).toBe(mark + 2 * 64);
    engine.encodeRows(base, 2, 3);
    expect(engine.mark()).toBe(mark + 3 * 64);
    engine.encodeRows(base, 2, 5);
    engine.encodeRows(extension, 2, 3);
    expect(engine.mark()).toBe(mark + 11 * 64);
    engine.powerSums([1, 2], elements(2, 1), 4, 8);
    engine.evaluateColumns(plan, [1, 2], 4);
    expect(engine.mark()).toBe(mark + 13 * 64);
    const pairs = engine.pairPlan(signedPairs([8, 8, 4], 2, 'both', 1));
    const afterPlan = engine.mark();
    engine.gatherProducts(pairs, extension, base);
    engine.gatherProducts(pairs, base, extension);
    expect(engine.mark()).toBe(afterPlan + 2 * 64);
  });

  it('keeps its vectors while its memory grows', () => {
    const growing = createKoalaBearEngine({ kernels });
    const first = growing.fromElements(elements(100, 150));
    const code = growing.encodeRows(growing.fromIntegers([1, 2, 3, 4]), 1, 2);
    const before = [...code.bytes()];
    const buffer = growing.memory.bytes.buffer;
    const large = growing.zeros('extension', 2 ** 19);
    expect(growing.memory.bytes.buffer).not.toBe(buffer);
    growing.addScaled(large, large, LARGEST);
    expect(growing.toElements(first)).toEqual(elements(100, 150));
    expect([...code.bytes()]).toEqual(before);
    expect(growing.get(large, 2 ** 19 - 1)).toEqual(koalaBear.zero);
  });

  it('says so when memory is refused', () => {
    const small = createKoalaBearEngine({ kernels, maximumBytes: 2 ** 20 });
    expect(() => small.zeros('extension', 2 ** 17)).toThrow(
      /the prover needs \d+ bytes of memory; the limit is 1048576/,
    );
    expect(small.toElements(small.fromElements(elements(5, 1)))).toEqual(elements(5, 1));
  });
});
