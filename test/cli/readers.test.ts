// The readers of the command line, in this process: kinds of files, commitments, keys with their registrations, models,
// samples and labels. Anything that does not fit is an InputError that names the file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect } from 'vitest';
import {
  checkInputCommitment,
  commitSamples,
  encodeCommitment,
  inputRoot,
  readCommitment,
} from '../../src/cli/commitments.ts';
import { naming, readFile, readLabelsFor, readModel, readPlain, readSamples } from '../../src/cli/files.ts';
import { readProvingKey, readVerifyingKey, weightLines } from '../../src/cli/keys.ts';
import { kindOf, requireForeign, requireKind } from '../../src/cli/kinds.ts';
import { InputError } from '../../src/errors.ts';
import { keyDigest } from '../../src/network/files/key.ts';
import { encodeProverFile } from '../../src/network/files/prover.ts';
import { encodeNetwork, encodeRegistrationFile } from '../../src/network/index.ts';
import { registerModel } from '../network/files/support.ts';
import { it } from '../support/end-to-end.ts';
import { partsOf } from '../support/registered.ts';

const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: Uint8Array | string): string {
  const path = join(folder, `file ${files++}`);
  writeFileSync(path, content);
  return path;
}

const model = await registerModel(1);
const other = await registerModel(2);
const registrationOf = ({ keyFile, registration }: typeof model): string =>
  file(encodeRegistrationFile({ digest: keyDigest(keyFile), registration }));
const paths = {
  model: file(encodeNetwork(model.network)),
  key: file(model.keyFile),
  prover: file(encodeProverFile(partsOf(model))),
  registration: registrationOf(model),
};

describe('a commitment file', () => {
  const commitment = commitSamples([1, 4], [Int32Array.of(1, 2, 3, 4), Int32Array.of(5, 6, 7, 8)]);
  const text = new TextDecoder().decode(encodeCommitment(commitment));
  const json = JSON.parse(text) as object;
  const withField = (change: object): string => JSON.stringify({ ...json, ...change });

  it('comes back as it was', () => {
    expect(readCommitment(file(text))).toEqual(commitment);
    expect(commitment).toMatchObject({ shape: [1, 4], batch: 2 });
  });

  it.each([
    ['of no JSON', `${text}}`, /commitment file: it is not JSON; copy it again/],
    ['without sizes', withField({ shape: [] }), /shape is not a size list/],
    ['with a size of zero', withField({ shape: [0] }), /shape is not a size list/],
    ['of half a sample', withField({ batch: 0.5 }), /batch is not a number of samples/],
    ['of a root that is a number', withField({ root: 5 }), /root does not have 52 hexadecimal digits/],
    ['of a root with a line behind it', withField({ root: `${'a'.repeat(52)}\n` }), /root does not have 52/],
    ['of another kind', '{"batch":1}', /it is not a commitment file: it does not begin with/],
  ])('%s is refused', (_, content, message) => {
    const path = file(content);
    expect(() => readCommitment(path)).toThrow(InputError);
    expect(() => readCommitment(path)).toThrow(message);
  });

  it('whose shape is not a list is rejected', () => {
    expect(() => readCommitment(file('{"shape":[1],"shape":3,"batch":1}'))).toThrow(/shape is not a size list/);
  });

  it('is compared with a proof’s input, shown or committed', () => {
    const input = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const output = Int32Array.of();
    const committed = { batch: 2, tensors: [{ tensor: 0, root: commitment.root }] };
    const empty = new Int32Array(0);
    expect(inputRoot({ input, output })).toBeUndefined();
    expect(inputRoot({ input: empty, output, committed })).toBe(commitment.root);
    const check = (signals: Parameters<typeof checkInputCommitment>[0], shape = [4]) =>
      checkInputCommitment(signals, shape, commitment, 'the file');
    check({ input, output });
    check({ input: empty, output, committed });
    const rejection = (message: RegExp) =>
      expect.objectContaining({ code: 'statement', where: 'input', message: expect.stringMatching(message) });
    expect(() => check({ input, output }, [2, 2])).toThrow(rejection(/takes inputs of shape \[2, 2\], the commitment/));
    expect(() => check({ input: input.subarray(4), output })).toThrow(rejection(/samples: 1 in the proof, 2 there/));
    expect(() => check({ input: empty, output, committed: { batch: 2, tensors: [] } })).toThrow(
      rejection(/its values are not whole samples/),
    );
    expect(() => check({ input: input.toReversed(), output })).toThrow(rejection(/the roots differ/));
  });
});

describe('the kind of a file', () => {
  it('is told by how it begins', () => {
    expect(kindOf(model.keyFile)).toBe('key');
    expect(kindOf(Uint8Array.of(1, 2))).toBeUndefined();
  });

  it('that somebody else wrote is none of them', () => {
    expect(() => requireForeign('f', Uint8Array.of(8, 9), 'an ONNX file')).not.toThrow();
    expect(() => requireForeign('f', model.keyFile, 'an ONNX file')).toThrow(
      'f: it is a verifying key, not an ONNX file; name an ONNX file',
    );
  });

  it('that is another is called by its name, with a hint where there is one', () => {
    expect(() => requireKind('f', model.keyFile, ['model'])).toThrow(
      'f: it is a verifying key, not a model file; name a model file',
    );
    expect(() => requireKind('f', model.keyFile, ['model'], { key: 'no' })).toThrow(/not a model file; no$/);
    expect(() => requireKind('f', new Uint8Array(0), ['model', 'key'])).toThrow(
      /it is not a model file or a verifying key: it does not begin with "TERN" or "TGVK"; make one with/,
    );
  });
});

describe('keys', () => {
  it('for proving come from a model or a prover’s file', () => {
    expect(readProvingKey(paths.model).weightStatus).toBe('public');
    expect(readProvingKey(paths.prover).digest).toEqual(keyDigest(model.keyFile));
    expect(() => readProvingKey(paths.key)).toThrow(/a key verifies; proving takes the .prover file/);
  });

  it('for verifying say what is known of the weights', () => {
    const [open, unchecked, registered] = [
      readVerifyingKey(paths.model, undefined),
      readVerifyingKey(paths.key, undefined),
      readVerifyingKey(paths.key, paths.registration),
    ];
    expect([open, unchecked, registered].map(({ key }) => weightLines(key)[0])).toEqual([
      'weights   public',
      'weights   committed; their registration was NOT checked',
      'weights   committed; their registration was checked',
    ]);
    expect(registered.registrationMs).toBeGreaterThan(0);
    expect(unchecked.registrationMs).toBeUndefined();
  });

  it('are refused with registrations that do not prove them', () => {
    expect(() => readVerifyingKey(paths.model, paths.registration)).toThrow(/--registration goes with a verifying key/);
    expect(() => readVerifyingKey(paths.key, registrationOf(other))).toThrow(/the registration is of another model/);
    const broken = file(encodeRegistrationFile({ digest: keyDigest(model.keyFile), registration: Uint8Array.of(1) }));
    expect(() => readVerifyingKey(paths.key, broken)).toThrow(
      expect.objectContaining({ name: 'Rejection', code: 'truncated', where: 'registration/root' }),
    );
    expect(() => readVerifyingKey(paths.key, paths.model)).toThrow(/it is a model file, not a registration file/);
  });
});

describe('files', () => {
  it('are read as they are, or decompressed', async () => {
    const path = file(gzipSync('[1]'));
    expect(readFile(path)).toHaveLength(gzipSync('[1]').length);
    expect(await readPlain(path)).toEqual(new TextEncoder().encode('[1]'));
    expect(() => readFile(join(folder, 'none'))).toThrow(/it cannot be read: the file or folder does not exist/);
    expect(() => readFile(folder)).toThrow(/it cannot be read: it is a folder; name a file/);
    expect(() => readFile('a\0b')).toThrow(/it cannot be read: .*null bytes/);
  });

  it('name themselves in what is wrong with them, once', () => {
    const wrong = (message: string) => (): never => {
      throw new InputError(message);
    };
    expect(naming('f', () => 1)).toBe(1);
    expect(() => naming('f', wrong('it is bad'))).toThrow('f: it is bad');
    expect(() => naming('f', wrong('f: it is bad'))).toThrow(/^f: it is bad$/);
    const defect = new TypeError('f');
    expect(() =>
      naming('f', () => {
        throw defect;
      }),
    ).toThrow(defect);
  });

  it('hold models, samples and labels', async () => {
    expect(readModel(paths.model).name).toBe(model.network.name);
    expect(() => readModel(paths.prover)).toThrow(/this command takes the model that was registered/);
    expect(await readSamples(file('[[1,2],[3,4]]'), [2])).toEqual([Int32Array.of(1, 2), Int32Array.of(3, 4)]);
    await expect(readSamples(file('[[[1,2],[3,4],[5,6]]]'), [2, 3, 1])).rejects.toThrow(
      /shape \[1, 3, 2\] does not hold samples of shape \[2, 3, 1\] .*: transpose to \[2, 3, 1\]/,
    );
    const labels = file('[1,2,0]');
    expect(await readLabelsFor(labels, 2)).toEqual(Int32Array.of(1, 2));
    await expect(readLabelsFor(labels, 4)).rejects.toThrow(/3 labels for 4 samples; name the labels that belong/);
  });
});
