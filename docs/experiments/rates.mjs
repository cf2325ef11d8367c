// Proof size against rate and queries: one committed vector, opened at a point (docs/experiments/rates.md).

import * as commit from 'ternary-gkr/commit';
import { createKoalaBearEngine, koalaBear as field } from 'ternary-gkr/field';
import { seeded } from 'ternary-gkr/testing';
import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';

const hasher = commit.createHasher();
export const cases = (quick) =>
  [0, 16].flatMap((grindingBits) =>
    [1, 2, 3, 4].map((rateBits) => ({ variables: quick ? 10 : 20, rateBits, grindingBits })),
  );

/** One level at this rate, in the shape of the shortest proof; shapes that reach no 100 bits are left out. */
function parametersOf({ variables, rateBits, grindingBits }) {
  const shapes = Array.from({ length: variables + 1 }, (_, columnVariables) => {
    const code = { columnVariables, rateBits, digestLength: 26 };
    const members = [{ used: 2 ** variables, variables, code, isPoint: true }];
    try {
      return [commit.chooseParameters({ field, securityBits: 100, grindingBits, members, isOneLevel: true })];
    } catch {
      return [];
    }
  });
  const bytes = (parameters) => commit.expectedBytes(field, parameters);
  return shapes.flat().reduce((best, next) => (bytes(next) < bytes(best) ? next : best));
}

export async function measure(one, { medianMs }) {
  const engine = createKoalaBearEngine();
  const parameters = parametersOf(one);
  const random = seeded(1);
  const values = Int32Array.from({ length: 2 ** one.variables }, () => random(2 ** 16) - 2 ** 15);
  const prove = () => {
    const channel = createProverChannel(field);
    const mark = engine.mark();
    const matrix = commit.commitMatrix(engine, hasher, engine.fromIntegers(values), commit.codeOf(parameters, 0));
    channel.sendBytes('root', matrix.root);
    const point = channel.drawMany('point', one.variables);
    commit.openMatrices(engine, hasher, channel, parameters, [{ matrix, point }]);
    engine.release(mark);
    return channel.bytes();
  };
  const proof = prove();
  let truth; // evaluated once: it does not belong to an opening
  const verify = () => {
    const channel = createVerifierChannel(field, proof);
    const root = channel.receiveBytes('root', commit.codeOf(parameters, 0).digestLength);
    const point = channel.drawMany('point', one.variables);
    truth ??= field.tables.evaluateIntegers(values, point);
    commit.verifyMatrices(field, channel, parameters, [{ root, claim: { point, value: truth } }]);
    channel.finish();
  };
  verify();
  const times = { proveMs: await medianMs(prove), verifyMs: await medianMs(verify) };
  const [{ queries, matrices }] = parameters.levels;
  const securityBits = commit.sumOfErrors(commit.errorTerms(field, parameters));
  return { ...one, securityBits, queries, rows: matrices[0].rows, ...times, proofBytes: proof.length };
}
