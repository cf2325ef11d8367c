// Models of the tests with their weights committed: the statement of a registration, and its provers.

import { type CommittedMatrix, commitMatrix } from '../../../src/commit/recursive/commit.ts';
import { UsageError } from '../../../src/errors.ts';
import { createArrayEngine } from '../../../src/field/array-engine.ts';
import type { Engine } from '../../../src/field/engine.ts';
import type { Field } from '../../../src/field/field.ts';
import { type KoalaElement, koalaBear } from '../../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../../src/field/koalabear-engine.ts';
import { createHasher } from '../../../src/hash/hasher.ts';
import { countMultiplicities, type LookupColumns } from '../../../src/lookup/prove.ts';
import { boundsOf, type LayerBounds } from '../../../src/network/model/bounds.ts';
import type { IntegerNetwork } from '../../../src/network/model/network.ts';
import type { RegistrationPlan } from '../../../src/network/registration/plan.ts';
import {
  prepareRegistration,
  REGISTRATION_PROTOCOL,
  type RegistrationStatement,
} from '../../../src/network/registration/protocol.ts';
import { proveRegistrationWitness, type RegistrationWorkspace } from '../../../src/network/registration/prove.ts';
import {
  denseBlock,
  makeRegistrationWitness,
  type WeightSource,
  weightSource,
} from '../../../src/network/registration/witness.ts';
import { planGraph } from '../../../src/network/statement/plan.ts';
import { layoutWeights } from '../../../src/network/weights/layout.ts';
import { weightEntries } from '../../../src/network/weights/vectors.ts';
import { createProverChannel } from '../../../src/transcript/prover-channel.ts';
import type { ChannelOptions } from '../../../src/transcript/transcript.ts';

/** A committed model: the statement is what everybody sees of it. */
export interface Committed<E> {
  readonly statement: RegistrationStatement<E>;
  readonly matrix: CommittedMatrix;
  readonly source: WeightSource;
  readonly workspace: RegistrationWorkspace<E>;
  /** M, whole. */
  readonly entries: Int32Array;
}

/** The changes before the commitment. */
export interface CommitOptions {
  /** Changes M. */
  readonly change?: (entries: Int32Array) => void;
  /** Bounds that the key says, in place of the true ones. */
  readonly bounds?: readonly (LayerBounds | undefined)[];
  /** log₂ of the code's row length. */
  readonly columnVariables?: number;
}

export function commitModel(network: IntegerNetwork, options: CommitOptions = {}): Committed<KoalaElement> {
  return commitWith(network, koalaBear, createKoalaBearEngine(), options);
}

export function commitGenerically<E>(network: IntegerNetwork, field: Field<E>): Committed<E> {
  return commitWith(network, field, createArrayEngine(field), {});
}

export function commitWith<E>(
  network: IntegerNetwork,
  field: Field<E>,
  engine: Engine<E>,
  { change, bounds = boundsOf(network), columnVariables }: CommitOptions,
): Committed<E> {
  const graph = planGraph(network, field.characteristic, bounds);
  const layout = layoutWeights(graph);
  const code = {
    columnVariables: columnVariables ?? Math.max(1, layout.variables - 3),
    rateBits: 2,
    digestLength: 26,
  };
  const rows = Math.ceil(layout.used / 2 ** code.columnVariables);
  const entries = weightEntries(graph, layout, rows * 2 ** code.columnVariables);
  change?.(entries);
  const hasher = createHasher();
  const matrix = commitMatrix(engine, hasher, engine.fromIntegers(entries), { ...code, rows });
  const bytes = new TextEncoder().encode(JSON.stringify({ name: network.name, bounds, code, root: [...matrix.root] }));
  const size = 2 ** (layout.columnVariables + layout.rowVariables);
  const denseStart = layout.squares.length * size;
  const honest = weightSource(graph, layout);
  const source: WeightSource = {
    square: (index) => entries.subarray(index * size, (index + 1) * size),
    dense: change === undefined ? honest.dense : entries.slice(denseStart),
  };
  return {
    statement: { field, bytes, graph, layout, root: matrix.root, code },
    matrix,
    source: change === undefined ? honest : source,
    workspace: { engine, hasher },
    entries,
  };
}

/** A witness that can be written to; looked-up columns are the columns themselves. */
export interface Lie {
  readonly plan: RegistrationPlan;
  readonly columns: readonly Int32Array[];
  /** Adds to the sums of a matrix's row that the columns speak of. */
  count(matrix: number, row: number, plus: number, minus: number): void;
}

/** The starting point of a forger. */
export interface Forgery<E> {
  /** Changes the columns; multiplicities follow if every value still stands in its table. */
  readonly lie?: (witness: Lie) => void;
  /** Weights that the columns are made from, in place of those that are committed. */
  readonly witnessSource?: WeightSource;
  /** M as the prover's sum has it. */
  readonly source?: WeightSource;
  /** Changes what is looked up, in place of the columns and blocks. */
  readonly look?: (looked: LookupColumns[], plan: RegistrationPlan) => void;
  /** First variables that are bound by moments. */
  readonly heads?: number;
  readonly matrix?: CommittedMatrix;
  readonly record?: ChannelOptions['record'];
  readonly statement?: RegistrationStatement<E>;
}

/** Returns the proof of a prover that continues honestly, with a witness that may lie. */
export async function proveAs<E>(
  { statement: own, matrix, source, workspace }: Committed<E>,
  forgery: Forgery<E> = {},
): Promise<Uint8Array> {
  const statement = forgery.statement ?? own;
  const registration = prepareRegistration(statement);
  const { plan } = registration;
  const entries = forgery.source ?? source;
  const witness = makeRegistrationWitness(plan, forgery.witnessSource ?? entries);
  const columns = witness.columns.map((column) => column.slice());
  const looked = witness.looked.map((rows, lookup): LookupColumns => {
    const from = plan.lookups?.sources[lookup];
    if (from === undefined) return rows;
    if ('column' in from) return { values: columns[from.column] };
    return { values: denseBlock(plan, entries, from.block, plan.lookups?.shape.lookups[lookup].variables ?? 0) };
  });
  const count = (matrixIndex: number, row: number, plus: number, minus: number): void => {
    const { plus: positive, minus: negative } = plan.matrices[matrixIndex];
    columns[positive.limbs[0].column][row] -= plus;
    columns[negative.limbs[0].column][row] -= minus;
  };
  forgery.lie?.({ plan, columns, count });
  forgery.look?.(looked, plan);
  if (plan.lookups !== undefined) {
    try {
      countMultiplicities(plan.lookups.shape, looked).forEach((counts, table) => {
        columns[plan.lookups?.multiplicities[table] ?? 0].set(counts);
      });
    } catch (error) {
      // a value that stands in no table: no multiplicities are right
      if (!(error instanceof UsageError)) throw error;
    }
  }
  const channel = createProverChannel(statement.field, {
    hash: workspace.hasher.hash,
    context: REGISTRATION_PROTOCOL,
    record: forgery.record,
  });
  await proveRegistrationWitness(
    registration,
    forgery.matrix ?? matrix,
    entries,
    { columns, looked },
    channel,
    workspace,
    undefined,
    forgery.heads,
  );
  return channel.bytes();
}
