// A registered model and a second one of the same shape, for tests of their files.

import type { KoalaElement } from '../../../src/field/koalabear.ts';
import type { IntegerNetwork } from '../../../src/network/model/network.ts';
import { perceptron } from '../../support/networks.ts';
import { type RegisteredFiles, registerFiles } from '../../support/registered.ts';

/** A network and what its registration made. */
export interface RegisteredModel extends RegisteredFiles<KoalaElement> {
  readonly network: IntegerNetwork;
}

export async function registerModel(seed: number): Promise<RegisteredModel> {
  const network = perceptron({ sizes: [12, 10, 6], seed });
  return { network, ...(await registerFiles(network)) };
}
