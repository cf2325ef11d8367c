// Registration: proves once for a model that the committed vector M keeps its key. With M(x) at x = (square, c, o):
//   every entry of a square of ternary matrices, and of squares beyond S, is −1, 0 or 1;
//   those on the padding of such a square, and of the squares beyond S, are zero: their squares add up to zero, a count;
//   all entries of S's squares beside the true weights are zero;
//   for each ternary matrix and row, plus + minus = Σ_c M² and plus − minus = Σ_c M, plus and minus within their bounds;
//   for 8-bit weights S⁺ and S⁻ are at most 128, their row sums within the bounds;
//   multipliers and biases lie in their ranges.
// Lookups prove that values lie in ranges (plan.ts), and end in claims at suffixes of one random point. With r and ρ
// drawn after them everything about M is one sum over the cube,
//
//     Σ_x A·(M³ − M) + R·(M² + ρ·M) + ρ·P·M² + L·M = claim
//       A = eq(r, x) beside S, 0 in S's squares                 P = 1 on the padding of the squares beside S
//       R = ρ^(3 + 2j)·eq(τ_j, row) in squares of matrix j      L = ρ²·eq(r, x) on S's padding + Σ_i ρ^(…)·form_i(x)
//
// which a sumcheck reduces to one claim on M. Row sums hold at a random τ_j, whose claims on limbs the lookups gave.
//
// Messages: absorb "key", "root", "parameters"; send "root" of the columns; [lookups]; draw "rows" where the lookups' point is
// short, "registration" (r), "combine" (ρ); [relation]; draw "claims"; [openings of M and of the columns].
// Nothing is hidden. The plans of proofs check that the key's bounds are useful; this protocol does not.

import { chooseParameters } from '../../commit/recursive/choose.ts';
import type { CodeParameters, CommitmentParameters } from '../../commit/recursive/parameters.ts';
import { InputError, UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { LookupClaims } from '../../lookup/protocol.ts';
import { evaluateBelow } from '../../poly/eq.ts';
import { type Point, suffix } from '../../poly/point.ts';
import { powers } from '../../sumcheck/protocol.ts';
import { type Relation, vectorRelation } from '../../sumcheck/relation.ts';
import type { Channel } from '../../transcript/channel.ts';
import type { ColumnClaim } from '../proof/columns/protocol.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import type { WeightLayout } from '../weights/layout.ts';
import { type LimbColumn, planRegistration, type RegistrationPlan, type RowBound } from './plan.ts';
import { registrationBudget } from './security.ts';

/** Name and version of the protocol: the context of every transcript. */
export const REGISTRATION_PROTOCOL: Uint8Array = new TextEncoder().encode('weight registration, version 1');

/** The statement of a registration: all that is public of a model with committed weights. */
export interface RegistrationStatement<E> {
  readonly field: Field<E>;
  /** `keyDigest`: of architecture, bounds, root and code. It names the model in the transcript. */
  readonly bytes: Uint8Array;
  /** The network's relations; nodes with weights have bounds. */
  readonly graph: RelationGraph;
  /** By `layoutWeights(graph)`. */
  readonly layout: WeightLayout;
  /** Root of the commitment to M. */
  readonly root: Uint8Array;
  /** The code that encodes M. */
  readonly code: CodeParameters;
}

/** A statement with the plan that follows from it. */
export interface Registration<E> extends RegistrationStatement<E> {
  readonly plan: RegistrationPlan;
  /** Members: M, then the columns if there are any. */
  readonly parameters: CommitmentParameters;
}

/** @throws InputError if the statement cannot be proven */
export function prepareRegistration<E>(statement: RegistrationStatement<E>): Registration<E> {
  const { field, graph, layout, code } = statement;
  try {
    const plan = planRegistration(graph, layout, field.characteristic);
    const packing = plan.lookups?.packing;
    const parameters = chooseParameters({
      field,
      securityBits: registrationBudget(field, plan),
      members: [
        { used: layout.used, variables: layout.variables, code, isPoint: true },
        ...(packing === undefined ? [] : [{ used: packing.used, variables: packing.variables }]),
      ],
    });
    return { ...statement, plan, parameters };
  } catch (error) {
    if (error instanceof UsageError) throw new InputError(`the weights cannot be registered: ${error.message}`);
    throw error;
  }
}

/** Absorbs the statement; before anything of the proof. */
export function absorbRegistration<E>(channel: Channel<E>, { bytes, root, parameters }: Registration<E>): void {
  channel.absorb('key', bytes);
  channel.absorb('root', root);
  channel.absorb('parameters', new TextEncoder().encode(JSON.stringify(parameters)));
}

/** Σ_o eq(point, o)·(Σ_c M[o, c]) = sum, and the same of the squares of a ternary matrix. */
export interface RowClaim<E> {
  /** Index of the matrix's plan. */
  readonly matrix: number;
  readonly point: Point<E>;
  readonly squares: E;
  readonly sum: E;
}

/** Σ_i eq(point, leading variables of i)·block[i] = value: a value of a block of S, summed over its last variables. */
export interface FormClaim<E> {
  readonly block: number;
  readonly point: Point<E>;
  readonly value: E;
}

/** The claims that the lookups leave. */
export interface RegistrationClaims<E> {
  readonly rows: readonly RowClaim<E>[];
  readonly forms: readonly FormClaim<E>[];
  readonly columns: readonly ColumnClaim<E>[];
}

/** Returns the claims on M and on the columns that follow from the lookups' claims; draws missing variables. */
export function claimWeights<E>(
  field: Field<E>,
  channel: Channel<E>,
  { matrices, ranges, lookups }: RegistrationPlan,
  lookupClaims: LookupClaims<E> | undefined,
): RegistrationClaims<E> {
  const found = lookupClaims?.rowPoint ?? [];
  const needed = Math.max(0, ...matrices.map(({ rowVariables }) => rowVariables), ...ranges.map((r) => r.variables));
  const missing = Math.max(0, needed - found.length);
  const whole = missing === 0 ? found : [...channel.drawMany('rows', missing), ...found];
  const limbsAt = (limbs: readonly LimbColumn[]): E =>
    limbs.reduce((sum, { place, lookup }) => {
      const value = lookupClaims?.columns[lookup].value.value ?? field.zero;
      return field.add(sum, field.mul(field.fromInteger(2 ** place), value));
    }, field.zero);
  const rows: RowClaim<E>[] = [];
  const forms: FormClaim<E>[] = [];
  matrices.forEach(({ blocks, rowCount, rowVariables, plus, minus }, matrix) => {
    const point = suffix(whole, rowVariables);
    const below = evaluateBelow(field, point, rowCount);
    const sumOf = ({ bound, limbs }: RowBound): E =>
      field.sub(field.mul(field.fromInteger(bound), below), limbsAt(limbs));
    const [positive, negative] = [sumOf(plus), sumOf(minus)];
    if (blocks === undefined) {
      rows.push({ matrix, point, squares: field.add(positive, negative), sum: field.sub(positive, negative) });
    } else {
      forms.push({ block: blocks.plus, point, value: positive }, { block: blocks.minus, point, value: negative });
    }
  });
  for (const { block, min, count, variables, limbs } of ranges) {
    const point = suffix(whole, variables);
    const least = field.mul(field.fromInteger(min), evaluateBelow(field, point, count));
    forms.push({ block, point, value: field.add(least, limbsAt(limbs)) });
  }
  const columns: ColumnClaim<E>[] = [];
  lookups?.sources.forEach((source, lookup) => {
    const claim = lookupClaims?.columns[lookup].value;
    if (claim === undefined) return;
    if ('column' in source) columns.push({ column: source.column, claim });
    else forms.push({ block: source.block, ...claim });
  });
  lookups?.multiplicities.forEach((column, table) => {
    const claim = lookupClaims?.multiplicities[table];
    if (claim !== undefined) columns.push({ column, claim });
  });
  return { rows, forms, columns };
}

/** The challenges of the sum over M. */
export interface SumChallenges<E> {
  /** r */
  readonly point: Point<E>;
  /** ρ^0, ρ^1, …: of the ternary weights, their padding, S's padding, two for each row claim, one for each form. */
  readonly coefficients: readonly E[];
}

/** Returns the number of claims that the sum combines. */
function claimCount({ rows, forms }: Pick<RegistrationClaims<unknown>, 'rows' | 'forms'>): number {
  return 3 + 2 * rows.length + forms.length;
}

export function drawChallenges<E>(
  field: Field<E>,
  channel: Channel<E>,
  { layout }: RegistrationPlan,
  claims: RegistrationClaims<E>,
): SumChallenges<E> {
  const point = channel.drawMany('registration', layout.variables);
  return { point, coefficients: powers(field, channel.draw('combine'), claimCount(claims)) };
}

/** Returns the coefficient of a row claim (of the squares; times ρ of the sum) or of a form. */
export function rowCoefficient<E>({ coefficients }: SumChallenges<E>, row: number): E {
  return coefficients[3 + 2 * row];
}

export function formCoefficient<E>({ coefficients }: SumChallenges<E>, claims: RegistrationClaims<E>, form: number): E {
  return coefficients[3 + 2 * claims.rows.length + form];
}

/** Returns the relation of the sum; the one factor sent is M̃. */
export function weightRelation<E>(
  field: Field<E>,
  { layout }: RegistrationPlan,
  claims: RegistrationClaims<E>,
  challenges: SumChallenges<E>,
): Relation<E> {
  const { coefficients } = challenges;
  let claim = field.zero;
  claims.rows.forEach(({ squares, sum }, row) => {
    const both = field.add(squares, field.mul(coefficients[1], sum));
    claim = field.add(claim, field.mul(rowCoefficient(challenges, row), both));
  });
  claims.forms.forEach(({ value }, form) => {
    claim = field.add(claim, field.mul(formCoefficient(challenges, claims, form), value));
  });
  return vectorRelation(layout.variables, claim, 4);
}

/** Returns the weight of a piece in the form on its block: eq of the variables that the piece fixes. */
export function pieceWeight<E>(
  field: Field<E>,
  { point }: FormClaim<E>,
  blockVariables: number,
  { variables, first }: { readonly variables: number; readonly first: number },
): { readonly scale: E; readonly rest: Point<E>; readonly summed: number } {
  const fixed = blockVariables - variables;
  let scale = field.one;
  for (let k = 0; k < Math.min(fixed, point.length); k++) {
    const bit = Math.floor(first / 2 ** (blockVariables - 1 - k)) % 2;
    scale = field.mul(scale, bit === 1 ? point[k] : field.sub(field.one, point[k]));
  }
  const rest = point.slice(Math.min(fixed, point.length));
  return { scale, rest, summed: variables - rest.length };
}
