// The vectors are what this library does today. A change of a format shows here: run `npm run vectors`, look at what
// changed, and write a line in the changelog.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import {
  compile,
  decodeNetwork,
  decodeProofFile,
  decodeRegistrationFile,
  readKey,
  verify,
} from '../../src/network/index.ts';
import { verifyModelFile } from '../support/registered.ts';
import { makeVectors } from './generate.ts';

const files = await makeVectors();
const read = (name: string): string => readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8');

describe('vectors', () => {
  it.each([...files.keys()])('%s.json is what the generator makes', (name) => {
    expect(read(name) === files.get(name), `${name}.json differs: run npm run vectors and look at the changes`).toBe(
      true,
    );
  });

  it('there are no others, and all together they are small', () => {
    const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));
    expect(names.sort()).toEqual([...files.keys()].map((name) => `${name}.json`).sort());
    expect([...files.values()].reduce((sum, text) => sum + text.length, 0)).toBeLessThan(300_000);
  });
});

interface NetworkVector {
  readonly name: string;
  readonly model?: string;
  readonly key?: string;
  readonly registration?: { readonly file: string };
  readonly digest: string;
  readonly proofFile: string;
}

describe('networks.json from its bytes alone', () => {
  it.each(JSON.parse(read('networks')) as NetworkVector[])(
    '$name',
    ({ model, key, registration, digest, proofFile }) => {
      const { publicSignals, proof, digest: named } = decodeProofFile(hexToBytes(proofFile));
      expect(named).toEqual(hexToBytes(digest));
      if (model !== undefined) {
        const { verifyingKey } = compile(decodeNetwork(hexToBytes(model)));
        expect(verifyingKey.digest).toEqual(named);
        expect(verify(verifyingKey, publicSignals, proof)).toMatchObject({ ok: true, weights: 'public' });
        return;
      }
      const [bytes, file] = [hexToBytes(key ?? ''), decodeRegistrationFile(hexToBytes(registration?.file ?? ''))];
      expect(verifyModelFile(bytes, file.registration)).toEqual({ ok: true });
      expect(file.digest).toEqual(named);
      expect(verify(readKey(bytes), publicSignals, proof)).toMatchObject({ ok: true });
    },
  );
});
