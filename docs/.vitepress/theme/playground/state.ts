// The state and the actions of the playground, without its view.

import { computed, reactive, shallowRef } from 'vue';
import { framed, type Picture } from './drawing.ts';
import type { Answer, Change, ModelView, Proven } from './messages.ts';
import { fetchBytes, fetchModels, type ShippedModel } from './models.ts';
import { Cancelled, Session } from './session.ts';
import { kilobytes, milliseconds } from './text.ts';

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

type Doing = 'nothing' | 'loading' | 'proving' | 'verifying';

export type Playground = ReturnType<typeof usePlayground>;

/** @param base - where the site's own files are */
export function usePlayground(base: string) {
  const session = new Session(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
  const models = shallowRef<readonly ShippedModel[]>([]);
  const model = shallowRef<ModelView>();
  const samples = shallowRef<readonly Int32Array[]>([]);
  const proven = shallowRef<Proven>();
  const answer = shallowRef<Answer>();
  const forgery = shallowRef<Answer>();
  const lit = reactive(new Set<number>());
  const state = reactive({
    doing: 'nothing' as Doing,
    /** The text for screen readers. */
    message: '',
    error: '',
    fraction: 0,
    phase: '',
    shipped: undefined as ShippedModel | undefined,
  });

  /** Runs one job at a time; what goes wrong is said. */
  async function during(doing: Doing, job: () => Promise<void>): Promise<void> {
    if (state.doing !== 'nothing') return;
    state.doing = doing;
    state.error = '';
    try {
      await job();
    } catch (error) {
      const isCancelled = error instanceof Cancelled;
      if (isCancelled) forget();
      // the previous message is out of date
      state.message = isCancelled ? 'Cancelled.' : '';
      if (!isCancelled) state.error = error instanceof Error ? error.message : String(error);
    } finally {
      state.doing = 'nothing';
    }
  }

  function forget(): void {
    proven.value = undefined;
    answer.value = undefined;
    forgery.value = undefined;
    lit.clear();
    state.fraction = 0;
    state.phase = '';
  }

  async function load(file: string, bytes: Uint8Array, sampleFile: string | undefined): Promise<void> {
    forget();
    const images = sampleFile === undefined ? undefined : await fetchBytes(base, sampleFile);
    const loaded = await session.load(file, bytes, images);
    model.value = loaded.model;
    samples.value = loaded.samples;
    state.message = `${loaded.model.name} is loaded: ${loaded.model.layers.length} layers.`;
  }

  const classes = computed(() => state.shipped?.classes ?? DIGITS);

  return {
    models,
    model,
    samples,
    proven,
    answer,
    forgery,
    lit,
    state,
    classes,
    forget,

    /** Loads the worker and the first model. Without samples it loads nothing else. */
    async start({ hasSamples }: { readonly hasSamples: boolean }): Promise<void> {
      await during('loading', async () => {
        models.value = await fetchModels(base);
        const [first] = models.value;
        state.shipped = first;
        await load(first.file, await fetchBytes(base, first.file), hasSamples ? first.samples : undefined);
      });
    },

    /** Proves and verifies once, so that times which are shown later do not include the compilation of the code. */
    async warmUp(): Promise<void> {
      await during('loading', async () => {
        if (model.value === undefined) return;
        await session.prove(new Int32Array(sizeOf(model.value)).fill(model.value.min), () => undefined);
        await session.verify({ kind: 'none' });
      });
    },

    async choose(shipped: ShippedModel): Promise<void> {
      await during('loading', async () => {
        state.shipped = shipped;
        await load(shipped.file, await fetchBytes(base, shipped.file), shipped.samples);
      });
    },

    /** A model file of the visitor's own. */
    async open(file: File): Promise<void> {
      await during('loading', async () => {
        const bytes = new Uint8Array(await file.arrayBuffer());
        await load(file.name, bytes, state.shipped?.samples ?? models.value[0].samples);
        state.shipped = undefined;
      });
    },

    async prove(picture: Picture): Promise<void> {
      await during('proving', async () => {
        forget();
        state.message = 'Proving …';
        const input = toInput(model.value, state.shipped?.isDigits === false ? picture : framed(picture));
        const made = await session.prove(input, ({ phase, fraction, layers }) => {
          state.phase = phase;
          state.fraction = fraction;
          for (const layer of layers) lit.add(layer);
        });
        proven.value = made;
        state.fraction = 1;
        state.phase = 'done';
        const label = classes.value[made.label] ?? `class ${made.label}`;
        state.message = `The network reads ${label}. Proven in ${milliseconds(made.proveMs)}, ${kilobytes(made.proof.length)}.`;
      });
    },

    async verify(): Promise<void> {
      await during('verifying', async () => {
        answer.value = await session.verify({ kind: 'none' });
        state.message = `The proof: ${sayVerdict(answer.value)}`;
      });
    },

    async forge(change: Change): Promise<void> {
      await during('verifying', async () => {
        forgery.value = undefined;
        forgery.value = await session.verify(change);
        state.message = `The forgery: ${sayVerdict(forgery.value)}`;
      });
    },

    cancel: () => session.cancel(),
    dispose: () => session.dispose(),
  };
}

/** Returns the verifier's verdict as one sentence. */
export function sayVerdict({ ok, code, where, message, verifyMs }: Answer): string {
  return ok
    ? `Accepted in ${milliseconds(verifyMs)}.`
    : `Rejected in ${milliseconds(verifyMs)} (${code}) at ${where}: ${message}`;
}

/** How many values a network takes. */
function sizeOf({ shape }: ModelView): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The pixels as the integers that a network takes. */
function toInput(model: ModelView | undefined, { pixels }: Picture): Int32Array {
  if (model === undefined) throw new Error('no model is loaded');
  if (sizeOf(model) !== pixels.length) {
    throw new Error(`the model takes ${model.shape.join(' × ')} values, the picture has ${pixels.length}`);
  }
  return Int32Array.from(pixels, (pixel) => Math.min(model.max, Math.max(model.min, pixel)));
}
