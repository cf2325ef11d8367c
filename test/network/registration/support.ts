// Models of the tests with their weights committed: what a registration is about, and whoever can prove it.

import { createHasher } from '../../../src/commit/hash/hasher.ts';
import { type CommittedMatrix, commitMatrix } from '../../../src/commit/recursive/commit.ts';
import { createArrayEngine } from '../../../src/field/array-engine.ts';
import type { Engine } from '../../../src/field/engine.ts';
import type { Field } from '../../../src/field/field.ts';
import { type KoalaElement, koalaBear } from '../../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../../src/field/koalabear-engine.ts';
import type { IntegerNetwork } from '../../../src/network/network.ts';
import { planGraph } from '../../../src/network/plan.ts';
import {
  prepareRegistration,
  REGISTRATION_PROTOCOL,
  type RegistrationStatement,
} from '../../../src/network/registration/protocol.ts';
import { proveRegistrationWitness, type RegistrationWorkspace } from '../../../src/network/registration/prove.ts';
import {
  makeRegistrationWitness,
  type RegistrationWitness,
  type WeightSource,
  weightSource,
} from '../../../src/network/registration/witness.ts';
import { boundsOf, type LayerBounds } from '../../../src/network/weights/bounds.ts';
import { layoutWeights } from '../../../src/network/weights/layout.ts';
import { weightEntries } from '../../../src/network/weights/vectors.ts';
import { createProverChannel } from '../../../src/transcript/prover-channel.ts';

/** A committed model: the statement is what everybody sees of it. */
export interface Committed<E> {
  readonly statement: RegistrationStatement<E>;
  readonly matrix: CommittedMatrix;
  readonly source: WeightSource;
  readonly workspace: RegistrationWorkspace<E>;
  /** M, whole. */
  readonly entries: Int32Array;
}

/** What may be changed before the commitment. */
export interface CommitOptions {
  /** Changes M. */
  readonly change?: (entries: Int32Array) => void;
  /** Bounds that the key says, in place of the true ones. */
  readonly bounds?: readonly (LayerBounds | undefined)[];
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
  { change, bounds = boundsOf(network) }: CommitOptions,
): Committed<E> {
  const graph = planGraph(network, field.characteristic, bounds);
  const layout = layoutWeights(graph);
  const code = { columnVariables: Math.max(1, layout.variables - 3), rateBits: 2, digestLength: 26 };
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

/** The proof of whoever goes on as an honest prover would, with a witness that may lie. */
export async function proveAs<E>(
  { statement, matrix, source, workspace }: Committed<E>,
  lie: (witness: { columns: Int32Array[]; looked: RegistrationWitness['looked'][number][] }) => void = () => {},
  heads?: number,
  witnessSource: WeightSource = source,
): Promise<Uint8Array> {
  const registration = prepareRegistration(statement);
  const witness = makeRegistrationWitness(registration.plan, witnessSource);
  const columns = witness.columns.map((column) => column.slice());
  const looked = witness.looked.map((rows, lookup) => {
    const from = registration.plan.lookups?.sources[lookup];
    return from !== undefined && 'column' in from ? { values: columns[from.column] } : rows;
  });
  lie({ columns, looked });
  const channel = createProverChannel(statement.field, {
    hash: workspace.hasher.hash,
    context: REGISTRATION_PROTOCOL,
  });
  await proveRegistrationWitness(
    registration,
    matrix,
    source,
    { columns, looked },
    channel,
    workspace,
    undefined,
    heads,
  );
  return channel.bytes();
}
