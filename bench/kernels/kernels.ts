// The costs of the kernels: medians over runs after warm-up, one thread, for each engine that this machine has. A
// kernel runs many times in one process, so that tinybench measures it; the memory of a run is released between runs,
// untimed. Vectors of 2¹⁶ elements stay in the second-level cache; the sumcheck's tables do not.

import { Bench } from 'tinybench';
import type { Engine, Vector } from '../../src/field/engine.ts';
import type { SignedColumns } from '../../src/field/field.ts';
import type { KoalaElement } from '../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';

/** The cost of one kernel on one engine. */
export interface KernelResult {
  readonly name: KernelName;
  readonly engine: string;
  /** Nanoseconds per operation; what one operation is stands at `KernelName`. */
  readonly nsPerOp: number;
}

export type KernelName =
  | 'baseMul' // one multiplication in F_p
  | 'extMul' // one multiplication in F
  | 'dot' // one element of a sum of products in F
  | 'bind' // one element of a table bound at a challenge
  | 'eqTable' // one element of an eq table
  | 'foldFractions' // one sum of two fractions
  | 'weightedRound' // one pair of halves of a product of two tables with split eq weights, both values
  | 'ternaryGather' // one nonzero of a ternary matrix, 4096 × 4096 with one in sixteen
  | 'ntt' // one element of a Reed–Solomon codeword, 64 rows of 1024 at rate 1/4
  | 'productSumcheck20' // a whole sumcheck over the product of two tables of 2²⁰ elements of F
  | 'callOverhead'; // one call, of a round or of a binding, on vectors of eight elements

/** Runs of each kernel. */
interface Effort {
  readonly runs: number;
  readonly warmUpRuns: number;
}
const EFFORT: Effort = { runs: 21, warmUpRuns: 5 };

const LOG_LENGTH = 16;
const LENGTH = 2 ** LOG_LENGTH;
const CHALLENGE: KoalaElement = [1234567890, 987654321, 55555, 2130706432];

/** Measures every kernel on the given engines, WebAssembly and JavaScript by default. */
export function benchKernels({
  kernels = availableEngines(),
  effort = EFFORT,
}: {
  readonly kernels?: readonly ('wasm' | 'js')[];
  readonly effort?: Effort;
} = {}): KernelResult[] {
  return kernels.flatMap((choice) => {
    const engine = createKoalaBearEngine({ kernels: choice });
    const results: KernelResult[] = [];
    const measure = (name: KernelName, operations: number, run: () => unknown): void => {
      results.push({ name, engine: engine.name, nsPerOp: medianNs(engine, run, effort) / operations });
    };
    const start = engine.mark();
    measureVectors(engine, measure);
    engine.release(start);
    measureGather(engine, measure);
    engine.release(start);
    measureCode(engine, measure);
    engine.release(start);
    measureSumcheck(engine, measure);
    return results;
  });
}

type Koala = Engine<KoalaElement>;
type Measure = (name: KernelName, operations: number, run: () => unknown) => void;

function availableEngines(): ('wasm' | 'js')[] {
  const { name } = createKoalaBearEngine();
  return name === 'wasm' ? ['wasm', 'js'] : ['js'];
}

/** The median duration of a run in nanoseconds; what a run allocates is freed after it. */
function medianNs(engine: Koala, run: () => unknown, { runs, warmUpRuns }: Effort): number {
  const mark = engine.mark();
  const bench = new Bench({ iterations: runs, time: 0, warmupIterations: warmUpRuns, warmupTime: 0, throws: true });
  bench.add('kernel', () => void run(), { afterEach: () => engine.release(mark) });
  const [{ result }] = bench.runSync();
  if (result.state !== 'completed') throw new Error(`a kernel was not measured: it is ${result.state}`);
  return result.latency.p50 * 1e6;
}

/** A fixed sequence of integers in [0, below). */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

function randomIntegers(engine: Koala, length: number, seed: number): Vector {
  const random = sequence(seed);
  return engine.fromIntegers(Int32Array.from({ length }, () => random(2 ** 30)));
}

/** An extension vector with four independent coordinates. */
function randomElements(engine: Koala, length: number, seed: number): Vector {
  const scales: KoalaElement[] = [CHALLENGE, [0, 1, 7, 0], [3, 0, 1, 2], [9, 8, 0, 1]];
  const terms = scales.map((scale, j) => ({ vector: randomIntegers(engine, length, seed + j), scale }));
  return engine.affine(CHALLENGE, terms, length);
}

function measureVectors(engine: Koala, measure: Measure): void {
  const a = randomIntegers(engine, LENGTH, 1);
  const b = randomIntegers(engine, LENGTH, 2);
  const x = randomElements(engine, 2 * LENGTH, 3);
  const y = randomElements(engine, 2 * LENGTH, 4);
  const point = Array.from({ length: LOG_LENGTH }, () => CHALLENGE);
  const eq = {
    outer: engine.eqTable(point.slice(0, LOG_LENGTH / 2)),
    inner: engine.eqTable(point.slice(LOG_LENGTH / 2)),
  };
  const [xHalf, yHalf] = [engine.view(x, 0, LENGTH), engine.view(y, 0, LENGTH)];
  measure('baseMul', LENGTH, () => engine.mul(a, b));
  measure('extMul', LENGTH, () => engine.mul(xHalf, yHalf));
  measure('dot', LENGTH, () => engine.dot(xHalf, yHalf));
  measure('bind', LENGTH, () => engine.bind(x, CHALLENGE));
  measure('eqTable', LENGTH, () => engine.eqTable(point));
  measure('foldFractions', LENGTH, () => engine.foldFractions(x, y));
  measure('weightedRound', LENGTH, () => engine.productRound([[x, y]], eq));
  const calls = 1000;
  const [short, another] = [engine.view(x, 0, 8), engine.view(y, 0, 8)];
  measure('callOverhead', 2 * calls, () => {
    for (let i = 0; i < calls; i++) {
      engine.productRound([[short, another]]);
      engine.bind(short, CHALLENGE);
    }
  });
}

function measureGather(engine: Koala, measure: Measure): void {
  const size = 4096;
  const random = sequence(5);
  const rows: number[] = [];
  const plusEnds = new Uint32Array(size);
  const ends = new Uint32Array(size);
  for (let column = 0; column < size; column++) {
    const present = Array.from({ length: size }, (_, row) => row).filter(() => random(2 ** 16) < 2 ** 12);
    const signs = present.map(() => random(2 ** 16) < 2 ** 15);
    rows.push(...present.filter((_, k) => signs[k]));
    plusEnds[column] = rows.length;
    rows.push(...present.filter((_, k) => !signs[k]));
    ends[column] = rows.length;
  }
  const matrix: SignedColumns = { rowCount: size, columnCount: size, rows: Uint32Array.from(rows), plusEnds, ends };
  const plan = engine.gatherPlan(matrix);
  const table = randomElements(engine, size, 6);
  measure('ternaryGather', rows.length, () => engine.gatherSigned(plan, table));
}

function measureCode(engine: Koala, measure: Measure): void {
  const rows = 64;
  const logColumns = 10;
  const logLength = logColumns + 2;
  const matrix = randomIntegers(engine, rows * 2 ** logColumns, 7);
  measure('ntt', rows * 2 ** logLength, () => engine.encodeRows(matrix, rows, logLength));
}

/** The rounds' challenges are fixed: a transcript would cost 5 µs a round. The tables change from run to run. */
function measureSumcheck(engine: Koala, measure: Measure): void {
  const length = 2 ** 20;
  const a = engine.zeros('extension', length);
  const b = engine.zeros('extension', length);
  const mark = engine.mark();
  engine.copy(a, randomElements(engine, length, 8));
  engine.copy(b, randomElements(engine, length, 9));
  engine.release(mark);
  measure('productSumcheck20', 1, () => {
    let [x, y] = [a, b];
    while (x.length > 1) {
      engine.productRound([[x, y]]);
      x = engine.bind(x, CHALLENGE);
      y = engine.bind(y, CHALLENGE);
    }
    return engine.get(x, 0);
  });
}
