// The KoalaBear engine's operations for Reed–Solomon codes, with WebAssembly kernels and with JavaScript kernels:
// encodings, the linear forms of positions, columns from nonzeros. Each equals the array engine's or the encoding
// itself.

import { describe, expect, it } from 'vitest';
import { type KoalaElement, koalaBear } from '../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { seeded } from '../support/fields.ts';
import { elements, expectSame, type Koala, LARGEST, largest, signedColumns, vector } from './engine-cases.ts';

const KINDS = ['base', 'extension'] as const;

describe.each(['wasm', 'js'] as const)('codes of the KoalaBear engine with %s kernels', (kernels) => {
  const engine: Koala = createKoalaBearEngine({ kernels });

  it('encodes rows as Reed–Solomon codewords', () => {
    for (const kind of KINDS) {
      for (const rows of [1, 2, 3, 4, 5, 7, 16]) {
        for (let logWidth = 0; logWidth <= 6; logWidth++) {
          for (const logLength of [logWidth, logWidth + 1, logWidth + 2, logWidth + 3]) {
            expectSame(engine, (e) => {
              const code = e.encodeRows(vector(e, kind, rows * 2 ** logWidth, 91), rows, logLength);
              return [code.columns, code.columnByteLength, [...code.bytes()]];
            });
          }
        }
      }
      expectSame(engine, (e) => [...e.encodeRows(largest(e, kind, 64), 4, 6).bytes()]);
      expectSame(engine, (e) => [...e.encodeRows(e.view(vector(e, kind, 24, 92), 12, 12), 3, 4).bytes()]);
      expectSame(engine, (e) => [...e.encodeRows(e.view(vector(e, kind, 16, 92), 2, 2), 1, 3).bytes()]);
    }
  });

  it('keeps what was made after an encoding whose columns are not whole blocks', () => {
    const code = engine.encodeRows(vector(engine, 'base', 3 * 64, 93), 3, 7);
    const before = [...code.bytes()];
    const after = vector(engine, 'extension', 100, 94);
    expect(engine.toElements(after)).toEqual(elements(100, 94));
    expect([...code.bytes()]).toEqual(before);
  });

  it('sums powers of roots of unity', () => {
    const random = seeded(95);
    for (const logLength of [0, 1, 2, 3, 5, 8]) {
      for (let logSums = 0; logSums <= logLength; logSums++) {
        for (const count of [0, 1, 2, 3, 2 ** logLength, 20]) {
          const positions = Array.from({ length: count }, () => random(2 ** logLength));
          for (const coefficients of [elements(count, 96), new Array<KoalaElement>(count).fill(LARGEST)]) {
            expectSame(engine, (e) => {
              const sums = e.powerSums(positions, coefficients, logLength, 2 ** logSums);
              return [sums.kind, sums.length, e.toElements(sums)];
            });
          }
        }
      }
    }
    const all = Array.from({ length: 64 }, (_, position) => position);
    for (const length of [4, 32, 64]) {
      expectSame(engine, (e) => e.toElements(e.powerSums(all, elements(64, 97), 6, length)));
    }
  });

  it('sums powers to the linear form of a codeword at positions', () => {
    const [logLength, width] = [9, 128];
    const positions = [0, 3, 511, 200, 201];
    const coefficients = elements(positions.length, 98);
    const message = elements(width, 99);
    const codeword = koalaBear.tables.encode(message, logLength);
    const expected = positions.reduce(
      (sum, position, j) => koalaBear.add(sum, koalaBear.mul(coefficients[j], codeword[position])),
      koalaBear.zero,
    );
    const sums = engine.powerSums(positions, coefficients, logLength, width);
    expect(engine.dot(sums, engine.fromElements(message))).toEqual(expected);
  });

  it('evaluates columns of encoded matrices of signs from their nonzeros', () => {
    const random = seeded(100);
    for (const [rowCount, columnCount] of [
      [1, 1],
      [3, 4],
      [33, 16],
      [76, 64],
    ] as const) {
      for (const density of [0, 0.1, 1]) {
        const matrix = signedColumns(rowCount, columnCount, density, 8);
        for (const logLength of [Math.log2(columnCount), Math.log2(columnCount) + 2]) {
          for (const count of [0, 1, 15, 16, 17, 40]) {
            const positions = Array.from({ length: count }, () => random(2 ** logLength));
            expectSame(engine, (e) => [...e.evaluateColumns(e.gatherPlan(matrix), positions, logLength)]);
          }
        }
      }
    }
  });

  it('evaluates the columns that the encoding of the dense matrix has, over tiles and with wide indices', () => {
    for (const [rowCount, columnCount, density] of [
      [2100, 2, 0.7],
      [1500, 4, 0.4],
      [70000, 2, 0.001],
    ] as const) {
      const matrix = signedColumns(rowCount, columnCount, density, 9);
      const dense = new Int32Array(rowCount * columnCount);
      for (let column = 0, k = 0; column < columnCount; column++) {
        for (; k < matrix.ends[column]; k++) {
          dense[matrix.rows[k] * columnCount + column] = k < matrix.plusEnds[column] ? 1 : -1;
        }
      }
      const mark = engine.mark();
      const code = engine.encodeRows(engine.fromIntegers(dense), rowCount, 3);
      const positions = [0, 1, 5, 7];
      const expected = positions.map((position) =>
        code.bytes().slice(position * code.columnByteLength, (position + 1) * code.columnByteLength),
      );
      const columns = engine.evaluateColumns(engine.gatherPlan(matrix), positions, 3);
      expect(Buffer.compare(columns, Buffer.concat(expected))).toBe(0);
      engine.release(mark);
    }
  });
});
