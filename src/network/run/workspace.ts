// Engines and matrices that stay laid out between the proofs of one key: allocated at the first proof, freed
// with the key. Proofs that share a workspace wait for each other, since an engine serves one at a time.

import type { Engine } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher.ts';
import { planWeights, type WeightPlan } from '../../sparse/prove.ts';
import type { MatrixNode } from '../relations/nodes.ts';
import type { ProvingKey } from '../statement/key.ts';
import { createEngine, type EngineChoice, type MemoryChoice } from './engines.ts';
import { type PreparedWeights, prepareWeights } from './prepared-weights.ts';

/** The choices that determine a workspace. */
export interface WorkspaceChoice {
  readonly engine?: EngineChoice;
  readonly memory?: MemoryChoice;
}

/** The engine, hasher and weights of a proof. */
export interface Workspace<E> {
  readonly engine: Engine<E>;
  readonly hasher: Hasher;
  weightPlan(node: MatrixNode): WeightPlan;
  /** The committed weights, for a key with a commitment. */
  readonly weights: PreparedWeights | undefined;
  /** Lays out the same weights in another engine, with the code and the tree that exist. */
  prepareWeights(engine: Engine<E>): PreparedWeights | undefined;
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
  choice: WorkspaceChoice,
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

function slotOf<E>(key: ProvingKey<E>, choice: WorkspaceChoice): Slot {
  const byChoice = slots.get(key) ?? new Map<string, Slot>();
  slots.set(key, byChoice);
  const name = nameOf(choice);
  const known = byChoice.get(name);
  if (known !== undefined) return known;
  const slot = { workspace: createWorkspace(key, choice) as Workspace<unknown>, idle: Promise.resolve() };
  byChoice.set(name, slot);
  return slot;
}

/** Returns how much memory a proof may take. */
export function memoryOf({ memory }: WorkspaceChoice): MemoryChoice {
  return memory ?? (isServer() ? 'high' : 'low');
}

/** Whether the runtime is a server's (Node and compatible ones), not a page or its worker. */
function isServer(): boolean {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: unknown } } };
  return typeof process?.versions?.node === 'string';
}

function createWorkspace<E>(key: ProvingKey<E>, choice: WorkspaceChoice): Workspace<E> {
  const { engine, hasher } = createEngine(key.field, choice.engine);
  // before any proof marks the stack that it frees
  return layOut(key, engine, hasher, choice, prepare(key, engine, hasher, choice));
}

function layOut<E>(
  key: ProvingKey<E>,
  engine: Engine<E>,
  hasher: Hasher,
  choice: WorkspaceChoice,
  weights: PreparedWeights | undefined,
): Workspace<E> {
  const plans = new Map<MatrixNode, WeightPlan>();
  for (const node of key.graph.nodes) {
    if (node.kind === 'matrix') plans.set(node, planWeights(engine, node.weights));
  }
  return {
    engine,
    hasher,
    weightPlan: (node) => plans.get(node) ?? planWeights(engine, node.weights),
    weights,
    prepareWeights: (other) => prepare(key, other, hasher, choice, weights),
  };
}

function prepare<E>(
  { graph, weights, leaves }: ProvingKey<E>,
  engine: Engine<E>,
  hasher: Hasher,
  choice: WorkspaceChoice,
  before?: PreparedWeights,
): PreparedWeights | undefined {
  if (weights === undefined) return undefined;
  return prepareWeights(engine, hasher, graph, weights, memoryOf(choice), leaves, before);
}

/** Lets a key's proofs use weights that have been laid out for it. */
export function keepWorkspace<E>(
  key: ProvingKey<E>,
  choice: WorkspaceChoice,
  { engine, hasher, weights }: { engine: Engine<E>; hasher: Hasher; weights: PreparedWeights },
): void {
  const byChoice = slots.get(key) ?? new Map<string, Slot>();
  slots.set(key, byChoice);
  const workspace = layOut(key, engine, hasher, choice, weights) as Workspace<unknown>;
  byChoice.set(nameOf(choice), { workspace, idle: Promise.resolve() });
}

function nameOf(choice: WorkspaceChoice): string {
  return `${choice.engine ?? 'fastest'} ${memoryOf(choice)}`;
}
