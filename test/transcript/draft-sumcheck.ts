// The example sumcheck of draft-irtf-cfrg-fiat-shamir-03 over a prime field: the table of a multilinear
// polynomial, the lowest variable bound first, both coefficients of g(X) = a₀ + a₁·X sent, a challenge the
// little-endian integer of four squeezed bytes mod p. This library binds the highest variable first and
// leaves out the coefficient that the claim determines.

import type { Field } from '../../src/field/field.ts';
import type { DuplexSponge } from './draft-duplex-sponge.ts';

export interface DraftStatement<E> {
  readonly variables: number;
  readonly sum: E;
}

/** Rounds that end in the claim f(challenges) = value. */
export interface DraftRun<E> {
  readonly narg: Uint8Array;
  readonly challenges: readonly E[];
  readonly value: E;
}

function absorbStatement<E>(field: Field<E>, sponge: DuplexSponge, { variables, sum }: DraftStatement<E>): void {
  const bytes = new Uint8Array(4 + field.byteLength);
  new DataView(bytes.buffer).setUint32(0, variables, true);
  field.write(sum, bytes, 4);
  sponge.absorb(bytes);
}

function drawChallenge<E>(field: Field<E>, sponge: DuplexSponge): E {
  return field.fromInteger(Buffer.from(sponge.squeeze(4)).readUInt32LE());
}

export function proveDraftSumcheck<E>(field: Field<E>, sponge: DuplexSponge, witness: readonly E[]): DraftRun<E> {
  const { add, sub, mul } = field;
  const sumOf = (values: readonly E[]): E => values.reduce(add, field.zero);
  const variables = Math.log2(witness.length);
  absorbStatement(field, sponge, { variables, sum: sumOf(witness) });
  const narg = new Uint8Array(2 * variables * field.byteLength);
  const challenges: E[] = [];
  let table = [...witness];
  for (let round = 0; round < variables; round++) {
    const even = table.filter((_, i) => i % 2 === 0);
    const odd = table.filter((_, i) => i % 2 === 1);
    const message = narg.subarray(2 * round * field.byteLength, 2 * (round + 1) * field.byteLength);
    field.write(sumOf(even), message, 0);
    field.write(sub(sumOf(odd), sumOf(even)), message, field.byteLength);
    sponge.absorb(message);
    const challenge = drawChallenge(field, sponge);
    challenges.push(challenge);
    table = even.map((value, i) => add(value, mul(challenge, sub(odd[i], value))));
  }
  return { narg, challenges, value: table[0] };
}

/** The claim that the rounds leave, or why they are refused. */
export function verifyDraftSumcheck<E>(
  field: Field<E>,
  sponge: DuplexSponge,
  statement: DraftStatement<E>,
  narg: Uint8Array,
): Omit<DraftRun<E>, 'narg'> | 'non-canonical' | 'round identity' | 'trailing bytes' {
  const { add, mul } = field;
  absorbStatement(field, sponge, statement);
  const challenges: E[] = [];
  let claim = statement.sum;
  let position = 0;
  for (let round = 0; round < statement.variables; round++) {
    const constant = field.read(narg, position);
    const slope = field.read(narg, position + field.byteLength);
    if (constant === undefined || slope === undefined) return 'non-canonical';
    if (!field.equal(add(add(constant, constant), slope), claim)) return 'round identity';
    sponge.absorb(narg.subarray(position, position + 2 * field.byteLength));
    position += 2 * field.byteLength;
    const challenge = drawChallenge(field, sponge);
    challenges.push(challenge);
    claim = add(constant, mul(challenge, slope));
  }
  return position < narg.length ? 'trailing bytes' : { challenges, value: claim };
}
