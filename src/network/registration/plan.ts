// The plan of a registration, which both sides derive from the public part of a model, before any proof: the division
// of the committed vector M into blocks, the columns that are committed beside it, and the lookups.
//
//   a row sum at most a bound      bound − sum = Σ_l limb_l·2^place_l, limbs in [0, 2^bits)
//   an integer in a range          value − min = the same
//   an 8-bit weight                S⁺ and S⁻ stand in the table of 0 … 128 themselves
//
// Sums of ternary weights are true counts, and those of 8-bit weights sums of as many entries of at most 128: both are
// small against p, so that a difference in [0, 2^bits) modulo p is one over the integers.

import { InputError } from '../../errors.ts';
import { type LookupShape, lookupShape } from '../../lookup/protocol.ts';
import { intervalTable, type LookupTable, rangeTable } from '../../lookup/table.ts';
import { type Packing, pack } from '../../poly/packing.ts';
import { logCeil } from '../../poly/point.ts';
import { greatest } from '../model/bounds.ts';
import { columnAxes } from '../relations/layout.ts';
import type { MatrixNode, RelationGraph } from '../relations/nodes.ts';
import { blockFinder, type WeightLayout } from '../weights/layout.ts';
import { type Box, boxWithin } from './box.ts';

/** A committed column of integers in [0, 2^bits), worth 2^place each; looked up as number `lookup`. */
export interface LimbColumn {
  readonly bits: number;
  readonly place: number;
  readonly column: number;
  readonly lookup: number;
}

/** The sums over the rows of a matrix of weights of one sign: no larger than `bound`. */
export interface RowBound {
  readonly bound: number;
  /** Limbs of bound − sum; if there are none, the sums equal the bound, which is zero. */
  readonly limbs: readonly LimbColumn[];
}

/** A matrix of committed weights. */
export interface MatrixPlan {
  /** Index of the node. */
  readonly node: number;
  readonly name: string;
  readonly rowCount: number;
  readonly rowVariables: number;
  readonly columnVariables: number;
  /** Blocks of S with the weights of each sign; undefined for a ternary matrix. */
  readonly blocks: { readonly plus: number; readonly minus: number } | undefined;
  readonly plus: RowBound;
  readonly minus: RowBound;
}

/** Multipliers or biases. */
export interface RangePlan {
  readonly block: number;
  readonly name: string;
  readonly min: number;
  readonly count: number;
  readonly variables: number;
  readonly limbs: readonly LimbColumn[];
}

/** Part of a block of S that lies in one square of M. */
export interface DensePiece {
  readonly block: number;
  readonly square: number;
  /** Start of the piece in the square. */
  readonly start: number;
  readonly variables: number;
  /** Start of the piece in the block, a multiple of 2^variables. */
  readonly first: number;
  /** The true entries, as a box. */
  readonly box: Box;
}

/** The lookups, and the columns that are committed for them. */
export interface RegistrationLookups {
  readonly shape: LookupShape;
  /** The source of each lookup: a column or a block of S. */
  readonly sources: readonly ({ readonly column: number } | { readonly block: number })[];
  /** Column of the multiplicities of each table. */
  readonly multiplicities: readonly number[];
  /** All columns in one vector. */
  readonly packing: Packing;
}

/** The shape of a registration, known to both sides. */
export interface RegistrationPlan {
  readonly layout: WeightLayout;
  /** Variables of a position within a square. */
  readonly squareVariables: number;
  /** Squares of ternary matrices, in which the true weights are a box; then those of S. */
  readonly boxes: readonly Box[];
  readonly pieces: readonly DensePiece[];
  readonly matrices: readonly MatrixPlan[];
  readonly ranges: readonly RangePlan[];
  readonly lookups: RegistrationLookups | undefined;
}

/** Rows of the largest table. */
const LIMB_BITS = 12;
/** The most squares of S: each costs a verifier some multiplications. */
const MOST_SQUARES = 2 ** 12;
/** Largest magnitude of an 8-bit weight. */
export const GREATEST_WEIGHT = 128;

/**
 * Returns the plan of a registration.
 *
 * @param graph - its nodes with weights have bounds
 * @throws InputError that names the layer whose bounds do not fit the field
 */
export function planRegistration(graph: RelationGraph, layout: WeightLayout, characteristic: bigint): RegistrationPlan {
  if (layout.squareCount > MOST_SQUARES) {
    throw new InputError(
      `the weights that are not ternary fill ${layout.squareCount} squares of the layout, at most ${MOST_SQUARES}; ` +
        'make large layers ternary',
    );
  }
  // padding is counted, and a count modulo p equals the count over the integers only below p
  if (BigInt(2 ** layout.variables) >= characteristic) {
    throw new InputError(
      `2^${layout.variables} committed weights are too many for arithmetic modulo ${characteristic}`,
    );
  }
  const limbs = new LimbPlans();
  const { squareVariables } = layout;
  const blockOf = blockFinder(layout);
  const matrices: MatrixPlan[] = [];
  graph.nodes.forEach((node, index) => {
    if (node.kind === 'matrix' && node.bounds !== undefined) {
      matrices.push(planMatrix(limbs, blockOf, node, index, characteristic));
    }
  });
  const dense = layout.dense?.blocks ?? [];
  const ranges = dense.flatMap(({ node, role, range }, block): RangePlan[] => {
    if (role !== 'multipliers' && role !== 'biases') return [];
    const scale = graph.nodes[node];
    const name = `${scale.name}/${role}`;
    if (scale.kind !== 'scale') throw new InputError(`${name}: the layer has none`);
    const most = Math.max(-range.min, greatest(range));
    if (!Number.isSafeInteger(most) || 2n * BigInt(most) >= characteristic || range.min > 0 || greatest(range) < 0) {
      throw new InputError(`${name}: the integers from ${range.min} on, ${range.bits} bits, are not a valid range`);
    }
    const variables = logCeil(scale.multipliers.length);
    const { min } = range;
    return [{ block, name, min, count: scale.multipliers.length, variables, limbs: limbs.add(range.bits, variables) }];
  });
  return {
    layout,
    squareVariables,
    boxes: layout.squares.map(({ node, firstRow, firstColumn }) => {
      const { weights } = graph.nodes[node] as MatrixNode;
      const columns = columnAxes(graph, graph.nodes[node] as MatrixNode);
      const rows = [{ extent: weights.rowCount, variables: logCeil(weights.rowCount) }];
      return [
        ...boxWithin(columns, layout.columnVariables, firstColumn),
        ...boxWithin(rows, layout.rowVariables, firstRow),
      ];
    }),
    pieces: layout.dense === undefined ? [] : cutBlocks(graph, layout, layout.dense, squareVariables),
    matrices,
    ranges,
    lookups: limbs.finish(),
  };
}

/** Collects limbs, lookups and tables. */
class LimbPlans {
  readonly #columns: number[] = [];
  readonly #tables: LookupTable[] = [];
  readonly #lookups: { table: number; variables: number }[] = [];
  readonly #sources: ({ column: number } | { block: number })[] = [];

  /** Returns columns of 2^variables integers in [0, 2^bits), in limbs, lowest first. */
  add(bits: number, variables: number): LimbColumn[] {
    const limbs: LimbColumn[] = [];
    const count = Math.ceil(bits / LIMB_BITS);
    for (let j = 0, place = 0; j < count; j++) {
      const own = Math.ceil((bits - place) / (count - j));
      const column = this.#columns.push(variables) - 1;
      const table = this.#table(`${own} bits`, () => rangeTable(`${own} bits`, own, 0));
      limbs.push({ bits: own, place, column, lookup: this.#lookup({ column }, table, variables) });
      place += own;
    }
    return limbs;
  }

  /** Looks up a block of 8-bit weights. */
  addWeights(block: number, variables: number): void {
    const table = this.#table('weights', () => intervalTable('weights', 0, GREATEST_WEIGHT));
    this.#lookup({ block }, table, variables);
  }

  finish(): RegistrationLookups | undefined {
    if (this.#lookups.length === 0) return undefined;
    const multiplicities = this.#tables.map(({ variables }) => this.#columns.push(variables) - 1);
    return {
      shape: lookupShape(this.#tables, this.#lookups),
      sources: this.#sources,
      multiplicities,
      packing: pack(this.#columns),
    };
  }

  #lookup(source: { column: number } | { block: number }, table: number, variables: number): number {
    this.#sources.push(source);
    return this.#lookups.push({ table, variables }) - 1;
  }

  #table(name: string, make: () => LookupTable): number {
    const known = this.#tables.findIndex((table) => table.name === name);
    return known >= 0 ? known : this.#tables.push(make()) - 1;
  }
}

function planMatrix(
  limbs: LimbPlans,
  blockOf: ReturnType<typeof blockFinder>,
  { name, weights, columnVariables, bounds }: MatrixNode,
  node: number,
  characteristic: bigint,
): MatrixPlan {
  const isTernary = bounds?.isTernary ?? true;
  const rowVariables = logCeil(weights.rowCount);
  const entry = isTernary ? 1 : 2 * GREATEST_WEIGHT;
  const rowBound = (sign: 'plus' | 'minus'): RowBound => {
    const bound = bounds?.[sign] ?? 0;
    // the sums of any weights in their table, and a difference of as many bits as the bound
    const reach = entry * 2 ** columnVariables + 2 * bound;
    if (!Number.isSafeInteger(bound) || bound < 0 || BigInt(reach) >= characteristic) {
      throw new InputError(`layer ${name}: rows of weights that add up to ${bound} are too large for the field`);
    }
    return { bound, limbs: limbs.add(logCeil(bound + 1), rowVariables) };
  };
  const blocks = isTernary ? undefined : { plus: blockOf(node, 'plus'), minus: blockOf(node, 'minus') };
  for (const block of Object.values(blocks ?? {})) limbs.addWeights(block, rowVariables + columnVariables);
  const { rowCount } = weights;
  const [plus, minus] = [rowBound('plus'), rowBound('minus')];
  return { node, name, rowCount, rowVariables, columnVariables, blocks, plus, minus };
}

function cutBlocks(
  graph: RelationGraph,
  { squares }: WeightLayout,
  { blocks, packing }: NonNullable<WeightLayout['dense']>,
  squareVariables: number,
): DensePiece[] {
  const width = 2 ** squareVariables;
  return blocks.flatMap(({ node: index }, block) => {
    const node = graph.nodes[index];
    const { start, variables } = packing.blocks[block];
    const rows = node.kind === 'matrix' ? node.weights.rowCount : node.kind === 'scale' ? node.multipliers.length : 0;
    const columns = node.kind === 'matrix' ? columnAxes(graph, node) : [];
    const box: Box = [{ extent: rows, variables: logCeil(rows) }, ...columns];
    const own = Math.min(variables, squareVariables);
    return Array.from({ length: 2 ** (variables - own) }, (_, k): DensePiece => {
      const first = k * 2 ** own;
      return {
        block,
        square: squares.length + Math.floor((start + first) / width),
        start: (start + first) % width,
        variables: own,
        first,
        box: boxWithin(box, own, first),
      };
    });
  });
}
