// The recursive tensor code (after Ligerito, Novakovic–Angeris, ePrint 2025/1187, in the unique-decoding regime):
// committed vectors are opened by a chain of levels. Each level combines its matrices into one message, which is
// committed and opened again at the next level, until it is short enough to be sent.
//
// A vector is a matrix of rows (most significant variables) and 2^k columns; its rows are encoded and the columns of
// the encoded matrix are the leaves of a Merkle tree. At a level stand matrices M_b of one row length and one code.
// Each brings a relation that ends in one claim M̃_b(point) = value_b; all relations share one run of sumcheck, so
// that the points are suffixes of one point y. A matrix of fewer variables counts as padded with zeros in front, its
// extension at y as Π (1 − y_lead)·M̃_b. With selectors p the stack is one vector,
//     v = Σ_b eq(p, b)·Π(1 − y_lead)·value_b = ⟨t, eq(y_columns)⟩,    t = Σ_b Σ_R eq(p, b)·eq(y_rows, (0…, R))·M_b[R, ·].
//
// Messages of a level: [relations]; draw "selector" if several matrices stand here; send "row" (t) at the last level,
// else send "root" of the matrix of t; draw "work", send "nonce"; draw "positions"; for each matrix hint "columns" and
// hint "paths"; draw "queries" (γ) unless it is the last level. The columns give u_j = Enc(t)[position_j]. The last
// level checks ⟨t, eq(y_columns)⟩ = v and every u_j. Otherwise, with x_j = ω^position_j, they are one sum over t,
//     Σ_i t[i]·w[i] = v + Σ_j γ^(j+1)·u_j,    w[i] = eq(y_columns, i) + Σ_j γ^(j+1)·x_j^i,
// the running relation of the next level; w̃(y) = eq(y_columns, y) + Σ_j γ^(j+1)·Π_k (1 + y_k·(x_j^(2^(κ−1−k)) − 1)).
//
// Levels hide up to the one at which the secrets stand (hiding/protocol.ts), L. Rows have random tails there, so that the
// message is t‖ρ, of one variable more and zero from K = 2^k + tail on; its claim is at (0, y_columns), and "row" has K
// elements. That a message which is committed is zero from K on is one more term of the running relation: with "queries"
// draw "zeros" (ζ, a point of the message's variables) and add γ^(q+1)·eq(ζ, i) to w[i] for i ≥ K. Level L discloses: after
// its selectors comes the line (hiding/prove.ts, hiding/verify.ts), which gives z and a mask G, and its message is
// G + z·(t‖ρ). From there on nothing is hidden.
//
// A first member that is opened at a given point stands alone at level 0, which then has no run. The roots of the
// members, and what their relations depend on, are absorbed before; a given point is drawn after. Neither side can
// check that here.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { evaluateEqAtIndex } from '../../poly/eq.ts';
import { type Point, prefixBefore, suffix } from '../../poly/point.ts';
import { powers } from '../../sumcheck/protocol.ts';
import type { Relation } from '../../sumcheck/relation.ts';
import type { Channel } from '../../transcript/channel.ts';
import {
  type CommitmentParameters,
  codeVariables,
  type LevelParameters,
  levelVariables,
  messageLength,
  selectorVariables,
} from './parameters.ts';
import { drawPositions } from './positions.ts';

/** The share of one matrix in its level's message and value. */
export interface Share<E> {
  /** The row variables of the matrix itself. */
  readonly rowPoint: Point<E>;
  /** Factor of eq(rowPoint, ·) in the weights of its rows. */
  readonly rowScale: E;
  /** Factor of its value. */
  readonly valueScale: E;
}

/** Returns the shares of a level's matrices at the point y, with selectors p. */
export function sharesOf<E>(field: Field<E>, level: LevelParameters, y: Point<E>, p: Point<E>): Share<E>[] {
  const rowPoint = prefixBefore(y, level.columnVariables);
  return level.matrices.map(({ variables }, b) => {
    const own = Math.max(0, variables - level.columnVariables);
    const selected = evaluateEqAtIndex(field, p, b);
    return {
      rowPoint: suffix(rowPoint, own),
      rowScale: field.mul(selected, evaluateEqAtIndex(field, prefixBefore(rowPoint, own), 0)),
      valueScale: field.mul(selected, evaluateEqAtIndex(field, prefixBefore(y, variables), 0)),
    };
  });
}

/** The claims on a message that was committed: ⟨t, eq(columnPoint)⟩ = v and its code word at some positions. */
export interface Running<E> {
  /** y_columns; as many variables as the message has. */
  readonly columnPoint: Point<E>;
  /** log₂ of the codeword length. */
  readonly logLength: number;
  readonly positions: readonly number[];
  /** γ^(j+1) for each position. */
  readonly coefficients: readonly E[];
  /** Σ_{i ≥ length} eq(point, i)·t[i] = 0, where the message has a tail. */
  readonly zeros: { readonly point: Point<E>; readonly length: number; readonly coefficient: E } | undefined;
}

/** One step of an opening, which each side takes on its end of the channel. */
export type Turn<E> = { readonly index: number; readonly level: LevelParameters } & (
  | {
      /** The run of the level's relations, or the point that is given; it leaves a claim on each matrix. */
      readonly kind: 'claims';
      /** Members that stand here, after the message of the level before. */
      readonly joined: readonly number[];
      readonly isGiven: boolean;
      /** The claims on that message; undefined at the first level. */
      readonly running: Running<E> | undefined;
    }
  | {
      /** The root of the message at the next level, or the message itself if there is none. */
      readonly kind: 'message';
      readonly next: LevelParameters | undefined;
      readonly columnPoint: Point<E>;
      readonly shares: readonly Share<E>[];
    }
  /** The proof of work on the seed. */
  | { readonly kind: 'work'; readonly seed: Uint8Array }
  /** The columns of every matrix, and their paths. */
  | { readonly kind: 'columns'; readonly positions: readonly number[]; readonly shares: readonly Share<E>[] }
);

/**
 * The order of an opening, level by level, with all that is drawn outside of the runs. Yields what is to be sent or
 * received; after `claims` it takes the points of the claims, one for each matrix, and nothing after the other turns.
 *
 * @throws UsageError if there are more or fewer members than the parameters have, or claims at other points
 */
export function* walkLevels<E>(
  field: Field<E>,
  channel: Channel<E>,
  { levels, places, isPoint }: CommitmentParameters,
  memberCount: number,
): Generator<Turn<E>, void, readonly Point<E>[]> {
  if (memberCount !== places.length) {
    throw new UsageError(`${memberCount} vectors to open, parameters for ${places.length}`);
  }
  let running: Running<E> | undefined;
  for (const [index, level] of levels.entries()) {
    const here = <T>(draw: () => T): T => channel.within(levelName(index), draw);
    const next = levels[index + 1];
    const joined = places.flatMap((place, member) => (place === index ? [member] : []));
    const points = yield { kind: 'claims', index, level, joined, isGiven: isPoint && index === 0, running };
    const y = sharedPoint(level, points);
    const shares = sharesOf(
      field,
      level,
      y,
      here(() => drawSelectors(channel, level)),
    );
    const ofColumns = suffix(y, level.columnVariables);
    const columnPoint = level.tail === undefined ? ofColumns : [field.zero, ...ofColumns];
    yield { kind: 'message', index, level, next, columnPoint, shares };
    yield { kind: 'work', index, level, seed: here(() => channel.drawBytes('work')) };
    const positions = here(() => drawPositions(channel, level));
    yield { kind: 'columns', index, level, positions, shares };
    if (next !== undefined) running = here(() => drawRunning(field, channel, level, columnPoint, positions));
  }
}

/** Returns the name of a level in the `where` of rejections. */
export function levelName(index: number): string {
  return `level ${index}`;
}

/** The selectors of a level; none where one matrix stands alone. */
function drawSelectors<E>(channel: Channel<E>, level: LevelParameters): E[] {
  const count = selectorVariables(level);
  return count === 0 ? [] : channel.drawMany('selector', count);
}

/** Draws the challenge that combines the values at the positions into one claim. */
function drawRunning<E>(
  field: Field<E>,
  channel: Channel<E>,
  level: LevelParameters,
  columnPoint: Point<E>,
  positions: readonly number[],
): Running<E> {
  const { length } = positions;
  const [, ...all] = powers(field, channel.draw('queries'), length + (level.tail === undefined ? 1 : 2));
  const zeros =
    level.tail === undefined
      ? undefined
      : {
          point: channel.drawMany('zeros', columnPoint.length),
          length: messageLength(level),
          coefficient: all[length],
        };
  return { columnPoint, logLength: codeVariables(level), positions, coefficients: all.slice(0, length), zeros };
}

/** Σ_j coefficient_j·Π_k (1 + y_k·(x_j^(2^(κ−1−k)) − 1)): the extension of i ↦ Σ_j coefficient_j·x_j^i. */
export function evaluatePowerSums<E>(
  field: Field<E>,
  running: Omit<Running<E>, 'columnPoint' | 'zeros'>,
  y: Point<E>,
): E {
  const { logLength, positions, coefficients } = running;
  const root = field.rootOfUnity(logLength);
  const squares = [root];
  while (squares.length < logLength) {
    const last = squares[squares.length - 1];
    squares.push(field.mul(last, last));
  }
  let sum = field.zero;
  for (let j = 0; j < positions.length; j++) {
    let power = field.one;
    for (let bit = 0; bit < logLength; bit++) {
      if (Math.floor(positions[j] / 2 ** bit) % 2 === 1) power = field.mul(power, squares[bit]);
    }
    let product = coefficients[j];
    for (let k = y.length - 1; k >= 0; k--) {
      product = field.mul(product, field.add(field.one, field.mul(y[k], field.sub(power, field.one))));
      power = field.mul(power, power);
    }
    sum = field.add(sum, product);
  }
  return sum;
}

/**
 * Returns the relations of a level, the running one first, if they have the shapes of the parameters.
 * @throws UsageError if one is of another shape
 */
export function checkRelations<R extends Relation<unknown>>(level: LevelParameters, relations: readonly R[]): void {
  const fits = level.matrices.every(({ variables }, b) => {
    const relation = relations[b];
    return relation?.shape.variables === variables && relation.shape.degree <= 2 && relation.factorCount === 1;
  });
  if (!fits || relations.length !== level.matrices.length) {
    const shapes = level.matrices.map(({ variables }) => variables).join(', ');
    throw new UsageError(`relations of degree 2 that send one factor, over ${shapes} variables, are due`);
  }
}

/** Returns the point of the largest of a level's claims: all others are at its suffixes. */
function sharedPoint<E>(level: LevelParameters, points: readonly Point<E>[]): Point<E> {
  const variables = levelVariables(level);
  const point = points.find(({ length }) => length === variables);
  if (point === undefined) throw new UsageError(`no claim at a point of ${variables} variables`);
  return point;
}
