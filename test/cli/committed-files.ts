// A small network and its samples, for tests of committed weights and inputs on the command line.

import { writeFileSync } from 'node:fs';
import { encodeNetwork } from '../../src/network/index.ts';
import { inputsOf, perceptron } from '../support/networks.ts';
import type { Program } from './program.ts';

export const network = perceptron({ sizes: [12, 10, 6], seed: 1 });
export const samples = Array.from({ length: 4 }, (_, seed) => Array.from(inputsOf(network, 1, seed)));
export const DATA = ['--data', 'samples.json'];

/** Writes `net.tern` and `samples.json`. */
export function writeInputs(program: Program): void {
  writeFileSync(program.path('net.tern'), encodeNetwork(network));
  writeFileSync(program.path('samples.json'), JSON.stringify(samples));
}
