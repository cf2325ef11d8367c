// The playground's logic without a page: what is drawn, what lights up, what a forger changes, and a worker that is given up.

import fc from 'fast-check';
import { compile, evaluate, prove, verify } from 'ternary-gkr';
import { ternaryToDense } from 'ternary-gkr/sparse';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../docs/.vitepress/theme/playground/change.ts';
import {
  blank,
  drawLine,
  framed,
  fromPhotograph,
  isBlank,
  type Picture,
} from '../../docs/.vitepress/theme/playground/drawing.ts';
import { FORGERY_TITLES, otherValue, usualForgeries } from '../../docs/.vitepress/theme/playground/forgeries.ts';
import { makeLights } from '../../docs/.vitepress/theme/playground/light.ts';
import type { Numbered, Reply, Request } from '../../docs/.vitepress/theme/playground/messages.ts';
import { Cancelled, Session } from '../../docs/.vitepress/theme/playground/session.ts';
import { convolutional, inputsOf, perceptron } from '../support/networks.ts';

/** The centre of the ink, in pixels from the upper left corner. */
function centre({ width, pixels }: Picture): readonly [number, number] {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((pixel, at) => {
    mass += pixel;
    x += pixel * ((at % width) + 0.5);
    y += pixel * (Math.floor(at / width) + 0.5);
  });
  return [x / mass, y / mass];
}

describe('a drawing', () => {
  it('has ink where the pen was and none elsewhere', () => {
    const picture = blank(28, 28);
    expect(isBlank(picture)).toBe(true);
    drawLine(picture, [4.5, 10.5], [20.5, 10.5]);
    for (let x = 4; x <= 20; x++) expect(picture.pixels[28 * 10 + x]).toBe(255);
    expect(picture.pixels[28 * 10 + 23]).toBe(0);
    expect(picture.pixels[28 * 13 + 10]).toBe(0);
  });

  it('is framed like the data: its mass in the middle, twenty pixels long', () => {
    const coordinate = fc.double({ min: 3, max: 25, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(coordinate, coordinate), fc.tuple(coordinate, coordinate), (from, to) => {
        const picture = blank(28, 28);
        drawLine(picture, from, to);
        const [x, y] = centre(framed(picture));
        expect(Math.abs(x - 14)).toBeLessThan(0.6);
        expect(Math.abs(y - 14)).toBeLessThan(0.6);
      }),
    );
    const short = blank(28, 28);
    drawLine(short, [5, 3], [5, 9]);
    const rows = Array.from({ length: 28 }, (_, y) => framed(short).pixels.slice(28 * y, 28 * y + 28));
    const inked = rows.filter((row) => row.some((pixel) => pixel > 60)).length;
    expect(inked).toBeGreaterThanOrEqual(18);
    expect(inked).toBeLessThanOrEqual(22);
  });

  it('leaves a blank picture blank', () => {
    expect(isBlank(framed(blank(28, 28)))).toBe(true);
  });

  it('takes a photograph of dark ink on light paper as one of ink', () => {
    const rgba = new Uint8Array(4 * 9).fill(255);
    rgba.set([0, 0, 0, 255], 4 * 4);
    expect([...fromPhotograph(rgba, 3, 3).pixels]).toEqual([0, 0, 0, 0, 255, 0, 0, 0, 0]);
    const night = rgba.map((byte, at) => (at % 4 === 3 ? 255 : 255 - byte));
    expect([...fromPhotograph(night, 3, 3).pixels]).toEqual([0, 0, 0, 0, 255, 0, 0, 0, 0]);
  });
});

describe('the layers of a network', () => {
  it.each([
    ['a perceptron', perceptron({ sizes: [6, 5, 4, 3] })],
    ['a network of images', convolutional()],
  ])('light up once each, the last before the openings: %s', async (_, network) => {
    const { provingKey } = compile(network);
    const lights = makeLights(provingKey);
    const lit: { phase: string; layer: number }[] = [];
    await prove(provingKey, inputsOf(network, 1), {
      onProgress: ({ phase, relations = [] }) => {
        for (const layer of lights(phase, relations)) lit.push({ phase, layer });
      },
    });
    expect(lit.map(({ layer }) => layer).sort((a, b) => a - b)).toEqual(network.layers.map((_layer, k) => k));
    expect(new Set(lit.map(({ phase }) => phase))).toEqual(new Set(['layers', 'openings']));
    const during = lit.filter(({ phase }) => phase === 'layers').map(({ layer }) => network.layers[layer]!.kind);
    expect(during).toContain('linear');
    expect(during).toContain('requantise');
  });
});

describe('a forger', () => {
  const network = perceptron({ sizes: [6, 5, 3] });
  const { provingKey, verifyingKey } = compile(network);

  it('changes one thing, which the verifier refuses', async () => {
    const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1));
    const claimed = { network, publicSignals, proof };
    expect(applyChange(claimed, { kind: 'none' })).toBe(claimed);
    const output = applyChange(claimed, { kind: 'output', at: 1, value: publicSignals.output[1]! + 1 });
    expect(output.publicSignals.output).toEqual(publicSignals.output.with(1, publicSignals.output[1]! + 1));
    const input = applyChange(claimed, { kind: 'input', at: 2, value: (publicSignals.input[2]! + 1) % 16 });
    const byte = applyChange(claimed, { kind: 'proof', at: proof.length - 1, value: proof.at(-1)! ^ 1 });
    for (const { publicSignals: signals, proof: bytes } of [output, input, byte]) {
      expect(verify(verifyingKey, signals, bytes).ok).toBe(false);
    }
    expect(verify(verifyingKey, publicSignals, proof).ok).toBe(true);
  });

  it('is offered one forgery of each kind, which the verifier rejects', async () => {
    const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1));
    const { input, output } = publicSignals;
    const label = output.indexOf(Math.max(...output));
    const layers = network.layers.map((layer) => ({
      name: layer.name,
      kind: layer.kind,
      nonzeros: 'weights' in layer ? layer.weights.nonzeros : undefined,
    }));
    const { shape, min, max } = network.input;
    const made = { input, output, label, proof, proveMs: 1, runMs: 1, phases: [] };
    const offered = usualForgeries(made, { name: 'm', shape, min, max, layers, engine: 'js' }, ['a', 'b', 'c']);
    expect(offered.map(({ title }) => title)).toEqual(FORGERY_TITLES);
    expect(offered.map(({ change }) => change.kind)).toEqual(['output', 'input', 'weight', 'proof']);
    for (const { change } of offered) {
      const claimed = applyChange({ network, publicSignals, proof }, change);
      const key = claimed.network === network ? verifyingKey : compile(claimed.network).verifyingKey;
      expect(verify(key, claimed.publicSignals, claimed.proof).ok).toBe(false);
    }
    // the claim is another class than the one that the network gives
    const { output: claimed } = applyChange({ network, publicSignals, proof }, offered[0]!.change).publicSignals;
    const other = claimed.indexOf(Math.max(...claimed));
    expect(other).not.toBe(label);
    expect(offered[0]!.claim).toContain(`reads ${['a', 'b', 'c'][other]}.`);
    expect([otherValue(3, 7), otherValue(7, 7)]).toEqual([4, 6]);
  });

  it('turns the sign of one weight, and no other', async () => {
    const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1));
    const layer = network.layers.findIndex(({ kind }) => kind === 'linear');
    const changed = applyChange({ network, publicSignals, proof }, { kind: 'weight', layer, at: 3 }).network;
    const dense = (of: typeof network): readonly number[] => {
      const { weights } = of.layers[layer] as Extract<(typeof of.layers)[number], { kind: 'linear' }>;
      return [...ternaryToDense(weights as Parameters<typeof ternaryToDense>[0])];
    };
    const [before, after] = [dense(network), dense(changed)];
    const places = before.flatMap((weight, k) => (weight === after[k] ? [] : [k]));
    expect(places.length).toBe(1);
    expect(after[places[0]!]).toBe(-before[places[0]!]!);
    expect(verify(compile(changed).verifyingKey, publicSignals, proof).ok).toBe(false);
    expect(evaluate(network, inputsOf(network, 1)).length).toBe(network.layers.length);
  });
});

/** A worker that answers `load` alone. */
class DeafWorker {
  onmessage: ((event: { data: Numbered<Reply> }) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: string[] = [];
  isEnded = false;

  postMessage({ kind, id }: Numbered<Request>): void {
    this.asked.push(kind);
    const model = { name: 'm', shape: [1], min: 0, max: 1, layers: [], engine: 'js' } as const;
    if (kind === 'load') queueMicrotask(() => this.onmessage?.({ data: { kind: 'loaded', id, model, samples: [] } }));
  }

  terminate(): void {
    this.isEnded = true;
  }
}

describe('a session', () => {
  it('ends a worker that does not listen, tells who waits, and loads the model into another', async () => {
    const workers: DeafWorker[] = [];
    const session = new Session(() => {
      workers.push(new DeafWorker());
      return workers.at(-1) as unknown as Worker;
    });
    await session.load('m.tern', new Uint8Array(0), undefined);
    const proof = session.prove(new Int32Array(1), () => undefined);
    session.cancel();
    await expect(proof).rejects.toBeInstanceOf(Cancelled);
    expect(workers.map(({ asked }) => asked)).toEqual([['load', 'prove', 'cancel'], ['load']]);
    expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  });

  it('says what a worker says went wrong', async () => {
    const worker = new DeafWorker();
    worker.postMessage = ({ id }) =>
      queueMicrotask(() => worker.onmessage?.({ data: { kind: 'failed', id, message: 'no such model' } }));
    const session = new Session(() => worker as unknown as Worker);
    await expect(session.load('m.tern', new Uint8Array(0), undefined)).rejects.toThrow('no such model');
  });
});
