// Network proofs as subjects of an assault, with forgeries of their own: witnesses that lie in one cell of any tensor,
// padding included, or in two that cancel, and from there on fit the lie; statements that are false; roots of other
// tensors. Running the network shows whether a forgery's statement is true.

import type { KoalaElement } from '../../field/koalabear.ts';
import { verify } from '../../network/proof/verify.ts';
import { makeWitness, type Witness } from '../../network/proof/witness.ts';
import type { ProvingKey, VerifyingKey } from '../../network/statement/key.ts';
import type { Plan } from '../../network/statement/plan.ts';
import type { PublicSignals } from '../../network/statement/signals.ts';
import { PROTOCOL } from '../../network/statement/statement.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { type Random, seeded } from '../random.ts';
import { type Forgery, type Subject, type Verifier, verdictVerifier } from '../subject.ts';
import { type Forging, proveForged, proveForgedOn } from './forged-proofs.ts';
import { isTrueOf } from './truth.ts';
import { withEqualRoots, witnessWith } from './witnesses.ts';

/**
 * The case of a network proof.
 *
 * @example
 * ```ts
 * import type { ProvingKey, VerifyingKey } from 'ternary-gkr';
 * import type { NetworkCase } from 'ternary-gkr/testing';
 *
 * const caseOf = (provingKey: ProvingKey, verifyingKey: VerifyingKey): NetworkCase => ({
 *   name: 'small',
 *   provingKey,
 *   verifyingKey,
 *   input: Int32Array.of(5, 3),
 * });
 * ```
 */
export interface NetworkCase<E = KoalaElement> {
  readonly name: string;
  readonly provingKey: ProvingKey<E>;
  readonly verifyingKey: VerifyingKey<E>;
  /** Whole inputs, one after the other. */
  readonly input: Int32Array;
  /** The network's tensors that are committed to: 0 is the input. */
  readonly committed?: readonly number[];
  /** Witnesses that lie; 24 unless given. */
  readonly lies?: number;
}

/**
 * The subject of an assault.
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 * import { judge, networkSubject, tell } from 'ternary-gkr/testing';
 *
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights: ternaryFromDense([1, -1, 0, 1], 2, 2) }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const subject = await networkSubject({ name: 'small', ...compile(network), input: Int32Array.of(5, 3), lies: 2 });
 * const { proof } = await tell(subject);
 * console.log(judge(subject, proof).refusal); // undefined
 * ```
 */
export async function networkSubject<E>(given: NetworkCase<E>): Promise<Subject<E>> {
  const { name, provingKey, verifyingKey, input, committed = [], lies = 24 } = given;
  const plan = provingKey.plan(input.length / provingKey.inputLength, committed);
  const witness = makeWitness(plan, input);
  const { publicSignals } = await proveForged(provingKey, plan, witness);
  const verifierOf = (signals: PublicSignals): Verifier<E> =>
    verdictVerifier((proof, field) => verify({ ...verifyingKey, field }, signals, proof));
  const proverOf =
    (told: Witness, forging: Forging<E> = {}) =>
    async (channel: ProverChannel<E>): Promise<void> => {
      await proveForgedOn(provingKey, plan, told, channel, forging);
    };
  const forgeries: Forgery<E>[] = [];
  /** A witness that is proven and claimed as it is; the statement is that which its prover would publish. */
  const claim = async (kind: string, what: string, told: Witness, forging: Forging<E> = {}): Promise<void> => {
    const { publicSignals: signals } = await proveForged(provingKey, plan, told, forging);
    const isTrue = forging.nameRoot === undefined && forging.commitTo === undefined && isTrueOf(plan, told, input);
    forgeries.push({ name: what, kind, prove: proverOf(told, forging), verify: verifierOf(signals), isTrue });
  };
  const random = seeded(plan.graph.tensors.length);
  for (let k = 0; k < lies; k++) {
    const { told, what } = liedWitness(plan, input, k, random);
    const hasEqualRoots = plan.lookups !== undefined && k % 4 === 3;
    const wrap = hasEqualRoots ? withEqualRoots(provingKey.field) : undefined;
    await claim('witness', `${what}${hasEqualRoots ? ', equal roots' : ''}`, told, { wrap });
  }
  // the claim is false, the witness true
  for (let k = 0; k < Math.min(4, publicSignals.output.length); k++) {
    const output = publicSignals.output.map((value, at) => (at === k ? value + 1 : value));
    await claim('output', `one more in output ${k}`, {
      ...witness,
      publicSignals: { ...witness.publicSignals, output },
    });
  }
  for (const [k, { place }] of plan.committed.entries()) {
    const cell = (to: number): Int32Array => witness.tensors[place].map((v, at) => (at === to ? v + 1 : v));
    await claim('commitment', `a tensor ${place} that is not the witness's`, witness, {
      commitTo: (at) => (at === place ? cell(0) : undefined),
    });
    await claim('commitment', `the root of nothing for tensor ${place}`, witness, {
      nameRoot: (at) => (at === k ? new Uint8Array(32) : undefined),
    });
  }
  return {
    name,
    field: provingKey.field,
    context: PROTOCOL,
    prove: proverOf(witness),
    verify: verifierOf(publicSignals),
    forgeries,
    free: ['nonce', 'work'],
  };
}

/** A witness with a lie in one cell of a tensor, or in two cells that cancel; later tensors fit. */
function liedWitness(plan: Plan, input: Int32Array, k: number, random: Random): { told: Witness; what: string } {
  const tensor = k % plan.graph.tensors.length;
  const [cell, size] = [random(4096), [1, -1, 7, -9][k % 4]];
  const isPair = k % 3 === 2;
  const told = witnessWith(plan, input, (index, cube) => {
    if (index !== tensor) return;
    const at = cell % cube.length;
    cube[at] += size;
    if (isPair) cube[(at + 1) % cube.length] -= size;
  });
  return { told, what: `tensor ${tensor}, cell ${cell}, ${size}${isPair ? ', cancelled by the next' : ''}` };
}
