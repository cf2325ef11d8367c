// The commitment to a model's weights, as a key names it.

import type { CodeParameters } from '../../commit/recursive/parameters.ts';
import type { WeightLayout } from './layout.ts';

/** Everything that a verifier knows of committed weights besides their bounds. */
export interface CommittedWeights {
  readonly layout: WeightLayout;
  /** The code and digests of the vector M of the layout. */
  readonly code: CodeParameters;
  readonly root: Uint8Array;
}

/** Returns the number of rows of M's matrix. */
export function weightRows({ layout, code }: Pick<CommittedWeights, 'layout' | 'code'>): number {
  return Math.ceil(layout.used / 2 ** code.columnVariables);
}
