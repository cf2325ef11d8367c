// How long the opening of committed weights takes, against their nonzeros: one ternary matrix, and nothing else that is
// committed. A layer's relation leaves a claim W̃(r, s) and Σ_o eq(r, o)·W[o, ·]; what is timed begins there: the claim
// becomes one on the committed vector (network/weights), which is opened (commit/recursive). Meant for a fresh process.
//
// The proof of work that an opening contains takes a random time that does not depend on the weights: it is timed by
// itself and left out of the rest. The layout and the parameters depend on the shape alone, so that everything but the
// density is the same in all cases.

import { chooseParameters } from '../../src/commit/recursive/choose.ts';
import type { CommittedMatrix } from '../../src/commit/recursive/commit.ts';
import { codeOf } from '../../src/commit/recursive/parameters.ts';
import { openMatrices } from '../../src/commit/recursive/prove.ts';
import { verifyMatrices } from '../../src/commit/recursive/verify.ts';
import type { Vector } from '../../src/field/engine.ts';
import { type KoalaElement, koalaBear } from '../../src/field/koalabear.ts';
import type { Hasher } from '../../src/hash/hasher.ts';
import { boundsOf } from '../../src/network/model/bounds.ts';
import type { IntegerNetwork } from '../../src/network/model/network.ts';
import { commitmentBudget } from '../../src/network/proof/security.ts';
import { createEngine, type MemoryChoice } from '../../src/network/run/engines.ts';
import { prepareWeights } from '../../src/network/run/prepared-weights.ts';
import { planGraph, planNetwork } from '../../src/network/statement/plan.ts';
import type { WeightClaim } from '../../src/network/weights/claims.ts';
import { layoutWeights } from '../../src/network/weights/layout.ts';
import { proveWeightClaims } from '../../src/network/weights/prove.ts';
import { verifyWeightClaims } from '../../src/network/weights/verify.ts';
import { logCeil } from '../../src/poly/point.ts';
import { isTernary } from '../../src/sparse/weight-matrix.ts';
import type { Channel } from '../../src/transcript/channel.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { type Effort, measure } from '../measure/proof-times.ts';
import { fitLine, median, quantile } from '../measure/statistics.ts';
import { syntheticTernary } from '../measure/synthetic.ts';

/** One committed matrix, and whether its encoding is kept. */
export interface OpeningCase {
  readonly outputs: number;
  readonly inputs: number;
  /** Expected share of nonzeros. */
  readonly density: number;
  readonly memory: MemoryChoice;
}

/** One case's figures; times in milliseconds, sizes in bytes. */
export interface OpeningFigures extends OpeningCase {
  readonly nnz: number;
  /** Openings that medians and quartiles are taken over. */
  readonly proofs: number;
  /** Everything but the proof of work. */
  readonly openMs: number;
  readonly openLowerQuartileMs: number;
  readonly openUpperQuartileMs: number;
  /** Its two parts, medians: the claim on the matrix to one on the vector, and the opening of that one. */
  readonly claimMs: number;
  readonly vectorMs: number;
  /** Of all this what looks at the weights: the claim, the combination of the rows, and the queried columns. */
  readonly readMs: number;
  /** The proof of work, on average: chance decides how long one takes. */
  readonly workMs: number;
  readonly verifyMs: number;
  readonly proofBytes: number;
}

/** Opening time = fixed + b·nonzeros, least squares over the densities of one memory choice. */
export interface OpeningFit extends OpeningLine {
  readonly outputs: number;
  readonly inputs: number;
  readonly memory: MemoryChoice;
  readonly densities: number;
  /** The same line through what looks at the weights alone: the rest, the same for all, drowns the slope in its noise. */
  readonly reading: OpeningLine;
}

/** A line over nonzeros. */
export interface OpeningLine {
  readonly fixedMs: number;
  readonly nsPerNonzero: number;
  readonly rSquared: number;
  /** The slope in gathers of one nonzero, the floor of any method that reads the weights. */
  readonly gathersPerNonzero: number;
}

const EFFORT: Effort = { warmUpMs: 1000, measureMs: 3000 };
const VERIFIER_EFFORT: Effort = { warmUpMs: 200, measureMs: 300 };
const WEIGHTS_SEED = 1;
const INPUT = { min: -128, max: 127 };
const CONTEXT = new TextEncoder().encode('opening benchmark');

/**
 * Measures one case in this process.
 *
 * @param repeat - openings to measure; as many as fit a fixed time if left out
 * @throws Error if an opening of its own is not accepted
 */
export async function benchOpening(one: OpeningCase, repeat?: number): Promise<OpeningFigures> {
  const network = oneMatrix(one);
  const field = koalaBear;
  const graph = planGraph(network, field.characteristic, boundsOf(network));
  const [node] = graph.nodes;
  if (node.kind !== 'matrix' || !isTernary(node.weights)) throw new Error('a ternary layer is one ternary matrix');
  const layout = layoutWeights(graph);
  const plan = planNetwork(network, graph, 1, field.characteristic);
  const parameters = chooseParameters({
    field,
    securityBits: commitmentBudget(field, plan, { layout }),
    members: [{ used: layout.used, variables: layout.variables, isPoint: true, isKept: true }],
  });
  const { engine, hasher } = createEngine(field, undefined);
  const { vectors, matrix } = prepareWeights(
    engine,
    hasher,
    graph,
    { layout, code: codeOf(parameters, 0) },
    one.memory,
  );
  const gather = engine.gatherPlan(node.weights);
  const work = timedWork(hasher);
  const reading = timedReading(matrix);

  let run = 0;
  let last: Uint8Array = new Uint8Array(0);
  const times: { readonly claim: number; readonly vector: number; readonly read: number; readonly work: number }[] = [];
  const all = await measure(repeat, EFFORT, () => {
    const mark = engine.mark();
    const channel = createProverChannel(field, { hash: hasher.hash, context: CONTEXT });
    const { point, rows, columns } = drawClaim(channel, one, matrix.root, run++);
    const folded = engine.gatherSigned(gather, engine.eqTable(rows));
    const value = engine.dot(folded, engine.eqTable(columns));
    channel.send('value', [value]);
    work.spent = 0;
    reading.spent = 0;
    const begun = performance.now();
    const claim = proveWeightClaims(engine, channel, graph, vectors, [
      { node: 0, role: 'matrix', point, value, folded },
    ]);
    const reduced = performance.now();
    openMatrices(engine, work.hasher, channel, parameters, [{ matrix: reading.matrix, point: claim.point }]);
    const opened = performance.now();
    const claimed = reduced - begun;
    const vector = opened - reduced - work.spent;
    times.push({ claim: claimed, vector, read: claimed + reading.spent, work: work.spent });
    engine.release(mark);
    last = channel.bytes();
  });
  const verifyTimes = await measure(repeat, VERIFIER_EFFORT, () => {
    const channel = createVerifierChannel(field, last, { context: CONTEXT });
    const { point } = drawClaim(channel, one, matrix.root, run - 1);
    const [value] = channel.receive('value', 1);
    const given: WeightClaim<KoalaElement> = { node: 0, role: 'matrix', point, value };
    const claim = verifyWeightClaims(field, channel, graph, layout, [given]);
    verifyMatrices(field, channel, parameters, [{ root: matrix.root, claim }]);
    channel.finish();
  });
  const measured = times.slice(-all.length);
  const whole = measured.map(({ claim, vector }) => claim + vector);
  return {
    ...one,
    nnz: node.weights.nonzeros,
    proofs: measured.length,
    openMs: median(whole),
    openLowerQuartileMs: quantile(whole, 0.25),
    openUpperQuartileMs: quantile(whole, 0.75),
    claimMs: median(measured.map(({ claim }) => claim)),
    vectorMs: median(measured.map(({ vector }) => vector)),
    readMs: median(measured.map(({ read }) => read)),
    workMs: measured.reduce((sum, { work: spent }) => sum + spent, 0) / measured.length,
    verifyMs: median(verifyTimes),
    proofBytes: last.length,
  };
}

/** The point of a run's claim: another one in every run. */
function drawClaim<E>(channel: Channel<E>, { outputs, inputs }: OpeningCase, root: Uint8Array, run: number) {
  channel.absorb('root', root);
  channel.absorb('run', Uint8Array.of(run & 0xff, (run >> 8) & 0xff));
  const point = channel.drawMany('point', logCeil(outputs) + logCeil(inputs));
  return { point, rows: point.slice(0, logCeil(outputs)), columns: point.slice(logCeil(outputs)) };
}

/** A hasher that adds up how long its proofs of work take, in milliseconds. */
function timedWork(hasher: Hasher): { spent: number; readonly hasher: Hasher } {
  const work = {
    spent: 0,
    hasher: {
      ...hasher,
      grind(seed: Uint8Array, bits: number): number {
        const begun = performance.now();
        const nonce = hasher.grind(seed, bits);
        work.spent += performance.now() - begun;
        return nonce;
      },
    },
  };
  return work;
}

/** A matrix that adds up how long its rows and its columns take, in milliseconds. */
function timedReading(matrix: CommittedMatrix): { spent: number; readonly matrix: CommittedMatrix } {
  const timed = <T>(job: () => T): T => {
    const begun = performance.now();
    const result = job();
    reading.spent += performance.now() - begun;
    return result;
  };
  const reading = {
    spent: 0,
    matrix: {
      ...matrix,
      combineRows: (weights: Vector) => timed(() => matrix.combineRows(weights)),
      columns: (positions: readonly number[]) => timed(() => matrix.columns(positions)),
    },
  };
  return reading;
}

function oneMatrix({ outputs, inputs, density }: OpeningCase): IntegerNetwork {
  return {
    name: 'opening',
    input: { shape: [inputs], ...INPUT, scale: 1, mean: 0 },
    layers: [
      { kind: 'linear', name: 'matrix', input: 0, weights: syntheticTernary(outputs, inputs, density, WEIGHTS_SEED) },
    ],
    outputs: [{ tensor: 1, scale: 1 }],
  };
}

/** A fit for each shape and memory choice with three densities or more. */
export function fitOpenings(figures: readonly OpeningFigures[], gatherNs: number): OpeningFit[] {
  const groups = new Map<string, OpeningFigures[]>();
  for (const one of figures) {
    const name = `${one.outputs} ${one.inputs} ${one.memory}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const densities = new Set(group.map(({ nnz }) => nnz)).size;
    if (densities < 3) return [];
    const { outputs, inputs, memory } = group[0];
    const line = (y: (one: OpeningFigures) => number): OpeningLine => {
      const { a, b, rSquared } = fitLine(group.map((one) => ({ x: one.nnz, y: y(one) })));
      const nsPerNonzero = b * 1e6;
      return { fixedMs: a, nsPerNonzero, rSquared, gathersPerNonzero: nsPerNonzero / gatherNs };
    };
    const whole = line(({ openMs }) => openMs);
    return [{ outputs, inputs, memory, densities, ...whole, reading: line(({ readMs }) => readMs) }];
  });
}

/** A rough duration of a case in milliseconds: registered, laid out again where memory is short, proven some times. */
export function estimateOpeningMs({ outputs, inputs, density, memory }: OpeningCase): number {
  const entries = outputs * inputs;
  const nsPerProof = 2e7 + density * entries * (memory === 'low' ? 40 : 4);
  return 5000 + (entries * 1000) / 1e6 + (20 * nsPerProof) / 1e6;
}
