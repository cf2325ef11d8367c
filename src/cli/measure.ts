// The cost of a proof on this machine, with a made-up input.

import type { Keys } from '../network/keys/compile.ts';
import { evaluate } from '../network/model/evaluate.ts';
import { type IntegerNetwork, sizeOf } from '../network/model/network.ts';
import { prove } from '../network/proof/prove.ts';
import { verify } from '../network/proof/verify.ts';
import { duration, roundMs, size } from './terminal.ts';

/** The cost of a proof about one input on this machine. */
export interface Cost {
  readonly inferenceMs: number;
  readonly proveMs: number;
  readonly verifyMs: number;
  readonly proofBytes: number;
}

/** Returns the cost of a second proof: the first one also sets up the engine. */
export async function measure(
  { provingKey, verifyingKey }: Keys<unknown>,
  progress: (fraction: number, phase: string) => void,
): Promise<Cost> {
  const { network } = provingKey;
  const input = syntheticInput(network);
  let cost: Cost = { inferenceMs: 0, proveMs: 0, verifyMs: 0, proofBytes: 0 };
  for (const half of [0, 0.5]) {
    const started = performance.now();
    evaluate(network, input);
    const evaluated = performance.now();
    const { proof, publicSignals } = await prove(provingKey, input, {
      onProgress: ({ phase, fraction }) => progress(half + fraction / 2, phase),
    });
    const proven = performance.now();
    verify(verifyingKey, publicSignals, proof);
    cost = {
      inferenceMs: roundMs(evaluated - started),
      proveMs: roundMs(proven - evaluated),
      verifyMs: roundMs(performance.now() - proven),
      proofBytes: proof.length,
    };
  }
  return cost;
}

/** Inputs within the network's range, one after the other, always the same: a linear congruential sequence. */
export function syntheticInput({ input }: IntegerNetwork, inputs = 1): Int32Array {
  const length = inputs * sizeOf(input.shape);
  let state = 1;
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return input.min + Math.floor((state / 2 ** 32) * (input.max - input.min + 1));
  });
}

export function costLines({ inferenceMs, proveMs, verifyMs, proofBytes }: Cost): string[] {
  return [
    `here, on a made-up input: run ${duration(inferenceMs)}, prove ${duration(proveMs)}, verify ${duration(verifyMs)}, proof ${size(proofBytes)}`,
  ];
}
