// The zoo: published shapes by name, with synthetic ternary weights that are always the same for the same seed.

import type { IntegerNetwork } from '../../src/network/model/network.ts';
import { lenet5, mobilenet, resnet18, resnet20, vgg11, vgg16, type ZooOptions, type ZooShape } from './shapes.ts';

const SHAPES = { lenet5, vgg11, vgg16, resnet20, resnet18, mobilenet } satisfies Record<string, ZooShape>;

export type ZooName = keyof typeof SHAPES;

export const ZOO_NAMES: readonly ZooName[] = Object.keys(SHAPES) as ZooName[];
export const isZooName = (name: string): name is ZooName => Object.hasOwn(SHAPES, name);

/** Share of nonzero weights unless given, and the seed. */
export const ZOO_DENSITY = 0.2;
const ZOO_SEED = 1;

/**
 * A network of the zoo.
 *
 * @throws UsageError if the density does not lie in (0, 1]
 */
export function buildZooNetwork(
  name: ZooName,
  { density = ZOO_DENSITY, seed = ZOO_SEED }: Partial<ZooOptions> = {},
): IntegerNetwork {
  return SHAPES[name](name, { density, seed });
}
