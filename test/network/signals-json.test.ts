// Public signals from JSON: commitments that are not what they should be are refused with their place.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { publicSignalsFromJson } from '../../src/network/index.ts';

const root = '00112233445566778899aabbccddeeff001122334455667788ab';
const read = (committed: unknown) => publicSignalsFromJson({ input: [], output: [1], committed } as never);

describe('commitments in JSON', () => {
  it('have a batch, tensors and roots', () => {
    const { committed } = read({ batch: 2, tensors: [{ tensor: 3, root }] });
    expect(committed).toMatchObject({ batch: 2, tensors: [{ tensor: 3 }] });
    expect(committed?.tensors[0].root).toHaveLength(26);
  });

  it.each([
    [null, 'committed.batch is not an integer'],
    [{ batch: '2', tensors: [] }, 'committed.batch is not an integer'],
    [{ batch: 2, tensors: { length: 1 } }, 'committed.tensors is not a list'],
    [{ batch: 2, tensors: [null] }, 'committed.tensors[0] is not a tensor'],
    [{ batch: 2, tensors: [{ tensor: 0.5, root }] }, 'committed.tensors[0] is not a tensor'],
    [
      {
        batch: 2,
        tensors: [
          { tensor: 0, root },
          { tensor: 1, root: 7 },
        ],
      },
      'committed.tensors[1] is not a tensor',
    ],
    [{ batch: 2, tensors: [{ tensor: 0, root: root.toUpperCase() }] }, 'committed.tensors[0] is not a tensor'],
    [{ batch: 2, tensors: [{ tensor: 0, root: `${root}00` }] }, 'committed.tensors[0] is not a tensor'],
  ])('%j are refused', (committed, message) => {
    expect(() => read(committed)).toThrow(InputError);
    expect(() => read(committed)).toThrow(`public signals: ${message}`);
  });
});
