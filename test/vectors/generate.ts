// The vectors of docs/protocol.md, section 18: everything from seeds, the same on every machine.

import { bytesToHex } from '@noble/hashes/utils.js';
import { commitMatrix } from '../../src/commit/recursive/commit.ts';
import {
  boundProximity,
  type CommitmentParameters,
  codeOf,
  type LevelParameters,
  type MatrixParameters,
} from '../../src/commit/recursive/parameters.ts';
import { sharesOf } from '../../src/commit/recursive/protocol.ts';
import { openMatrices } from '../../src/commit/recursive/prove.ts';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import type { Engine } from '../../src/field/engine.ts';
import { bn254, createKoalaBearEngine, koalaBear } from '../../src/field/index.ts';
import { lookupShape } from '../../src/lookup/protocol.ts';
import { countMultiplicities, proveLookups } from '../../src/lookup/prove.ts';
import { functionTable, intervalTable, rangeTable } from '../../src/lookup/table.ts';
import { encodeProofFile } from '../../src/network/files/proof.ts';
import { encodeRegistrationFile } from '../../src/network/files/registration.ts';
import {
  compile,
  encodeNetwork,
  type IntegerNetwork,
  type ProvingKey,
  publicSignalsToJson,
  readKey,
  type VerifyingKey,
} from '../../src/network/index.ts';
import { sumOfProducts } from '../../src/sumcheck/products.ts';
import { combine } from '../../src/sumcheck/protocol.ts';
import { proveSumcheck } from '../../src/sumcheck/prove.ts';
import { hasher, provenRelation, vectorOf } from '../commit/recursive/support.ts';
import { type AnyField, seededElements } from '../support/fields.ts';
import { inputsOf, perceptron } from '../support/networks.ts';
import { recordedProof, recordedRegistration } from '../support/recorded-proofs.ts';
import { elementsToHex, recordingChannel } from '../support/recording.ts';
import { registerFiles } from '../support/registered.ts';
import { claimsToJson } from './claims.ts';
import { formatVectors, type Json, stepsToJson } from './format.ts';
import { bothKinds, branches, deepPerceptron, images } from './networks.ts';
import { READER_CASES } from './readers.ts';
import { refusedVectors } from './refused.ts';

const FIELDS: readonly (readonly [AnyField, () => Engine<unknown>])[] = [
  [koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>],
  [bn254 as AnyField, () => createArrayEngine(bn254 as AnyField)],
];

/** The text of each file, by its name. */
export async function makeVectors(): Promise<ReadonlyMap<string, string>> {
  const files: readonly (readonly [string, Json])[] = [
    ['channel', FIELDS.map(([field]) => channelVector(field))],
    ['sumcheck', FIELDS.flatMap(([field, engine]) => [false, true].map((w) => sumcheckVector(field, engine(), w)))],
    ['lookup', FIELDS.map(([field, engine]) => lookupVector(field, engine()))],
    ['recursive', recursiveVector(koalaBear as AnyField, createKoalaBearEngine() as Engine<unknown>)],
    ['networks', await networkVectors()],
    ['images', await imageVectors()],
    ['refused', await refused()],
    ['readers', READER_CASES.map(({ rule, file }) => ({ rule, file: bytesToHex(file) }))],
  ];
  return new Map(files.map(([name, value]) => [name, `${formatVectors(value)}\n`]));
}

/** Every operation, payloads around the length from which they are hashed, and draws with rejected candidates. */
function channelVector(field: AnyField): Json {
  const { channel, steps } = recordingChannel(field, new TextEncoder().encode('vectors'));
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => (7 * k) % 256);
  channel.absorb('empty', bytes(0));
  channel.draw('one');
  channel.draw('one');
  channel.sendBytes('longest', bytes(1024));
  channel.drawIndices('indices', 5, 7);
  channel.sendBytes('hashed', bytes(1025));
  channel.send('elements', seededElements(field, 3, 1));
  channel.hint('hint', bytes(9));
  channel.drawBytes('seed');
  channel.drawMany('many', 100);
  channel.drawIndices('none', 3, 0);
  channel.absorb('end', bytes(3));
  channel.drawMany('two', 2);
  return { field: field.name, context: 'vectors', proof: bytesToHex(channel.bytes()), steps: stepsToJson(steps) };
}

/** Σ f·g over 8 places and Σ a·b·c over 4 in one run. */
function sumcheckVector(field: AnyField, engine: Engine<unknown>, isWeighted: boolean): Json {
  const sizes = [
    { variables: 3, factors: 2 },
    { variables: 2, factors: 3 },
  ];
  const weight = isWeighted ? seededElements(field, 3, 9) : undefined;
  const tables = sizes.map(({ variables, factors }, j) =>
    Array.from({ length: factors }, (_, k) => seededElements(field, 2 ** variables, 10 * j + k + 1)),
  );
  const instances = tables.map((factors, j) => {
    const { variables } = sizes[j];
    const eq = weight === undefined ? undefined : field.tables.eqTable(weight.slice(3 - variables));
    const claim = factors[0].reduce((sum: unknown, _, i) => {
      const product = factors.reduce((total: unknown, table) => field.mul(total, table[i]), field.one);
      return field.add(sum, eq === undefined ? product : field.mul(eq[i], product));
    }, field.zero);
    const vectors = factors.map((table) => engine.fromElements(table));
    return { summand: sumOfProducts(engine, [vectors]), claim };
  });
  const { channel, steps } = recordingChannel(field);
  const { point, values } = proveSumcheck(engine, channel, instances, weight);
  return {
    field: field.name,
    weight: weight === undefined ? null : elementsToHex(field, weight),
    instances: instances.map(({ claim, summand }, j) => ({
      tables: tables[j].map((table) => elementsToHex(field, table)),
      claim: elementsToHex(field, [claim]),
      factorsAtEnd: elementsToHex(field, summand.finals()),
      valueAtEnd: elementsToHex(field, [values[j]]),
    })),
    point: elementsToHex(field, point),
    proof: bytesToHex(channel.bytes()),
    steps: stepsToJson(steps),
  };
}

/** Rows of a function table, of a range and of an interval whose length is not a power of two. */
function lookupVector(field: AnyField, engine: Engine<unknown>): Json {
  const tables = [
    functionTable('relu', 3, -4, (value) => Math.max(0, Math.min(value, 2))),
    rangeTable('two bits', 2, -2),
    intervalTable('0 to 4', 0, 4),
  ];
  const shape = lookupShape(tables, [
    { table: 0, variables: 2 },
    { table: 1, variables: 3 },
    { table: 2, variables: 0 },
  ]);
  const columns = [
    { values: Int32Array.of(-4, 0, 1, 3), outputs: Int32Array.of(0, 0, 1, 2) },
    { values: Int32Array.of(-2, -1, 0, 1, 1, 1, 0, -2) },
    { values: Int32Array.of(4) },
  ];
  const multiplicities = countMultiplicities(shape, columns);
  const { channel, steps } = recordingChannel(field);
  const claims = proveLookups(engine, channel, shape, columns, multiplicities);
  const claimJson = ({ point, value }: { point: readonly unknown[]; value: unknown }): Json => [
    elementsToHex(field, point),
    elementsToHex(field, [value]),
  ];
  return {
    field: field.name,
    tables: tables.map(({ variables, start, greatest, outputs }) => ({
      variables,
      start,
      greatest: greatest ?? start + 2 ** variables - 1,
      outputs: outputs === undefined ? null : [...outputs],
    })),
    lookups: columns.map(({ values, outputs }, k) => ({
      table: shape.lookups[k].table,
      v: [...values],
      y: outputs === undefined ? null : [...outputs],
    })),
    multiplicities: multiplicities.map((counts) => [...counts]),
    rowPoint: elementsToHex(field, claims.rowPoint),
    claims: {
      v: claims.columns.map(({ value }) => claimJson(value)),
      y: claims.columns.flatMap(({ output }) => (output === undefined ? [] : [claimJson(output)])),
      multiplicities: claims.multiplicities.map(claimJson),
    },
    proof: bytesToHex(channel.bytes()),
    steps: stepsToJson(steps),
  };
}

/** Three levels of few bits, to be short: one vector joins at the first, a shorter one at the second. */
function recursiveParameters({ bits: fieldBits }: AnyField): CommitmentParameters {
  const level = (
    columnVariables: number,
    queries: number,
    matrices: readonly Omit<MatrixParameters, 'digestLength'>[],
  ): LevelParameters => {
    const shape = {
      columnVariables,
      rateBits: 1,
      matrices: matrices.map((matrix) => ({ ...matrix, digestLength: 6 })),
    };
    return { ...shape, queries, grindingBits: 4, proximityBits: boundProximity(fieldBits, shape) };
  };
  return {
    fieldBits,
    levels: [
      level(5, 7, [{ rows: 12, variables: 9, kind: 'base' }]),
      level(3, 5, [
        { rows: 4, variables: 5, kind: 'extension' },
        { rows: 7, variables: 6, kind: 'base' },
      ]),
      level(1, 3, [{ rows: 4, variables: 3, kind: 'extension' }]),
    ],
    places: [0, 1],
    isPoint: false,
  };
}

/**
 * Two vectors, each opened at a point of its own: relations Σ_x eq(point, x)·V(x). The roots are sent first, then the
 * points are drawn.
 */
function recursiveVector(field: AnyField, engine: Engine<unknown>): Json {
  const members = [
    { used: 370, variables: 9 },
    { used: 50, variables: 6 },
  ];
  const parameters = recursiveParameters(field);
  const vectors = members.map((member, k) => vectorOf(member, k + 3));
  const { channel, steps } = recordingChannel(field);
  const tables = vectors.map((values) => engine.fromIntegers(values));
  const matrices = tables.map((table, k) => commitMatrix(engine, hasher, table, codeOf(parameters, k)));
  for (const { root } of matrices) channel.sendBytes('root', root);
  const points = members.map(({ variables }) => channel.drawMany('point', variables));
  const claims = points.map((point, k) => field.tables.evaluateIntegers(vectors[k], point));
  const start = steps.length;
  openMatrices(
    engine,
    hasher,
    channel,
    parameters,
    matrices.map((matrix, k) => ({ matrix, relation: provenRelation(engine, tables[k], points[k], claims[k]) })),
  );
  const read = (value: string): unknown[] => {
    const bytes = Uint8Array.from(value.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    return Array.from({ length: bytes.length / field.byteLength }, (_, k) => field.read(bytes, k * field.byteLength));
  };
  // y, the claims of the matrices and v, level by level
  const levels: Json[] = [];
  let [y, selectors, values]: unknown[][] = [[], [], []];
  for (const { label, value } of steps.slice(start)) {
    if (typeof value !== 'string') continue;
    if (label === 'bind') y.push(...read(value));
    if (label === 'selector') selectors = read(value);
    if (label === 'factors') values = read(value);
    if (label !== 'work') continue;
    const shares = sharesOf(field, parameters.levels[levels.length], y, selectors);
    const scales = shares.map(({ valueScale }) => valueScale);
    levels.push({
      y: elementsToHex(field, y),
      values: elementsToHex(field, values),
      v: elementsToHex(field, [combine(field, scales, values)]),
    });
    [y, selectors] = [[], []];
  }
  return {
    field: field.name,
    parameters: JSON.stringify(parameters),
    vectors: vectors.map((vector, k) => [...vector.subarray(0, members[k].used)]),
    roots: matrices.map(({ root }) => bytesToHex(root)),
    points: points.map((point) => elementsToHex(field, point)),
    claims: claims.map((claim) => elementsToHex(field, [claim])),
    levels,
    proof: bytesToHex(channel.bytes()),
    steps: stepsToJson(steps),
  };
}

/** Names of vectors about which there are refused proofs. */
const [PLAIN, PUBLIC] = ['public weights, nothing committed', 'public weights'];
const IMAGES = 'images, two inputs, a tensor between committed';

const smallPerceptron = (): IntegerNetwork => perceptron({ sizes: [3, 4, 2], seed: 5 });

/** Its first layers, in which nothing is requantised. */
function withoutLookups(network: IntegerNetwork): IntegerNetwork {
  const layers = network.layers.slice(0, 3);
  return { ...network, name: 'nothing is looked up', layers, outputs: [{ tensor: 3, scale: 1 }] };
}

async function networkVectors(): Promise<Json> {
  const two = smallPerceptron();
  const three = perceptron({ sizes: [4, 3, 3, 2], seed: 8, multipliers: 'uniform', shift: 2, activatedOutput: true });
  const isPublic = (network: IntegerNetwork) => compile(network, { field: koalaBear as AnyField });
  return [
    await networkVector(PLAIN, isPublic(withoutLookups(two)), 2, []),
    await networkVector(PUBLIC, isPublic(two), 1, []),
    await networkVector('public weights, three layers, two inputs', isPublic(three), 2, []),
    await networkVector(
      'public weights of 8 bits, three layers, two limbs, two outputs',
      isPublic(deepPerceptron()),
      1,
      [],
    ),
    await networkVector('public weights, branches added', isPublic(branches()), 1, []),
    await networkVector('public weights, the input committed', isPublic(two), 1, [0]),
    await registeredVector('registered weights', two),
    await registeredVector('registered weights of both kinds', bothKinds()),
  ];
}

/** Proofs that are refused, about vectors of the two files of networks. */
async function refused(): Promise<Json> {
  const keysOf = (network: IntegerNetwork) => compile(network, { field: koalaBear as AnyField }).provingKey;
  const honest = async (name: string, key: ProvingKey<unknown>, batch: number, commit: readonly number[]) => {
    const input = inputsOf(key.network, batch);
    const { publicSignals, proof, steps } = await recordedProof(key, input, commit);
    return { name, key, input, file: encodeProofFile(key.digest, publicSignals, proof), steps };
  };
  const network = smallPerceptron();
  const columns = { name: PUBLIC, key: keysOf(network), input: inputsOf(network, 1) };
  return refusedVectors(
    await honest(IMAGES, keysOf(images()), 2, [7]),
    await honest(PLAIN, keysOf(withoutLookups(network)), 2, []),
    columns,
  );
}

/** The network of all kinds of layers; the concatenated channels, which a matrix and a convolution read, are committed. */
async function imageVectors(): Promise<Json> {
  const keys = compile(images(), { field: koalaBear as AnyField });
  return [await networkVector(IMAGES, keys, 2, [7], {}, true)];
}

interface Keys {
  readonly provingKey: ProvingKey<unknown>;
  readonly verifyingKey: VerifyingKey<unknown>;
}

async function networkVector(
  name: string,
  { provingKey, verifyingKey }: Keys,
  batch: number,
  commit: readonly number[],
  more: { readonly [name: string]: Json } = {},
  withBits = false,
): Promise<Json> {
  const { network } = provingKey;
  const { plan, publicSignals, proof, steps } = await recordedProof(provingKey, inputsOf(network, batch), commit);
  return {
    name,
    field: verifyingKey.field.name,
    ...(verifyingKey.weights === undefined ? { model: bytesToHex(encodeNetwork(network)) } : {}),
    ...more,
    digest: bytesToHex(verifyingKey.digest),
    publicSignals: publicSignalsToJson(publicSignals) as unknown as Json,
    parameters: verifyingKey.describe(plan),
    ...claimsToJson(verifyingKey, plan, publicSignals, proof),
    proofFile: bytesToHex(encodeProofFile(verifyingKey.digest, publicSignals, proof)),
    steps: stepsToJson(steps, withBits),
  };
}

async function registeredVector(name: string, network: IntegerNetwork): Promise<Json> {
  const { provingKey, keyFile } = await registerFiles(network, { field: koalaBear as AnyField });
  const { registration, proof, steps } = await recordedRegistration(provingKey);
  const verifyingKey = readKey(keyFile, { registration: proof, field: koalaBear as AnyField });
  return networkVector(name, { provingKey, verifyingKey }, 1, [], {
    key: bytesToHex(keyFile),
    registration: {
      parameters: JSON.stringify(registration.parameters),
      file: bytesToHex(encodeRegistrationFile({ digest: verifyingKey.digest, registration: proof })),
      steps: stepsToJson(steps),
    },
  });
}
