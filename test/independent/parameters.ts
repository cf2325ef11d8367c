/** Parameters of an opening that were chosen elsewhere, section 14: refused unless they are sound. */

import { check, log2, P } from './field.ts';

export type Matrix = { rows: number; variables: number; kind: string; digestLength: number };
export type Code = { columnVariables: number; rateBits: number };
export type Level = Code & { matrices: Matrix[]; queries: number; grindingBits: number };
export type Parameters = { levels: Level[]; places: number[] };
/** A vector to be opened; one that was committed before has a code. */
export type Size = { used: number; variables: number; code?: Code & { digestLength: number } };

const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
/** 1/|F|, in units of 2^-160 as all errors are. */
const UNIT = divideUp(2n ** 160n, P ** 4n);

function missed({ columnVariables, rateBits, queries, grindingBits }: Level): bigint {
  const n = 2 ** (columnVariables + rateBits);
  const right = n - Math.floor((n - 2 ** columnVariables) / 2) - 1;
  let miss = 2n ** 160n;
  for (let i = 0; i < Math.min(queries, n); i++) miss = divideUp(miss * BigInt(Math.max(0, right - i)), BigInt(n - i));
  return divideUp(miss, 2n ** BigInt(grindingBits));
}

/** Refused unless they are of these vectors, in their one spelling, and sound; `errorCount` is that of all else. */
export function readParameters(text: string, members: readonly Size[], errorCount: number): Parameters {
  const { levels, places } = JSON.parse(text) as Parameters;
  check(members.length === places.length && levels.length >= 1, 'the levels are not those of the members');
  check(
    places.every((place) => Number.isInteger(place) && place >= 0 && place < levels.length) && places.includes(0),
    'a member has no level',
  );
  let error = UNIT * BigInt(errorCount) + 2n ** 32n;
  const rebuilt = levels.map(({ columnVariables: k, rateBits, matrices, queries, grindingBits }, l) => {
    const standing = members.filter((_, member) => places[member] === l);
    const message = l > 0 ? levels[l - 1].columnVariables : 0;
    const lengths = matrices.map(({ digestLength }) => digestLength);
    const running = { rows: 2 ** Math.max(0, message - k), variables: message, kind: 'extension' };
    const own = [
      ...(l > 0 ? [{ ...running, digestLength: lengths[0] }] : []),
      ...standing.map(({ used, variables }, b) => {
        return { rows: Math.ceil(used / 2 ** k), variables, kind: 'base', digestLength: lengths[b + (l > 0 ? 1 : 0)] };
      }),
    ];
    check(own.length > 0 && own.length === lengths.length, 'a level has other matrices than its members');
    for (const [b, { code }] of standing.entries()) {
      const { digestLength } = own[b + (l > 0 ? 1 : 0)];
      const isOwn =
        !code || (code.columnVariables === k && code.rateBits === rateBits && code.digestLength === digestLength);
      check(isOwn, 'a member has another code');
    }
    const most = Math.max(...own.map(({ variables }) => variables));
    const slack = [k, most - k, rateBits - 1, 24 - k - rateBits, queries - 1, grindingBits, 24 - grindingBits];
    const areWithin = [...slack, ...lengths.flatMap((d) => [d - 1, 32 - d])].every(
      (n) => Number.isInteger(n) && n >= 0,
    );
    check(areWithin, 'a parameter is out of range');
    const [selectors, n] = [log2(own.length), 2 ** (k + rateBits)];
    const folded = selectors + most - k;
    const lacking = own.reduce((sum, { variables }) => sum + most - variables, 0);
    const toOne = l < levels.length - 1 ? Math.min(queries, n) : 0;
    const count = own.length - 1 + 2 * most + selectors + 2 * lacking + folded * n + toOne;
    const level = { columnVariables: k, rateBits, matrices: own, queries, grindingBits };
    error += UNIT * BigInt(count) + missed(level);
    let hundredths = 0;
    while (BigInt(folded) ** 100n > 2n ** BigInt(hundredths)) hundredths++;
    return { ...level, proximityBits: folded === 0 ? null : (12395 - hundredths - 100 * (k + rateBits)) / 100 };
  });
  const digests = new Set(rebuilt.flatMap(({ matrices }) => matrices.map(({ digestLength }) => digestLength)));
  for (const length of digests) error += 2n ** BigInt(160 - 4 * length);
  check(error <= 2n ** 60n, 'the errors add up to more than 2^-100');
  const whole = { fieldBits: 123.95, levels: rebuilt, places, isPoint: false };
  check(JSON.stringify(whole) === text, 'the text is not that of its parameters');
  return { levels: rebuilt, places };
}
