// The page's side of the worker: promises for its answers, and a worker that can be given up and started again.

import type { Answer, Change, ModelView, Numbered, Proven, Reply, Request } from './messages.ts';

/** The rejection of a request that was cancelled. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** A worker that does not stop within this time is ended; milliseconds. */
const PATIENCE = 300;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Extract<Reply, { kind: 'progress' }>) => void) | undefined;
}

export interface LoadedModel {
  readonly model: ModelView;
  readonly samples: readonly Int32Array[];
}

export class Session {
  readonly #start: () => Worker;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #model: Extract<Request, { kind: 'load' }> | undefined;

  /** @param start - makes a worker that runs worker.ts */
  constructor(start: () => Worker) {
    this.#start = start;
  }

  async load(file: string, bytes: Uint8Array, samples: Uint8Array | undefined): Promise<LoadedModel> {
    const request = { kind: 'load', file, bytes, samples } as const;
    const reply = await this.#ask(request);
    if (reply.kind !== 'loaded') throw new Error(`the worker answered ${reply.kind}`);
    this.#model = request;
    return reply;
  }

  async prove(input: Int32Array, onProgress: NonNullable<Waiting['onProgress']>): Promise<Proven> {
    const reply = await this.#ask({ kind: 'prove', input }, onProgress);
    if (reply.kind !== 'proven') throw new Error(`the worker answered ${reply.kind}`);
    return reply.proven;
  }

  async verify(change: Change): Promise<Answer> {
    const reply = await this.#ask({ kind: 'verify', change });
    if (reply.kind !== 'verdict') throw new Error(`the worker answered ${reply.kind}`);
    return reply.answer;
  }

  /** Stops what runs: by its signal, or with the worker if it takes too long to listen. */
  cancel(): void {
    const asked = [...this.#waiting.keys()];
    this.#worker?.postMessage({ kind: 'cancel', id: this.#next++ } satisfies Numbered<Request>);
    setTimeout(() => {
      if (!asked.some((id) => this.#waiting.has(id))) return;
      this.dispose();
      if (this.#model !== undefined) void this.#ask(this.#model).catch(() => this.dispose());
    }, PATIENCE);
  }

  /** Ends the worker; pending requests are rejected. */
  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Cancelled('cancelled'));
  }

  #ask(request: Request, onProgress?: Waiting['onProgress']): Promise<Reply> {
    this.#worker ??= this.#listen(this.#start());
    const worker = this.#worker;
    const id = this.#next++;
    return new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      worker.postMessage({ ...request, id } satisfies Numbered<Request>);
    });
  }

  #listen(worker: Worker): Worker {
    worker.onmessage = ({ data }: MessageEvent<Numbered<Reply>>) => {
      const waiting = this.#waiting.get(data.id);
      if (waiting === undefined) return;
      if (data.kind === 'progress') {
        waiting.onProgress?.(data);
        return;
      }
      this.#waiting.delete(data.id);
      if (data.kind === 'failed') waiting.reject(new Error(data.message));
      else if (data.kind === 'cancelled') waiting.reject(new Cancelled('cancelled'));
      else waiting.resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of waiting) reject(new Error(`the worker stopped: ${event.message ?? 'it did not load'}`));
    };
    return worker;
  }
}
