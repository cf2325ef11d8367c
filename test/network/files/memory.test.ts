// How much memory a proof takes unless it is said: as a machine's own program, or as a page.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryOf } from '../../../src/network/run/workspace.ts';

describe('memory', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is high under Node and low without it', () => {
    expect(memoryOf({})).toBe('high');
    for (const process of [undefined, {}, { versions: {} }, { versions: { node: 20 } }]) {
      vi.stubGlobal('process', process);
      expect(memoryOf({})).toBe('low');
    }
  });

  it('is what was asked for', () => {
    expect(memoryOf({ memory: 'low' })).toBe('low');
    vi.stubGlobal('process', undefined);
    expect(memoryOf({ memory: 'high' })).toBe('high');
  });
});
