// Timing an engine's calls changes nothing in what they compute, and accounts for the whole job.

import { expect, it } from 'vitest';
import { timedEngine } from '../../bench/measure/engine-times.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';

it('splits the time of a job by operation, and leaves the engine as it is', () => {
  const engine = createKoalaBearEngine({ kernels: 'js' });
  const timed = timedEngine(engine);
  const job = (on: typeof engine): unknown => {
    const mark = on.mark();
    const product = on.toElements(on.mul(on.fromIntegers([1, 2, 3, 4]), on.fromIntegers([5, -6, 7, 8])));
    on.release(mark);
    return product;
  };
  let result: unknown;
  const times = timed.times(() => {
    result = job(timed.engine);
  });
  expect(result).toEqual(job(engine));
  expect(job(timed.engine)).toEqual(result);
  expect(Object.keys(times).sort()).toEqual(['fromIntegers', 'mark', 'mul', 'release', 'rest', 'toElements']);
  for (const time of Object.values(times)) expect(time).toBeGreaterThanOrEqual(0);
  expect(timed.engine.name).toBe('js');
  expect(Object.keys(timed.times(() => undefined))).toEqual(['rest']);
});
