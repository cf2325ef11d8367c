// Times the operations of a verifier: scalar operations of every field, and one round of the channel. Kernels and whole
// proofs are measured by `ternary-gkr bench`. Builds nothing: run `npm run build` first.

import { Bench } from 'tinybench';
import { bn254, koalaBear } from '../dist/field/index.js';
import { createProverChannel, createVerifierChannel } from '../dist/transcript/index.js';

const ROUNDS = 64;
const bench = new Bench({ time: 300, warmupTime: 100 });

for (const field of [koalaBear, bn254]) {
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
  const prove = () => {
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

await bench.run();
console.table(
  bench.tasks.map(({ name, result }) => ({
    operation: name,
    'median, ns': result.state === 'completed' ? Math.round(result.latency.p50 * 1e6) : result.state,
    samples: result.state === 'completed' ? result.latency.samplesCount : 0,
  })),
);
