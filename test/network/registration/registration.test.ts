import { describe, expect, it } from 'vitest';
import { bn254 } from '../../../src/field/bn254.ts';
import { koalaBear } from '../../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../../src/field/koalabear-engine.ts';
import { prepareRegistration } from '../../../src/network/registration/protocol.ts';
import { proveRegistration } from '../../../src/network/registration/prove.ts';
import { registrationReport } from '../../../src/network/registration/security.ts';
import { verifyRegistration } from '../../../src/network/registration/verify.ts';
import { convolutional, perceptron } from '../../support/networks.ts';
import { type Committed, commitGenerically, commitModel, commitWith, proveAs } from './support.ts';

async function prove<E>({ statement, matrix, source, workspace }: Committed<E>): Promise<Uint8Array> {
  return proveRegistration(statement, matrix, source, workspace);
}

const small = perceptron({ sizes: [20, 13, 7, 3], seed: 5 });

describe('registrations', () => {
  it('of perceptrons are believed', async () => {
    for (const [sizes, multipliers] of [
      [[6, 5, 3], 'mixed'],
      [[33, 17, 9], 'uniform'],
      [[1, 1], 'mixed'],
      [[100, 40, 40, 10], 'mixed'],
    ] as const) {
      const model = commitModel(perceptron({ sizes, multipliers, seed: sizes.length }));
      expect(verifyRegistration(model.statement, await prove(model)), `${sizes}`).toEqual({ ok: true });
    }
  });

  it('of images, with weights of both kinds, are believed', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const model = commitModel(convolutional({ seed }));
      expect(verifyRegistration(model.statement, await prove(model)), `seed ${seed}`).toEqual({ ok: true });
    }
  });

  it('are the same whatever the engine', async () => {
    const proofs = ['wasm', 'js'].map((kernels) =>
      prove(commitWith(small, koalaBear, createKoalaBearEngine({ kernels: kernels as 'wasm' | 'js' }), {})),
    );
    const generic = await prove(commitGenerically(small, koalaBear));
    for (const proof of await Promise.all(proofs)) expect(proof).toEqual(generic);
  });

  it('are the same whether the first variables are bound by moments or by tables', async () => {
    for (const network of [small, convolutional({ seed: 3 }), convolutional({ seed: 4 })]) {
      const model = commitModel(network);
      const { layout } = model.statement;
      const most = layout.variables - layout.columnVariables - layout.rowVariables;
      const byTables = await proveAs(model, { heads: 0 });
      for (let heads = 1; heads <= Math.min(3, most); heads++) {
        expect(await proveAs(model, { heads }), `${network.name}, ${heads}`).toEqual(byTables);
      }
    }
  });

  it('are made over BN254 too', async () => {
    const model = commitGenerically(perceptron({ sizes: [6, 5, 3], seed: 2 }), bn254);
    expect(verifyRegistration(model.statement, await prove(model))).toEqual({ ok: true });
  });

  it('have errors of at most 2^-100', () => {
    const { field, plan, parameters } = prepareRegistration(commitModel(small).statement);
    const { total, terms } = registrationReport(field, plan, parameters);
    expect(total).toBeGreaterThanOrEqual(100);
    expect(terms.map(({ name }) => name)).toContain('ternary weights and padding at a random point');
  });

  it('say how far they are and can be cancelled', async () => {
    const { statement, matrix, source, workspace } = commitModel(small);
    const seen: string[] = [];
    const mark = workspace.engine.mark();
    await proveRegistration(statement, matrix, source, workspace, { onProgress: ({ phase }) => seen.push(phase) });
    expect([...new Set(seen)]).toEqual(['witness', 'commit', 'lookup', 'weights', 'open']);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(proveRegistration(statement, matrix, source, workspace, { signal })).rejects.toThrow('enough');
    const late = new AbortController();
    const onProgress = ({ phase }: { readonly phase: string }): void => {
      if (phase === 'weights') late.abort(new Error('later'));
    };
    const cancelled = proveRegistration(statement, matrix, source, workspace, { onProgress, signal: late.signal });
    await expect(cancelled).rejects.toThrow('later');
    expect(workspace.engine.mark()).toBe(mark);
  });
});
