// The messages between the page and its worker. Every request has a number; its answers carry the same.

/** A change to a verifier's input. `at` counts values, nonzero weights or bytes from 0, `layer` the layers. */
export type Change =
  | { readonly kind: 'none' }
  | { readonly kind: 'output' | 'input'; readonly at: number; readonly value: number }
  | { readonly kind: 'weight'; readonly layer: number; readonly at: number }
  | { readonly kind: 'proof'; readonly at: number; readonly value: number };

export type Request =
  | {
      readonly kind: 'load';
      readonly file: string;
      readonly bytes: Uint8Array;
      readonly samples: Uint8Array | undefined;
    }
  | { readonly kind: 'prove'; readonly input: Int32Array }
  | { readonly kind: 'verify'; readonly change: Change }
  | { readonly kind: 'cancel' };

/** A layer as the page shows it. */
export interface LayerView {
  readonly name: string;
  readonly kind: string;
  /** Of its weights; undefined for a layer that has none. */
  readonly nonzeros: number | undefined;
}

/** A model as the page shows it. */
export interface ModelView {
  readonly name: string;
  readonly shape: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly layers: readonly LayerView[];
  readonly engine: 'wasm' | 'js';
}

/** The time of a phase of a proof. */
export interface PhaseTime {
  readonly phase: string;
  readonly ms: number;
}

export interface Proven {
  readonly output: Int32Array;
  readonly input: Int32Array;
  readonly label: number;
  readonly proof: Uint8Array;
  readonly proveMs: number;
  readonly runMs: number;
  readonly phases: readonly PhaseTime[];
}

/** A verifier's answer, in its own words. */
export interface Answer {
  readonly ok: boolean;
  readonly code: string;
  readonly where: string;
  readonly message: string;
  readonly verifyMs: number;
}

export type Reply =
  | { readonly kind: 'loaded'; readonly model: ModelView; readonly samples: readonly Int32Array[] }
  | { readonly kind: 'progress'; readonly phase: string; readonly fraction: number; readonly layers: readonly number[] }
  | { readonly kind: 'proven'; readonly proven: Proven }
  | { readonly kind: 'verdict'; readonly answer: Answer }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export type Numbered<T> = T & { readonly id: number };
