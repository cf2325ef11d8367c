// The prover of a proof that hides: the one of plain proofs (proof/prove-witness.ts), whose messages are padded.

import type { OneOrMany } from '../../../bytes.ts';
import { commitSecrets, secretsShape } from '../../../commit/recursive/secrets.ts';
import { UsageError } from '../../../errors.ts';
import { drawBlinds } from '../../../hiding/blinds.ts';
import { type Coins, createCoins } from '../../../hiding/coins.ts';
import { hidingProver } from '../../../hiding/prove.ts';
import type { ProverChannel } from '../../../transcript/channel.ts';
import { createProverChannel } from '../../../transcript/prover-channel.ts';
import { inputValues } from '../../model/evaluate.ts';
import { type EnterPhase, phases } from '../../run/phases.ts';
import type { Phase } from '../../run/trace.ts';
import { type Workspace, withWorkspace } from '../../run/workspace.ts';
import type { ProvingKey } from '../../statement/key.ts';
import type { Plan } from '../../statement/plan.ts';
import { proveOpenings } from '../columns/prove.ts';
import type { ProveOptions, ProveResult } from '../prove-options.ts';
import { proveWitness } from '../prove-witness.ts';
import { outsideOfBox } from '../tensors/box.ts';
import { makeWitness, type Witness } from '../witness.ts';
import { paddingOf } from './columns.ts';
import { HIDING_PROTOCOL, type HidingPlan, planHiding } from './plan.ts';
import { seedOf } from './seed.ts';
import { verifyHiding } from './verify.ts';

/**
 * Returns a proof that the key's network takes some input to the output in the signals, and that says nothing else about the
 * input.
 *
 * @throws UsageError for a key with committed weights, or for options that a proof which hides does not have
 */
export async function proveHidden<E>(
  key: ProvingKey<E>,
  input: OneOrMany,
  options: ProveOptions,
): Promise<ProveResult> {
  for (const name of ['commit', 'trace'] as const) {
    if (options[name] !== undefined)
      throw new UsageError(`prove: a proof that hides takes no option ${name}; leave it out`);
  }
  const values = inputValues(key.network, input);
  const made = planHiding(key, values.length / key.inputLength);
  const { plan, text } = made;
  options.signal?.throwIfAborted();
  return withWorkspace(key, options, async (workspace) => {
    const { hasher } = workspace;
    const { enter, finish } = phases(options);
    await enter('witness', 0);
    const witness = hiddenWitness(plan, values);
    const { publicSignals } = witness;
    const seed = seedOf([HIDING_PROTOCOL, key.digest, new TextEncoder().encode(text), values, publicSignals.output]);
    const channel = createProverChannel(key.field, { hash: hasher.hash, context: HIDING_PROTOCOL });
    await proveHiddenWitness(key, made, witness, channel, workspace, createCoins(key.field, hasher, seed), enter);
    finish();
    return { proof: channel.bytes(), publicSignals };
  });
}

/** Runs the network; the signals do not show the input. */
export function hiddenWitness(plan: Plan, input: Int32Array): Witness {
  const witness = makeWitness(plan, input);
  return { ...witness, publicSignals: { ...witness.publicSignals, hidden: { batch: plan.batch, input: true } } };
}

/**
 * Proves a witness, honest or not, on a channel.
 *
 * @param coins - no two proofs may share them
 */
export async function proveHiddenWitness<E>(
  key: ProvingKey<E>,
  made: HidingPlan,
  witness: Witness,
  channel: ProverChannel<E>,
  workspace: Workspace<E>,
  coins: Coins,
  enter?: EnterPhase<Phase>,
): Promise<void> {
  const { engine, hasher } = workspace;
  const { plan, parameters, text } = made;
  const blinds = drawBlinds(key.field, coins, secretsShape(parameters));
  const prover = hidingProver(engine, channel, parameters.hiding, blinds, (verifier) =>
    verifyHiding(key, made, witness.publicSignals, verifier),
  );
  await proveWitness(key, plan, witness, [], prover.channel, workspace, enter, {
    parameters,
    text,
    commitSecrets: (packed) => commitSecrets(engine, hasher, packed, parameters, 0, { coins, blinds }),
    proveColumns(padded, packed, claims) {
      const { lookups, claim, box } = paddingOf(key.field, plan, claims);
      return proveOpenings(engine, padded, lookups.packing, packed, [...claims, claim], (table, j) =>
        j < claims.length ? table : engine.mul(table, engine.fromIntegers(outsideOfBox(box))),
      );
    },
    opening: { coins, line: prover.line },
  });
}
