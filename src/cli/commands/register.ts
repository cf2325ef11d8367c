// register: commits to a model's weights once, and proves that they keep the bounds of the verifying key.

import { basename, resolve } from 'node:path';
import { InputError } from '../../errors.ts';
import { shortDigest } from '../../network/files/digest.ts';
import { encodeRegistrationFile } from '../../network/files/registration.ts';
import { encodeProvingKey } from '../../network/keys/open-prover.ts';
import { encodeVerifyingKey } from '../../network/keys/read-key.ts';
import { register } from '../../network/keys/register.ts';
import type { ProvingKey } from '../../network/statement/key.ts';
import type { Command } from '../command.ts';
import { describeBounds, describeCommitment } from '../describe-key.ts';
import { readModel } from '../files.ts';
import { BINDS, ENGINE_OPTION, engineInUse, engineOption } from '../options.ts';
import { checkOutput, writeFiles } from '../output.ts';
import { count, duration, roundMs, size } from '../terminal.ts';

export const registerCommand: Command = {
  name: 'register',
  summary: "commit to a model's weights once: proofs about it need no weights to be verified",
  positionals: ['<model.tern>'],
  options: {
    output: { value: '<prover>', short: 'o', help: "the prover's file; <model>.prover unless given" },
    key: { value: '<vkey>', help: 'the verifying key, to be published; <model>.vkey unless given' },
    registration: { value: '<file>', help: 'the proof of the key, to be published; <model>.registration unless given' },
    force: { help: 'overwrite the outputs even if they are other kinds of files' },
    engine: ENGINE_OPTION,
  },
  details: [
    'The key holds the architecture, bounds of the weights and a root, but not the weights. Its registration proves',
    'that the weights behind the root are ternary where the key says so, within their ranges, and too small to',
    'overflow; anyone can check it with verify-model. The .prover file holds the weights: do not publish it.',
    BINDS,
  ],
  async run(args, progress) {
    const [modelPath] = args.positionals;
    const options = engineOption(args);
    const network = readModel(modelPath);
    const name = basename(modelPath).replace(/\.tern$/, '');
    const paths = {
      prover: args.get('output') ?? `${name}.prover`,
      key: args.get('key') ?? `${name}.vkey`,
      registration: args.get('registration') ?? `${name}.registration`,
    };
    const isApart = new Set(Object.values(paths).map((path) => resolve(path))).size === 3;
    if (!isApart) throw new InputError('register: it writes three files; give -o, --key and --registration apart');
    for (const kind of ['prover', 'key', 'registration'] as const) checkOutput(paths[kind], kind, args.has('force'));

    progress(undefined, 'encoding the weights');
    const started = performance.now();
    const made = await register(network, {
      ...options,
      onProgress: ({ phase, fraction }) => progress(fraction, `registering: ${phase}`),
    });
    const registerMs = performance.now() - started;
    const key: ProvingKey = made.provingKey;
    const files = {
      prover: encodeProvingKey(key),
      key: encodeVerifyingKey(made.verifyingKey),
      registration: encodeRegistrationFile({ digest: key.digest, registration: made.registration }),
    };
    writeFiles((['prover', 'key', 'registration'] as const).map((kind) => ({ path: paths[kind], bytes: files[kind] })));

    const commitment = describeCommitment(key);
    const used = engineInUse(options);
    return {
      json: {
        model: modelPath,
        digest: Buffer.from(key.digest).toString('hex'),
        prover: paths.prover,
        key: paths.key,
        registration: paths.registration,
        engine: used.engine,
        registerMs: roundMs(registerMs),
        proverBytes: files.prover.length,
        keyBytes: files.key.length,
        registrationBytes: files.registration.length,
        commitment,
        bounds: describeBounds(key),
      },
      lines: [
        `model         ${network.name}, digest ${shortDigest(key.digest)}`,
        `committed     ${count(commitment.entries)} entries in ${count(commitment.squares)} squares of 2^${commitment.squareVariables}`,
        ...used.lines,
        `registered    ${duration(registerMs)}`,
        `key           ${size(files.key.length)} in ${paths.key}`,
        `registration  ${size(files.registration.length)} in ${paths.registration}`,
        `prover        ${size(files.prover.length)} in ${paths.prover}`,
        'Publish the key and its registration. The .prover file holds the weights.',
      ],
    };
  },
};
