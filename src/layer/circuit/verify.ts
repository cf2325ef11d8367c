// The verifier of a matrix–vector product as a layered circuit (protocol.ts), for a verifier that holds W.

import type { Field, SignedColumns } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateEq } from '../../poly/eq.ts';
import { verifyRelations } from '../../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import {
  additionGates,
  evaluateInputTable,
  inputGates,
  matrixVectorVariables,
  productGates,
  splitProductPoint,
  sumGates,
} from './protocol.ts';

/**
 * Checks the reduction of a claim on a = W·x, at (batch, row), to the claim on x, at (batch, column), that it returns.
 *
 * @param adder - whether products are added in a tree or by one gate an output
 * @throws Rejection if a run does not end at the value of its summand
 */
export function verifyMatrixVector<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  weights: SignedColumns,
  adder: 'sum' | 'tree',
  output: Claim<E>,
): Claim<E> {
  const variables = matrixVectorVariables(weights, output.point.length - matrixVectorVariables(weights, 0).rows);
  let claim = output;
  if (adder === 'sum') {
    claim = channel.within('sum layer', () => {
      const relation = { ...sumGates(variables, output), evaluate: (_: unknown, [value]: readonly E[]): E => value };
      return verifyRelations(field, channel, [relation])[0][0];
    });
  } else {
    for (let layer = variables.columns - 1; layer >= 0; layer--) {
      const above = claim;
      claim = channel.within(`addition layer ${layer}`, () => {
        const relation = {
          ...additionGates(above),
          evaluate: (point: readonly E[], [value]: readonly E[]): E =>
            field.mul(evaluateEq(field, above.point, point.slice(1)), value),
        };
        return verifyRelations(field, channel, [relation])[0][0];
      });
    }
  }
  const products = splitProductPoint(variables, claim.point);
  return channel.within('product layer', () => {
    const first = {
      ...productGates(variables, claim),
      evaluate: (point: readonly E[], [value]: readonly E[]): E => {
        const [columnPoint, rowPoint] = [point.slice(0, variables.columns), point.slice(variables.columns)];
        return field.mul(field.tables.evaluateSigned(weights, rowPoint, columnPoint), value);
      },
    };
    const [[table]] = verifyRelations(field, channel, [first]);
    const second = {
      ...inputGates(variables, table),
      evaluate: (point: readonly E[], [value]: readonly E[]): E =>
        field.mul(evaluateInputTable(field, products, table.point, point), value),
    };
    return verifyRelations(field, channel, [second])[0][0];
  });
}
