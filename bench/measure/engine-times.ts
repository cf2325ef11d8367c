// Where a prover's time goes, seen from outside: an engine whose calls are timed one by one while a job runs.
// Time outside of an engine's calls (the transcript, plain loops of the prover) is `rest`.

import type { Engine } from '../../src/field/engine.ts';

/** Milliseconds by operation of the engine, and of everything else. */
export type EngineTimes = Readonly<Record<string, number>>;

/** An engine like `engine`, and `times`, which runs a job once and says where its time went. */
export function timedEngine<T extends Engine<unknown>>(
  engine: T,
): { engine: T; times: (job: () => unknown) => EngineTimes } {
  let spent: Record<string, number> | undefined;
  const methods = new Map<PropertyKey, unknown>();
  const wrap = (name: string, method: (...args: unknown[]) => unknown): unknown => {
    return (...args: unknown[]): unknown => {
      if (spent === undefined) return method.apply(engine, args);
      const started = performance.now();
      const result = method.apply(engine, args);
      spent[name] = (spent[name] ?? 0) + performance.now() - started;
      return result;
    };
  };
  const timed = new Proxy(engine, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || typeof key !== 'string') return value;
      if (!methods.has(key)) methods.set(key, wrap(key, value as (...args: unknown[]) => unknown));
      return methods.get(key);
    },
  });
  const times = (job: () => unknown): EngineTimes => {
    spent = {};
    const started = performance.now();
    job();
    const whole = performance.now() - started;
    const inside = spent;
    spent = undefined;
    const rest = whole - Object.values(inside).reduce((sum, time) => sum + time, 0);
    return { ...inside, rest };
  };
  return { engine: timed, times };
}
