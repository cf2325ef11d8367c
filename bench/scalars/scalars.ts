// The costs of a verifier: scalar operations of every field, and rounds of the channel. All of it runs many times in
// one process, so that tinybench measures it.

import { Bench } from 'tinybench';
import { bn254 } from '../../src/field/bn254.ts';
import type { Field } from '../../src/field/field.ts';
import { koalaBear } from '../../src/field/koalabear.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';

/** The cost of one operation. */
export interface ScalarResult {
  readonly name: string;
  readonly medianNs: number;
  /** Runs that the median is taken over. */
  readonly samples: number;
}

/** Rounds of a channel that are one operation. */
const ROUNDS = 64;
const EFFORT = { time: 300, warmupTime: 100 };

/** Measures every operation of the library's fields in this process. */
export async function benchScalars(effort: { time: number; warmupTime: number } = EFFORT): Promise<ScalarResult[]> {
  const bench = new Bench({ ...effort, throws: true });
  addField(bench, koalaBear);
  addField(bench, bn254);
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${name} was not measured: it is ${result.state}`);
    return { name, medianNs: result.latency.p50 * 1e6, samples: result.latency.samplesCount };
  });
}

function addField<E>(bench: Bench, field: Field<E>): void {
  const [a, b] = [3n, 5n].map((seed) =>
    field.fromCoefficients(
      Array.from({ length: field.degree }, (_, k) => seed ** BigInt(60 + k) % field.characteristic),
    ),
  );
  bench.add(`${field.name}: addition`, () => {
    field.add(a, b);
  });
  bench.add(`${field.name}: multiplication`, () => {
    field.mul(a, b);
  });
  bench.add(`${field.name}: inversion`, () => {
    field.inv(a);
  });
  const prove = (): Uint8Array => {
    const channel = createProverChannel(field);
    for (let round = 0; round < ROUNDS; round++) {
      channel.send('round', [a, b]);
      channel.draw('bind');
    }
    return channel.bytes();
  };
  const proof = prove();
  bench.add(`${field.name}: ${ROUNDS} rounds, prover's channel`, () => {
    prove();
  });
  bench.add(`${field.name}: ${ROUNDS} rounds, verifier's channel`, () => {
    const channel = createVerifierChannel(field, proof);
    for (let round = 0; round < ROUNDS; round++) {
      channel.receive('round', 2);
      channel.draw('bind');
    }
    channel.finish();
  });
}
