// The part of a verifier's channel that checks, where nothing is to be checked: a prover runs the verifier to learn what it
// records, and so does who only counts that.

import type { VerifierChannel } from '../transcript/channel.ts';

/** Everything of a channel but what it brings and draws. */
export const UNCHECKED: Pick<
  VerifierChannel<unknown>,
  'where' | 'require' | 'requireCanonical' | 'requireNonzero' | 'finish' | 'absorb' | 'within'
> = {
  where: '',
  require: () => undefined,
  requireCanonical: () => undefined,
  requireNonzero: () => undefined,
  finish: () => undefined,
  absorb: () => undefined,
  within: (_name, run) => run(),
};
