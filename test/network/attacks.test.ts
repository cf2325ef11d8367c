// Forgeries, one test each. Most lie in the witness and then go on as an honest prover would; a lie is
// believed unless some check of the verifier is there to stop it, and each test names that check.

import { describe, expect, it } from 'vitest';
import { codeOf } from '../../src/commit/recursive/parameters.ts';
import { koalaBear } from '../../src/field/index.ts';
import type { KoalaElement } from '../../src/field/koalabear.ts';
import {
  compile,
  type IntegerNetwork,
  type NetworkVerdict,
  type Plan,
  type PublicSignals,
  prove,
  verify,
} from '../../src/network/index.ts';
import { makeWitness, type Witness } from '../../src/network/proof/witness.ts';
import { absorbStatement, PROTOCOL } from '../../src/network/statement/statement.ts';
import { type Forging, proofOfWitness as proofOf } from '../../src/testing/network/forged-proofs.ts';
import { createProverChannel } from '../../src/transcript/index.ts';
import { inputsOf, perceptron } from '../support/networks.ts';

// layers: 0 flatten, 1 linear, 2 affine, 3 requantise, 4 linear, 5 affine. In proofs flattening has no tensor of its
// own: 1 is the first linear layer's output, 2 its affine's, 3 the activations.
const network = perceptron({ sizes: [6, 5, 3], multipliers: 'mixed', shift: 3, seed: 11 });
const { provingKey, verifyingKey } = compile(network);
const input = inputsOf(network, 1);
const honest = await prove(provingKey, input);

type Columns = { quotient: number; remainder: number; output: number; multiplicities: readonly number[] };

function columnsOf(plan: Plan): Columns {
  const [requantised] = plan.lookups?.requantised ?? [];
  return {
    quotient: requantised.quotient as number,
    remainder: requantised.limbColumns[0],
    output: requantised.output,
    multiplicities: plan.lookups?.multiplicities ?? [],
  };
}

/** A witness that can be written to. */
interface Forgery extends Witness {
  readonly tensors: Int32Array[];
  readonly columns: Int32Array[];
}

/** A copy of the honest witness, changed. */
function forgedWitness(change: (witness: Forgery, plan: Plan) => void): [Witness, Plan] {
  const plan = provingKey.plan(1);
  const original = makeWitness(plan, input);
  const copy: Forgery = {
    publicSignals: { input: original.publicSignals.input.slice(), output: original.publicSignals.output.slice() },
    tensors: original.tensors.map((tensor) => tensor.slice()),
    columns: original.columns.map((column) => column.slice()),
  };
  change(copy, plan);
  return [copy, plan];
}

const proofOfWitness = (witness: Witness, plan: Plan, wrap?: Forging<KoalaElement>['wrap']): Promise<Uint8Array> =>
  proofOf(provingKey, plan, witness, { wrap });

async function verdictOf(change: Parameters<typeof forgedWitness>[0]): Promise<NetworkVerdict> {
  const [witness, plan] = forgedWitness(change);
  return verify(verifyingKey, witness.publicSignals, await proofOfWitness(witness, plan));
}

/** Bytes of the root with which a proof begins. */
const rootLength = (plan: Plan): number => {
  const parameters = provingKey.commitment(plan);
  if (parameters === undefined) throw new Error('nothing is committed');
  return codeOf(parameters, 0).digestLength;
};

const refused = (verdict: NetworkVerdict): string => (verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`);

describe('a forged witness', () => {
  it('is believed when it is not forged: the forger of these tests proves what is true', async () => {
    expect(refused(await verdictOf(() => undefined))).toBe('believed');
  });

  it('another output', async () => {
    const verdict = await verdictOf(({ publicSignals }) => {
      publicSignals.output[0] += 1;
    });
    expect(refused(verdict)).toBe('sumcheck at layers affine 1, affine 2');
  });

  it('another input than the one that was run (the claim on the input)', async () => {
    const verdict = await verdictOf(({ publicSignals }) => {
      publicSignals.input[0] = (publicSignals.input[0] + 1) % 16;
    });
    expect(refused(verdict)).toBe('claim at input');
  });

  it('a linear layer that was not applied', async () => {
    const verdict = await verdictOf(({ tensors }) => {
      tensors[1][1] += 1;
    });
    expect(refused(verdict)).toBe('sumcheck at layers affine 1, affine 2');
  });

  it('an activation that is not the function of its quotient', async () => {
    const verdict = await verdictOf(({ tensors, columns }, plan) => {
      const { output } = columnsOf(plan);
      columns[output][0] += 1;
      tensors[3] = columns[output];
    });
    expect(refused(verdict)).toBe('lookup-root at lookup');
  });

  it('a requantisation that rounds the other way', async () => {
    // q + 1 and ρ − 2^shift give the same z; ρ leaves its range
    const verdict = await verdictOf(({ columns }, plan) => {
      const { quotient, remainder } = columnsOf(plan);
      columns[quotient][0] += 1;
      columns[remainder][0] -= 8;
    });
    expect(refused(verdict)).toBe('lookup-root at lookup');
  });

  it('a quotient of another value, with a remainder in range and multiplicities to match', async () => {
    const verdict = await verdictOf(({ columns, tensors }, plan) => {
      const { quotient, output, multiplicities } = columnsOf(plan);
      const tables = plan.lookups?.shape.tables ?? [];
      const at = columns[quotient].indexOf(0);
      const row = -tables[0].start;
      columns[quotient][at] = -1;
      columns[output][at] = 0;
      columns[multiplicities[0]][row] -= 1;
      columns[multiplicities[0]][row - 1] += 1;
      tensors[3] = columns[output];
    });
    // every lookup is true; the quotient no longer belongs to z
    expect(refused(verdict)).toBe('sumcheck at layers affine 1, affine 2');
  });

  it('a second decomposition of z by wrap-around: no quotient of it is in the table', async () => {
    const verdict = await verdictOf(({ columns }, plan) => {
      const { quotient, remainder } = columnsOf(plan);
      // z = q·2^shift + ρ also for q' = q + 1 and ρ' = ρ − 2^shift, or with p: q' = (z + p − ρ')/2^shift
      const z = columns[quotient][0] * 8 + columns[remainder][0];
      const p = Number(koalaBear.characteristic);
      const remainderWrapped = ((((z + p) % 8) + 12) % 8) - 4;
      columns[remainder][0] = remainderWrapped;
      columns[quotient][0] = (z + p - remainderWrapped) / 8;
    });
    expect(refused(verdict)).toBe('lookup-root at lookup');
  });

  it('padding that is not zero, in a column that nothing looks at twice', async () => {
    // 5 outputs lie on a cube of 8: entry 6 is padding. A consistent row (q, ρ, y) of the tables stands there.
    const verdict = await verdictOf(({ columns, tensors }, plan) => {
      const { quotient, output, multiplicities } = columnsOf(plan);
      const [table] = plan.lookups?.shape.tables ?? [];
      const row = 1 - table.start;
      columns[quotient][6] = 1;
      columns[output][6] = 1;
      columns[multiplicities[0]][row] += 1;
      columns[multiplicities[0]][row - 1] -= 1;
      tensors[3] = columns[output];
    });
    expect(refused(verdict)).toBe('sumcheck at layers affine 1, affine 2');
  });

  it('multiplicities that are not the counts', async () => {
    const verdict = await verdictOf(({ columns }, plan) => {
      const { multiplicities } = columnsOf(plan);
      columns[multiplicities[1]][0] += 1;
    });
    expect(refused(verdict)).toBe('lookup-root at lookup');
  });

  it('multiplicities that wrap around p', async () => {
    const verdict = await verdictOf(({ columns }, plan) => {
      const { output, multiplicities } = columnsOf(plan);
      columns[output][1] += 1;
      columns[multiplicities[0]][0] -= 1;
    });
    expect(refused(verdict)).toBe('lookup-root at lookup');
  });
});

describe('a proof of something else', () => {
  const proofFor = async (changed: IntegerNetwork): Promise<string> => {
    const { proof, publicSignals } = await prove(compile(changed).provingKey, input);
    const output = publicSignals.output.map((value, k) =>
      Number.isFinite(value) ? value : honest.publicSignals.output[k],
    );
    return refused(verify(verifyingKey, { input, output }, proof));
  };
  const withLayer = (index: number, change: object): IntegerNetwork => ({
    ...network,
    layers: network.layers.map((layer, k) => (k === index ? { ...layer, ...change } : layer)) as never,
  });

  it.each([
    ['one multiplier changed', withLayer(2, { multipliers: Int32Array.of(1, 2, 3, 4, -4) })],
    ['one bias changed', withLayer(2, { biases: Int32Array.of(1, 2, 3, 4, 5) })],
    ['another name of a layer: the whole file is bound', withLayer(2, { name: 'other' })],
    ['other weights', perceptron({ sizes: [6, 5, 3], shift: 3, seed: 12 })],
  ])('another network: %s', async (_case, changed) => {
    expect(await proofFor(changed)).toMatch(/^(sumcheck|statement) at /);
  });

  it('an honest proof under another input or output of the statement', () => {
    const { publicSignals, proof } = honest;
    const otherInput = publicSignals.input.map((value, k) => (k === 0 ? (value + 1) % 16 : value));
    const otherOutput = publicSignals.output.map((value, k) => (k === 0 ? value - 1 : value));
    expect(refused(verify(verifyingKey, { ...publicSignals, input: otherInput }, proof))).toMatch(
      /^sumcheck at lookup/,
    );
    expect(refused(verify(verifyingKey, { ...publicSignals, output: otherOutput }, proof))).toMatch(
      /^sumcheck at lookup/,
    );
  });

  it('every part of the statement changes the first challenge', () => {
    const plan = provingKey.plan(1);
    const first = (digest: Uint8Array, where: Plan, parameters: string, signals: PublicSignals): string => {
      const channel = createProverChannel(koalaBear, { context: PROTOCOL });
      absorbStatement(channel, digest, where, parameters, signals);
      return String(channel.draw('first'));
    };
    const { publicSignals } = honest;
    const { digest } = provingKey;
    const changed = [
      first(digest, plan, 'p', publicSignals),
      first(
        digest.map((byte, k) => (k === 31 ? byte ^ 1 : byte)),
        plan,
        'p',
        publicSignals,
      ),
      first(digest, { ...plan, batch: 2 }, 'p', publicSignals),
      first(digest, plan, 'q', publicSignals),
      first(digest, plan, 'p', { ...publicSignals, input: publicSignals.input.map((value) => value + 1) }),
      first(digest, plan, 'p', { ...publicSignals, output: publicSignals.output.map((value) => value + 1) }),
      first(digest, plan, 'p', { input: publicSignals.output, output: publicSignals.input }),
    ];
    expect(new Set(changed).size).toBe(changed.length);
  });

  it('an output that is another integer with the same residue', () => {
    const p = Number(koalaBear.characteristic);
    const output = honest.publicSignals.output.map((value) => (value < 0 ? value + p : value - p));
    expect(refused(verify(verifyingKey, { input, output }, honest.proof))).toBe('non-canonical at output[0]');
  });

  it('an input out of range', () => {
    const outside = input.map((value, k) => (k === 3 ? 16 : value));
    expect(refused(verify(verifyingKey, { ...honest.publicSignals, input: outside }, honest.proof))).toBe(
      'input-range at input[3]',
    );
  });

  it('public signals of another length, or of other values than integers', () => {
    const check = (signals: unknown): string => refused(verify(verifyingKey, signals as PublicSignals, honest.proof));
    expect(check({ ...honest.publicSignals, input: new Int32Array(7) })).toBe('statement at input');
    expect(check({ ...honest.publicSignals, output: new Int32Array(2) })).toBe('statement at output');
    expect(check({ ...honest.publicSignals, input: [1.5] })).toBe('statement at input');
    for (const nonsense of [undefined, null, 7, {}, { input: null, output: null }]) {
      expect(check(nonsense)).toBe('statement at input');
    }
  });
});

describe('bytes', () => {
  it('every message of a proof, changed in any value and honest after it', async () => {
    // counted first, then one lie at a time; every message of lookups, layers, openings and commitment
    const [witness, plan] = forgedWitness(() => undefined);
    const messages: [string, number][] = [];
    await proofOfWitness(witness, plan, (channel) => ({
      ...channel,
      send: (label, values) => {
        messages.push([label, values.length]);
        channel.send(label, values);
      },
    }));
    const labels = new Set(messages.map(([label]) => label));
    expect([...labels].sort()).toEqual(['columns', 'factors', 'halves', 'multiplicities', 'roots', 'round', 'row']);
    for (const [index, [label, count]] of messages.entries()) {
      for (const value of label === 'row' ? [0, count - 1] : Array.from({ length: count }, (_, k) => k)) {
        let at = 0;
        const proof = await proofOfWitness(witness, plan, (channel) => ({
          ...channel,
          send: (name, values) => {
            const lied =
              at++ === index ? values.map((v, k) => (k === value ? koalaBear.add(v, koalaBear.one) : v)) : values;
            channel.send(name, lied);
          },
        }));
        const verdict = verify(verifyingKey, witness.publicSignals, proof);
        expect(refused(verdict), `${label} ${value} of message ${index}`).toMatch(
          /^(sumcheck|claim|opening|proximity) at /,
        );
      }
    }
  });

  it('flipped, dropped and appended bytes, everywhere', () => {
    const { proof, publicSignals } = honest;
    const codes = new Set<string>();
    for (let at = 0; at < proof.length; at += 5) {
      const flipped = proof.slice();
      flipped[at] ^= 1 << (at % 8);
      const verdict = verify(verifyingKey, publicSignals, flipped);
      expect(verdict.ok, `byte ${at}`).toBe(false);
      if (!verdict.ok) codes.add(verdict.code);
      const dropped = Uint8Array.of(...proof.subarray(0, at), ...proof.subarray(at + 1));
      expect(verify(verifyingKey, publicSignals, dropped).ok).toBe(false);
    }
    expect(codes).not.toContain('internal');
    expect(refused(verify(verifyingKey, publicSignals, proof.subarray(0, -1)))).toBe(
      'truncated at commitment/level 0/matrix 0/paths',
    );
    expect(refused(verify(verifyingKey, publicSignals, Uint8Array.of(...proof, 0)))).toBe('trailing-bytes at end');
    expect(refused(verify(verifyingKey, publicSignals, new Uint8Array(0)))).toBe('truncated at root');
  });

  it('an element that is not in canonical form', () => {
    // the first field elements follow the root: p + c encodes c a second time
    const { proof, publicSignals } = honest;
    const forged = proof.slice();
    const view = new DataView(forged.buffer);
    const at = rootLength(provingKey.plan(1));
    const value = view.getUint32(at, true);
    view.setUint32(at, value + Number(koalaBear.characteristic), true);
    expect(refused(verify(verifyingKey, publicSignals, forged))).toBe('non-canonical at lookup/roots');
  });

  it('random bytes of any length', () => {
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    };
    for (const length of [1, 31, 32, 33, 1000, honest.proof.length]) {
      const bytes = Uint8Array.from({ length }, random);
      expect(refused(verify(verifyingKey, honest.publicSignals, bytes))).toMatch(
        /^(truncated|non-canonical|sumcheck) at /,
      );
    }
  });
});
