// The prover of a circuit's run (statement.ts).

import { InputError, UsageError } from '../../errors.ts';
import type { Engine } from '../../field/engine.ts';
import { createHasher, type Hasher } from '../../hash/hasher.ts';
import { logCeil } from '../../poly/point.ts';
import { createProverChannel } from '../../transcript/prover-channel.ts';
import type { ChannelOptions } from '../../transcript/transcript.ts';
import { type Circuit, checkCircuit } from './circuit.ts';
import { evaluateCircuit, type LayerValues } from './evaluate.ts';
import { proveCircuit } from './prove.ts';
import type { CircuitPlan } from './prove-plan.ts';
import {
  beginStatement,
  type CircuitValues,
  circuitDigest,
  copiesOf,
  copyValues,
  padCopies,
  toLayerValues,
} from './statement.ts';

/**
 * The outputs of a circuit, and the proof of its run.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type KoalaElement } from 'ternary-gkr/field';
 * import { adderTreeLayers, type CircuitProof, proveCircuitStatement } from 'ternary-gkr/gkr';
 *
 * const circuit = { inputCount: 4, layers: adderTreeLayers(4) };
 * const made: CircuitProof<KoalaElement> = proveCircuitStatement(createKoalaBearEngine(), circuit, [1, 2, 3, 4]);
 * console.log(made.proof.length); // 128
 * ```
 */
export interface CircuitProof<E> {
  /** Of all copies, wire-major: integers in (−p/2, p/2) where inputs are integers and p < 2³¹, else elements. */
  readonly outputs: LayerValues<E>;
  readonly proof: Uint8Array;
}

/**
 * Options of a proof: the context of its transcript, and a plan that was made before.
 *
 * @example
 * ```ts
 * import type { CircuitProofOptions } from 'ternary-gkr/gkr';
 *
 * const options: CircuitProofOptions = { context: new TextEncoder().encode('invoice 17') };
 * ```
 */
export interface CircuitProofOptions extends Pick<ChannelOptions, 'context'> {
  /** Saves a prover that proves one circuit many times from laying it out again. */
  readonly plan?: CircuitPlan;
}

interface KnownCircuit {
  readonly digest: Uint8Array;
  /** For inputs and outputs. */
  readonly hasher: Hasher;
}

/** Checked and hashed once: provers prove one circuit many times. */
const known = new WeakMap<Circuit, KnownCircuit>();

/**
 * Runs a circuit and returns its outputs with a proof.
 *
 * @param inputs - wire-major: all copies of the first input, then of the second, …
 * @param copies - any number; copies are proven at a cost that follows the next power of two
 * @throws UsageError if the circuit is not one, the inputs are not as many as it takes, or the plan is another's
 * @throws InputError for an input that is not an integer in (−p/2, p/2) or a canonical element
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, koalaBear } from 'ternary-gkr/field';
 * import { buildCircuit, proveCircuitStatement, verifyCircuitStatement } from 'ternary-gkr/gkr';
 *
 * const circuit = buildCircuit((c) => {
 *   const [x, y] = c.inputs(2);
 *   return [c.mul(x, y)];
 * });
 * const { outputs, proof } = proveCircuitStatement(createKoalaBearEngine(), circuit, [6, 7]);
 * console.log(verifyCircuitStatement(koalaBear, circuit, [6, 7], outputs, proof).ok); // true
 * ```
 */
export function proveCircuitStatement<E>(
  engine: Engine<E>,
  circuit: Circuit,
  inputs: CircuitValues<E>,
  copies = 1,
  options: CircuitProofOptions = {},
): CircuitProof<E> {
  const { field } = engine;
  const { digest, hasher } = known.get(circuit) ?? makeKnown(circuit);
  if (copiesOf(circuit, inputs) !== copies) {
    throw new UsageError(
      `${copies} copies of a circuit of ${circuit.inputCount} inputs take ${circuit.inputCount * copies} values, not ${inputs.length}`,
    );
  }
  const given = toLayerValues(field, copyValues(inputs), (fault) => {
    throw new InputError(`inputs: ${fault}`);
  });
  const values = evaluateCircuit(field, circuit, padCopies(given, copies), 2 ** logCeil(copies));
  const outputs = withoutPadding(values[values.length - 1], copies);
  const channel = createProverChannel(field, { ...options, hash: hasher.hash });
  const claim = beginStatement(field, channel, circuit, digest, copies, given, outputs);
  const mark = engine.mark();
  proveCircuit(engine, channel, circuit, logCeil(copies), values, claim, options.plan);
  engine.release(mark);
  return { outputs, proof: channel.bytes() };
}

function makeKnown(circuit: Circuit): KnownCircuit {
  const made = { digest: circuitDigest(checkCircuit(circuit)), hasher: createHasher() };
  known.set(circuit, made);
  return made;
}

function withoutPadding<E>(values: LayerValues<E>, copies: number): LayerValues<E> {
  const padded = 2 ** logCeil(copies);
  const isTrue = (_: unknown, k: number): boolean => k % padded < copies;
  return values instanceof Int32Array ? values.filter(isTrue) : values.filter(isTrue);
}
