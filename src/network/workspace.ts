// Engines and matrices that stay laid out between the proofs of one key: made at the first proof, freed
// with the key. Proofs that share a workspace wait for each other, since an engine serves one at a time.

import { createHasher, type Hasher } from '../commit/hash/hasher.ts';
import { createArrayEngine } from '../field/array-engine.ts';
import type { Engine } from '../field/engine.ts';
import { koalaBear } from '../field/koalabear.ts';
import { createKoalaBearEngine } from '../field/koalabear-engine.ts';
import type { ProvingKey } from './key.ts';
import { planWeights, type WeightPlan } from './relations/matrix/prove.ts';
import type { MatrixNode } from './relations/nodes.ts';

/** Which implementation of the vector operations: WebAssembly or JavaScript; of no effect over other fields. */
export type EngineChoice = 'wasm' | 'js';

/** What a proof computes with. */
export interface Workspace<E> {
  readonly engine: Engine<E>;
  readonly hasher: Hasher;
  weightPlan(node: MatrixNode): WeightPlan;
}

interface Slot {
  readonly workspace: Workspace<unknown>;
  /** Settles when the proof before is done. */
  idle: Promise<void>;
}

const slots = new WeakMap<object, Map<string, Slot>>();

/** Runs `use` with the key's workspace once it is free; all that `use` allocates is freed after it. */
export async function withWorkspace<E, T>(
  key: ProvingKey<E>,
  choice: EngineChoice | undefined,
  use: (workspace: Workspace<E>) => Promise<T>,
): Promise<T> {
  const slot = slotOf(key, choice);
  const before = slot.idle;
  let free!: () => void;
  slot.idle = new Promise<void>((resolve) => {
    free = resolve;
  });
  await before;
  const { engine } = slot.workspace;
  const mark = engine.mark();
  try {
    return await use(slot.workspace as Workspace<E>);
  } finally {
    engine.release(mark);
    free();
  }
}

function slotOf<E>(key: ProvingKey<E>, choice: EngineChoice | undefined): Slot {
  const byChoice = slots.get(key) ?? new Map<string, Slot>();
  slots.set(key, byChoice);
  const name = choice ?? 'fastest';
  const known = byChoice.get(name);
  if (known !== undefined) return known;
  const slot = { workspace: createWorkspace(key, choice) as Workspace<unknown>, idle: Promise.resolve() };
  byChoice.set(name, slot);
  return slot;
}

function createWorkspace<E>(key: ProvingKey<E>, choice: EngineChoice | undefined): Workspace<E> {
  const { engine, hasher } = createEngine(key, choice);
  const plans = new Map<MatrixNode, WeightPlan>();
  for (const node of key.graph.nodes) {
    if (node.kind === 'matrix') plans.set(node, planWeights(engine, node));
  }
  return { engine, hasher, weightPlan: (node) => plans.get(node) ?? planWeights(engine, node) };
}

function createEngine<E>(key: ProvingKey<E>, choice: EngineChoice | undefined): { engine: Engine<E>; hasher: Hasher } {
  if ((key.field as unknown) !== koalaBear) return { engine: createArrayEngine(key.field), hasher: createHasher() };
  const engine = createKoalaBearEngine(choice === undefined ? {} : { kernels: choice });
  return { engine: engine as unknown as Engine<E>, hasher: createHasher(engine.memory) };
}
