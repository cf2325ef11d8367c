// Everything that is attacked, by name.

import { LAYER_METHODS } from '../../../src/layer/index.ts';
import type { Subject } from '../../../src/testing/index.ts';
import { circuitSubject, closedCircuit, wiredCircuit } from './circuits.ts';
import { merkleSubject, recursiveSubject } from './commitments.ts';
import { hiddenInput, hidingSubject } from './hiding.ts';
import { layerSubject } from './layers.ts';
import { fractionSubject, lookupSubject } from './lookups.ts';
import {
  accuracySubject,
  committedImages,
  committedTensors,
  committedWeights,
  lastTensor,
  overBn254,
  publicImages,
  publicPerceptron,
  registrationSubject,
} from './networks.ts';
import { bn, koala } from './scope.ts';
import { singleSumSubject, sumSubject } from './sums.ts';

type Make = () => Subject<unknown> | Promise<Subject<unknown>>;
type Named = readonly [string, Make];

const made = (subject: Subject<unknown>): Named => [subject.name, () => subject];
const named = (name: string, make: (name: string) => ReturnType<Make>): Named => [name, () => make(name)];

const protocols = [koala, bn].flatMap((setting) => [
  made(sumSubject(setting, false)),
  made(sumSubject(setting, true)),
  made(singleSumSubject(setting)),
  made(fractionSubject(setting)),
  made(lookupSubject(setting)),
  made(circuitSubject(setting, 'wired', wiredCircuit, 1)),
  made(circuitSubject(setting, 'closed form', closedCircuit, 1)),
  made(layerSubject(setting, 'ternary')),
  made(layerSubject(setting, 'vanilla-sum')),
  made(layerSubject(setting, 'vanilla-tree')),
  made(layerSubject(setting, 'circuit')),
  made(recursiveSubject(setting)),
]);

export const SUBJECTS: readonly Named[] = [
  ...protocols,
  ...LAYER_METHODS.filter((method) => ['sparse', 'dense'].includes(method)).map((method) =>
    made(layerSubject(koala, method)),
  ),
  // over BN254 a proof takes a third of a second, thousands of them too long: test/hiding holds that field
  made(hidingSubject(koala)),
  made(merkleSubject()),
  named('network, public weights', (name) => publicPerceptron(name, 1)),
  named('network, public weights, batch of 3', (name) => publicPerceptron(name, 3)),
  // between them: windows of every kind, both pools, sums, concatenations, weights of 8 bits
  named('network of images, pools', (name) => publicImages(name, 2)),
  named('network of images, sums and concatenations', (name) => publicImages(name, 1)),
  named('network of images, committed weights', (name) => committedImages(name, 12)),
  named('network, BN254', overBn254),
  named('network, committed weights', (name) => committedWeights(name, 1)),
  named('network, committed weights and ends', (name) => committedWeights(name, 2, [0, lastTensor])),
  named('network, hidden input', hiddenInput),
  named('network, committed input', (name) => committedTensors(name, 2, [0])),
  named('network, committed tensors', (name) => committedTensors(name, 1, [0, 3, lastTensor])),
  named('registration', registrationSubject),
  named('accuracy', accuracySubject),
];
