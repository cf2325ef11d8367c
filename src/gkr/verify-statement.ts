// The verifier of a circuit's run (statement.ts).

import { Rejection, type RejectionCode } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { logCeil } from '../poly/point.ts';
import type { ChannelOptions } from '../transcript/transcript.ts';
import { createVerifierChannel } from '../transcript/verifier-channel.ts';
import { type Circuit, checkCircuit } from './circuit.ts';
import { elementsOf, type LayerValues } from './evaluate.ts';
import {
  beginStatement,
  type CircuitValues,
  circuitDigest,
  copiesOf,
  encodeValues,
  evaluateValues,
  fitsOutputs,
  padCopies,
  toLayerValues,
} from './statement.ts';
import { verifyCircuit } from './verify.ts';

/** Accepted, or why not: the rule broken, where, and a sentence for people. */
export type CircuitVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: RejectionCode; readonly where: string; readonly message: string };

/**
 * Verifies that a circuit gives these outputs on these inputs, both wire-major. Whatever inputs, outputs and proof
 * are, there is a verdict.
 *
 * @param circuit - the verifier's own; closed forms are believed
 * @throws UsageError if the circuit is not one
 */
export function verifyCircuitStatement<E>(
  field: Field<E>,
  circuit: Circuit,
  inputs: CircuitValues<E>,
  outputs: CircuitValues<E>,
  proof: Uint8Array,
  options: Pick<ChannelOptions, 'context'> = {},
): CircuitVerdict {
  checkCircuit(circuit);
  const digest = circuitDigest(circuit);
  try {
    check(
      field,
      circuit,
      digest,
      publicValues(field, 'inputs', inputs),
      publicValues(field, 'outputs', outputs),
      proof,
      options,
    );
    return { ok: true };
  } catch (error) {
    if (error instanceof Rejection) {
      return { ok: false, code: error.code, where: error.where, message: error.message };
    }
    return {
      ok: false,
      code: 'internal',
      where: 'circuit',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

function check<E>(
  field: Field<E>,
  circuit: Circuit,
  digest: Uint8Array,
  inputs: LayerValues<E>,
  outputs: LayerValues<E>,
  proof: Uint8Array,
  options: Pick<ChannelOptions, 'context'>,
): void {
  const copies = copiesOf(circuit, inputs);
  if (copies === undefined) {
    throw new Rejection('statement', 'inputs', `${inputs.length} values are not whole inputs of ${circuit.inputCount}`);
  }
  if (!fitsOutputs(circuit, copies, outputs)) {
    throw new Rejection('statement', 'outputs', `${outputs.length} values are not the outputs of ${copies} copies`);
  }
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

/** The values, elements by their one encoding. */
function publicValues<E>(field: Field<E>, name: string, values: CircuitValues<E>): LayerValues<E> {
  const own = toLayerValues(field, values);
  if (own instanceof Int32Array) return own;
  const bytes = encodeValues(field, own);
  return elementsOf(field, own).map((value, k) => {
    const read = field.read(bytes, k * field.byteLength);
    if (read === undefined || !field.equal(read, value)) {
      throw new Rejection('non-canonical', name, `value ${k} is not a canonical element of ${field.name}`);
    }
    return read;
  });
}
