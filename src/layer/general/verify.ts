// The verifier of a layer as a circuit for the prover of any circuit (protocol.ts), for a verifier that holds W.

import type { Field, SignedColumns } from '../../field/field.ts';
import { verifyCircuit } from '../../gkr/circuit/verify.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateSelector } from '../../poly/packing.ts';
import { logCeil, prefixBefore, suffix } from '../../poly/point.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import { layerCircuit } from './protocol.ts';

/**
 * Checks the reduction of a claim on a = W·x, at (batch, row), to the claims on x, at (batch, column), that it returns.
 *
 * @throws Rejection if a run does not end at the value of its summand, or the circuit's inputs are not W and x
 */
export function verifyGeneral<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  weights: SignedColumns,
  output: Claim<E>,
): Claim<E>[] {
  const rowVariables = logCeil(weights.rowCount);
  const { circuit, ...blocks } = layerCircuit(weights, output.point.length - rowVariables);
  const claims = verifyCircuit(field, channel, circuit, 0, output);
  return channel.within('inputs', () => {
    const values = channel.receive('input', claims.length);
    return claims.map((claim, j) => {
      const [x, w] = [suffix(claim.point, blocks.input.variables), suffix(claim.point, blocks.weights.variables)];
      const matrix = field.tables.evaluateSigned(weights, suffix(w, rowVariables), prefixBefore(w, rowVariables));
      const expected = field.add(
        field.mul(evaluateSelector(field, blocks.input, claim.point), values[j]),
        field.mul(evaluateSelector(field, blocks.weights, claim.point), matrix),
      );
      channel.require(expected, claim.value, 'sumcheck', 'the inputs of the circuit are not W and x');
      return { point: x, value: values[j] };
    });
  });
}
