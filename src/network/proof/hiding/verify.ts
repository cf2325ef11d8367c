// The verifier of a proof that hides: the one of plain proofs (proof/verify.ts) over recorded values, and the line.

import { readField } from '../../../bytes.ts';
import { verifyMatrices } from '../../../commit/recursive/verify.ts';
import { Rejection } from '../../../errors.ts';
import { checkIntegers } from '../../../field/canonical.ts';
import { type HidingVerifier, hidingVerifier } from '../../../hiding/verify.ts';
import { createVerifierChannel } from '../../../transcript/verifier-channel.ts';
import { toVerdict } from '../../../verdict.ts';
import { requireKey } from '../../statement/calls.ts';
import type { VerifyingKey } from '../../statement/key.ts';
import { copySignals, type HiddenSignals, type PublicSignals } from '../../statement/signals.ts';
import { checkLength, checkSignals, publicOutputs } from '../../statement/statement.ts';
import { type NetworkVerdict, verifyProof } from '../verify.ts';
import { verifyHiddenOpenings } from './columns.ts';
import { HIDING_PROTOCOL, type HidingPlan, planHiding } from './plan.ts';

/**
 * Checks that the key's network takes some input within its range to the public output: the verifier of proofs that hide
 * (`prove` with `hiding`). As total as `verify`, which is for all others.
 *
 * @throws UsageError if the key is not one
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, prove, verifyHidden } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey, verifyingKey } = compile(network);
 * const { publicSignals, proof } = await prove(provingKey, [5, 3], { hiding: 'input' });
 * console.log(publicSignals.input.length, verifyHidden(verifyingKey, publicSignals, proof).ok); // 0 true
 * ```
 */
export function verifyHidden<E>(key: VerifyingKey<E>, publicSignals: PublicSignals, proof: Uint8Array): NetworkVerdict {
  requireKey(key);
  return toVerdict('input', () => {
    if (key.weights !== undefined) {
      throw new Rejection('statement', 'hidden', 'the weights of the key are committed: no proof about them hides');
    }
    const hidden = copyHidden(readField(publicSignals, 'hidden'));
    const signals = { ...copySignals(publicSignals), hidden };
    if (signals.committed !== undefined) {
      throw new Rejection('statement', 'committed', 'a proof that hides names no commitments');
    }
    checkIntegers(key.field, 'output', signals.output);
    // before a plan is made of a batch that somebody names
    checkLength('output', signals.output, hidden.batch * publicOutputs({ graph: key.graph, committed: [] }).length);
    const made = planHiding(key, hidden.batch);
    checkSignals(made.plan, signals);
    const channel = createVerifierChannel(key.field, proof, { context: HIDING_PROTOCOL });
    const verifier = hidingVerifier(key.field, channel, made.parameters.hiding);
    verifyHiding(key, made, signals, verifier);
    verifier.channel.finish();
    return { output: signals.output, weights: key.weightStatus };
  });
}

/** Returns a copy of what the statement hides. */
function copyHidden(hidden: unknown): HiddenSignals {
  const [batch, input] = [readField(hidden, 'batch'), readField(hidden, 'input')];
  if (!(typeof batch === 'number' && Number.isSafeInteger(batch) && batch >= 1 && batch < 2 ** 31) || input !== true) {
    throw new Rejection('statement', 'hidden', 'a statement that hides its input names a batch, and says that it does');
  }
  return { batch, input };
}

/** Runs the verifier of plain proofs over hidden values. */
export function verifyHiding<E>(
  { digest, weights }: VerifyingKey<E>,
  { plan, parameters, text }: HidingPlan,
  signals: PublicSignals,
  verifier: HidingVerifier<E>,
): void {
  const { field, channel } = verifier;
  verifyProof({ digest, weights, field }, plan, channel, signals, {
    text,
    parameters,
    columns: (claims) => verifyHiddenOpenings(field, channel, plan, claims),
    open: (members) => verifyMatrices(field, channel, parameters, members, verifier),
  });
}
