// Subjects that hide: an opening of vectors, at two levels, and a network's proof that hides its input.

import { createCoins } from '../../../src/hiding/coins.ts';
import { hidingVerifier } from '../../../src/hiding/verify.ts';
import { compile } from '../../../src/network/index.ts';
import { HIDING_PROTOCOL, planHiding } from '../../../src/network/proof/hiding/plan.ts';
import { hiddenWitness, proveHiddenWitness } from '../../../src/network/proof/hiding/prove.ts';
import { verifyHiding } from '../../../src/network/proof/hiding/verify.ts';
import type { Witness } from '../../../src/network/proof/witness.ts';
import { withWorkspace } from '../../../src/network/run/workspace.ts';
import { channelVerifier, type Forgery, type Subject } from '../../../src/testing/index.ts';
import { hasher, vectorOf } from '../../commit/recursive/support.ts';
import { hidingCase, proveHiddenOn, verifyHiddenOn } from '../../hiding/support.ts';
import type { AnyField } from '../../support/fields.ts';
import { inputsOf, perceptron } from '../../support/networks.ts';
import { freeing, type Setting } from './scope.ts';

/** A committed vector that is opened at a point, and one that stands with the secrets. */
export function hidingSubject({ name, field, engine }: Setting): Subject<unknown> {
  const code = { columnVariables: 9, rateBits: 3, digestLength: 26, tail: 200 };
  const members = [
    { used: 2 ** 11, variables: 11, isPoint: true, code },
    { used: 700, variables: 10 },
  ];
  const statement = hidingCase(field, members, { pads: 90, equations: 10 });
  const witness = members.map((member, k) => vectorOf(member, k));
  return {
    name: `opening that hides, ${name}`,
    field,
    prove: freeing(engine, (channel) => {
      // the same coins in every run
      proveHiddenOn(engine, channel, statement, witness, createCoins(field, hasher, new Uint8Array(32)));
    }),
    verify: channelVerifier((channel, watched) => verifyHiddenOn(watched, channel, statement)),
    free: ['nonce', 'work'],
  };
}

/** A perceptron on a hidden input. */
export function hiddenInput(name: string): Subject<unknown> {
  const network = perceptron({ sizes: [6, 5, 3], seed: 11 });
  const { provingKey } = compile(network);
  const { field } = provingKey;
  const made = planHiding(provingKey, 1);
  const witness = hiddenWitness(made.plan, inputsOf(network, 1));
  const proving =
    (told: Witness, columns = told.columns): Subject<unknown>['prove'] =>
    (channel) =>
      withWorkspace(provingKey, {}, (workspace) => {
        // the same coins in every run
        const coins = createCoins(field, hasher, new Uint8Array(32));
        return proveHiddenWitness(provingKey, made, { ...told, columns }, channel as never, workspace, coins);
      });
  const verifying = ({ publicSignals }: Witness) =>
    channelVerifier<unknown>((channel, watched) => {
      const verifier = hidingVerifier(watched, channel, made.parameters.hiding);
      verifyHiding({ ...provingKey, field: watched } as never, made, publicSignals, verifier);
      verifier.channel.finish();
    }, HIDING_PROTOCOL);
  const outputs = Array.from({ length: witness.publicSignals.output.length }, (_, at) => {
    const output = witness.publicSignals.output.map((value, k) => (k === at ? value + 1 : value));
    return { ...witness, publicSignals: { ...witness.publicSignals, output } };
  });
  return {
    name,
    field: field as unknown as AnyField,
    context: HIDING_PROTOCOL,
    prove: proving(witness),
    verify: verifying(witness),
    forgeries: [
      ...outputs.map((told, at): Forgery<unknown> => {
        return { name: `output ${at} is another`, kind: 'statement', prove: proving(told), verify: verifying(told) };
      }),
      ...witness.columns.map((column, at): Forgery<unknown> => {
        const columns = witness.columns.with(
          at,
          column.map((value, k) => (k === 0 ? value + 1 : value)),
        );
        return { name: `column ${at} has another first value`, kind: 'witness', prove: proving(witness, columns) };
      }),
    ],
    free: ['nonce', 'work'],
  };
}
