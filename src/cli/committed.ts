// The roots of committed tensors, for reports.

import type { PublicSignals } from '../network/statement/signals.ts';

/** Absent where nothing is committed. */
export function describeCommitted({ committed }: PublicSignals): {
  readonly json: { readonly committed?: readonly { readonly tensor: number; readonly root: string }[] };
  readonly lines: readonly string[];
} {
  if (committed === undefined) return { json: {}, lines: [] };
  const tensors = committed.tensors.map(({ tensor, root }) => ({ tensor, root: Buffer.from(root).toString('hex') }));
  return {
    json: { committed: tensors },
    lines: tensors.map(({ tensor, root }) => `${(tensor === 0 ? 'input' : `tensor ${tensor}`).padEnd(10)}root ${root}`),
  };
}
