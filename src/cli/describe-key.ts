// Keys of committed weights, for reports: the commitment, bounds layer by layer, and the levels of an opening.

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
  /** log₂ of the entries of a square. */
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

/** The key's bounds of one layer's weights. */
export type BoundsDescription =
  | {
      readonly layer: string;
      readonly kind: 'matrix';
      readonly ternary: boolean;
      /** Upper bounds of the sum of a row's positive weights, and of the magnitudes of its negative ones. */
      readonly plus: number;
      readonly minus: number;
    }
  | {
      readonly layer: string;
      readonly kind: 'scale';
      /** The one public multiplier of all channels. */
      readonly multiplier?: number;
      readonly multipliers?: MinMax;
      readonly biases: MinMax;
    };

interface MinMax {
  readonly min: number;
  readonly max: number;
}

/** Returns the bounds of each layer that has weights. */
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

/** Returns the bounds in words. */
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
  /** The matrices of the level: their rows, and whether their entries are base or extension elements. */
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
