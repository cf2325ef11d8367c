// Forgeries, one test each. Each commits to weights that break one rule, or lies in one place, and then goes on as an
// honest prover would: whatever else can be made consistent is.

import { describe, expect, it } from 'vitest';
import type { KoalaElement } from '../../../src/field/koalabear.ts';
import { boundsOf, type LayerBounds } from '../../../src/network/model/bounds.ts';
import { prepareRegistration } from '../../../src/network/registration/protocol.ts';
import { verifyRegistration } from '../../../src/network/registration/verify.ts';
import type { TranscriptEntry } from '../../../src/transcript/transcript.ts';
import type { Verdict } from '../../../src/verdict.ts';
import { convolutional, perceptron } from '../../support/networks.ts';
import { type CommitOptions, commitModel, type Forgery, proveAs } from './support.ts';

// three squares of 2^5 columns of 2^4 rows: 13 × 20, 7 × 13 and 3 × 7 weights; then S, six blocks
const network = perceptron({ sizes: [20, 13, 7, 3], seed: 5 });
const [columnLength, squareLength] = [2 ** 4, 2 ** 9];
const denseStart = 3 * squareLength;
const honest = commitModel(network);

/** Bounds of the rows that leave room for `more`. */
function roomy(more: number, of = network): (LayerBounds | undefined)[] {
  return boundsOf(of).map((bounds) =>
    bounds?.kind === 'matrix' ? { ...bounds, plus: bounds.plus + more, minus: bounds.minus + more } : bounds,
  );
}

async function forge(options: CommitOptions, forgery: Forgery<KoalaElement> = {}): Promise<Verdict> {
  const model = commitModel(network, options);
  return verifyRegistration(model.statement, await proveAs(model, forgery));
}

/** Which entry of M: of a ternary matrix, a weight. */
function place(matrix: number, row: number, column: number): number {
  return matrix * squareLength + column * columnLength + row;
}

/** Puts an entry where there is none. */
function put(entry: number, at: number): (entries: Int32Array) => void {
  return (entries) => {
    expect(entries[at]).toBe(0);
    entries[at] = entry;
  };
}

/** A column in which the first matrix has no weight in a row. */
function freeColumn(row: number): number {
  const columns = Array.from({ length: 20 }, (_, column) => column);
  return columns.find((column) => honest.entries[place(0, row, column)] === 0) as number;
}

/** The sum over M does not come out. */
const SUM = { ok: false, code: 'sumcheck', where: 'weights' };
/** Something stands in no table. */
const LOOKUP = { ok: false, code: 'lookup-root', where: 'lookup' };

describe('ternary weights', () => {
  it('a weight of 1 in place of 0 is a model like another', async () => {
    expect(await forge({ bounds: roomy(1), change: put(1, place(0, 2, freeColumn(2))) })).toEqual({ ok: true });
  });

  for (const weight of [2, 3, -2]) {
    it(`a weight of ${weight}, counted as its powers would have it`, async () => {
      // plus + minus = Σ M², plus − minus = Σ M
      const [plus, minus] = [(weight ** 2 + weight) / 2, (weight ** 2 - weight) / 2];
      const verdict = await forge(
        { bounds: roomy(10), change: put(weight, place(0, 2, freeColumn(2))) },
        { witnessSource: honest.source, lie: ({ count }) => count(0, 2, plus, minus) },
      );
      expect(verdict).toMatchObject(SUM);
    });
  }

  it('a weight in a row of padding', async () => {
    expect(await forge({ bounds: roomy(1), change: put(1, place(0, 13, 4)) })).toMatchObject(SUM);
  });

  it('a weight in a row of padding that the counts have', async () => {
    const verdict = await forge(
      { bounds: roomy(1), change: put(1, place(0, 13, 4)) },
      { lie: ({ count }) => count(0, 13, 1, 0) },
    );
    expect(verdict).toMatchObject(LOOKUP);
  });

  it('a weight in a column of padding', async () => {
    expect(await forge({ bounds: roomy(1), change: put(-1, place(0, 2, 20)) })).toMatchObject(SUM);
  });

  it('a weight on rows of a square that its matrix does not reach', async () => {
    expect(await forge({ bounds: roomy(1), change: put(1, place(2, 9, 2)) })).toMatchObject(SUM);
  });

  it('a weight in a square that nothing uses', async () => {
    // squares of 2^7 entries, seven of eight in use; the last row of the code reaches beyond
    const model = commitModel(convolutional({ seed: 1 }), { columnVariables: 9, change: put(1, 7 * 2 ** 7 + 5) });
    expect(verifyRegistration(model.statement, await proveAs(model))).toMatchObject(SUM);
  });
});

describe('bounds of rows', () => {
  /** The row of the first matrix with the most weights of +1. */
  const counts = Array.from(
    { length: 13 },
    (_, row) =>
      Array.from({ length: 20 }, (_, column) => honest.entries[place(0, row, column)]).filter((w) => w === 1).length,
  );
  const fullest = counts.indexOf(Math.max(...counts));
  const change = put(1, place(0, fullest, freeColumn(fullest)));

  it('an honest prover refuses a row beyond its bound', async () => {
    await expect(proveAs(commitModel(network, { bounds: boundsOf(network), change }))).rejects.toThrow(
      'the positive weights of layer linear 1: entry',
    );
  });

  it('a row with one weight too many', async () => {
    const verdict = await forge({ change }, { witnessSource: honest.source });
    expect(verdict).toMatchObject(SUM);
  });

  it('a row with one weight too many that is counted', async () => {
    const lie: Forgery<KoalaElement>['lie'] = ({ count }) => count(0, fullest, 1, 0);
    expect(await forge({ change }, { witnessSource: honest.source, lie })).toMatchObject(LOOKUP);
  });

  for (const [plus, minus] of [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
  ]) {
    it(`counts of a row that are wrong by ${plus} and ${minus}`, async () => {
      expect(await forge({ bounds: roomy(2) }, { lie: ({ count }) => count(1, 3, plus, minus) })).toMatchObject(SUM);
    });
  }

  it('counts of a row of padding', async () => {
    expect(await forge({ bounds: roomy(2) }, { lie: ({ count }) => count(0, 14, -1, -1) })).toMatchObject(SUM);
  });
});

describe('columns', () => {
  // the commitment's run ends elsewhere than the column that was committed
  const OPENING = { ok: false, code: 'sumcheck', where: 'commitment/level 1' };

  it('a limb that is looked up as another', async () => {
    const look: Forgery<KoalaElement>['look'] = (looked) => {
      looked[0] = { values: looked[0].values.map((value, row) => (row === 1 ? value ^ 1 : value)) };
    };
    expect(await forge({ bounds: roomy(2) }, { look })).toMatchObject(SUM);
  });

  it('a limb that is committed as another', async () => {
    const verdict = await forge(
      {},
      {
        lie: ({ columns }) => {
          columns[0][1] ^= 1;
        },
        look: (looked) => {
          looked[0] = { values: looked[0].values.map((value, row) => (row === 1 ? value ^ 1 : value)) };
        },
      },
    );
    expect(verdict).toMatchObject(OPENING);
  });
});

describe('multipliers and biases', () => {
  const blocks = honest.statement.layout.dense?.blocks ?? [];
  for (const role of ['multipliers', 'biases'] as const) {
    const block = blocks.findIndex((each) => each.role === role);
    const { min, bits } = blocks[block].range;
    const start = denseStart + (honest.statement.layout.dense?.packing.blocks[block].start ?? 0);
    for (const value of [min - 1, min + 2 ** bits]) {
      const change = (entries: Int32Array): void => {
        entries[start + 4] = value;
      };

      it(`${value} among ${role} of ${bits} bits from ${min} on`, async () => {
        const verdict = await forge(
          { change },
          {
            witnessSource: honest.source,
            lie: ({ plan, columns }) => {
              const range = plan.ranges.find((each) => each.block === block);
              columns[range?.limbs[0].column ?? -1][4] = value - min;
            },
          },
        );
        expect(verdict).toMatchObject(LOOKUP);
      });

      it(`${value} among ${role}, with limbs of another`, async () => {
        expect(await forge({ change }, { witnessSource: honest.source })).toMatchObject(SUM);
      });
    }

    it(`${role} on the padding`, async () => {
      expect(await forge({ change: put(1, start + 14) })).toMatchObject(SUM);
    });
  }

  it('an entry after the last block', async () => {
    expect(await forge({ change: put(1, denseStart + 70) })).toMatchObject(SUM);
  });
});

describe('8-bit weights', () => {
  // a convolution of 8-bit weights, one row of one weight; its S+ is the first block
  const images = convolutional({ seed: 6 });
  const model = commitModel(images);
  const { layout } = model.statement;
  const start =
    layout.squares.length * 2 ** (layout.columnVariables + layout.rowVariables) +
    (layout.dense?.packing.blocks[0].start ?? 0);

  const matrix = prepareRegistration(model.statement).plan.matrices.findIndex(({ blocks }) => blocks?.plus === 0);

  async function forgeWeight(weight: number, bounds: readonly (LayerBounds | undefined)[], isCounted: boolean) {
    const more = weight - model.entries[start];
    const change = (entries: Int32Array): void => {
      entries[start] = weight;
    };
    const forged = commitModel(images, { change, bounds });
    const lie: Forgery<KoalaElement>['lie'] = ({ count }) => count(matrix, 0, isCounted ? more : 0, 0);
    return verifyRegistration(forged.statement, await proveAs(forged, { witnessSource: model.source, lie }));
  }

  it('the first block is one of positive weights', () => {
    expect(layout.dense?.blocks[0].role).toBe('plus');
  });

  it('128 is a magnitude', async () => {
    expect(await forgeWeight(128, roomy(300, images), true)).toEqual({ ok: true });
  });

  it('129 is none', async () => {
    expect(await forgeWeight(129, roomy(300, images), true)).toMatchObject(LOOKUP);
  });

  it('a negative one among those that are not', async () => {
    expect(await forgeWeight(-1, roomy(300, images), true)).toMatchObject(LOOKUP);
  });

  it('one that is looked up as another', async () => {
    const change = (entries: Int32Array): void => {
      entries[start] = 200;
    };
    const forged = commitModel(images, { change, bounds: roomy(300, images) });
    const proof = await proveAs(forged, {
      witnessSource: model.source,
      lie: ({ count }) => count(matrix, 0, 200 - model.entries[start], 0),
      look: (looked, plan) => {
        const lookup = plan.lookups?.sources.findIndex((source) => 'block' in source && source.block === 0) ?? -1;
        looked[lookup] = { values: looked[lookup].values.map((value) => Math.min(value, 100)) };
      },
    });
    expect(verifyRegistration(forged.statement, proof)).toMatchObject(SUM);
  });

  it('a row beyond its bound', async () => {
    expect(await forgeWeight(128, boundsOf(images), false)).toMatchObject(SUM);
    expect(await forgeWeight(128, boundsOf(images), true)).toMatchObject(LOOKUP);
  });
});

describe('keys', async () => {
  const proof = await proveAs(honest);
  const other = commitModel(network, { bounds: roomy(1), change: put(1, place(0, 2, freeColumn(2))) });

  it('the honest proof is believed', () => {
    expect(verifyRegistration(honest.statement, proof)).toEqual({ ok: true });
  });

  it('another root', () => {
    const verdict = verifyRegistration({ ...honest.statement, root: other.statement.root }, proof);
    expect(verdict).toMatchObject({ ok: false, code: 'sumcheck', where: 'lookup/layer 1' });
  });

  it('other bytes', () => {
    const verdict = verifyRegistration({ ...honest.statement, bytes: other.statement.bytes }, proof);
    expect(verdict).toMatchObject({ ok: false, code: 'sumcheck', where: 'lookup/layer 1' });
  });

  it('other bounds', () => {
    const { graph, layout } = commitModel(network, { bounds: roomy(1) }).statement;
    expect(verifyRegistration({ ...honest.statement, graph, layout }, proof)).toMatchObject({ ok: false });
  });

  it('a layout with two squares exchanged', () => {
    const { layout } = honest.statement;
    const [first, second, third] = layout.squares;
    const exchanged = { ...honest.statement, layout: { ...layout, squares: [second, first, third] } };
    expect(verifyRegistration(exchanged, proof)).toMatchObject(SUM);
  });

  it('a layout of more squares than anyone should walk', () => {
    const { layout } = honest.statement;
    const verdict = verifyRegistration({ ...honest.statement, layout: { ...layout, squareCount: 2 ** 20 } }, proof);
    expect(verdict).toMatchObject({ ok: false, code: 'statement', where: 'key' });
  });

  it('weights other than the committed ones, with the matrix of the committed ones', async () => {
    const forged = await proveAs(
      { ...honest, statement: { ...other.statement, root: honest.statement.root } },
      { source: other.source },
    );
    const verdict = verifyRegistration({ ...other.statement, root: honest.statement.root }, forged);
    expect(verdict).toMatchObject({ ok: false, code: 'sumcheck', where: 'commitment/level 1' });
  });

  it('weights other than the committed ones, with their own matrix', async () => {
    const statement = { ...other.statement, root: honest.statement.root };
    const verdict = verifyRegistration(statement, await proveAs({ ...other, statement }));
    expect(verdict).toMatchObject({ ok: false, code: 'merkle' });
  });
});

describe('messages', async () => {
  const entries: { readonly entry: TranscriptEntry; readonly start: number; readonly length: number }[] = [];
  let length = 0;
  const proof = await proveAs(honest, {
    record: (entry) => {
      if (entry.kind === 'bytes' || entry.kind.startsWith('draw')) return;
      const bytes = entry.count * (entry.kind === 'elements' ? honest.statement.field.byteLength : 1);
      entries.push({ entry, start: length, length: bytes });
      length += bytes;
    },
  });

  it('changed anywhere', () => {
    expect(length).toBe(proof.length);
    for (const { entry, start, length: bytes } of entries) {
      for (const at of new Set([start, start + (bytes >> 1), start + bytes - 1])) {
        if (bytes === 0) continue;
        const changed = proof.slice();
        changed[at] ^= 1;
        const verdict = verifyRegistration(honest.statement, changed);
        expect(verdict.ok, `${entry.where}/${entry.label} at ${at}`).toBe(false);
        if (!verdict.ok) expect(verdict.code).not.toBe('internal');
      }
    }
  });

  it('cut off, and followed by more', () => {
    for (const end of [0, 1, 26, entries[3].start, proof.length >> 1, proof.length - 1]) {
      const verdict = verifyRegistration(honest.statement, proof.subarray(0, end));
      expect(verdict, `${end} bytes`).toMatchObject({ ok: false, code: 'truncated' });
    }
    const longer = Uint8Array.of(...proof, 0);
    expect(verifyRegistration(honest.statement, longer)).toMatchObject({ ok: false, code: 'trailing-bytes' });
  });

  it('that are not bytes', () => {
    const verdict = verifyRegistration(honest.statement, 'proof' as unknown as Uint8Array);
    expect(verdict).toMatchObject({ ok: false, code: 'bad-header', where: 'proof' });
  });
});
