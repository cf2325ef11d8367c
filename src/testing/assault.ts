// Attacks every message of a protocol, and everything that a prover absorbs and draws: the steps are found by running
// the honest prover. Each lie is absorbed and continued honestly; some are repaired further (repair.ts), some ground
// (grind.ts); and the bytes of the finished proof are changed too (raw-lies.ts). Forgeries of the subject's own are
// tried and repaired.
//
// A mutant is a proof of other bytes than the honest one, or of another statement. One that is believed is a defect of
// the protocol, unless its statement is true: a forgery that says so, or a free choice of the prover's.

import { equalBytes } from '../bytes.ts';
import { type Attempt, attempt, type Judgement, judge, type Sides, type Telling, tell } from './attempt.ts';
import { Census, type Report } from './census.ts';
import { grind } from './grind.ts';
import { type Lie, liesAbout, type Material } from './lies.ts';
import { type Content, isMessage, kindOf, type Step } from './lying-channel.ts';
import { type Random, seeded } from './random.ts';
import { rawLiesAbout } from './raw-lies.ts';
import { repair } from './repair.ts';
import type { Subject } from './subject.ts';

/**
 * The amounts of an assault.
 *
 * @example
 * ```ts
 * import type { AssaultOptions } from 'ternary-gkr/testing';
 *
 * // fewer mutants of each kind of message
 * const options: AssaultOptions = { continued: 8, raw: 4, seed: 3 };
 * ```
 */
export interface AssaultOptions {
  /** Mutants of each kind of message that are continued honestly; more if there are more such messages. 50 unless given. */
  readonly continued?: number;
  /** Mutants of a finished proof for each kind of message. 10 unless given. */
  readonly raw?: number;
  /** Lies for each kind of absorbed bytes and of challenges. 6 unless given. */
  readonly others?: number;
  /** Lies for each kind of message that are repaired as long as possible. 3 unless given. */
  readonly repaired?: number;
  /** Lies for each kind of message that are ground, and bits of the challenge. 1 and 3 unless given. */
  readonly ground?: number;
  readonly grindingBits?: number;
  readonly seed?: number;
}

/** The most repairs of a lie: longer than any chain of claims of small protocols. */
const MOST_REPAIRS = 24;

/** Attempts for each required mutant before a kind is given up: lies may coincide. */
const ATTEMPTS = 4;

/**
 * Attacks a protocol and returns a report, in which `believed` and `broken` should be empty.
 *
 * @throws Error if the honest proof is rejected
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { assault, channelVerifier, type Subject } from 'ternary-gkr/testing';
 *
 * // a prover that sends 7, a verifier that checks it
 * const subject: Subject<bigint> = {
 *   name: 'seven',
 *   field: bn254,
 *   prove: (channel) => channel.send('value', [7n]),
 *   verify: channelVerifier((channel, field) => {
 *     if (!field.equal(channel.receive('value', 1)[0], 7n)) throw new Rejection('claim', 'value', 'not 7');
 *   }),
 * };
 * const { mutants, believed } = await assault(subject, { ground: 0 });
 * console.log(mutants > 20, believed); // true []
 * ```
 */
export async function assault<E>(subject: Subject<E>, options: AssaultOptions = {}): Promise<Report> {
  const { continued = 50, raw = 10, others = 6, repaired = 3, ground = 1, grindingBits = 3, seed = 1 } = options;
  const random = seeded(seed);
  const { field, prove, verify } = subject;
  const sides: Sides<E> = { field, context: subject.context, prove, verify };
  const honest = await tell(sides);
  const { refusal, thrown } = judge(sides, honest.proof);
  if (refusal !== undefined)
    throw new Error(`${subject.name}: the honest proof is rejected, ${refusal.code} at ${refusal.where}`);
  if (thrown !== undefined) throw thrown;
  const other = await tellOtherwise(sides);
  const census = new Census(subject.name, honest.proof, subject.free ?? []);

  for (const [kind, steps] of groupByKind(honest.steps)) {
    census.expect(kind, isMessage(steps[0]));
    const lies = steps.map((step) => liesAbout(step, materialOf(sides, honest, other, step, random)));
    const target = isMessage(steps[0]) ? Math.max(continued, steps.length) : others;
    await continueLies(sides, census, kind, lies, target);
    if (!isMessage(steps[0])) continue;
    await attackBytes(sides, census, kind, steps, honest, other, raw, random);
    await repairLies(sides, census, kind, lies, repaired, random);
    await grindLies(sides, census, kind, steps, lies, { count: ground, bits: grindingBits });
  }
  await forge(subject, census, random);
  return census.report();
}

/** Returns the steps of each kind, in order. */
function groupByKind<E>(steps: readonly Step<E>[]): Map<string, Step<E>[]> {
  const kinds = new Map<string, Step<E>[]>();
  for (const step of steps) {
    // an empty message
    if (step.content.values.length === 0) continue;
    const kind = kindOf(step);
    kinds.set(kind, [...(kinds.get(kind) ?? []), step]);
  }
  return kinds;
}

/** Runs the same prover after one more absorbed message: a proof with other challenges. */
function tellOtherwise<E>(sides: Sides<E>): Promise<Telling<E>> {
  const prove = sides.prove;
  return tell({
    ...sides,
    prove: (channel) => {
      channel.absorb('another proof', new Uint8Array(1));
      return prove(channel);
    },
  });
}

/** Returns contents of this step in the other proof, and of other steps of its kind and size. */
function materialOf<E>(
  { field }: Sides<E>,
  honest: Telling<E>,
  other: Telling<E>,
  step: Step<E>,
  random: Random,
): Material<E> {
  const elsewhere = honest.steps.filter((another) => another.index !== step.index && kindOf(another) === kindOf(step));
  // one step was absorbed before
  const contents = [other.steps.at(step.index + 1), ...elsewhere].flatMap((another) => another?.content ?? []);
  const fits = ({ form, values }: Content<E>): boolean =>
    form === step.content.form && values.length === step.content.values.length;
  return { field, random, others: contents.filter(fits) };
}

type Lies<E> = Generator<Lie<E>, never>;

async function continueLies<E>(
  sides: Sides<E>,
  census: Census,
  kind: string,
  lies: readonly Lies<E>[],
  target: number,
): Promise<void> {
  for (let k = 0, left = target; left > 0 && k < ATTEMPTS * target; k++) {
    const lie = lies[k % lies.length].next().value;
    const made = await attempt(sides, [lie.change]);
    if (made === undefined) census.stuck(kind);
    else if (count(census, kind, lie.name, made)) left--;
  }
}

/** Counts an attempt; returns whether it is a new mutant. */
function count<E>(
  census: Census,
  kind: string,
  name: string,
  made: Judgement<E> & { readonly proof: Uint8Array },
  way: 'continued' | 'raw' | 'repaired' | 'ground' = 'continued',
): boolean {
  return census.count({ kind, name, way, proof: made.proof, refusal: made.refusal, thrown: made.thrown });
}

async function attackBytes<E>(
  sides: Sides<E>,
  census: Census,
  kind: string,
  steps: readonly Step<E>[],
  honest: Telling<E>,
  other: Telling<E>,
  target: number,
  random: Random,
): Promise<void> {
  const lies = steps.map((step) => rawLiesAbout(step, honest, other.proof, sides.field, random));
  for (let k = 0, left = target; left > 0 && k < ATTEMPTS * target; k++) {
    const { name, proof } = lies[k % lies.length].next().value;
    const judged = judge(sides, proof);
    const isContinued = judged.refusal === undefined && (await isOfTheProver(sides, steps[k % steps.length], proof));
    if (count(census, kind, name, { proof, ...judged }, isContinued ? 'continued' : 'raw')) left--;
  }
}

/** Whether the bytes are the honest prover's own continuation of the message that they have at a step. */
async function isOfTheProver<E>(sides: Sides<E>, { index, start, end }: Step<E>, proof: Uint8Array): Promise<boolean> {
  const made = await attempt(sides, [{ at: index, bytes: () => proof.slice(start, end) }]);
  return made !== undefined && equalBytes(made.proof, proof);
}

async function repairLies<E>(
  sides: Sides<E>,
  census: Census,
  kind: string,
  lies: readonly Lies<E>[],
  target: number,
  random: Random,
): Promise<void> {
  for (let k = 0; k < target; k++) {
    const lie = lies[Math.floor((k * lies.length) / target)].next().value;
    const made = await attempt(sides, [lie.change]);
    if (made === undefined) continue;
    count(census, kind, lie.name, made);
    await repairOn(sides, census, kind, lie.name, made, random);
  }
}

/** Repairs a rejected attempt until no check before the last can be satisfied. */
async function repairOn<E>(
  sides: Sides<E>,
  census: Census,
  kind: string,
  name: string,
  first: Attempt<E>,
  random: Random,
  statement?: string,
  isTrue = false,
): Promise<void> {
  let refused: Attempt<E> | undefined = first;
  for (let depth = 0; refused !== undefined && depth < MOST_REPAIRS; depth++) {
    refused = await repair(sides, refused, random, ({ proof, refusal, thrown }, _, what) => {
      census.count({ kind, name: `${name}, ${what}`, way: 'repaired', proof, refusal, thrown, statement, isTrue });
    });
  }
}

async function grindLies<E>(
  sides: Sides<E>,
  census: Census,
  kind: string,
  steps: readonly Step<E>[],
  lies: readonly Lies<E>[],
  { count: target, bits }: { readonly count: number; readonly bits: number },
): Promise<void> {
  for (let k = 0; k < target; k++) {
    const which = Math.floor((k * steps.length) / target);
    const ground = await grind(sides, steps[which].index, lies[which], bits, 8 * 2 ** bits);
    if (ground === undefined) continue;
    census.tried(kind, ground.tries);
    count(census, kind, `${ground.lie.name}, out of ${ground.tries}`, ground.made, 'ground');
  }
}

/** Tries the subject's own forgeries, each repaired as long as possible. */
async function forge<E>(
  { field, context, verify, forgeries = [] }: Subject<E>,
  census: Census,
  random: Random,
): Promise<void> {
  for (const { kind, name, prove, verify: own, isTrue = false } of forgeries) {
    census.expect(kind, false);
    const sides: Sides<E> = { field, context, prove, verify: own ?? verify };
    const made = await attempt(sides, []);
    if (made === undefined) {
      census.stuck(kind);
      continue;
    }
    const { proof, refusal, thrown } = made;
    const statement = own === undefined ? undefined : name;
    census.count({ kind, name, way: 'continued', proof, refusal, thrown, statement, isTrue });
    if (!isTrue) await repairOn(sides, census, kind, name, made, random, statement);
  }
}
