// The verifier of a circuit's run (statement.ts).

import { Rejection, type RejectionCode, UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { logCeil } from '../../poly/point.ts';
import type { ChannelOptions } from '../../transcript/transcript.ts';
import { createVerifierChannel } from '../../transcript/verifier-channel.ts';
import { type Circuit, checkCircuit } from './circuit.ts';
import type { LayerValues } from './evaluate.ts';
import {
  beginStatement,
  type CircuitValues,
  circuitDigest,
  copiesOf,
  copyValues,
  evaluateValues,
  fitsOutputs,
  padCopies,
  requireSecurity,
  toLayerValues,
} from './statement.ts';
import { verifyCircuit } from './verify.ts';

/** Accepted, or why not: the rule broken, where, and a sentence for people. */
export type CircuitVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: RejectionCode; readonly where: string; readonly message: string };

/**
 * Verifies that a circuit gives these outputs on these inputs, both wire-major. Whatever the inputs, the outputs and
 * the bytes of a proof are, there is a verdict; a mistake of the verifier's own is none. A value that is equal modulo p
 * to the one that was proven, and not the same integer or element, is refused as `non-canonical`.
 *
 * @param given - the verifier's own circuit; closed forms are believed
 * @throws UsageError if the circuit is not one, is too deep for its field and so many copies, or has a closed form that
 *   gives no element; or if the context is not bytes
 */
export function verifyCircuitStatement<E>(
  field: Field<E>,
  given: Circuit,
  inputs: CircuitValues<E>,
  outputs: CircuitValues<E>,
  proof: Uint8Array,
  options: Pick<ChannelOptions, 'context'> = {},
): CircuitVerdict {
  const circuit = checkCircuit(given);
  requireSecurity(field, circuit, 0);
  const digest = circuitDigest(circuit);
  try {
    check(field, circuit, digest, inputs, outputs, proof, options);
    return { ok: true };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof Rejection) {
      return { ok: false, code: error.code, where: error.where, message: error.message };
    }
    const message = error instanceof Error ? error.message : 'something that is not an error was thrown';
    return { ok: false, code: 'internal', where: 'circuit', message };
  }
}

function check<E>(
  field: Field<E>,
  circuit: Circuit,
  digest: Uint8Array,
  givenInputs: CircuitValues<E>,
  givenOutputs: CircuitValues<E>,
  proof: Uint8Array,
  options: Pick<ChannelOptions, 'context'>,
): void {
  const lengths = { inputs: lengthOf('inputs', givenInputs), outputs: lengthOf('outputs', givenOutputs) };
  const copies = copiesOf(circuit, { length: lengths.inputs });
  if (copies === undefined) {
    throw new Rejection(
      'statement',
      'inputs',
      `${lengths.inputs} values are not whole inputs of ${circuit.inputCount}`,
    );
  }
  if (!fitsOutputs(circuit, copies, { length: lengths.outputs })) {
    throw new Rejection('statement', 'outputs', `${lengths.outputs} values are not the outputs of ${copies} copies`);
  }
  const inputs = publicValues(field, 'inputs', givenInputs, lengths.inputs);
  const outputs = publicValues(field, 'outputs', givenOutputs, lengths.outputs);
  const channel = createVerifierChannel(field, proof, options);
  const claim = beginStatement(field, channel, circuit, digest, copies, inputs, outputs);
  const claims = verifyCircuit(field, channel, circuit, logCeil(copies), claim);
  const padded = padCopies(inputs, copies);
  for (const { point, value } of claims) {
    if (!field.equal(evaluateValues(field, padded, point), value)) {
      throw new Rejection('claim', 'inputs', 'the inputs are not those that were proven');
    }
  }
  channel.finish();
}

/** The length that a list gives itself. Whatever only says that it has one is not made into a list of that length. */
function lengthOf(name: string, values: unknown): number {
  try {
    const isList = Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
    const length: unknown = isList ? (values as ArrayLike<unknown>).length : undefined;
    if (Number.isSafeInteger(length)) return length as number;
  } catch {
    // what a getter throws is not looked at: it could throw again
  }
  throw new Rejection('statement', name, `the ${name} are no list`);
}

/** The values, each in its one encoding: as many as their list says. */
function publicValues<E>(field: Field<E>, name: string, values: CircuitValues<E>, length: number): LayerValues<E> {
  const refuse = (fault: string): never => {
    throw new Rejection('non-canonical', name, fault);
  };
  let own: readonly (number | E)[] | Int32Array;
  try {
    own = copyValues(values);
  } catch {
    return refuse('a value cannot be read');
  }
  if (own.length !== length) {
    throw new Rejection('statement', name, `the ${name} say that they are ${length} values, and are ${own.length}`);
  }
  return toLayerValues(field, own, refuse);
}
