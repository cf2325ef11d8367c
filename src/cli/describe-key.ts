// What a key of committed weights says, for reports: the commitment, bounds layer by layer, and the levels of an opening.

import { UsageError } from '../errors.ts';
import { greatest, type IntegerRange } from '../network/model/bounds.ts';
import type { VerifyingKey } from '../network/statement/key.ts';
import type { CommittedWeights } from '../network/weights/commitment.ts';
import { weightRows } from '../network/weights/commitment.ts';

/** The commitment of a key. */
export interface CommitmentDescription {
  readonly root: string;
  /** Weights with their padding. */
  readonly entries: number;
  readonly squares: number;
  /** A square has 2^this entries. */
  readonly squareVariables: number;
  readonly rows: number;
  /** log₂ of their length. */
  readonly columnVariables: number;
  /** log₂ of codeword length over row length. */
  readonly rateBits: number;
  readonly digestLength: number;
}

function weightsOf({ weights }: VerifyingKey<unknown>): CommittedWeights {
  if (weights === undefined) throw new UsageError('the key has public weights; describe one of committed weights');
  return weights;
}

export function describeCommitment(key: VerifyingKey<unknown>): CommitmentDescription {
  const weights = weightsOf(key);
  const { layout, code, root } = weights;
  return {
    root: Buffer.from(root).toString('hex'),
    entries: layout.used,
    squares: layout.squareCount,
    squareVariables: layout.columnVariables + layout.rowVariables,
    rows: weightRows(weights),
    ...code,
  };
}

/** What a key says of one layer's weights. */
export type BoundsDescription =
  | {
      readonly layer: string;
      readonly kind: 'matrix';
      readonly ternary: boolean;
      /** No row's positive weights add up to more, and no row's negative ones to less than −minus. */
      readonly plus: number;
      readonly minus: number;
    }
  | {
      readonly layer: string;
      readonly kind: 'scale';
      /** One public multiplier of all channels. */
      readonly multiplier?: number;
      readonly multipliers?: MinMax;
      readonly biases: MinMax;
    };

interface MinMax {
  readonly min: number;
  readonly max: number;
}

/** Bounds of each layer that has weights. */
export function describeBounds({ graph }: VerifyingKey<unknown>): BoundsDescription[] {
  return graph.nodes.flatMap((node): BoundsDescription[] => {
    if (node.kind !== 'matrix' && node.kind !== 'scale') return [];
    const { name: layer, bounds } = node;
    if (bounds === undefined) return [];
    if (bounds.kind === 'matrix') {
      return [{ layer, kind: 'matrix', ternary: bounds.isTernary, plus: bounds.plus, minus: bounds.minus }];
    }
    const multipliers =
      bounds.uniform === undefined ? { multipliers: range(bounds.multipliers) } : { multiplier: bounds.uniform };
    return [{ layer, kind: 'scale', ...multipliers, biases: range(bounds.biases) }];
  });
}

function range(bounds: IntegerRange): MinMax {
  return { min: bounds.min, max: greatest(bounds) };
}

/** The same in words. */
export function boundsText(bounds: BoundsDescription): string {
  if (bounds.kind === 'matrix') {
    return `${bounds.ternary ? 'ternary' : '8 bits'}, rows from −${bounds.minus} to +${bounds.plus}`;
  }
  const text = ({ min, max }: MinMax): string => `${min}..${max}`;
  const multipliers =
    bounds.multipliers === undefined ? `multiplier ${bounds.multiplier}` : `multipliers ${text(bounds.multipliers)}`;
  return `${multipliers}, biases ${text(bounds.biases)}`;
}

/** One level of the opening of a proof about one input. */
export interface LevelDescription {
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly queries: number;
  readonly grindingBits: number;
  /** Rows of the matrices that stand there, and what their entries are. */
  readonly matrices: readonly { readonly rows: number; readonly kind: 'base' | 'extension' }[];
}

export function describeLevels(key: VerifyingKey<unknown>): LevelDescription[] {
  const { levels = [] } = key.commitment(key.plan(1)) ?? {};
  return levels.map(({ columnVariables, rateBits, queries, grindingBits, matrices }) => ({
    columnVariables,
    rateBits,
    queries,
    grindingBits,
    matrices: matrices.map(({ rows, kind }) => ({ rows, kind })),
  }));
}
