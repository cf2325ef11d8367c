// The engine contract (engine.ts) over plain arrays and a field's scalar operations: slow, obvious and
// the same for every field. It is the oracle of the fast engines' tests and the engine of fields without
// an engine of their own.
//
// Vectors freed by `release` throw when used again, so that a test with this engine finds a caller that
// keeps one too long.

import { UsageError } from '../errors.ts';
import type { CodeMatrix, DenseMatrix, Engine, GatherPlan, PairPlan, SplitEq, Vector, WeightedPlan } from './engine.ts';
import type { Field, SignedColumns, SignedPairs, WeightedColumns } from './field.ts';
import { evaluateAtPowers, genericEqTable } from './generic-tables.ts';
import { requirePairs } from './pairs.ts';
import { requirePositions } from './positions.ts';

type Kind = Vector['kind'];

/** Elements [start, start + length) of `storage`, which views share. */
class ArrayVector<E> implements Vector {
  readonly kind: Kind;
  readonly length: number;
  storage: E[] | undefined;
  readonly start: number;

  constructor(kind: Kind, length: number, storage: E[], start = 0) {
    this.kind = kind;
    this.length = length;
    this.storage = storage;
    this.start = start;
  }
}

interface ArrayGatherPlan extends GatherPlan {
  readonly matrix: SignedColumns;
}

interface ArrayWeightedPlan extends WeightedPlan {
  readonly matrix: WeightedColumns;
}

interface ArrayPairPlan extends PairPlan {
  readonly matrix: SignedPairs;
}

interface ArrayDenseMatrix extends DenseMatrix {
  readonly entries: Int8Array;
}

/**
 * Returns the obvious engine over `field`. Every method throws UsageError where shapes do not fit.
 *
 * @example
 * ```ts
 * import { bn254, createArrayEngine } from 'ternary-gkr/field';
 *
 * const engine = createArrayEngine(bn254);
 * const sum = engine.dot(engine.fromIntegers([1, 2, 3]), engine.fromElements([4n, 5n, 6n]));
 * console.log(sum); // 32n
 * ```
 */
export function createArrayEngine<E>(field: Field<E>): Engine<E> {
  /** The vectors that `mark` and `release` free, oldest first. */
  const stack: ArrayVector<E>[] = [];

  function create(kind: Kind, storage: E[]): ArrayVector<E> {
    const vector = new ArrayVector(kind, storage.length, storage);
    stack.push(vector);
    return vector;
  }

  function storageOf(vector: Vector): { storage: E[]; start: number } {
    if (!(vector instanceof ArrayVector)) throw new UsageError('a vector of another engine');
    if (vector.storage === undefined) throw new UsageError('a vector that has been released');
    return { storage: vector.storage, start: vector.start };
  }

  function elements(vector: Vector): E[] {
    const { storage, start } = storageOf(vector);
    return storage.slice(start, start + vector.length);
  }

  function overwrite(vector: Vector, values: readonly E[]): void {
    const { storage, start } = storageOf(vector);
    for (let i = 0; i < values.length; i++) storage[start + i] = values[i];
  }

  function requireEqualLengths(...lengths: number[]): void {
    if (lengths.some((length) => length !== lengths[0])) {
      throw new UsageError(`vectors of lengths ${lengths.join(', ')} where one length is due`);
    }
  }

  function requireExtension(vector: Vector, what: string): void {
    if (vector.kind !== 'extension') throw new UsageError(`${what} must be an extension vector`);
  }

  function halves(vector: Vector): [low: E[], high: E[]] {
    if (vector.length < 2 || vector.length % 2 !== 0)
      throw new UsageError(`a vector of ${vector.length} has no halves`);
    const all = elements(vector);
    return [all.slice(0, all.length / 2), all.slice(all.length / 2)];
  }

  function zip(a: Vector, b: Vector, operation: (x: E, y: E) => E): Vector {
    requireEqualLengths(a.length, b.length);
    const right = elements(b);
    const result = elements(a).map((x, i) => operation(x, right[i]));
    return create(a.kind === 'base' && b.kind === 'base' ? 'base' : 'extension', result);
  }

  const sum = (values: readonly E[]): E => values.reduce(field.add, field.zero);

  /** Returns zeros of the length of a gather of these columns. */
  const zeroColumns = (columnCount: number): E[] =>
    new Array<E>(2 ** Math.ceil(Math.log2(Math.max(columnCount, 1)))).fill(field.zero);

  /** eq at each index of one half: outer[high bits]·inner[low bits]. */
  function splitEqWeights(eq: SplitEq | undefined, half: number): E[] {
    if (eq === undefined) return new Array<E>(half).fill(field.one);
    requireEqualLengths(eq.outer.length * eq.inner.length, half);
    const inner = elements(eq.inner);
    return elements(eq.outer).flatMap((high) => inner.map((low) => field.mul(high, low)));
  }

  function view(vector: Vector, start: number, length: number): Vector {
    const { storage, start: base } = storageOf(vector);
    if (start < 0 || start + length > vector.length || (length > 0 && start % length !== 0)) {
      throw new UsageError(`no view [${start}, ${start + length}) of a vector of ${vector.length}`);
    }
    const shared = new ArrayVector(vector.kind, length, storage, base + start);
    stack.push(shared);
    return shared;
  }

  /** Returns the canonical encoding. */
  function encoding(value: E): Uint8Array {
    const bytes = new Uint8Array(field.byteLength);
    field.write(value, bytes, 0);
    return bytes;
  }

  /** Returns ω^position for ω of order 2^logLength. */
  function rootPower(position: number, logLength: number): E {
    let power = field.one;
    for (let bit = 0; bit < logLength; bit++) {
      if ((position >>> bit) & 1) power = field.mul(power, field.rootOfUnity(logLength - bit));
    }
    return power;
  }

  return {
    field,
    name: 'bigint',

    mark: () => stack.length,

    release(mark) {
      if (!Number.isInteger(mark) || mark < 0 || mark > stack.length) throw new UsageError(`no mark ${mark}`);
      for (const vector of stack.splice(mark)) vector.storage = undefined;
    },

    fromIntegers: (values, length = values.length) =>
      create(
        'base',
        Array.from({ length }, (_, i) => (i < values.length ? field.fromInteger(values[i]) : field.zero)),
      ),
    fromElements: (values) => create('extension', [...values]),
    fromBaseBytes(bytes) {
      const { byteLength, baseByteLength } = field;
      const values = Array.from({ length: bytes.length / baseByteLength }, (_, i) => {
        // the coordinates after the first are zero
        const encoded = new Uint8Array(byteLength);
        encoded.set(bytes.subarray(i * baseByteLength, (i + 1) * baseByteLength));
        const value = field.read(encoded, 0);
        if (value === undefined) throw new UsageError(`element ${i} is not canonical`);
        return value;
      });
      return create('base', values);
    },
    zeros: (kind, length) => create(kind, new Array<E>(length).fill(field.zero)),

    view,

    copy(target, source) {
      requireEqualLengths(target.length, source.length);
      if (target.kind !== source.kind) throw new UsageError(`copy of a ${source.kind} to a ${target.kind} vector`);
      overwrite(target, elements(source));
    },

    get(vector, index) {
      if (!Number.isInteger(index) || index < 0 || index >= vector.length) {
        throw new UsageError(`no index ${index} in a vector of ${vector.length}`);
      }
      const { storage, start } = storageOf(vector);
      return storage[start + index];
    },

    toElements: elements,

    add: (a, b) => zip(a, b, field.add),
    sub: (a, b) => zip(a, b, field.sub),
    mul: (a, b) => zip(a, b, field.mul),

    affine(constant, terms, length) {
      requireEqualLengths(length, ...terms.map(({ vector }) => vector.length));
      const result = new Array<E>(length).fill(constant);
      for (const { vector, scale } of terms) {
        elements(vector).forEach((value, i) => {
          result[i] = field.add(result[i], field.mul(scale, value));
        });
      }
      return create('extension', result);
    },

    addScaled(accumulator, vector, scale) {
      requireExtension(accumulator, 'the accumulator');
      requireEqualLengths(accumulator.length, vector.length);
      const added = elements(vector);
      overwrite(
        accumulator,
        elements(accumulator).map((value, i) => field.add(value, field.mul(scale, added[i]))),
      );
    },

    dot(a, b) {
      requireEqualLengths(a.length, b.length);
      const right = elements(b);
      return sum(elements(a).map((value, i) => field.mul(value, right[i])));
    },

    eqSuffixes: (point) =>
      Array.from({ length: point.length + 1 }, (_, k) =>
        create('extension', genericEqTable(field, point.slice(point.length - k))),
      ),

    eqTable: (point, scale = field.one) =>
      create(
        'extension',
        genericEqTable(field, point).map((value) => field.mul(scale, value)),
      ),

    bind(vector, challenge) {
      const [low, high] = halves(vector);
      const bound = low.map((value, i) => field.add(value, field.mul(challenge, field.sub(high[i], value))));
      if (vector.kind === 'base') return create('extension', bound);
      overwrite(vector, bound);
      return view(vector, 0, bound.length);
    },

    productRound(products, eq) {
      const lengths = products.flatMap(([a, b]) => [a.length, b.length]);
      if (lengths.length === 0) throw new UsageError('productRound of no products');
      requireEqualLengths(...lengths);
      const weights = splitEqWeights(eq, lengths[0] / 2);
      let atZero = field.zero;
      let atInfinity = field.zero;
      for (const [a, b] of products) {
        const [aLow, aHigh] = halves(a);
        const [bLow, bHigh] = halves(b);
        weights.forEach((weight, i) => {
          const slopes = field.mul(field.sub(aHigh[i], aLow[i]), field.sub(bHigh[i], bLow[i]));
          atZero = field.add(atZero, field.mul(weight, field.mul(aLow[i], bLow[i])));
          atInfinity = field.add(atInfinity, field.mul(weight, slopes));
        });
      }
      return { atZero, atInfinity };
    },

    foldFractions(numerators, denominators) {
      const ones = new Array<E>(denominators.length / 2).fill(field.one);
      const [qLow, qHigh] = halves(denominators);
      const [pLow, pHigh] = numerators === undefined ? [ones, ones] : halves(numerators);
      requireEqualLengths(pLow.length, qLow.length);
      return {
        numerators: create(
          'extension',
          pLow.map((p, i) => field.add(field.mul(p, qHigh[i]), field.mul(pHigh[i], qLow[i]))),
        ),
        denominators: create(
          'extension',
          qLow.map((q, i) => field.mul(q, qHigh[i])),
        ),
      };
    },

    gatherPlan(matrix): ArrayGatherPlan {
      return { rowCount: matrix.rowCount, columnCount: matrix.columnCount, matrix };
    },

    gatherSigned(plan, table) {
      const { rowCount, columnCount, rows, plusEnds, ends } = (plan as ArrayGatherPlan).matrix;
      if (table.length < rowCount) throw new UsageError(`a table of ${table.length} for ${rowCount} rows`);
      const entries = elements(table);
      const gathered = zeroColumns(columnCount);
      for (let column = 0, k = 0; column < columnCount; column++) {
        for (; k < plusEnds[column]; k++) gathered[column] = field.add(gathered[column], entries[rows[k]]);
        for (; k < ends[column]; k++) gathered[column] = field.sub(gathered[column], entries[rows[k]]);
      }
      return create('extension', gathered);
    },

    weightedPlan(matrix): ArrayWeightedPlan {
      return { rowCount: matrix.rowCount, columnCount: matrix.columnCount, matrix };
    },

    gatherWeighted(plan, table) {
      const { rowCount, columnCount, rows, weights, ends } = (plan as ArrayWeightedPlan).matrix;
      if (table.length < rowCount) throw new UsageError(`a table of ${table.length} for ${rowCount} rows`);
      const entries = elements(table);
      const gathered = zeroColumns(columnCount);
      for (let column = 0, k = 0; column < columnCount; column++) {
        for (; k < ends[column]; k++) {
          gathered[column] = field.add(gathered[column], field.mul(field.fromInteger(weights[k]), entries[rows[k]]));
        }
      }
      return create('extension', gathered);
    },

    pairPlan(matrix): ArrayPairPlan {
      const { leftCount, rightCount, columnCount } = matrix;
      return { leftCount, rightCount, columnCount, matrix };
    },

    gatherProducts(plan, left, right) {
      const { columnCount, lefts, rights, signs, ends } = (plan as ArrayPairPlan).matrix;
      requirePairs(plan, left, right);
      const [a, b] = [elements(left), elements(right)];
      const gathered = zeroColumns(columnCount);
      for (let column = 0, k = 0; column < columnCount; column++) {
        for (; k < ends[column]; k++) {
          const product = field.mul(a[lefts[k]], b[rights[k]]);
          const add = signs?.[k] === -1 ? field.sub : field.add;
          gathered[column] = add(gathered[column], product);
        }
      }
      return create('extension', gathered);
    },

    denseMatrix(entries, rowCount, columnCount): ArrayDenseMatrix {
      requireEqualLengths(entries.length, rowCount * columnCount);
      return { rowCount, columnCount, entries: entries.slice() };
    },

    foldRows(matrix, weights) {
      const { rowCount, columnCount, entries } = matrix as ArrayDenseMatrix;
      if (weights.length < rowCount) throw new UsageError(`${weights.length} weights for ${rowCount} rows`);
      const folded = zeroColumns(columnCount);
      for (const [row, weight] of elements(weights).slice(0, rowCount).entries()) {
        for (let column = 0; column < columnCount; column++) {
          const entry = field.fromInteger(entries[row * columnCount + column]);
          folded[column] = field.add(folded[column], field.mul(entry, weight));
        }
      }
      return create('extension', folded);
    },

    scaleRows(scales, matrix, rowCount) {
      if (scales.kind !== matrix.kind) throw new UsageError(`${scales.kind} scales of ${matrix.kind} rows`);
      const [width, repeat] = [matrix.length / rowCount, scales.length / rowCount];
      if (!Number.isInteger(width) || !Number.isInteger(repeat)) {
        throw new UsageError(`${scales.length} scales, ${matrix.length} elements, ${rowCount} rows`);
      }
      const all = elements(matrix);
      const scaled = elements(scales).flatMap((scale, r) => {
        const row = Math.floor(r / repeat);
        return all.slice(row * width, (row + 1) * width).map((value) => field.mul(scale, value));
      });
      return create(matrix.kind, scaled);
    },

    contract(vector, weights, inner) {
      const count = vector.length / (weights.length * inner);
      if (!Number.isInteger(count) || weights.kind !== 'extension') {
        throw new UsageError(`contract: ${vector.length} elements, ${weights.length} weights, ${inner} inner ones`);
      }
      const [all, factors] = [elements(vector), elements(weights)];
      const sums = Array.from({ length: count * inner }, (_, index) => {
        const [block, place] = [Math.floor(index / inner), index % inner];
        return factors.reduce((sum, factor, j) => {
          return field.add(sum, field.mul(factor, all[(block * factors.length + j) * inner + place]));
        }, field.zero);
      });
      return create('extension', sums);
    },

    repeat(vector, count) {
      const values = elements(vector);
      return create(vector.kind, Array.from({ length: count }, () => values).flat());
    },

    encodeRows(matrix, rows, logLength): CodeMatrix {
      const width = matrix.length / rows;
      if (!Number.isInteger(width)) throw new UsageError(`${matrix.length} elements do not make ${rows} rows`);
      const all = elements(matrix);
      const columns = 2 ** logLength;
      const elementLength = matrix.kind === 'base' ? field.baseByteLength : field.byteLength;
      const columnByteLength = rows * elementLength;
      const bytes = new Uint8Array(columns * columnByteLength);
      for (let row = 0; row < rows; row++) {
        const codeword = evaluateAtPowers(field, all.slice(row * width, (row + 1) * width), logLength);
        codeword.forEach((value, column) => {
          bytes.set(encoding(value).subarray(0, elementLength), column * columnByteLength + row * elementLength);
        });
      }
      return { bytes: () => bytes, columnByteLength, columns };
    },

    powerSums(positions, coefficients, logLength, length) {
      requireEqualLengths(positions.length, coefficients.length);
      requirePositions(positions, logLength, length);
      const sums = new Array<E>(length).fill(field.zero);
      positions.forEach((position, j) => {
        const ratio = rootPower(position, logLength);
        for (let i = 0, term = coefficients[j]; i < length; i++, term = field.mul(term, ratio)) {
          sums[i] = field.add(sums[i], term);
        }
      });
      return create('extension', sums);
    },

    evaluateColumns(plan, positions, logLength) {
      const { rowCount, columnCount, rows, plusEnds, ends } = (plan as ArrayGatherPlan).matrix;
      requirePositions(positions, logLength, columnCount);
      const bytes = new Uint8Array(positions.length * rowCount * field.baseByteLength);
      positions.forEach((position, j) => {
        const ratio = rootPower(position, logLength);
        const sums = new Array<E>(rowCount).fill(field.zero);
        for (
          let column = 0, k = 0, power = field.one;
          column < columnCount;
          column++, power = field.mul(power, ratio)
        ) {
          for (; k < plusEnds[column]; k++) sums[rows[k]] = field.add(sums[rows[k]], power);
          for (; k < ends[column]; k++) sums[rows[k]] = field.sub(sums[rows[k]], power);
        }
        sums.forEach((sum, row) => {
          bytes.set(encoding(sum).subarray(0, field.baseByteLength), (j * rowCount + row) * field.baseByteLength);
        });
      });
      return bytes;
    },
  };
}
