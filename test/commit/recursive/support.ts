// Vectors, relations and runs of the recursive tensor code that its tests share. A member's relation here is a claim on
// its vector at a point of its own: Σ_x eq(point, x)·V(x) = Ṽ(point).

import { createHasher } from '../../../src/commit/index.ts';
import { chooseParameters } from '../../../src/commit/recursive/choose.ts';
import { type CommittedMatrix, commitMatrix } from '../../../src/commit/recursive/commit.ts';
import { type CommitmentParameters, codeOf, type MemberRequest } from '../../../src/commit/recursive/parameters.ts';
import { openMatrices } from '../../../src/commit/recursive/prove.ts';
import { verifyMatrices } from '../../../src/commit/recursive/verify.ts';
import type { Engine, Vector } from '../../../src/field/engine.ts';
import { evaluateEq, type Point } from '../../../src/poly/index.ts';
import {
  type ProverRelation,
  type Relation,
  sumOfProducts,
  type VerifierRelation,
} from '../../../src/sumcheck/index.ts';
import type { ProverChannel, VerifierChannel } from '../../../src/transcript/index.ts';
import { type AnyField, seeded } from '../../support/fields.ts';

export const hasher = createHasher();

/** Small integers, zero from `used` on. */
export function vectorOf({ used, variables }: MemberRequest, seed: number): Int32Array {
  const random = seeded(seed + 17 * variables);
  return Int32Array.from({ length: 2 ** variables }, (_, k) => (k < used ? random(2 ** 16) - 2 ** 15 : 0));
}

/** The part of the relation of a claim that both sides share. */
export function claimRelation(variables: number, claim: unknown): Relation<unknown> {
  return {
    shape: { variables, degree: 2 },
    claim,
    factorCount: 1,
    claims: (point, [value]) => [{ point, value }],
  };
}

export function provenRelation(
  engine: Engine<unknown>,
  vector: Vector,
  point: Point<unknown>,
  claim: unknown,
): ProverRelation<unknown> {
  const summand = sumOfProducts(engine, [[vector, engine.eqTable(point)]]);
  return { ...claimRelation(point.length, claim), summand, factors: () => [summand.finals()[0]] };
}

export function verifiedRelation(field: AnyField, point: Point<unknown>, claim: unknown): VerifierRelation<unknown> {
  return {
    ...claimRelation(point.length, claim),
    evaluate: (y, [value]) => field.mul(evaluateEq(field, point, y), value),
  };
}

/** A statement: vectors that were committed, with parameters of their opening. */
export interface Case {
  readonly members: readonly MemberRequest[];
  readonly parameters: CommitmentParameters;
  readonly vectors: readonly Int32Array[];
}

export function caseOf(
  field: AnyField,
  members: readonly MemberRequest[],
  options: { readonly securityBits?: number; readonly grindingBits?: number; readonly seed?: number } = {},
): Case {
  const { securityBits = 100.5, grindingBits = 4, seed = 1 } = options;
  return {
    members,
    parameters: chooseParameters({ field, securityBits, members, grindingBits }),
    vectors: members.map((member, k) => vectorOf(member, seed + k)),
  };
}

/** The forger's replacements of honest steps. */
export interface Deviation {
  /** The matrices that are opened instead of those whose roots were sent. */
  readonly matrices?: (engine: Engine<unknown>, honest: readonly CommittedMatrix[]) => readonly CommittedMatrix[];
  /** Roots that are sent instead of the matrices' own. */
  readonly roots?: (honest: readonly Uint8Array[]) => readonly Uint8Array[];
  readonly parameters?: CommitmentParameters;
  /** Added to the claim on the first vector that the prover believes. */
  readonly shift?: unknown;
}

/** Commits, draws a point for each vector, and opens. */
export function proving(engine: Engine<unknown>, { members, parameters, vectors }: Case, deviation: Deviation = {}) {
  return (channel: ProverChannel<unknown>): void => {
    const { field } = engine;
    const mark = engine.mark();
    const tables = vectors.map((values) => engine.fromIntegers(values));
    const honest = tables.map((table, k) => commitMatrix(engine, hasher, table, codeOf(parameters, k)));
    const matrices = deviation.matrices?.(engine, honest) ?? honest;
    const roots = matrices.map(({ root }) => root);
    for (const root of deviation.roots?.(roots) ?? roots) channel.sendBytes('root', root);
    const points = members.map(({ variables }) => channel.drawMany('point', variables));
    openMatrices(
      engine,
      hasher,
      channel,
      deviation.parameters ?? parameters,
      matrices.map((matrix, k) => {
        if (members[k].isPoint === true) return { matrix, point: points[k] };
        const claim = field.add(
          field.tables.evaluateIntegers(vectors[k], points[k]),
          k === 0 && deviation.shift !== undefined ? deviation.shift : field.zero,
        );
        return { matrix, relation: provenRelation(engine, tables[k], points[k], claim) };
      }),
    );
    engine.release(mark);
  };
}

/** The verifier's half; it believes the true values plus `shift`, of the vector `wrong`. */
export function verifying(field: AnyField, statement: Case, shift: unknown = field.zero, wrong = 0) {
  const { members, parameters, vectors } = statement;
  return (channel: VerifierChannel<unknown>): void => {
    const roots = members.map((_, k) => channel.receiveBytes('root', codeOf(parameters, k).digestLength));
    const points = members.map(({ variables }) => channel.drawMany('point', variables));
    verifyMatrices(
      field,
      channel,
      parameters,
      roots.map((root, k) => {
        const truth = field.tables.evaluateIntegers(vectors[k], points[k]);
        const value = k === wrong ? field.add(truth, shift) : truth;
        if (members[k].isPoint === true) return { root, claim: { point: points[k], value } };
        return { root, relation: verifiedRelation(field, points[k], value) };
      }),
    );
  };
}
