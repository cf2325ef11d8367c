// Readers of JSON: public signals, and commitment files of the command line.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCommitment, readCommitment } from '../../../src/cli/commitments.ts';
import { InputError } from '../../../src/errors.ts';
import { publicSignalsFromJson, publicSignalsToJson } from '../../../src/network/index.ts';
import { mutateBytes } from '../mutate.ts';
import type { Random } from '../random.ts';
import { Finding, type Prepared, type Target } from '../target.ts';

const ROOT = '00112233445566778899aabbccddeeff001122334455667788ab';
const VALUES: readonly unknown[] = [
  null,
  true,
  '',
  'x',
  ROOT,
  ROOT.toUpperCase(),
  `${ROOT}\n`,
  -1,
  0.5,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  1e308,
  [],
  {},
  [[1]],
  { length: 2 ** 32 - 1 },
];

/** A value with one place changed. */
function changed(random: Random, value: unknown): unknown {
  if (random.oneIn(4)) return random.oneIn(4) ? random.integer() : random.pick(VALUES);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    if (at === value.length) return [...value, value[0]];
    return random.oneIn(4)
      ? value.filter((_, k) => k !== at)
      : value.map((each, k) => (k === at ? changed(random, each) : each));
  }
  if (typeof value !== 'object' || value === null) return random.pick(VALUES);
  const entries = Object.entries(value);
  const at = random.below(entries.length);
  if (random.oneIn(6)) entries.splice(at, 1);
  else if (random.oneIn(12)) entries.push([random.pick(['__proto__', 'length', 'extra']), random.pick(VALUES)]);
  else entries[at] = [entries[at][0], changed(random, entries[at][1])];
  return Object.fromEntries(entries);
}

function makeJson(bases: readonly unknown[]): Prepared['make'] {
  return (random) => {
    const text = new TextEncoder().encode(JSON.stringify(changed(random, random.pick(bases))));
    return { files: { json: random.oneIn(4) ? mutateBytes(random, text) : text }, what: 'JSON' };
  };
}

export const signals: Target = {
  name: 'signals',
  memory: { perByte: 256, constant: 2 ** 24 },
  prepare: () => ({
    make: makeJson([
      { input: [1, -2, 3], output: [4] },
      { input: [], output: [4, 5], committed: { batch: 2, tensors: [{ tensor: 0, root: ROOT }] } },
      {
        input: [],
        output: [],
        committed: {
          batch: 1,
          tensors: [
            { tensor: 0, root: ROOT },
            { tensor: 3, root: ROOT },
          ],
        },
      },
    ]),
    run({ json }) {
      const parsed = parse(json);
      const read = publicSignalsFromJson(parsed as Parameters<typeof publicSignalsFromJson>[0]);
      const again = publicSignalsFromJson(publicSignalsToJson(read));
      if (JSON.stringify(publicSignalsToJson(again)) !== JSON.stringify(publicSignalsToJson(read))) {
        throw new Finding('public signals change when they are written and read');
      }
    },
  }),
};

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(json));
  } catch {
    throw new InputError('no JSON');
  }
}

export const commitment: Target = {
  name: 'commitment',
  memory: { perByte: 256, constant: 2 ** 24 },
  prepare() {
    const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-fuzz-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'commitment.json');
    return {
      make: makeJson([{ shape: [1, 28, 28], batch: 3, root: ROOT }]),
      run({ json }) {
        writeFileSync(path, json);
        const read = readCommitment(path);
        writeFileSync(path, encodeCommitment(read));
        if (Buffer.compare(readCommitment(path).root, read.root) !== 0)
          throw new Finding('another root when read again');
      },
    };
  },
};
