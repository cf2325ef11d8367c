// The prover of a network proof; verify.ts states the order. It commits to the columns of requantisation, and passes the claims
// from the output to the input.

import { type CommittedMatrix, commitMatrix } from '../../commit/recursive/commit.ts';
import { type CommitmentParameters, codeOf } from '../../commit/recursive/parameters.ts';
import { type HidingOpening, type OpenedMember, openMatrices } from '../../commit/recursive/prove.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { LookupClaims } from '../../lookup/protocol.ts';
import { proveLookups } from '../../lookup/prove.ts';
import { type Point, suffix } from '../../poly/point.ts';
import { proveLinear } from '../../sparse/prove.ts';
import { type ProverRelation, proveRelations } from '../../sumcheck/prove-relations.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { linearStatement } from '../relations/nodes.ts';
import { splitPoint as splitScalePoint } from '../relations/scale/protocol.ts';
import { proveScale } from '../relations/scale/prove.ts';
import { evaluateWindows, proveWindows } from '../relations/windows/prove.ts';
import type { EnterPhase } from '../run/phases.ts';
import type { Phase } from '../run/trace.ts';
import type { Workspace } from '../run/workspace.ts';
import type { ProvingKey } from '../statement/key.ts';
import { commitmentMembers } from '../statement/members.ts';
import type { Plan } from '../statement/plan.ts';
import {
  absorbStatement,
  claimCommitted,
  claimOutputs,
  committedBesideInput,
  statementPoint,
  type TensorClaim,
} from '../statement/statement.ts';
import { type ProverWeightClaim, proveWeightClaims } from '../weights/prove.ts';
import { passClaims, type RemainingClaims, type Split, type Step, scaleShape } from './claims.ts';
import type { ColumnClaim } from './columns/protocol.ts';
import { proveOpenings } from './columns/prove.ts';
import type { TensorVector } from './tensors/commit.ts';
import { tensorOpenings } from './tensors/protocol.ts';
import { proveTensorOpening } from './tensors/prove.ts';
import { lookedUpColumns, packColumns, type Witness } from './witness.ts';

/** The parts of a proof that hides which differ from those of a plain one. */
export interface Hiding<E> {
  readonly parameters: CommitmentParameters;
  /** The parameters as the statement names them. */
  readonly text: string;
  readonly opening: HidingOpening<E>;
  /** Commits to the columns. */
  commitSecrets(packed: Vector): CommittedMatrix;
  /** Reduces the claims on them. */
  proveColumns(channel: ProverChannel<E>, packed: Vector, claims: readonly ColumnClaim<E>[]): ProverRelation<E>;
}

/** The fractions of a proof's work before and after the layers' relations. */
const [LAYERS_START, LAYERS_END] = [0.5, 0.65];

/**
 * Returns the proof of a witness, honest or not: `prove` runs it after the forward pass, and tests run it with
 * false witnesses.
 *
 * @param tensors - the plan's committed tensors, whose roots are in the witness's signals
 * @internal
 */
export async function proveWitness<E>(
  key: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  tensors: readonly TensorVector[],
  channel: ProverChannel<E>,
  workspace: Workspace<E>,
  enter: EnterPhase<Phase> = () => Promise.resolve(),
  hiding?: Hiding<E>,
): Promise<void> {
  const { engine, hasher } = workspace;
  const { lookups } = plan;
  const parameters = hiding?.parameters ?? key.commitment(plan);
  const { columns: columnsMember } = commitmentMembers(plan, key.weights);
  absorbStatement(channel, key.digest, plan, hiding?.text ?? key.describe(plan), witness.publicSignals);
  await enter('commit', 0.05);
  const packed = lookups === undefined ? undefined : engine.fromIntegers(packColumns(lookups, witness.columns));
  const columns =
    parameters === undefined || columnsMember === undefined || packed === undefined
      ? undefined
      : (hiding?.commitSecrets(packed) ?? commitMatrix(engine, hasher, packed, codeOf(parameters, columnsMember)));
  if (columns !== undefined) channel.sendBytes('root', columns.root);
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
  await enter('layers', LAYERS_START, lookups?.requantised.map(({ node }) => node) ?? []);
  const point = statementPoint(channel, plan, lookupClaims?.rowPoint ?? []);
  const committed = claimCommitted(plan, point, sendTensors(engine, channel, plan, witness, point));
  const statement = [...claimOutputs(key.field, plan, point, witness.publicSignals), ...committed];
  const remaining = await passLayers(key, plan, witness, channel, workspace, lookupClaims, statement, enter);
  await enter('openings', LAYERS_END);
  if (parameters === undefined) return;
  const members: OpenedMember<E>[] = [];
  if (workspace.weights !== undefined) {
    const { vectors, matrix } = workspace.weights;
    const { point: at } = proveWeightClaims(engine, channel, plan.graph, vectors, remaining.weights);
    members.push({ matrix, point: at });
  }
  if (lookups !== undefined && packed !== undefined && columns !== undefined) {
    const { packing } = lookups;
    const relation =
      hiding?.proveColumns(channel, packed, remaining.columns) ??
      proveOpenings(engine, channel, packing, packed, remaining.columns);
    members.push({ matrix: columns, relation });
  }
  tensorOpenings(plan, remaining.input, committed).forEach((opening, k) => {
    const { vector, matrix } = tensors[k];
    members.push({ matrix, relation: proveTensorOpening(engine, channel, vector, opening) });
  });
  await enter('open', 0.75);
  openMatrices(engine, hasher, channel, parameters, members, hiding?.opening);
}

/** Sends the values of the committed tensors other than the input. */
function sendTensors<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  plan: Plan,
  { tensors }: Witness,
  point: Point<E>,
): readonly E[] {
  const values = committedBesideInput(plan).map(({ place, variables }) =>
    evaluateTensor(engine, tensors[place], suffix(point, variables)),
  );
  if (values.length > 0) channel.send('tensors', values);
  return values;
}

/** The claims that remain after the layers, with the folded matrices that the opening of committed weights needs. */
interface ProverRemainingClaims<E> extends RemainingClaims<E> {
  readonly weights: readonly ProverWeightClaim<E>[];
}

async function passLayers<E>(
  { field }: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  channel: ProverChannel<E>,
  workspace: Workspace<E>,
  lookupClaims: LookupClaims<E> | undefined,
  statement: readonly TensorClaim<E>[],
  enter: EnterPhase<Phase>,
): Promise<ProverRemainingClaims<E>> {
  const { engine } = workspace;
  let passed = plan.lookups?.requantised.length ?? 0;
  const report = (claimed: readonly { readonly index: number }[]): Promise<void> => {
    // several claims on one tensor are several steps
    const relations = [...new Set(claimed.map(({ index }) => index))];
    passed += relations.length;
    const share = Math.min(1, passed / plan.graph.nodes.length);
    return enter('layers', LAYERS_START + share * (LAYERS_END - LAYERS_START), relations);
  };
  const claims = passClaims(field, plan, lookupClaims, statement);
  const folded: Vector[] = [];
  let turn = claims.next();
  while (!turn.done) {
    if (turn.value.kind === 'split') {
      const values = turn.value.splits.flatMap((split) => splitValues(engine, plan, witness, split));
      channel.send('terms', values);
      await report(turn.value.splits);
      turn = claims.next({ claims: [], values });
      continue;
    }
    const { steps } = turn.value;
    // kept beyond the run, which frees what it allocates
    const kept = steps.map(({ node }) =>
      node.kind === 'matrix' && node.bounds !== undefined
        ? engine.zeros('extension', 2 ** node.columnVariables)
        : undefined,
    );
    const mark = engine.mark();
    const relations = steps.map((step, k) => stepRelation(workspace, plan, witness, step, kept[k]));
    const left = proveRelations(engine, channel, relations);
    engine.release(mark);
    folded.push(...kept.filter((vector) => vector !== undefined));
    await report(steps);
    turn = claims.next({ claims: left, values: [] });
  }
  let next = 0;
  const weights = turn.value.weights.map((claim) => ({
    ...claim,
    folded: claim.role === 'matrix' ? folded[next++] : undefined,
  }));
  return { ...turn.value, weights };
}

/** Returns the values that a split sends. */
function splitValues<E>(engine: Engine<E>, plan: Plan, { tensors }: Witness, { node, output }: Split<E>): E[] {
  if (node.kind === 'sum') {
    return node.inputs.slice(0, -1).map((input) => evaluateTensor(engine, tensors[input], output.point));
  }
  const { channel } = splitScalePoint(scaleShape(plan, node), output.point);
  return [engine.field.tables.evaluateIntegers(node.biases, channel)];
}

function stepRelation<E>(
  { engine, weightPlan }: Workspace<E>,
  plan: Plan,
  { tensors }: Witness,
  { node, output }: Step<E>,
  keep: Vector | undefined,
): ProverRelation<E> {
  const { batchVariables, graph } = plan;
  switch (node.kind) {
    case 'matrix': {
      const source = graph.nodes[node.input - 1];
      const isMade = source?.kind !== 'windows' || tensors[node.input].length > 0;
      const input = isMade
        ? tensors[node.input]
        : (batch: Point<E>, place: Point<E>) => evaluateWindows(engine, source, tensors[source.input], batch, place);
      return proveLinear(engine, linearStatement(node, batchVariables), weightPlan(node), input, output, keep);
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
