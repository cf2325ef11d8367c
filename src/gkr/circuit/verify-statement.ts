// The verifier of a circuit's run (statement.ts).

import { describe } from '../../bytes.ts';
import { Rejection, UsageError } from '../../errors.ts';
import { type Field, requireField } from '../../field/field.ts';
import { logCeil } from '../../poly/point.ts';
import { type ChannelOptions, requireBytes } from '../../transcript/transcript.ts';
import { createVerifierChannel } from '../../transcript/verifier-channel.ts';
import { checkOwn, toVerdict, type Verdict } from '../../verdict.ts';
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
  securityFault,
  toLayerValues,
} from './statement.ts';
import { verifyCircuit } from './verify.ts';

/**
 * Verifies that a circuit gives these outputs on these inputs, both wire-major. Total: any inputs, outputs and bytes
 * give a verdict (verdict.ts), also where a closed form of the circuit fails. A value that is equal modulo p
 * to the one that was proven, and not the same integer or element, is rejected as `non-canonical`.
 *
 * @param given - the verifier's own circuit; closed forms are believed
 * @throws UsageError if the field or the circuit is not one, the circuit is too deep for its field, or the context is
 *   not bytes
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, koalaBear } from 'ternary-gkr/field';
 * import { adderTreeLayers, proveCircuitStatement, verifyCircuitStatement } from 'ternary-gkr/gkr';
 *
 * const circuit = { inputCount: 4, layers: adderTreeLayers(4) };
 * const { proof } = proveCircuitStatement(createKoalaBearEngine(), circuit, [1, 2, 3, 4]);
 * console.log(verifyCircuitStatement(koalaBear, circuit, [1, 2, 3, 4], [10], proof).ok); // true
 * console.log(verifyCircuitStatement(koalaBear, circuit, [1, 2, 3, 4], [11], proof).ok); // false
 * ```
 */
export function verifyCircuitStatement<E>(
  field: Field<E>,
  given: Circuit,
  inputs: CircuitValues<E>,
  outputs: CircuitValues<E>,
  proof: Uint8Array,
  options: Pick<ChannelOptions, 'context'> = {},
): Verdict {
  requireField(field);
  const context = checkOwn('the context', () => contextOf(options));
  const { circuit, digest } = checkOwn('the circuit', () => {
    const own = checkCircuit(given);
    requireSecurity(field, own, 0);
    return { circuit: own, digest: circuitDigest(own) };
  });
  return toVerdict('circuit', () => {
    check(field, circuit, digest, inputs, outputs, proof, { context });
    return {};
  });
}

function contextOf(options: Pick<ChannelOptions, 'context'>): Uint8Array | undefined {
  // a typed array is a context in the place of the options
  if (typeof options !== 'object' || options === null || ArrayBuffer.isView(options)) {
    throw new UsageError(`the options are ${describe(options)}; give an object`);
  }
  const { context } = options;
  if (context !== undefined) requireBytes('context', context);
  return context;
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
  const fault = securityFault(field, circuit, logCeil(copies));
  if (fault !== undefined) throw new Rejection('statement', 'inputs', fault);
  const inputs = publicValues(field, 'inputs', givenInputs, lengths.inputs);
  const outputs = publicValues(field, 'outputs', givenOutputs, lengths.outputs);
  const channel = createVerifierChannel(field, proof, options);
  const claim = beginStatement(field, channel, circuit, digest, copies, inputs, outputs);
  const claims = verifyCircuit(field, channel, circuit, logCeil(copies), claim);
  const padded = padCopies(inputs, copies);
  for (const { point, value } of claims) {
    const expected = evaluateValues(field, padded, point);
    channel.require(expected, value, 'claim', 'the inputs are not those that were proven', 'inputs');
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
  throw new Rejection('statement', name, `the ${name} are not an array`);
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
