// The vectors are what this library does today. A change of a format shows here: run `npm run vectors`, look at what
// changed, and write a line in the changelog.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import type { Rejection, RejectionCode } from '../../src/errors.ts';
import { checkProofNetwork } from '../../src/network/files/proof.ts';
import {
  compile,
  decodeNetwork,
  decodeProofFile,
  decodeRegistrationFile,
  encodeNetwork,
  readKey,
  verify,
} from '../../src/network/index.ts';
import { verifyModelFile } from '../support/registered.ts';
import { makeVectors } from './generate.ts';
import { READER_CASES } from './readers.ts';
import { changed } from './refused.ts';

const files = await makeVectors();
const read = (name: string): string => readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8');

describe('vectors', () => {
  it.each([...files.keys()])('%s.json is what the generator makes', (name) => {
    expect(read(name) === files.get(name), `${name}.json differs: run npm run vectors and look at the changes`).toBe(
      true,
    );
  });

  it('these are all, and together they are small', () => {
    const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));
    expect(names.sort()).toEqual([...files.keys()].map((name) => `${name}.json`).sort());
    expect([...files.values()].reduce((sum, text) => sum + text.length, 0)).toBeLessThan(450_000);
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

const parse = <T>(name: string): T => JSON.parse(read(name)) as T;
const networks = ['networks', 'images'].flatMap((name) => parse<NetworkVector[]>(name));

describe('networks from their bytes alone', () => {
  it.each(networks)('$name', ({ model, key, registration, digest, proofFile }) => {
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
  });
});

interface RefusedVector {
  readonly name: string;
  readonly of: string;
  readonly code: string;
  readonly changes?: readonly (readonly [number, number, string])[];
  readonly proofFile?: string;
}

describe('refused proofs', () => {
  const refused = parse<RefusedVector[]>('refused');

  // a denominator of zero that the trees lead to is a matter of luck: the drawn α is not known before
  it('are of every code that a prover can choose', () => {
    const codes: readonly RejectionCode[] = [
      ...(['truncated', 'trailing-bytes', 'non-canonical', 'bad-header', 'statement', 'input-range'] as const),
      ...(['sumcheck', 'claim', 'lookup-root'] as const),
      ...(['merkle', 'proximity', 'opening', 'grinding'] as const),
    ];
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(codes));
  });

  it.each(refused)('$name', ({ of, code, changes, proofFile }) => {
    const vector = networks.find(({ name }) => name === of)!;
    const { verifyingKey } = compile(decodeNetwork(hexToBytes(vector.model!)));
    const file = hexToBytes(proofFile ?? bytesToHex(changed(hexToBytes(vector.proofFile), changes ?? [])));
    const outcome = (): string => {
      try {
        const decoded = decodeProofFile(file);
        checkProofNetwork(verifyingKey, decoded);
        const verdict = verify(verifyingKey, decoded.publicSignals, decoded.proof);
        return verdict.ok ? 'accepted' : verdict.code;
      } catch (error) {
        return (error as Rejection).code;
      }
    };
    expect(outcome()).toBe(code);
  });
});

describe('models for readers', () => {
  it.each(READER_CASES.map((each, index) => ({ ...each, index })))('$index: $rule $says', ({ rule, says, file }) => {
    if (rule === null) expect(encodeNetwork(decodeNetwork(file))).toEqual(file);
    else expect(() => decodeNetwork(file)).toThrow(says);
  });
});
