// The messages that docs/protocol.md says a proof has: its tables say label, kind and count, this file in which order
// they follow each other, from the plan of the statement and the positions that were drawn.

import type { CommitmentParameters, LevelParameters } from '../../src/commit/recursive/parameters.ts';
import type { LookupShape } from '../../src/lookup/protocol.ts';
import { sizeOf } from '../../src/network/model/network.ts';
import type { RegistrationPlan } from '../../src/network/registration/plan.ts';
import type { RelationNode, ScaleNode } from '../../src/network/relations/nodes.ts';
import type { Plan } from '../../src/network/statement/plan.ts';
import { claimedTensors, publicOutputs } from '../../src/network/statement/statement.ts';
import type { CommittedWeights } from '../../src/network/weights/commitment.ts';
import { logCeil } from '../../src/poly/point.ts';
import type { Step } from '../support/recording.ts';
import { evaluateCount, type Page, type Row } from './page.ts';

/** The compared part of a step: all but its value. */
export interface Expected {
  readonly operation: string;
  readonly label: string;
  readonly count: number;
}

/** A relation of the page's table, over some variables. */
interface Relation {
  readonly name: string;
  readonly variables: number;
}

/** A table of messages on one walk through it: its rows come in their order, until it begins again. */
class Table {
  readonly #walk: Walk;
  readonly #name: string;
  readonly #rows: readonly Row[];
  #last = -1;

  constructor(walk: Walk, name: string, rows: readonly Row[]) {
    this.#walk = walk;
    this.#name = name;
    this.#rows = rows;
  }

  /** Another round, layer, level, turn or matrix. */
  again(): this {
    this.#last = -1;
    return this;
  }

  put(label: string, values: Readonly<Record<string, number>> = {}): void {
    const row = this.#next((candidate) => 'label' in candidate && candidate.label === label, label);
    if ('label' in row) this.#walk.expect(row.kind, row.label, evaluateCount(row.count, values));
  }

  enter(table: string): void {
    this.#next((candidate) => 'table' in candidate && candidate.table === table, `→ ${table}`);
  }

  #next(isIt: (row: Row) => boolean, what: string): Row {
    const index = this.#rows.findIndex((row, k) => k > this.#last && isIt(row));
    if (index < 0) throw new Error(`the table ${this.#name} has no ${what} after row ${this.#last}`);
    this.#last = index;
    this.#walk.used.add(`${this.#name} ${index}`);
    return this.#rows[index];
  }
}

const hasBiases = ({ bounds }: ScaleNode): boolean => bounds !== undefined && bounds.biases.bits > 0;

/** One multiplier for all channels, with an inverse in every field. */
function isUniform({ multipliers, bounds }: ScaleNode): boolean {
  if (bounds !== undefined) return bounds.uniform !== undefined;
  const [first] = multipliers;
  return first !== 0 && Math.abs(first) < 2 ** 30 && multipliers.every((multiplier) => multiplier === first);
}

/** Digests in a multi-proof. */
function digestCount(positions: readonly number[], depth: number): number {
  let [known, count] = [new Set(positions), 0];
  for (let height = 0; height < depth; height++) {
    for (const node of known) if (!known.has(node ^ 1)) count++;
    known = new Set([...known].map((node) => node >>> 1));
  }
  return count;
}

export class Walk {
  readonly expected: Expected[] = [];
  /** Rows of tables that were put, as `name index`. */
  readonly used = new Set<string>();
  readonly #page: Page;
  readonly #steps: readonly Step[];
  readonly #elementBytes: { readonly base: number; readonly extension: number };

  /** @param steps - those recorded: positions are read from them */
  constructor(page: Page, steps: readonly Step[], elementBytes: { readonly base: number; readonly extension: number }) {
    this.#page = page;
    this.#steps = steps;
    this.#elementBytes = elementBytes;
  }

  expect(operation: string, label: string, count: number): void {
    this.expected.push({ operation, label, count });
  }

  #table(name: string): Table {
    const rows = this.#page.messages.get(name);
    if (rows === undefined) throw new Error(`the page has no table of messages ${name}`);
    return new Table(this, name, rows);
  }

  channel(field: string, context: Uint8Array): void {
    const table = this.#table('channel');
    table.put('protocol');
    table.put('field', { bytes: field.length });
    table.put('context', { bytes: context.length });
  }

  #run(instances: readonly { readonly variables: number; readonly degree: number }[]): void {
    const table = this.#table('run');
    if (instances.length > 1) table.put('batch');
    const rounds = Math.max(...instances.map(({ variables }) => variables));
    const degree = Math.max(...instances.map((instance) => instance.degree));
    for (let round = 0; round < rounds; round++) {
      table.again().put('round', { degree });
      table.put('bind');
    }
  }

  #relations(relations: readonly Relation[]): void {
    const shapes = relations.map(({ name, variables }) => {
      const shape = this.#page.relations.get(name);
      if (shape === undefined) throw new Error(`the page has no relation ${name}`);
      this.used.add(`relation ${name}`);
      return { ...shape, variables };
    });
    const table = this.#table('relations');
    table.enter('run');
    this.#run(shapes);
    table.put('factors', { factors: shapes.reduce((sum, { factors }) => sum + factors, 0) });
  }

  #fractions(rows: number, tables: number): void {
    const table = this.#table('fractions');
    table.put('roots');
    for (let layer = 0; layer < Math.max(rows, tables); layer++) {
      const trees = [rows, tables].filter((depth) => depth > layer).length;
      const unit = layer === rows - 1 ? 1 : 0;
      table.again().put('fold');
      table.enter('run');
      this.#run(Array.from({ length: trees }, () => ({ variables: layer, degree: 2 })));
      table.put('halves', { full: trees - unit, unit });
      table.put('child');
    }
  }

  #lookups({ tables, lookups, rowPacking, tablePacking }: LookupShape): void {
    const table = this.#table('lookups');
    table.put('row');
    table.enter('fractions');
    this.#fractions(rowPacking.variables, tablePacking.variables);
    const outputs = lookups.filter((lookup) => tables[lookup.table].outputs !== undefined).length;
    table.put('columns', { columns: lookups.length + outputs });
    table.put('multiplicities', { tables: tables.length });
  }

  network(
    plan: Plan,
    text: string,
    weights: CommittedWeights | undefined,
    parameters: CommitmentParameters | undefined,
  ): void {
    const { graph, batch, batchVariables, lookups, committed } = plan;
    const table = this.#table('network');
    table.put('network');
    table.put('parameters', { bytes: `batch ${batch}; ${text}`.length });
    table.put('input', { inputs: committed[0]?.tensor === 0 ? 0 : batch * sizeOf(graph.tensors[0].shape) });
    table.put('output', { outputs: batch * publicOutputs(plan).length });
    for (const _ of committed) {
      table.again().put('committed tensor');
      table.put('committed root');
    }
    if (lookups !== undefined) {
      const { levels, places } = parameters!;
      const member = weights === undefined ? 0 : 1;
      const own = levels[places[member]].matrices.find(({ kind }) => kind === 'base');
      table.put('root', { digest: own!.digestLength });
      table.enter('lookups');
      this.#lookups(lookups.shape);
    }
    const needed = Math.max(0, ...claimedTensors(plan).map((place) => batchVariables + graph.tensors[place].variables));
    const missing = needed - (lookups?.shape.rowPacking.variables ?? 0);
    if (missing > 0) table.put('output', { missing });
    const others = committed.filter(({ tensor }) => tensor > 0).length;
    if (others > 0) table.put('tensors', { committed: others });
    table.enter('turns');
    const counts = this.#turns(plan);
    const members: (Relation | undefined)[] = [];
    if (weights !== undefined) {
      table.enter('weights');
      this.#weights(plan, weights, counts);
      members.push(undefined);
    }
    if (lookups !== undefined) {
      table.put('claims');
      members.push({ name: 'columns', variables: lookups.packing.variables });
    }
    for (const { variables } of committed) {
      table.again().enter('tensor');
      const own = this.#table('tensor');
      own.put('claims');
      if (variables < 9) own.put('padding', { missing: 9 - variables });
      members.push({ name: 'tensor', variables: Math.max(9, variables) });
    }
    if (parameters === undefined) return;
    table.enter('opening');
    this.#opening(parameters, members);
  }

  /** The turns of section 11; how many claims are made on each tensor of the graph. */
  #turns(plan: Plan): number[] {
    const { nodes, tensors } = plan.graph;
    const table = this.#table('turns');
    const inputs = (node: RelationNode): readonly number[] => (node.kind === 'sum' ? node.inputs : [node.input]);
    const claims = tensors.map(() => 0);
    const waiting = tensors.map(() => 0);
    for (const node of nodes) {
      for (const tensor of inputs(node)) {
        if (node.kind === 'requantise') claims[tensor]++;
        else waiting[tensor]++;
      }
    }
    if (plan.lookups?.input !== undefined) claims[0]++;
    for (const place of claimedTensors(plan)) claims[place]++;
    const done = new Set<number>();
    const kindOf = (node: RelationNode): 'direct' | 'split' | 'run' => {
      if (node.kind === 'scale' && isUniform(node)) return hasBiases(node) ? 'split' : 'direct';
      return node.kind === 'sum' ? 'split' : 'run';
    };
    for (;;) {
      const ready = nodes
        .map((node, index) => ({ node, index, kind: kindOf(node) }))
        .filter(({ node, index }) => node.kind !== 'requantise' && waiting[index + 1] === 0 && !done.has(index));
      if (ready.length === 0) return claims;
      const kind = (['direct', 'split', 'run'] as const).find((each) =>
        ready.some((candidate) => candidate.kind === each),
      );
      const turn = ready.filter((candidate) => candidate.kind === kind);
      const made = turn.flatMap(({ node, index }) => Array.from({ length: claims[index + 1] }, () => node));
      table.again();
      if (kind === 'split') {
        const terms = made.reduce((sum, node) => sum + (node.kind === 'sum' ? node.inputs.length - 1 : 1), 0);
        table.put('terms', { terms });
      } else if (kind === 'run') {
        table.enter('relations');
        this.#relations(made.map((node) => layerRelation(plan, node)));
      }
      for (const { node, index } of turn) {
        done.add(index);
        for (const tensor of inputs(node)) {
          waiting[tensor]--;
          claims[tensor] += claims[index + 1];
        }
      }
    }
  }

  #weights({ graph }: Plan, { layout }: CommittedWeights, claims: readonly number[]): void {
    const square = layout.columnVariables + layout.rowVariables;
    let [squares, dense] = [0, 0];
    graph.nodes.forEach((node, index) => {
      const count = claims[index + 1];
      if (node.kind === 'matrix' && node.bounds !== undefined) {
        if (node.bounds.isTernary) squares += count;
        else dense += count;
      }
      if (node.kind === 'scale' && node.bounds !== undefined) {
        dense += count * ((isUniform(node) ? 0 : 1) + (hasBiases(node) ? 1 : 0));
      }
    });
    const table = this.#table('weights');
    table.put('weights');
    table.enter('relations');
    this.#relations([
      ...Array.from({ length: squares }, () => ({ name: 'square', variables: square })),
      ...(dense === 0 ? [] : [{ name: 'dense weights', variables: layout.dense!.packing.variables }]),
    ]);
    table.put('squares');
    table.enter('relations');
    this.#relations([{ name: 'sum over squares', variables: layout.variables - square }]);
  }

  /** @param members - their relations; undefined where the claim is at a point */
  #opening({ levels, places, isPoint }: CommitmentParameters, members: readonly (Relation | undefined)[]): void {
    const table = this.#table('opening');
    levels.forEach((level, index) => {
      const { columnVariables, matrices } = level;
      const depth = columnVariables + level.rateBits;
      const joined = members.filter((_, member) => places[member] === index);
      table.again();
      if (!(isPoint && index === 0)) {
        const running = index === 0 ? [] : [{ name: 'message', variables: levels[index - 1].columnVariables }];
        table.enter('relations');
        this.#relations([...running, ...joined.map((relation) => relation!)]);
      }
      if (matrices.length > 1) table.put('selector', { selectors: logCeil(matrices.length) });
      const isLast = index === levels.length - 1;
      if (isLast) table.put('row', { columnVariables });
      else table.put('root', { digest: levels[index + 1].matrices[0].digestLength });
      table.put('work');
      table.put('nonce');
      const positions = this.#positions(level, table);
      for (const { rows, kind, digestLength } of matrices) {
        table.again().put('columns', { positions: positions.length, rows, element: this.#elementBytes[kind] });
        table.put('paths', { digests: digestCount(positions, depth), digest: digestLength });
      }
      if (!isLast) table.put('queries');
    });
  }

  #positions({ columnVariables, rateBits, queries }: LevelParameters, table: Table): number[] {
    const length = 2 ** (columnVariables + rateBits);
    const all = Array.from({ length }, (_, position) => position);
    if (queries >= length) return all;
    const isFew = queries <= length / 2;
    const wanted = isFew ? queries : length - queries;
    const drawn = new Set<number>();
    while (drawn.size < wanted) {
      const step = this.#steps[this.expected.length];
      if (drawn.size > 0) table.again();
      table.put('positions', { due: wanted - drawn.size });
      if (typeof step?.value !== 'object') throw new Error('no positions are drawn where they are due');
      for (const position of step.value) drawn.add(position);
    }
    return all.filter((position) => drawn.has(position) === isFew);
  }

  registration(plan: RegistrationPlan, text: string, parameters: CommitmentParameters): void {
    const { layout, lookups, matrices, ranges } = plan;
    const table = this.#table('registration');
    table.put('key');
    table.put('root', { digest: parameters.levels[0].matrices[0].digestLength });
    table.put('parameters', { bytes: text.length });
    if (lookups !== undefined) {
      const own = parameters.levels[parameters.places[1]].matrices.find(({ kind }) => kind === 'base');
      table.put('root', { columnDigest: own!.digestLength });
      table.enter('lookups');
      this.#lookups(lookups.shape);
    }
    const needed = Math.max(0, ...matrices.map((each) => each.rowVariables), ...ranges.map((each) => each.variables));
    const missing = needed - (lookups?.shape.rowPacking.variables ?? 0);
    if (missing > 0) table.put('rows', { missing });
    table.put('registration', { weights: layout.variables });
    table.put('combine');
    table.enter('relations');
    this.#relations([{ name: 'registration', variables: layout.variables }]);
    if (lookups !== undefined) table.put('claims');
    table.enter('opening');
    const columns = lookups === undefined ? [] : [{ name: 'columns', variables: lookups.packing.variables }];
    this.#opening(parameters, [undefined, ...columns]);
  }
}

function layerRelation({ graph }: Plan, node: RelationNode): Relation {
  switch (node.kind) {
    case 'matrix':
      return {
        name: node.bounds === undefined ? 'matrix' : 'matrix, committed',
        variables: node.columnVariables,
      };
    case 'windows':
      return { name: 'windows', variables: logCeil(node.rows.inputs) + logCeil(node.columns.inputs) };
    case 'scale': {
      const committed = hasBiases(node) ? 'scale, committed multipliers and biases' : 'scale, committed multipliers';
      return { name: node.bounds === undefined ? 'scale' : committed, variables: graph.tensors[node.input].axes[0] };
    }
    default:
      throw new Error(`claims pass ${node.kind} without a sumcheck`);
  }
}
