// inspect: shows a model or a key, the cost of a proof about it here, and the errors that add up to its security.

import { shortDigest } from '../../network/files/digest.ts';
import { decodeNetwork } from '../../network/files/model.ts';
import { decodeProverFile } from '../../network/files/prover.ts';
import { compile, securityBits } from '../../network/keys/compile.ts';
import { openProver } from '../../network/keys/open-prover.ts';
import { readKey, registrationStatement } from '../../network/keys/read-key.ts';
import { tensorBounds, tensorShapes } from '../../network/model/evaluate.ts';
import type { Interval } from '../../network/model/interval.ts';
import { shapeText } from '../../network/model/layers/rules.ts';
import { type Shape, sizeOf } from '../../network/model/network.ts';
import type { SecurityReport } from '../../network/proof/security.ts';
import { prepareRegistration } from '../../network/registration/protocol.ts';
import { registrationReport } from '../../network/registration/security.ts';
import type { ProvingKey, VerifyingKey } from '../../network/statement/key.ts';
import type { Command } from '../command.ts';
import { boundsText, describeBounds, describeCommitment, describeLevels } from '../describe-key.ts';
import { describeLayer, describeLookups, type LayerDescription, layerRow } from '../describe-layers.ts';
import { naming, readFile } from '../files.ts';
import { requireKind } from '../kinds.ts';
import { costLines, measure } from '../measure.ts';
import { BINDS } from '../options.ts';
import { count, percent, table } from '../terminal.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'show a model or a key: layers, bounds, security, and what a proof costs',
  positionals: ['<model.tern|model.vkey|model.prover>'],
  options: { 'no-measure': { help: 'do not make a proof to measure its cost' } },
  details: [
    'A .vkey file shows the public part of a registered model; proofs need the .prover file or the model.',
    'A registered model has two digests: that of the .tern file, and that of its key. --json has them in full.',
  ],
  async run(args, progress) {
    const [path] = args.positionals;
    const fileBytes = readFile(path);
    const { key, provingKey, keyBytes } = openFile(path, fileBytes);
    const { name, input } = key.network;
    const shapes = tensorShapes(key.network);
    const layers = describeLayers(key, provingKey, shapes);
    const outputs = key.network.outputs.map(({ tensor, scale }) => {
      return { layer: key.network.layers[tensor - 1].name, tensor, shape: shapes[tensor], scale };
    });
    const lookups = describeLookups(key.plan(1));
    const security = securityBits(key);
    const committed = keyBytes === undefined ? undefined : describeCommitted(key, keyBytes);
    const cost =
      args.has('no-measure') || provingKey === undefined
        ? undefined
        : await measure({ provingKey, verifyingKey: key }, (fraction, phase) =>
            progress(fraction, `proving: ${phase}`),
          );
    const { shape, min, max, scale, mean } = input;
    const weights = layers.reduce((sum, layer) => sum + (layer.weights ?? 0), 0);
    const nonzeros =
      provingKey === undefined ? undefined : layers.reduce((sum, layer) => sum + (layer.nonzeros ?? 0), 0);
    return {
      // undefined fields do not appear in the JSON
      json: {
        model: path,
        name,
        fileBytes: fileBytes.length,
        digest: Buffer.from(key.digest).toString('hex'),
        input: { shape, min, max, scale, mean },
        outputs: outputs.reduce((sum, output) => sum + sizeOf(output.shape), 0),
        outputTensors: outputs,
        weights,
        nonzeros,
        layers,
        lookups,
        security,
        ...committed?.json,
        cost,
      },
      lines: [
        nonzeros === undefined
          ? `${name}: ${count(weights)} weights, committed`
          : `${name}: ${count(nonzeros)} nonzeros of ${count(weights)} weights (${percent(nonzeros / weights)})`,
        `digest ${shortDigest(key.digest)}`,
        `input [${shape.join(', ')}] of ${min}..${max}, real = stored · ${scale} − ${mean}`,
        ...outputs.map(
          ({ layer, shape: extents, scale: step }) =>
            `output ${shapeText(extents)} of ${layer}, real = stored · ${step}`,
        ),
        '',
        ...table(['layer', 'kind', 'shape', 'nonzeros', 'bounds', ''], layers.map(layerRow)),
        '',
        `committed ${count(lookups.committedValues)} values, looked up ${count(lookups.rows)} rows in tables of ${count(lookups.tableRows)}`,
        '',
        ...(cost === undefined ? [] : [...costLines(cost), ...(committed === undefined ? [PUBLIC_NOTE, ''] : [''])]),
        ...(committed?.lines ?? []),
        ...securityLines('security', security),
      ],
    };
  },
};

const PUBLIC_NOTE =
  'With public weights and a public input, running the network again is the other way to check it; compare its time.';

/** The keys in a file: a verifier's; a prover's unless weights are missing; the bytes of one of committed weights. */
interface OpenedFile {
  readonly key: VerifyingKey;
  readonly provingKey: ProvingKey | undefined;
  readonly keyBytes: Uint8Array | undefined;
}

function openFile(path: string, bytes: Uint8Array): OpenedFile {
  const kind = requireKind(path, bytes, ['model', 'key', 'prover']);
  return naming(path, () => {
    switch (kind) {
      case 'model': {
        const { provingKey, verifyingKey } = compile(decodeNetwork(bytes));
        return { key: verifyingKey, provingKey, keyBytes: undefined };
      }
      case 'key':
        return { key: readKey(bytes), provingKey: undefined, keyBytes: bytes };
      case 'prover': {
        const { verifyingKey } = decodeProverFile(bytes);
        return { key: readKey(verifyingKey), provingKey: openProver(bytes), keyBytes: verifyingKey };
      }
    }
  });
}

/** Returns the layers; nonzeros and bounds are those of the weights if there are any, else bounds are the key's. */
function describeLayers(
  { network, graph }: VerifyingKey,
  provingKey: ProvingKey | undefined,
  shapes: readonly Shape[],
): LayerDescription[] {
  const weighted = provingKey?.network ?? network;
  const own = provingKey === undefined ? undefined : tensorBounds(weighted, shapes);
  const boundsOf = (tensor: number): Interval => own?.[tensor] ?? graph.tensors[graph.places[tensor]].interval;
  return weighted.layers.map((layer, index) => {
    const description = describeLayer(layer, shapes[index + 1], boundsOf(index + 1));
    if (provingKey !== undefined) return description;
    const { nonzeros: _, ...known } = description;
    return known;
  });
}

/** Returns the parts that only a key of committed weights has. */
function describeCommitted(key: VerifyingKey, keyBytes: Uint8Array): { json: object; lines: string[] } {
  const [bounds, commitment, levels] = [describeBounds(key), describeCommitment(key), describeLevels(key)];
  const { field, plan, parameters } = prepareRegistration(registrationStatement(key));
  const registration = registrationReport(field, plan, parameters);
  const { entries, squares, squareVariables, rows, columnVariables, rateBits, root } = commitment;
  return {
    json: { keyBytes: keyBytes.length, commitment, weightBounds: bounds, levels, registrationSecurity: registration },
    lines: [
      `weights behind the root ${root}:`,
      `  ${count(entries)} entries in ${count(squares)} squares of 2^${squareVariables}, ${rows} rows of ` +
        `2^${columnVariables} at rate 1/${2 ** rateBits}. ${BINDS}`,
      ...table(
        ['layer', 'bounds that a registration proves'],
        bounds.map((each) => [each.layer, boundsText(each)]),
      ).map((line) => `  ${line}`),
      '',
      'opening of a proof about one input:',
      ...table(
        ['level', 'row length', 'rate', 'queries', 'work', 'matrices'],
        levels.map((level, index) => [
          index,
          `2^${level.columnVariables}`,
          `1/${2 ** level.rateBits}`,
          level.queries,
          `2^${level.grindingBits}`,
          level.matrices.map((matrix) => `${matrix.rows} ${matrix.kind} rows`).join(', '),
        ]),
      ).map((line) => `  ${line}`),
      '',
      ...securityLines('registration', registration),
      '',
    ],
  };
}

function securityLines(name: string, { total, terms }: SecurityReport): string[] {
  const rows = terms.map((term) => [term.name, term.bits.toFixed(1)]);
  return [`${name} ${total.toFixed(1)} bits, the sum of`, ...table(['error', 'bits'], rows).map((line) => `  ${line}`)];
}
