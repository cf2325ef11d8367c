// Proof size against rate and queries: one committed vector, opened at a point (docs/experiments/rates.md).

import * as commit from 'ternary-gkr/commit';
import { createKoalaBearEngine, koalaBear as field } from 'ternary-gkr/field';
import { seeded } from 'ternary-gkr/testing';
import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';

const hasher = commit.createHasher();

export const cases = (quick) =>
  [0, 16].flatMap((grindingBits) =>
    [1, 2, 3, 4, 5].map((rateBits) => ({ variables: quick ? 10 : 20, rateBits, grindingBits })),
  );

export async function measure(one, { medianMs }) {
  const engine = createKoalaBearEngine();
  const parameters = commit.chooseParameters({ field, securityBits: 100, ...one }); // the shape of the shortest proof
  const random = seeded(1);
  const values = Int32Array.from({ length: 2 ** one.variables }, () => random(2 ** 16) - 2 ** 15);
  const prove = () => {
    const channel = createProverChannel(field);
    const mark = engine.mark();
    const prover = commit.tensorCodeProver(engine, hasher, parameters);
    prover.commit(channel, engine.fromIntegers(values)).open(channel, channel.drawMany('point', one.variables));
    engine.release(mark);
    return channel.bytes();
  };
  const proof = prove();
  let truth; // evaluated once: it does not belong to an opening
  const verify = () => {
    const channel = createVerifierChannel(field, proof);
    const commitment = commit.tensorCodeVerifier(field, parameters).receive(channel);
    const point = channel.drawMany('point', one.variables);
    truth ??= field.tables.evaluateIntegers(values, point);
    commitment.verify(channel, point, truth);
    channel.finish();
  };
  verify();
  const times = { proveMs: await medianMs(prove), verifyMs: await medianMs(verify) };
  const { queries, rowVariables } = parameters;
  const securityBits = commit.sumOfErrors(commit.errorTerms(field, parameters));
  return { ...one, securityBits, queries, rows: 2 ** rowVariables, ...times, proofBytes: proof.length };
}
