// verify-model: checks a key and its registration. A verifier can rely on a checked key as on the model itself.

import { shortDigest } from '../../network/files/digest.ts';
import { readKey } from '../../network/keys/read-key.ts';
import type { Command } from '../command.ts';
import { naming, readFile } from '../files.ts';
import { checkRegistration } from '../keys.ts';
import { requireKind } from '../kinds.ts';
import { BINDS } from '../options.ts';
import { duration, roundMs } from '../terminal.ts';
import { rejectionReport, verdictOf } from '../verdicts.ts';

export const verifyModelCommand: Command = {
  name: 'verify-model',
  summary: 'check a registration: exit code 0 if it proves its key, 1 with the reason if it does not',
  positionals: ['<model.vkey>', '<registration>'],
  options: {},
  details: [
    'Checks that the weights behind the root of the key keep its bounds: ternary or of 8 bits, within their',
    'ranges, no row larger than its bound. It does not say which weights they are.',
    BINDS,
  ],
  async run(args) {
    const [keyPath, registrationPath] = args.positionals;
    const bytes = readFile(keyPath);
    requireKind(keyPath, bytes, ['key'], {
      model: 'a model has public weights; register it first',
      registration: 'the key comes first, the registration second',
      prover: 'it holds the weights; name the .vkey file that was written with it',
    });
    const key = naming(keyPath, () => readKey(bytes));
    const { digest, network } = key;
    const checked = await verdictOf(() => checkRegistration(key, registrationPath));
    const json = { key: keyPath, digest: Buffer.from(digest).toString('hex'), registration: registrationPath };
    if (!checked.ok) return rejectionReport(json, checked);
    return {
      json: { ...json, ok: true, verifyMs: roundMs(checked.value) },
      lines: [
        `valid, checked in ${duration(checked.value)}`,
        `model     ${network.name}, digest ${shortDigest(digest)}`,
      ],
    };
  },
};
