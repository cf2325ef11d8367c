// Openings that hide: what is true is accepted, lies are refused above and beneath the pads, and a proof about one witness is
// explained by another, number for number. Each way of forgetting a mask that is known is planted, and seen.

import { describe, expect, it } from 'vitest';
import { errorTerms, sumOfErrors } from '../../src/commit/index.ts';
import { chooseParameters } from '../../src/commit/recursive/choose.ts';
import type { CommittedMatrix } from '../../src/commit/recursive/commit.ts';
import type { CommitmentParameters, MemberRequest } from '../../src/commit/recursive/parameters.ts';
import { openMatrices } from '../../src/commit/recursive/prove.ts';
import { verifyMatrices } from '../../src/commit/recursive/verify.ts';
import { Rejection, UsageError } from '../../src/errors.ts';
import type { Vector } from '../../src/field/engine.ts';
import { type Coins, createCoins } from '../../src/hiding/coins.ts';
import { liesInEveryValue, lyingChannel, type Step } from '../../src/testing/index.ts';
import type { ProverChannel } from '../../src/transcript/channel.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { hasher, vectorOf } from '../commit/recursive/support.ts';
import { isFull, sampleOf } from '../support/depth.ts';
import { settings } from '../support/fields.ts';
import { explain, type Prove, scriptedSponge } from './equivocation.ts';
import { type HidingCase, hidingCase, proveHidden, verifyHidden, type Watch } from './support.ts';

const code = { columnVariables: 9, rateBits: 3, digestLength: 26, tail: 300 };
/** Vectors, the secrets last; the names say how many levels hide. */
const MEMBERS: Readonly<Record<string, readonly MemberRequest[]>> = {
  'one level, one row of data': [{ used: 100, variables: 9 }],
  'one level': [{ used: 1000, variables: 10 }],
  'two levels': [
    { used: 2 ** 12, variables: 12, isPoint: true, code },
    { used: 1000, variables: 10 },
  ],
  'three levels': [
    { used: 2 ** 14, variables: 14, isPoint: true, code: { ...code, columnVariables: 11 } },
    { used: 4000, variables: 12, code: { ...code, columnVariables: 9, tail: 200 } },
    { used: 1000, variables: 10 },
  ],
};

/** Parameters with a level for each vector: the choice would let the last two share one. */
const THREE_LEVELS: CommitmentParameters = {
  fieldBits: 123.95,
  levels: [
    {
      ...{ columnVariables: 11, rateBits: 3, tail: 300, queries: 125, grindingBits: 4, proximityBits: 108 },
      matrices: [{ rows: 8, variables: 14, kind: 'base', digestLength: 26 }],
    },
    {
      ...{ columnVariables: 9, rateBits: 3, tail: 200, queries: 132, grindingBits: 4, proximityBits: 109 },
      matrices: [
        { rows: 5, variables: 12, kind: 'extension', digestLength: 26 },
        { rows: 8, variables: 12, kind: 'base', digestLength: 26 },
      ],
    },
    {
      ...{ columnVariables: 8, rateBits: 3, tail: 160, chunks: 1, queries: 138, grindingBits: 4, proximityBits: 110 },
      matrices: [
        { rows: 3, variables: 10, kind: 'extension', digestLength: 26 },
        { rows: 16, variables: 10, kind: 'base', digestLength: 26, blinds: 12 },
      ],
    },
  ],
  places: [0, 1, 2],
  isPoint: true,
  hiding: { pads: 200, equations: 40 },
};

const witnessOf = (members: readonly MemberRequest[], seed: number): Int32Array[] =>
  members.map((member, k) => vectorOf(member, seed + k));
const labelsOf = (members: readonly MemberRequest[]): string[] =>
  members.map((_, k) => (k === members.length - 1 ? 'tails of secrets' : `tails of member ${k}`));
const coinsOf = (field: (typeof settings)[number][1], seed: number): Coins =>
  createCoins(field, hasher, new Uint8Array(32).fill(seed));

/** Explains one witness by another, with a prover that may leak. */
function explained(
  [, field, createEngine]: (typeof settings)[number],
  statement: HidingCase,
  leak: { readonly coins?: (coins: Coins) => Coins; readonly watch?: Watch } = {},
): ReturnType<typeof explain> {
  const engine = createEngine();
  const { members, parameters } = statement;
  const prove: Prove<readonly Int32Array[]> = (witness, coins, watch) => {
    const own = leak.coins?.(coins) ?? coins;
    proveHidden(
      watch.engine(engine),
      statement,
      witness,
      own,
      { sponge: scriptedSponge(5) },
      {
        ...leak.watch,
        below: (channel) => leak.watch?.below?.(watch.below(channel)) ?? watch.below(channel),
        onMessage: (message) => watch.onMessage(engine, message),
      },
    );
  };
  return explain(field, parameters, labelsOf(members), prove, [witnessOf(members, 1), witnessOf(members, 50)], 11);
}

const wasm = settings[0];
const bn254 = settings[3];

describe.each(Object.entries(MEMBERS))('an opening that hides: %s', (name, members) => {
  const [, field, createEngine] = wasm;
  const statement = name === 'three levels' ? { members, parameters: THREE_LEVELS } : hidingCase(field, members);
  const witness = witnessOf(members, 1);

  it('has the levels that its name says', () => {
    const hiding = statement.parameters.levels.filter(({ tail }) => tail !== undefined);
    expect(hiding).toHaveLength(['one', 'two', 'three'].indexOf(name.split(' ')[0]) + 1);
    expect(hiding.at(-1)?.chunks).toBe(1);
  });

  it('is accepted, the same on every engine', () => {
    const proofs = settings
      .slice(0, isFull ? 3 : 2)
      .map(([, , create]) => proveHidden(create(), statement, witness, coinsOf(field, 1)));
    for (const proof of proofs) expect(proof).toEqual(proofs[0]);
    verifyHidden(field, statement, proofs[0]);
  });

  it.runIf(isFull || sampleOf(Object.keys(MEMBERS), 2).includes(name))(
    'is explained by another witness, number for number',
    async () => {
      const { different, differing, numbers } = await explained(wasm, statement);
      expect(different).toEqual([]);
      expect(numbers).toBeGreaterThan(2000);
      expect(differing).toBeGreaterThan(2 * members.length);
    },
  );

  it('hides everything that is sent under pads of its own, with other coins', () => {
    const engine = createEngine();
    const options = { sponge: scriptedSponge(9) };
    const [first, second] = [1, 2].map((seed) => {
      const sent: bigint[][] = [];
      const columns: Uint8Array[] = [];
      let isOver = false;
      proveHidden(engine, statement, witness, coinsOf(field, seed), options, {
        below: (channel) => ({
          ...channel,
          send(label, values) {
            isOver ||= label === 'row';
            if (!isOver) sent.push(...values.map((value) => field.toCoefficients(value).map(BigInt)));
            channel.send(label, values);
          },
          hint(label, bytes) {
            if (label === 'columns') columns.push(bytes);
            channel.hint(label, bytes);
          },
        }),
      });
      return { sent, columns: columns.slice(0, members.length) };
    });
    const p = field.characteristic;
    const differences = first.sent.map((value, k) => value.map((c, at) => (c - second.sent[k][at] + p) % p).join());
    // no pad is missing, and none is used twice
    expect(differences).not.toContain('0,0,0,0');
    expect(new Set(differences).size).toBe(differences.length);
    for (const [k, bytes] of first.columns.entries()) {
      const words = (list: Uint8Array): Uint32Array => new Uint32Array(list.slice().buffer);
      const [a, b] = [words(bytes), words(second.columns[k])];
      expect(a.filter((word, at) => word === b[at]).length).toBeLessThan(3);
    }
  });

  it('is refused with any of its values changed above the pads, and continued honestly', () => {
    const steps: Step<unknown>[] = [];
    const engine = createEngine();
    const run = (above: Watch['above']): Uint8Array =>
      proveHidden(engine, statement, witness, coinsOf(field, 1), {}, above === undefined ? {} : { above });
    run((channel) => lyingChannel(field, channel, [], steps));
    const lies = liesInEveryValue(field, steps);
    expect(lies.length).toBeGreaterThan(10);
    for (const { change } of sampleOf(lies, isFull ? lies.length : 6)) {
      const proof = run((channel: ProverChannel<unknown>) => lyingChannel(field, channel, [change]));
      expect(() => verifyHidden(field, statement, proof)).toThrow(Rejection);
    }
  });

  it('is refused with any of its bytes changed', () => {
    const proof = proveHidden(createEngine(), statement, witness, coinsOf(field, 1));
    const count = isFull ? 200 : 20;
    for (const at of Array.from({ length: count }, (_, k) => Math.floor((k * proof.length) / count))) {
      const changed = proof.with(at, proof[at] ^ (1 << (at % 8)));
      expect(() => verifyHidden(field, statement, changed), `byte ${at}`).toThrow(Rejection);
    }
  });

  it('is refused with a message that goes on after its tail', () => {
    const engine = createEngine();
    const options = { sponge: scriptedSponge(5) };
    const { levels } = statement.parameters;
    // t + x^(K − q)·Π (x − x_j): the same claim and the same values at all positions, one coefficient too many
    const delta = (index: number): unknown[] => {
      const { columnVariables, rateBits, tail = 0 } = levels[index];
      const positions = new Set<number>();
      proveHidden(engine, statement, witness, coinsOf(field, 1), options, {
        below: (channel) => {
          let here = -1;
          return {
            ...channel,
            within: (label, inner) => {
              const before = here;
              here = Number(/^level (\d+)$/.exec(label)?.[1] ?? here);
              const result = channel.within(label, inner);
              here = before;
              return result;
            },
            drawIndices(label, count, bits) {
              const drawn = channel.drawIndices(label, count, bits);
              if (here === index) for (const position of drawn) positions.add(position);
              return drawn;
            },
          };
        },
      });
      let vanishing: unknown[] = [field.one];
      for (const position of positions) {
        let x = field.one;
        const root = field.rootOfUnity(columnVariables + rateBits);
        for (let k = 0; k < position; k++) x = field.mul(x, root);
        vanishing = [...vanishing, field.zero].map((_, k) =>
          field.sub(vanishing[k - 1] ?? field.zero, field.mul(x, vanishing[k] ?? field.zero)),
        );
      }
      const width = 2 ** columnVariables;
      const first = width + tail - positions.size;
      expect(first).toBeGreaterThanOrEqual(width);
      return Array.from({ length: 2 * width }, (_, k) => vanishing[k - first] ?? field.zero);
    };
    const hidden = levels.findIndex(({ chunks }) => chunks !== undefined);
    for (let index = 0; index <= hidden; index++) {
      // a message in the clear has no place for it
      if (index === levels.length - 1) continue;
      const more = delta(index);
      const added = (vector: Vector): Vector => engine.add(vector, engine.fromElements(more));
      const forged = (matrix: CommittedMatrix, member: number): CommittedMatrix =>
        index < hidden && member === index
          ? { ...matrix, combineRows: (weights) => added(matrix.combineRows(weights)) }
          : matrix;
      const proof = proveHidden(engine, statement, witness, coinsOf(field, 1), options, {
        matrix: forged,
        onMessage: (message) => (index === hidden ? added(message) : message),
      });
      expect(() => verifyHidden(field, statement, proof, options)).toThrow(
        expect.objectContaining({ code: index === hidden ? 'sumcheck' : 'hidden' }),
      );
    }
  });

  it('has errors that add up to what was asked for, with terms of its own', () => {
    const terms = errorTerms(field, statement.parameters);
    expect(sumOfErrors(terms)).toBeGreaterThanOrEqual(100);
    const names = terms.map((term) => term.name.replace(/^level \d+: /, ''));
    expect(names).toEqual(expect.arrayContaining(['proximity of the pads', 'hidden equations']));
    const committed = statement.parameters.levels.slice(0, -1).filter(({ tail }) => tail !== undefined);
    expect(names.filter((each) => each === 'zeros after the message')).toHaveLength(committed.length);
  });
});

describe('an opening that hides over BN254', () => {
  const [, field, createEngine] = bn254;

  it.each(['one level', 'two levels'])('%s: is accepted, and explained by another witness', async (name) => {
    const members = MEMBERS[name];
    const statement = hidingCase(field, members);
    verifyHidden(field, statement, proveHidden(createEngine(), statement, witnessOf(members, 1), coinsOf(field, 1)));
    if (isFull) expect((await explained(bn254, statement)).different).toEqual([]);
  });
});

describe('a prover that forgets a mask is seen:', () => {
  const statement = hidingCase(wasm[1], MEMBERS['two levels']);
  /** Coins of which some bytes of one label are others. */
  const changed =
    (label: string, change: (bytes: Uint8Array) => Uint8Array) =>
    (coins: Coins): Coins => ({
      draw: (asked, count) => (asked === label ? change(coins.draw(asked, count).slice()) : coins.draw(asked, count)),
    });
  const LEAKS: Readonly<Record<string, (coins: Coins) => Coins>> = {
    ...Object.fromEntries(
      [
        'pads',
        'noise',
        'mask, coordinate 2',
        'tails of secrets',
        'tails of member 0',
        'tails of pads',
        'tails of noise',
        'message 0, coordinate 1',
      ].map((label) => [`no ${label}`, changed(label, (bytes) => bytes.fill(0))]),
    ),
    'the first pad': changed('pads', (bytes) => bytes.fill(0, 0, 16)),
    'the second pad': changed('pads', (bytes) => bytes.fill(0, 16, 32)),
    'a pad used twice': changed('pads', (bytes) => bytes.copyWithin(16 * 5, 16 * 6, 16 * 7)),
  };

  it.each(sampleOf(Object.keys(LEAKS), isFull ? 11 : 1))('%s', async (name) => {
    expect((await explained(wasm, statement, { coins: LEAKS[name] })).different).not.toEqual([]);
  });
});

describe('the arguments of an opening that hides', () => {
  const [, field, createEngine] = wasm;
  const members = MEMBERS['two levels'];

  it('need their line, and no other opening takes one', () => {
    const { parameters } = hidingCase(field, members);
    const channel = createVerifierChannel(field, new Uint8Array(0));
    expect(() => verifyMatrices(field, channel, parameters, [])).toThrow(UsageError);
    const plain = chooseParameters({ field, securityBits: 100, members: [{ used: 100, variables: 7 }] });
    const line = (): never => {
      throw new Error('asked');
    };
    expect(() => verifyMatrices(field, channel, plain, [], { drawLine: line })).toThrow(UsageError);
  });

  it('need coins', () => {
    const engine = createEngine();
    const { parameters } = hidingCase(field, [{ used: 1000, variables: 10 }]);
    const run = () => openMatrices(engine, hasher, createProverChannel(field), parameters, []);
    expect(run).toThrow(UsageError);
  });

  it('refuse more hidden elements or equations than are planned', () => {
    const one = MEMBERS['one level'];
    const run = (sizes: { pads?: number; equations?: number }) => () => {
      const statement = hidingCase(field, one, sizes);
      verifyHidden(field, statement, proveHidden(createEngine(), statement, witnessOf(one, 1), coinsOf(field, 1)));
    };
    expect(run({ pads: 20 })).toThrow(/20 pads/);
    expect(run({ equations: 2 })).toThrow(/and 2 allow/);
    expect(run({ pads: 26, equations: 3 })).not.toThrow();
  });

  it('refuse secrets that are not there, or are opened at a point', () => {
    const choose = (secrets: number) => () =>
      chooseParameters({ field, securityBits: 100, members, hiding: { pads: 100, equations: 9, secrets } });
    expect(choose(1)).not.toThrow();
    expect(choose(0)).toThrow('no parameters open vectors');
    expect(choose(2)).toThrow('no parameters open vectors');
  });
});
