// The roots of committed tensors, and what a proof hides, for reports.

import type { PublicSignals } from '../network/statement/signals.ts';

/** Absent where nothing is committed or hidden. */
export function describeCommitted({ committed, hidden }: PublicSignals): {
  readonly json: {
    readonly committed?: readonly { readonly tensor: number; readonly root: string }[];
    readonly hidden?: readonly string[];
  };
  readonly lines: readonly string[];
} {
  if (hidden !== undefined)
    return { json: { hidden: ['input'] }, lines: ['hidden    the input, and all values up to the output'] };
  if (committed === undefined) return { json: {}, lines: [] };
  const tensors = committed.tensors.map(({ tensor, root }) => ({ tensor, root: Buffer.from(root).toString('hex') }));
  return {
    json: { committed: tensors },
    lines: tensors.map(({ tensor, root }) => `${(tensor === 0 ? 'input' : `tensor ${tensor}`).padEnd(10)}root ${root}`),
  };
}
