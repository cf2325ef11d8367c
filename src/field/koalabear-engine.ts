// The engine of KoalaBear: vector arithmetic for provers, on kernels in WebAssembly where it is available and
// in JavaScript where not (kernels/koalabear.ts). Each call here checks shapes, passes offsets to a kernel
// and converts the few scalars that enter or leave.
//
// Kernels take whole blocks of four elements. Halves shorter than a block, and views that do not start with
// one, are first copied to zero-padded blocks, so that every length goes through the same kernels.

import { UsageError } from '../errors.ts';
import type { Engine, Vector } from './engine.ts';
import { contract } from './kernels/contract.ts';
import { evaluateColumns } from './kernels/evaluate-columns.ts';
import { gatherSigned, KoalaGatherPlan } from './kernels/gather.ts';
import { foldRows, gatherWeighted, KoalaDenseMatrix, KoalaWeightedPlan } from './kernels/integer-matrix.ts';
import { javascriptKernels } from './kernels/javascript.ts';
import { wasmKernels } from './kernels/koalabear.ts';
import { KernelMemory } from './kernels/memory.ts';
import { gatherProducts, KoalaPairPlan } from './kernels/pairs.ts';
import { powerSums } from './kernels/power-sums.ts';
import { productRound } from './kernels/product-rounds.ts';
import { encodeRows } from './kernels/reed-solomon.ts';
import { scaleRows } from './kernels/scale-rows.ts';
import { BLOCK, BLOCK_BYTES, blocksOf, type KoalaVector, Storage } from './kernels/storage.ts';
import { type KoalaElement, koalaBear } from './koalabear.ts';
import { requirePairs } from './pairs.ts';

/**
 * The KoalaBear engine; kernels of other modules (a hash) may share its memory.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type KoalaBearEngine } from 'ternary-gkr/field';
 *
 * const engine: KoalaBearEngine = createKoalaBearEngine({ kernels: 'js' });
 * console.log(engine.name); // js
 * ```
 */
export interface KoalaBearEngine extends Engine<KoalaElement> {
  readonly name: 'wasm' | 'js';
  readonly memory: KernelMemory;
}

/**
 * Options of an engine: kernels, and a limit of memory in bytes.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type KoalaBearEngineOptions } from 'ternary-gkr/field';
 *
 * const options: KoalaBearEngineOptions = { maximumBytes: 2 ** 26 };
 * const engine = createKoalaBearEngine(options);
 * ```
 */
export interface KoalaBearEngineOptions {
  /** `wasm` insists on WebAssembly, `js` does without; by default WebAssembly is taken where available. */
  readonly kernels?: 'wasm' | 'js';
  /** Allocations beyond this throw MemoryError; at most, and by default, just under 4 GiB. */
  readonly maximumBytes?: number;
}

const field = koalaBear;
const WORD_BYTES = 4;
const SCALAR_BYTES = 16;
/** A term of `affineBase`: an offset, three words unused, a scale. */
const TERM_BYTES = 32;
/** Bytes of an element in a vector. */
const ELEMENT_BYTES = { base: 4, extension: 16 } as const;

/**
 * An engine with a memory of its own.
 * @throws UsageError if `kernels` is `wasm` where WebAssembly with 128-bit vectors is not available
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * const mark = engine.mark();
 * console.log(engine.dot(engine.fromIntegers([1, 2, 3]), engine.fromIntegers([4, -5, 6]))); // [ 12, 0, 0, 0 ]
 * engine.release(mark);
 * ```
 */
export function createKoalaBearEngine(options: KoalaBearEngineOptions = {}): KoalaBearEngine {
  const { maximumBytes } = options;
  const memory = new KernelMemory({
    backing: options.kernels === 'js' ? 'array' : 'wasm',
    ...(maximumBytes === undefined ? {} : { maximumBytes }),
  });
  const compiled = options.kernels === 'js' ? undefined : wasmKernels(memory);
  if (options.kernels === 'wasm' && compiled === undefined) {
    throw new UsageError('WebAssembly with 128-bit vectors is not available here');
  }
  const kernels = compiled ?? javascriptKernels(memory);
  const storage = new Storage(memory, kernels);
  // Scratch that one call uses and the next overwrites: a scalar that enters, one that leaves.
  const scalar = memory.allocate(SCALAR_BYTES);
  const result = memory.allocate(SCALAR_BYTES);
  const lowest = memory.mark();

  const own = (vector: Vector): KoalaVector => storage.own(vector);

  function requireEqualLengths(a: Vector, b: Vector): void {
    if (a.length !== b.length)
      throw new UsageError(`vectors of lengths ${a.length} and ${b.length} where one length is due`);
  }

  function halfOf(vector: Vector): number {
    const half = vector.length / 2;
    if (half < 1 || !Number.isInteger(half)) throw new UsageError(`a vector of ${vector.length} has no halves`);
    return half;
  }

  function fromElements(values: readonly KoalaElement[]): KoalaVector {
    const vector = storage.allocate('extension', values.length);
    for (let i = 0; i < values.length; i++) storage.set(vector, i, values[i]);
    return vector;
  }

  /** A new vector by a kernel over words, of base vectors or of extension vectors; a mixed pair is embedded first. */
  function wordwise(a: Vector, b: Vector, kernel: typeof kernels.addWords): Vector {
    const [x, y] = [own(a), own(b)];
    requireEqualLengths(x, y);
    const sameBase = x.kind === 'base' && y.kind === 'base';
    const out = storage.allocate(sameBase ? 'base' : 'extension', x.length);
    const mark = memory.mark();
    const offset = sameBase ? storage.aligned(x) : storage.alignedExtension(x);
    const other = sameBase ? storage.aligned(y) : storage.alignedExtension(y);
    kernel(offset, other, out.offset, (BLOCK_BYTES[out.kind] / BLOCK_BYTES.base) * blocksOf(x.length));
    memory.release(mark);
    return out;
  }

  /** accumulator += scale·vector for an accumulator that starts with a block and owns its last one. */
  function addScaledTo(accumulator: number, vector: KoalaVector, scale: KoalaElement): void {
    const blocks = blocksOf(vector.length);
    const offset = storage.aligned(vector);
    if (vector.kind === 'extension' && field.equal(scale, field.one)) {
      kernels.addWords(accumulator, offset, accumulator, BLOCK * blocks);
      return;
    }
    storage.writeScalar(scalar, scale);
    const kernel = vector.kind === 'base' ? kernels.addScaledBase : kernels.addScaledExtension;
    kernel(accumulator, offset, blocks, scalar);
  }

  /** The tables of the last 0, 1, … variables of a point, up to two, by scalar arithmetic. */
  function shortEqTables(point: readonly KoalaElement[], scale: KoalaElement): KoalaElement[][] {
    const tables = [[scale]];
    for (let k = 1; k <= Math.min(2, point.length); k++) {
      const previous = tables[k - 1];
      const upper = previous.map((value) => field.mul(point[point.length - k], value));
      tables.push([...previous.map((value, i) => field.sub(value, upper[i])), ...upper]);
    }
    return tables;
  }

  /** Table of 2^(k + 1) elements at `out` from the one of 2^k elements at `table`, k ≥ 2. */
  function growEqTable(table: number, out: number, k: number, variable: KoalaElement): void {
    storage.writeScalar(scalar, variable);
    kernels.eqStep(table, out, out + ELEMENT_BYTES.extension * 2 ** k, 2 ** k / BLOCK, scalar);
  }

  function fromIntegers(values: ArrayLike<number>, length = values.length): KoalaVector {
    const vector = storage.allocate('base', length);
    const words = new Int32Array(memory.words.buffer, vector.offset, BLOCK * blocksOf(length));
    words.set(values);
    words.fill(0, values.length);
    kernels.fromSigned(vector.offset, blocksOf(values.length));
    return vector;
  }

  return {
    field,
    name: kernels.name,
    memory,

    mark: () => memory.mark(),

    release(mark) {
      if (mark < lowest) throw new UsageError(`no mark ${mark}`);
      memory.release(mark);
    },

    fromIntegers,
    fromElements,
    fromBaseBytes: (bytes) => fromIntegers(new Int32Array(new Uint8Array(bytes).buffer)),

    zeros(kind, length) {
      const vector = storage.allocate(kind, length);
      const end = vector.offset + BLOCK_BYTES[kind] * blocksOf(length);
      memory.words.fill(0, vector.offset / WORD_BYTES, end / WORD_BYTES);
      return vector;
    },

    view(vector, start, length) {
      if (start < 0 || start + length > vector.length || (length > 0 && start % length !== 0)) {
        throw new UsageError(`no view [${start}, ${start + length}) of a vector of ${vector.length}`);
      }
      return storage.view(own(vector), start, length);
    },

    copy(target, source) {
      const [to, from] = [own(target), own(source)];
      requireEqualLengths(to, from);
      if (to.kind !== from.kind) throw new UsageError(`copy of a ${from.kind} to a ${to.kind} vector`);
      if (storage.isWhole(to, 0, to.length) && storage.isWhole(from, 0, from.length)) {
        const byteLength = ELEMENT_BYTES[from.kind] * from.length;
        memory.bytes.copyWithin(to.offset, from.offset, from.offset + byteLength);
      } else {
        storage.copyElements(to, 0, from, 0, from.length);
      }
    },

    get(vector, index) {
      if (!(index >= 0 && index < vector.length))
        throw new UsageError(`no index ${index} in a vector of ${vector.length}`);
      return storage.get(own(vector), index);
    },

    toElements(vector) {
      const owned = own(vector);
      return Array.from({ length: owned.length }, (_, i) => storage.get(owned, i));
    },

    add: (a, b) => wordwise(a, b, kernels.addWords),
    sub: (a, b) => wordwise(a, b, kernels.subWords),

    mul(a, b) {
      const [x, y] = a.kind === 'base' ? [own(a), own(b)] : [own(b), own(a)];
      requireEqualLengths(x, y);
      const out = storage.allocate(y.kind, x.length);
      const mark = memory.mark();
      const mixed = y.kind === 'base' ? kernels.mulBase : kernels.mulMixed;
      const kernel = x.kind === 'extension' ? kernels.mulExtension : mixed;
      kernel(storage.aligned(x), storage.aligned(y), out.offset, blocksOf(x.length));
      memory.release(mark);
      return out;
    },

    affine(constant, terms, length) {
      for (const { vector } of terms) {
        if (vector.length !== length)
          throw new UsageError(`affine of a vector of ${vector.length} where ${length} is due`);
      }
      const out = storage.allocate('extension', length);
      const mark = memory.mark();
      const baseTerms = terms.filter(({ vector }) => vector.kind === 'base');
      const offset = memory.allocate(TERM_BYTES * baseTerms.length);
      baseTerms.forEach(({ vector, scale }, j) => {
        const aligned = storage.aligned(own(vector));
        memory.words[(offset + TERM_BYTES * j) / WORD_BYTES] = aligned;
        storage.writeScalar(offset + TERM_BYTES * j + SCALAR_BYTES, scale);
      });
      storage.writeScalar(scalar, constant);
      kernels.affineBase(out.offset, blocksOf(length), scalar, offset, baseTerms.length);
      for (const { vector, scale } of terms) {
        if (vector.kind === 'extension') addScaledTo(out.offset, own(vector), scale);
      }
      memory.release(mark);
      return out;
    },

    addScaled(accumulator, vector, scale) {
      if (accumulator.kind !== 'extension') throw new UsageError('the accumulator must be an extension vector');
      requireEqualLengths(accumulator, vector);
      const target = own(accumulator);
      const mark = memory.mark();
      if (storage.isWhole(target, 0, target.length)) {
        addScaledTo(target.offset, own(vector), scale);
      } else {
        const sum = storage.padded(target, 0, target.length);
        addScaledTo(sum.offset, own(vector), scale);
        storage.copyElements(target, 0, sum, 0, target.length);
      }
      memory.release(mark);
    },

    dot(a, b) {
      const [x, y] = a.kind === 'base' ? [own(a), own(b)] : [own(b), own(a)];
      requireEqualLengths(x, y);
      const { length } = x;
      const mark = memory.mark();
      const kinds = storage.pairKinds(x, y);
      const inPlace = x.lane === 0 && y.lane === 0 ? length - (length % BLOCK) : 0;
      const rest = length - inPlace;
      kernels.dot(kinds, x.offset, y.offset, inPlace / BLOCK, storage.work, result);
      let sum = storage.readScalar(result);
      if (rest > 0) {
        const [last, otherLast] = [storage.padded(x, inPlace, rest), storage.padded(y, inPlace, rest)];
        kernels.dot(kinds, last.offset, otherLast.offset, blocksOf(rest), storage.work, result);
        sum = inPlace === 0 ? storage.readScalar(result) : field.add(sum, storage.readScalar(result));
      }
      memory.release(mark);
      return sum;
    },

    eqSuffixes(point) {
      const tables = shortEqTables(point, field.one).map(fromElements);
      for (let k = 2; k < point.length; k++) {
        const table = storage.allocate('extension', 2 ** (k + 1));
        growEqTable(tables[k].offset, table.offset, k, point[point.length - 1 - k]);
        tables.push(table);
      }
      return tables;
    },

    eqTable(point, scale = field.one) {
      const table = storage.allocate('extension', 2 ** point.length);
      const first = shortEqTables(point, scale).at(-1) ?? [];
      for (let i = 0; i < first.length; i++) storage.set(table, i, first[i]);
      for (let k = 2; k < point.length; k++) growEqTable(table.offset, table.offset, k, point[point.length - 1 - k]);
      return table;
    },

    bind(vector, challenge) {
      const source = own(vector);
      const half = halfOf(source);
      const blocks = blocksOf(half);
      storage.writeScalar(scalar, challenge);
      if (source.kind === 'base') {
        const bound = storage.allocate('extension', half);
        const mark = memory.mark();
        const lower = storage.wholeBlocks(source, 0, half);
        kernels.bindBase(lower, storage.wholeBlocks(source, half, half), bound.offset, blocks, scalar);
        memory.release(mark);
        return bound;
      }
      const bound = storage.view(source, 0, half);
      if (storage.isWhole(source, 0, half)) {
        const upper = source.offset + ELEMENT_BYTES.extension * half;
        kernels.bindExtension(source.offset, upper, source.offset, blocks, scalar);
        return bound;
      }
      const mark = memory.mark();
      const lower = storage.padded(source, 0, half);
      kernels.bindExtension(lower.offset, storage.padded(source, half, half).offset, lower.offset, blocks, scalar);
      storage.copyElements(bound, 0, lower, 0, half);
      memory.release(mark);
      return bound;
    },

    productRound: (products, eq) => productRound(storage, products, eq),

    foldFractions(numerators, denominators) {
      const q = own(denominators);
      const half = halfOf(q);
      const blocks = blocksOf(half);
      if (numerators !== undefined) requireEqualLengths(numerators, q);
      const sums = {
        numerators: storage.allocate('extension', half),
        denominators: storage.allocate('extension', half),
      };
      const mark = memory.mark();
      const lift = (lower: number): number => {
        const offset = storage.wholeBlocks(q, lower, half);
        if (q.kind === 'extension') return offset;
        const lifted = storage.allocate('extension', half);
        kernels.lift(offset, lifted.offset, blocks);
        return lifted.offset;
      };
      const [qLower, qUpper] = [lift(0), lift(half)];
      if (numerators === undefined) {
        kernels.addWords(qLower, qUpper, sums.numerators.offset, BLOCK * blocks);
        kernels.mulExtension(qLower, qUpper, sums.denominators.offset, blocks);
      } else {
        const p = own(numerators);
        const [pLower, pUpper] = [storage.wholeBlocks(p, 0, half), storage.wholeBlocks(p, half, half)];
        const { numerators: n, denominators: d } = sums;
        kernels.foldFractions(pLower, pUpper, qLower, qUpper, n.offset, d.offset, blocks, p.kind === 'base' ? 1 : 0);
      }
      memory.release(mark);
      return sums;
    },

    gatherPlan: (matrix) => new KoalaGatherPlan(storage, matrix),

    gatherSigned(plan, table) {
      if (!(plan instanceof KoalaGatherPlan)) throw new UsageError('a plan of another engine');
      if (table.length < plan.rowCount) throw new UsageError(`a table of ${table.length} for ${plan.rowCount} rows`);
      return gatherSigned(storage, plan, own(table));
    },

    weightedPlan: (matrix) => new KoalaWeightedPlan(storage, matrix),

    gatherWeighted(plan, table) {
      if (!(plan instanceof KoalaWeightedPlan)) throw new UsageError('a plan of another engine');
      if (table.length < plan.rowCount) throw new UsageError(`a table of ${table.length} for ${plan.rowCount} rows`);
      return gatherWeighted(storage, plan, own(table));
    },

    pairPlan: (matrix) => new KoalaPairPlan(storage, matrix),

    gatherProducts(plan, left, right) {
      if (!(plan instanceof KoalaPairPlan)) throw new UsageError('a plan of another engine');
      requirePairs(plan, left, right);
      return gatherProducts(storage, plan, own(left), own(right));
    },

    denseMatrix: (entries, rowCount, columnCount) => new KoalaDenseMatrix(storage, entries, rowCount, columnCount),

    foldRows(matrix, weights) {
      if (!(matrix instanceof KoalaDenseMatrix)) throw new UsageError('a matrix of another engine');
      if (weights.length < matrix.rowCount)
        throw new UsageError(`${weights.length} weights for ${matrix.rowCount} rows`);
      return foldRows(storage, matrix, own(weights));
    },

    scaleRows: (scales, matrix, rowCount) => scaleRows(storage, own(scales), own(matrix), rowCount),

    contract: (vector, weights, inner) => contract(storage, own(vector), own(weights), inner),

    repeat(vector, count) {
      const source = own(vector);
      const out = storage.allocate(source.kind, source.length * count);
      if (storage.isWhole(source, 0, source.length)) {
        const byteLength = ELEMENT_BYTES[source.kind] * source.length;
        for (let k = 0; k < count; k++) {
          memory.bytes.copyWithin(out.offset + k * byteLength, source.offset, source.offset + byteLength);
        }
      } else {
        for (let k = 0; k < count; k++) storage.copyElements(out, k * source.length, source, 0, source.length);
      }
      return out;
    },

    encodeRows: (matrix, rows, logLength) =>
      encodeRows(storage, own(matrix), rows, logLength, field.rootOfUnity(logLength)[0]),

    powerSums: (positions, coefficients, logLength, length) =>
      powerSums(storage, positions, coefficients, logLength, length),

    evaluateColumns(plan, positions, logLength) {
      if (!(plan instanceof KoalaGatherPlan)) throw new UsageError('a plan of another engine');
      return evaluateColumns(storage, plan, positions, logLength);
    },
  };
}
