// The field that a verifier of hiding proofs runs over: known values are computed at once, hidden ones recorded on a tape.
// Points, challenges, sizes and tables never depend on a hidden value, and nothing is decided on one: where the protocol
// compares, the channel keeps an equation (masked-channel.ts).

import type { Field } from '../field/field.ts';
import { isKnown, known, type Masked, type Tape } from './tape.ts';

/** Returns the element of a value that does not depend on anything hidden. */
function knownValue<E>(value: Masked<E>, use: string): E {
  if (isKnown(value)) return value.value;
  // no proof leads here: what is hidden follows from the protocol
  throw new Error(`${use} of a hidden value`);
}

/** Returns the field that records on a tape. */
export function maskedField<E>(field: Field<E>, tape: Tape<E>): Field<Masked<E>> {
  const zero = known(field.zero);
  const one = known(field.one);
  const isKnownZero = (a: Masked<E>): boolean => isKnown(a) && field.isZero(a.value);
  const isKnownOne = (a: Masked<E>): boolean => isKnown(a) && field.equal(a.value, field.one);
  const all = (values: readonly Masked<E>[], use: string): E[] => values.map((value) => knownValue(value, use));

  function add(a: Masked<E>, b: Masked<E>): Masked<E> {
    if (isKnown(a) && isKnown(b)) return known(field.add(a.value, b.value));
    if (isKnownZero(a)) return b;
    return isKnownZero(b) ? a : tape.sum(a, b);
  }

  function sub(a: Masked<E>, b: Masked<E>): Masked<E> {
    if (isKnown(a) && isKnown(b)) return known(field.sub(a.value, b.value));
    return isKnownZero(b) ? a : tape.difference(a, b);
  }

  function mul(a: Masked<E>, b: Masked<E>): Masked<E> {
    if (isKnown(a) && isKnown(b)) return known(field.mul(a.value, b.value));
    if (isKnownZero(a) || isKnownZero(b)) return zero;
    if (isKnownOne(a)) return b;
    return isKnownOne(b) ? a : tape.product(a, b);
  }

  const { characteristic, degree, bits, name, byteLength, baseByteLength, twoAdicity } = field;
  return {
    ...{ characteristic, degree, bits, name, byteLength, baseByteLength, twoAdicity },
    zero,
    one,
    fromInteger: (value) => known(field.fromInteger(value)),
    fromCoefficients: (coefficients) => known(field.fromCoefficients(coefficients)),
    toCoefficients: (a) => field.toCoefficients(knownValue(a, 'the coefficients')),
    add,
    sub,
    mul,
    neg: (a) => sub(zero, a),
    inv: (a) => known(field.inv(knownValue(a, 'the inverse'))),
    equal: (a, b) => field.equal(knownValue(a, 'a comparison'), knownValue(b, 'a comparison')),
    isZero: (a) => field.isZero(knownValue(a, 'a comparison')),
    rootOfUnity: (logOrder) => known(field.rootOfUnity(logOrder)),
    write(a, target, offset) {
      field.write(knownValue(a, 'the encoding'), target, offset);
    },
    read(source, offset) {
      const value = field.read(source, offset);
      return value === undefined ? undefined : known(value);
    },
    sample: (read) => known(field.sample(read)),
    tables: {
      eqTable: (point) => field.tables.eqTable(all(point, 'a table')).map(known),
      evaluateIntegers: (values, point) => known(field.tables.evaluateIntegers(values, all(point, 'a table'))),
      evaluateSigned: (matrix, rowPoint, columnPoint) =>
        known(field.tables.evaluateSigned(matrix, all(rowPoint, 'a table'), all(columnPoint, 'a table'))),
      evaluateWeighted: (matrix, rowPoint, columnPoint) =>
        known(field.tables.evaluateWeighted(matrix, all(rowPoint, 'a table'), all(columnPoint, 'a table'))),
      dot: (values, weights) =>
        values.every(isKnown) && weights.every(isKnown)
          ? known(field.tables.dot(all(values, 'a sum'), all(weights, 'a sum')))
          : values.reduce((sum, value, k) => add(sum, mul(value, weights[k])), zero),
      encode: (message, logLength) => field.tables.encode(all(message, 'the codeword'), logLength).map(known),
      dotBaseBytes(column, weights) {
        const value = field.tables.dotBaseBytes(column, all(weights, 'a combination of columns'));
        return value === undefined ? undefined : known(value);
      },
    },
  };
}
