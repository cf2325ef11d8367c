// The prover of a network proof; verify.ts states the order. It runs the network, commits to what
// requantisation hides, and follows the claims from the output to the input.

import { tensorCodeProver } from '../commit/tensor-code/prove.ts';
import type { Engine, Vector } from '../field/engine.ts';
import { proveLookups } from '../lookup/prove.ts';
import type { Point } from '../poly/point.ts';
import { type ProverRelation, proveRelations } from '../sumcheck/prove-relations.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { createProverChannel } from '../transcript/prover-channel.ts';
import { passClaims, type Step, scaleShape } from './claims.ts';
import { checkInput } from './evaluate.ts';
import type { ProvingKey } from './key.ts';
import { proveOpenings } from './openings/prove.ts';
import type { Plan } from './plan.ts';
import { proveMatrix } from './relations/matrix/prove.ts';
import { partialEvaluation } from './relations/partial.ts';
import { proveScale } from './relations/scale/prove.ts';
import { evaluateWindows, proveWindows } from './relations/windows/prove.ts';
import { absorbStatement, claimOutputs, PROTOCOL, type PublicSignals } from './statement.ts';
import { type Phase, type Trace, traceProof } from './trace.ts';
import { lookedUpColumns, makeWitness, packColumns, type Witness } from './witness.ts';
import { type EngineChoice, type Workspace, withWorkspace } from './workspace.ts';

/** Options of `prove`. */
export interface ProveOptions {
  /** Cancels between phases; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called before each phase with the share of work done, 0 … 1. */
  readonly onProgress?: (progress: { readonly phase: Phase; readonly fraction: number }) => void;
  /** `wasm` or `js`; the fastest available unless given. */
  readonly engine?: EngineChoice;
  /** Called at the end of each phase with its field operations and hashed bytes; costs nothing if absent. */
  readonly trace?: Trace;
}

/** A proof and the statement that it proves. */
export interface ProveResult {
  readonly proof: Uint8Array;
  readonly publicSignals: PublicSignals;
}

/**
 * Proves that the key's network takes `input` to the output in the result's public signals.
 *
 * @param input - one input, or several one after the other, as integers within the network's range
 * @throws InputError for an input that does not fit, with the place
 */
export async function prove<E>(
  key: ProvingKey<E>,
  input: ArrayLike<number>,
  options: ProveOptions = {},
): Promise<ProveResult> {
  checkInput(key.network, input);
  const plan = key.plan(input.length / key.inputLength);
  const values = Int32Array.from(input);
  return withWorkspace(key, options.engine, async (workspace) => {
    const traced = options.trace === undefined ? undefined : traceProof(workspace, options.trace);
    const enter = phases(options, traced?.enter);
    await enter('witness', 0);
    const witness = makeWitness(plan, values);
    const channel = createProverChannel(key.field, {
      ...traced?.channelOptions,
      hash: workspace.hasher.hash,
      context: PROTOCOL,
    });
    const provingKey = traced === undefined ? key : { ...key, field: traced.field };
    await proveWitness(provingKey, plan, witness, channel, traced?.workspace ?? workspace, enter);
    traced?.enter(undefined);
    return { proof: channel.bytes(), publicSignals: witness.publicSignals };
  });
}

type EnterPhase = (phase: Phase, fraction: number) => Promise<void>;

/**
 * The proof of a witness, honest or not: what `prove` runs after the forward pass, and what tests run with
 * witnesses that lie.
 *
 * @internal
 */
export async function proveWitness<E>(
  key: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  channel: ProverChannel<E>,
  workspace: Workspace<E>,
  enter: EnterPhase = () => Promise.resolve(),
): Promise<void> {
  const { engine, hasher } = workspace;
  const { lookups } = plan;
  const parameters = key.commitment(plan);
  absorbStatement(channel, key.digest, plan, key.describe(plan), witness.publicSignals);
  await enter('commit', 0.05);
  const packed = lookups === undefined ? undefined : engine.fromIntegers(packColumns(lookups, witness.columns));
  const committed =
    parameters === undefined || packed === undefined
      ? undefined
      : tensorCodeProver(engine, hasher, parameters).commit(channel, packed);
  await enter('lookup', 0.2);
  const lookupClaims =
    lookups === undefined
      ? undefined
      : proveLookups(
          engine,
          channel,
          lookups.shape,
          lookedUpColumns(plan, lookups, witness),
          lookups.multiplicities.map((column) => witness.columns[column]),
        );
  await enter('layers', 0.6);
  const outputClaims = claimOutputs(key.field, channel, plan, lookupClaims?.rowPoint ?? [], witness.publicSignals);
  const claims = passClaims(key.field, plan, lookupClaims, outputClaims);
  let turn = claims.next();
  while (!turn.done) {
    if (turn.value.kind === 'split') {
      const values = turn.value.splits.flatMap(({ node, output }) =>
        node.inputs.slice(0, -1).map((input) => evaluateTensor(engine, witness.tensors[input], output.point)),
      );
      channel.send('terms', values);
      turn = claims.next({ claims: [], values });
      continue;
    }
    const mark = engine.mark();
    const relations = turn.value.steps.map((step) => stepRelation(workspace, plan, witness, step));
    const left = proveRelations(engine, channel, relations);
    engine.release(mark);
    turn = claims.next({ claims: left.map(([claim]) => claim), values: [] });
  }
  await enter('openings', 0.75);
  if (lookups !== undefined && packed !== undefined && committed !== undefined) {
    const claim = proveOpenings(engine, channel, lookups.packing, packed, turn.value.columns);
    await enter('open', 0.85);
    committed.open(channel, claim.point);
  }
}

function stepRelation<E>(
  { engine, weightPlan }: Workspace<E>,
  plan: Plan,
  { tensors }: Witness,
  { node, output }: Step<E>,
): ProverRelation<E> {
  const { batchVariables, graph } = plan;
  switch (node.kind) {
    case 'matrix': {
      const source = graph.nodes[node.input - 1];
      const isMade = source?.kind !== 'windows' || tensors[node.input].length > 0;
      const input = (batch: Point<E>, place: Point<E>): Vector =>
        isMade
          ? partialEvaluation(engine, tensors[node.input], batch, place)
          : evaluateWindows(engine, source, tensors[source.input], batch, place);
      return proveMatrix(engine, node, weightPlan(node), batchVariables, input, output);
    }
    case 'windows':
      return proveWindows(engine, node, batchVariables, tensors[node.input], output);
    case 'scale':
      return proveScale(engine, node, scaleShape(plan, node), tensors[node.input], output);
  }
}

function evaluateTensor<E>(engine: Engine<E>, values: Int32Array, point: Point<E>): E {
  const mark = engine.mark();
  const value = engine.dot(engine.fromIntegers(values), engine.eqTable(point));
  engine.release(mark);
  return value;
}

/** Milliseconds of work after which a page gets to breathe. */
const BREATH = 12;

function phases({ signal, onProgress }: ProveOptions, trace?: (phase: Phase) => void): EnterPhase {
  let last = performance.now();
  return async (phase, fraction) => {
    signal?.throwIfAborted();
    onProgress?.({ phase, fraction });
    trace?.(phase);
    if (performance.now() - last < BREATH) return;
    await breathe();
    last = performance.now();
    signal?.throwIfAborted();
  };
}

/** Lets other tasks run; a timer would wait a millisecond or more. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
