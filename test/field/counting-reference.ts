// A field that truly counts: elements carry their kind, and every scalar operation on them is counted by the
// kinds of its operands. Under an engine over plain arrays it counts what a vector operation does, one by one.
// Where the array engine is obvious rather than frugal, the algorithm that counting-engine.ts describes is
// written out here in scalar operations; the values must stay those of the array engine.

import { createArrayEngine } from '../../src/field/array-engine.ts';
import type { Engine, GatherPlan, Vector } from '../../src/field/engine.ts';
import type { Field, SignedColumns } from '../../src/field/field.ts';
import {
  bn254,
  createGenericTables,
  noOperations,
  type OperationCounts,
  type ScalarField,
} from '../../src/field/index.ts';

export interface Tagged {
  readonly value: bigint;
  readonly isBase: boolean;
}

/** A round's sums at 0 and at infinity. */
type Pair = readonly [Tagged, Tagged];

/** BN254's scalar field, with a nominal distinction of F_p and F. Zero and integers are of F_p. */
export function truthfulField(): { field: Field<Tagged>; counter: OperationCounts } {
  const counter = noOperations();
  const inner = bn254;
  const base = (value: bigint): Tagged => ({ value, isBase: true });
  const added = (a: Tagged, b: Tagged, value: bigint): Tagged => {
    const isBase = a.isBase && b.isBase;
    if (isBase) counter.baseAdditions++;
    else counter.extensionAdditions++;
    return { value, isBase };
  };
  const scalars: ScalarField<Tagged> = {
    name: inner.name,
    characteristic: inner.characteristic,
    degree: inner.degree,
    bits: inner.bits,
    byteLength: inner.byteLength,
    baseByteLength: inner.baseByteLength,
    twoAdicity: inner.twoAdicity,
    zero: base(inner.zero),
    one: { value: inner.one, isBase: false },
    fromInteger: (value) => base(inner.fromInteger(value)),
    fromCoefficients: (coefficients) => ({ value: inner.fromCoefficients(coefficients), isBase: false }),
    toCoefficients: (a) => inner.toCoefficients(a.value),
    add: (a, b) => added(a, b, inner.add(a.value, b.value)),
    sub: (a, b) => added(a, b, inner.sub(a.value, b.value)),
    neg: (a) => added(a, a, inner.neg(a.value)),
    mul(a, b) {
      if (a.isBase && b.isBase) counter.baseMultiplications++;
      else if (a.isBase || b.isBase) counter.mixedMultiplications++;
      else counter.extensionMultiplications++;
      return { value: inner.mul(a.value, b.value), isBase: a.isBase && b.isBase };
    },
    inv(a) {
      counter.inversions++;
      return { value: inner.inv(a.value), isBase: a.isBase };
    },
    equal: (a, b) => inner.equal(a.value, b.value),
    isZero: (a) => inner.isZero(a.value),
    rootOfUnity: (logOrder) => base(inner.rootOfUnity(logOrder)),
    write: (a, target, offset) => inner.write(a.value, target, offset),
    read(source, offset) {
      const value = inner.read(source, offset);
      return value === undefined ? undefined : { value, isBase: false };
    },
    sample: (read) => ({ value: inner.sample(read), isBase: false }),
  };
  return { field: { ...scalars, tables: createGenericTables(scalars) }, counter };
}

/** The algorithms of counting-engine.ts, scalar operation by scalar operation. */
export function referenceEngine(field: Field<Tagged>): Engine<Tagged> {
  const engine = createArrayEngine(field);
  const lift = (vector: Vector): Vector =>
    engine.fromElements(engine.toElements(vector).map((element) => ({ ...element, isBase: false })));
  const isOne = (scale: Tagged): boolean => !scale.isBase && field.equal(scale, field.one);
  const scaled = (element: Tagged, scale: Tagged): Tagged =>
    isOne(scale) && !element.isBase ? element : field.mul(scale, element);
  const doubled = (table: readonly Tagged[], variable: Tagged): Tagged[] => {
    const upper = table.map((entry) => field.mul(variable, entry));
    return [...table.map((entry, i) => field.sub(entry, upper[i])), ...upper];
  };
  const suffixTables = (point: readonly Tagged[], scale: Tagged): Tagged[][] => {
    const tables = [[scale]];
    for (const variable of [...point].reverse()) tables.push(doubled(tables[tables.length - 1], variable));
    return tables;
  };
  return {
    ...engine,
    affine(constant, terms, length) {
      let values = new Array<Tagged>(length).fill(constant);
      for (const { vector, scale } of terms) {
        const elements = engine.toElements(vector);
        values = values.map((value, i) => field.add(value, scaled(elements[i], scale)));
      }
      return engine.fromElements(values);
    },
    addScaled(accumulator, vector, scale) {
      const elements = engine.toElements(vector);
      const sums = engine.toElements(accumulator).map((value, i) => field.add(value, scaled(elements[i], scale)));
      engine.copy(accumulator, engine.fromElements(sums));
    },
    eqSuffixes: (point) => suffixTables(point, field.one).map((table) => engine.fromElements(table)),
    eqTable: (point, scale = field.one) => engine.fromElements(suffixTables(point, scale).at(-1) ?? []),
    productRound(products, eq) {
      const half = products[0][0].length / 2;
      const zeros: Pair = [field.zero, field.zero];
      const addPairs = (p: Pair, q: Pair): Pair => [field.add(p[0], q[0]), field.add(p[1], q[1])];
      const scalePair = (p: Pair, weight: Tagged): Pair => [field.mul(p[0], weight), field.mul(p[1], weight)];
      const term = ([a, b]: readonly [Vector, Vector], x: number): Pair => {
        const [a0, a1, b0, b1] = [engine.get(a, x), engine.get(a, x + half), engine.get(b, x), engine.get(b, x + half)];
        return [field.mul(a0, b0), field.mul(field.sub(a1, a0), field.sub(b1, b0))];
      };
      const indices = Array.from({ length: half }, (_, x) => x);
      if (eq === undefined) {
        const sums = products.map((product) =>
          indices
            .map((x) => term(product, x))
            .reduce(addPairs, zeros)
            .map(({ value }) => ({ value, isBase: false })),
        ) as unknown as Pair[];
        const [atZero, atInfinity] = sums.reduce(addPairs);
        return { atZero, atInfinity };
      }
      const isBase = ([a, b]: readonly [Vector, Vector]): boolean => a.kind === 'base' && b.kind === 'base';
      const kinds = [products.filter(isBase), products.filter((product) => !isBase(product))];
      const inner = engine.toElements(eq.inner);
      const totals = engine.toElements(eq.outer).map((weight, run) => {
        let sums = zeros;
        for (const [low, innerWeight] of inner.entries()) {
          for (const ofKind of kinds.filter(({ length }) => length > 0)) {
            const terms = ofKind.map((product) => term(product, run * inner.length + low));
            sums = addPairs(sums, scalePair(terms.reduce(addPairs, zeros), innerWeight));
          }
        }
        return scalePair(sums, weight);
      });
      const [atZero, atInfinity] = totals.reduce(addPairs, zeros);
      return { atZero, atInfinity };
    },
    foldFractions(numerators, denominators) {
      const lifted = lift(denominators);
      if (numerators !== undefined) return engine.foldFractions(numerators, lifted);
      const half = lifted.length / 2;
      const [low, high] = [engine.view(lifted, 0, half), engine.view(lifted, half, half)];
      return { numerators: engine.add(low, high), denominators: engine.mul(low, high) };
    },
    gatherSigned: (plan, table) => engine.gatherSigned(plan, lift(table)),
    gatherProducts: (plan, left, right) => engine.gatherProducts(plan, lift(left), right),
    powerSums: (positions, coefficients, logLength, length) =>
      engine.fromElements(
        series(
          positions.map((position, j) => [position, coefficients[j]] as const),
          logLength,
          length,
        ),
      ),
    evaluateColumns(plan, positions, logLength) {
      const { rowCount, columnCount, rows, plusEnds, ends } = (plan as GatherPlan & { matrix: SignedColumns }).matrix;
      const bytes = new Uint8Array(positions.length * rowCount * field.byteLength);
      positions.forEach((position, j) => {
        const sums = new Array<Tagged>(rowCount).fill({ value: 0n, isBase: true });
        let ratio = bn254.one;
        for (let i = 0; i < position; i++) ratio = bn254.mul(ratio, bn254.rootOfUnity(logLength));
        for (
          let column = 0, k = 0, value = bn254.one;
          column < columnCount;
          column++, value = bn254.mul(value, ratio)
        ) {
          const power = { value, isBase: true };
          for (; k < plusEnds[column]; k++) sums[rows[k]] = field.add(sums[rows[k]], power);
          for (; k < ends[column]; k++) sums[rows[k]] = field.sub(sums[rows[k]], power);
        }
        for (const [row, sum] of sums.entries()) field.write(sum, bytes, (j * rowCount + row) * field.byteLength);
      });
      return bytes;
    },
    encodeRows(matrix, rows, logLength) {
      const width = matrix.length / rows;
      const elements = engine.toElements(matrix);
      const codewords = Array.from({ length: rows }, (_, row) =>
        transform(elements.slice(row * width, (row + 1) * width), logLength),
      );
      const columns = 2 ** logLength;
      const columnByteLength = rows * field.byteLength;
      const bytes = new Uint8Array(columns * columnByteLength);
      codewords.forEach((codeword, row) => {
        codeword.forEach((value, column) => {
          field.write(value, bytes, column * columnByteLength + row * field.byteLength);
        });
      });
      return { bytes: () => bytes, columnByteLength, columns };
    },
  };

  /** Decimation in time, from terms [position, coefficient]; what is zero for want of terms is not computed with. */
  function series(terms: readonly (readonly [number, Tagged])[], logLength: number, length: number): Tagged[] {
    const root = logLength === 0 ? bn254.one : bn254.rootOfUnity(logLength);
    const constant = (exponent: number): Tagged => {
      let value = bn254.one;
      for (let k = 0; k < exponent; k++) value = bn254.mul(value, root);
      return { value, isBase: true };
    };
    if (terms.length === 0) return new Array<Tagged>(length).fill({ value: 0n, isBase: false });
    if (terms.length === 1) {
      const [[position, coefficient]] = terms;
      const sums = [coefficient];
      while (sums.length < length) sums.push(field.mul(constant(position), sums[sums.length - 1]));
      return sums;
    }
    if (logLength === 0) return [terms.map(([, coefficient]) => coefficient).reduce(field.add)];
    const half = Math.min(length, 2 ** (logLength - 1));
    const [even, odd] = [0, 1].map((parity) =>
      series(
        terms.filter(([position]) => position % 2 === parity).map(([position, c]) => [position >> 1, c] as const),
        logLength - 1,
        half,
      ),
    );
    const twisted = odd.map((value, i) => field.mul(constant(i), value));
    const lower = even.map((value, i) => field.add(value, twisted[i]));
    return length === half ? lower : [...lower, ...even.map((value, i) => field.sub(value, twisted[i]))];
  }

  /** Decimation in time; a single coefficient is its own transform, at every length. */
  function transform(coefficients: readonly Tagged[], logLength: number): Tagged[] {
    const length = 2 ** logLength;
    if (coefficients.length === 1) return new Array<Tagged>(length).fill(coefficients[0]);
    const even = transform(
      coefficients.filter((_, i) => i % 2 === 0),
      logLength - 1,
    );
    const odd = transform(
      coefficients.filter((_, i) => i % 2 === 1),
      logLength - 1,
    );
    const root = bn254.rootOfUnity(logLength);
    const values = new Array<Tagged>(length);
    for (let j = 0, power = bn254.one; j < length / 2; j++, power = bn254.mul(power, root)) {
      const term = field.mul({ value: power, isBase: true }, odd[j]);
      values[j] = field.add(even[j], term);
      values[j + length / 2] = field.sub(even[j], term);
    }
    return values;
  }
}
