// The plan of a proof that hides, on both sides: its shape, how much is sent and checked before the line, and the parameters of
// its opening. The counts are those of the verifier itself, which runs once on nothing: no formula repeats what it does.

import { chooseParameters } from '../../../commit/recursive/choose.ts';
import type { CommitmentParameters } from '../../../commit/recursive/parameters.ts';
import { InputError, UsageError } from '../../../errors.ts';
import type { Field, PublicTables } from '../../../field/field.ts';
import { maskedChannel } from '../../../hiding/masked-channel.ts';
import { maskedField } from '../../../hiding/masked-field.ts';
import { type HidingShape, RESERVED_PADS } from '../../../hiding/protocol.ts';
import { Tape } from '../../../hiding/tape.ts';
import { UNCHECKED } from '../../../hiding/unchecked.ts';
import type { VerifierChannel } from '../../../transcript/channel.ts';
import type { VerifyingKey } from '../../statement/key.ts';
import { commitmentMembers } from '../../statement/members.ts';
import { keptPlan, naming, type Plan, planNetwork } from '../../statement/plan.ts';
import { publicOutputs } from '../../statement/statement.ts';
import { checkClaims } from '../claims.ts';
import { checkSecurity, commitmentBudget, securityTerms } from '../security.ts';
import { verifyProof } from '../verify.ts';
import { verifyHiddenOpenings } from './columns.ts';

/** Name and version of the protocol: the context of every transcript of a proof that hides. */
export const HIDING_PROTOCOL: Uint8Array = new TextEncoder().encode('network proof, hiding, version 1');

/** A plan, and the parameters of its opening. */
export interface HidingPlan {
  readonly plan: Plan;
  readonly parameters: CommitmentParameters & { readonly hiding: HidingShape };
  /** The parameters as the statement names them. */
  readonly text: string;
}

const kept = new WeakMap<object, Map<string, HidingPlan>>();

/**
 * Returns the plan of a proof that hides its input.
 *
 * @throws UsageError for a key whose weights are committed without being hidden
 * @throws InputError if the batch is too large, or the input cannot be hidden
 */
export function planHiding<E>(key: VerifyingKey<E>, batch: number): HidingPlan {
  const plans = kept.get(key) ?? new Map<string, HidingPlan>();
  kept.set(key, plans);
  return keptPlan(plans, String(batch), () => makePlan(key, batch));
}

function makePlan<E>(key: VerifyingKey<E>, batch: number): HidingPlan {
  const { network, graph, field, weights } = key;
  if (weights !== undefined) {
    throw new UsageError('a proof about committed weights cannot hide: its openings would show parts of them');
  }
  const { min, max } = network.input;
  if (min > 0 || max < 0) {
    // its values and the zeros that pad them are looked up in one range
    throw new InputError(
      `network ${network.name}: the input range [${min}, ${max}] does not contain 0, so that the input cannot be hidden`,
    );
  }
  const plan = planNetwork(network, graph, batch, field.characteristic, [], true);
  checkClaims(plan);
  const { requests, columns: secrets } = commitmentMembers(plan, weights);
  // the input is a column
  if (secrets === undefined) throw new Error('a proof that hides its input has no columns');
  const counted = countHidden(key, plan);
  // each level that hides has a run over at most all variables, one factor for each matrix, and one equation
  const most = Math.max(...requests.map(({ variables }) => variables));
  const ofLevels = requests.length * (2 * most + requests.length + 1);
  const hiding = {
    pads: RESERVED_PADS + counted.sent + ofLevels,
    equations: counted.equations + requests.length,
    secrets,
  };
  const securityBits = commitmentBudget(field, plan, weights);
  const parameters = naming(network, () => chooseParameters({ field, securityBits, members: requests, hiding }));
  checkSecurity(network, securityTerms(field, plan, weights, parameters));
  return {
    plan,
    parameters: parameters as HidingPlan['parameters'],
    text: `the input is hidden; ${JSON.stringify(parameters)}`,
  };
}

/** Of columns whose root is empty. */
const DRY_PARAMETERS: CommitmentParameters = {
  fieldBits: 0,
  levels: [
    {
      ...{ columnVariables: 0, rateBits: 0, queries: 0, grindingBits: 0, proximityBits: 0 },
      matrices: [{ rows: 0, variables: 0, kind: 'base', digestLength: 0 }],
    },
  ],
  places: [0],
  isPoint: false,
};

/** Returns how many elements are sent and how many equations are checked before the opening. */
function countHidden<E>(key: VerifyingKey<E>, plan: Plan): { readonly sent: number; readonly equations: number } {
  const { field } = key;
  const tape = new Tape<E>();
  const tables = dryTables(field);
  const masked = maskedField({ ...field, tables }, tape);
  const { outputs, length } = publicOutputs(plan);
  const output = new Int32Array(outputs.length === 0 ? 0 : plan.batch * length);
  const signals = { input: new Int32Array(0), output };
  const channel = maskedChannel(masked, dryChannel(field), tape);
  const statement = { digest: key.digest, weights: key.weights, field: masked };
  let isReached = false;
  verifyProof(statement, plan, channel, signals, {
    text: '',
    parameters: DRY_PARAMETERS,
    columns: (claims) => verifyHiddenOpenings(masked, channel, plan, claims),
    open: () => {
      isReached = true;
    },
  });
  if (!isReached) throw new Error('a proof that opens nothing');
  return { sent: tape.sentCount, equations: tape.equationCount };
}

/** Values that are neither zero nor one, all different: what is computed from them does not vanish. */
function dryValues<E>(field: Field<E>): () => E {
  let last = field.fromInteger(3);
  return () => {
    last = field.mul(last, field.add(last, field.fromInteger(7)));
    return last;
  };
}

/** Tables whose sums are not computed. */
function dryTables<E>(field: Field<E>): PublicTables<E> {
  const next = dryValues(field);
  return { ...field.tables, evaluateIntegers: next, evaluateSigned: next, evaluateWeighted: next };
}

/** A channel that brings nothing and refuses nothing. */
function dryChannel<E>(field: Field<E>): VerifierChannel<E> {
  const next = dryValues(field);
  const many = (_label: string, count: number): E[] => Array.from({ length: count }, next);
  const zeros = (_label: string, length: number): Uint8Array => new Uint8Array(length);
  return {
    ...UNCHECKED,
    receive: many,
    receiveBytes: zeros,
    hint: zeros,
    draw: next,
    drawMany: many,
    drawIndices: (_label, count) => new Array<number>(count).fill(0),
    drawBytes: (label) => zeros(label, 32),
  };
}
