// The progress bar, on a terminal and elsewhere, and what Ctrl-C does to it.

import { EventEmitter } from 'node:events';
import { describe, expect } from 'vitest';
import { breather, progressOn } from '../../src/cli/terminal.ts';
import { it } from '../support/end-to-end.ts';

/** A stream that remembers what was written. */
function streamOf(isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly written: string[] } {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { stream: { isTTY, write } as NodeJS.WriteStream, written };
}

/** A process that can be interrupted. */
function programOf(): { readonly program: NodeJS.Process; readonly killed: unknown[] } {
  const killed: unknown[] = [];
  const emitter = new EventEmitter();
  const kill = (...args: unknown[]): boolean => killed.push(args) > 0;
  return { program: Object.assign(emitter, { pid: 7, kill }) as unknown as NodeJS.Process, killed };
}

const ERASE = '\r\u001b[K';

describe('progress on a terminal', () => {
  it('is a bar that is removed', () => {
    const { stream, written } = streamOf(true);
    const { program } = programOf();
    const { update, clear } = progressOn(stream, program);
    update(0.5, 'proving');
    expect(written).toEqual([`${ERASE}${'█'.repeat(12)}${'░'.repeat(12)} 50 % proving`]);
    expect(program.listenerCount('SIGINT')).toBe(1);
    clear();
    clear();
    expect(written.slice(1)).toEqual([ERASE]);
    expect(program.listenerCount('SIGINT')).toBe(0);
  });

  it('is removed by Ctrl-C, which then ends the program by the same signal', () => {
    const { stream, written } = streamOf(true);
    const { program, killed } = programOf();
    progressOn(stream, program).update(0.5, 'proving');
    program.emit('SIGINT', 'SIGINT');
    expect(written.at(-1)).toBe(ERASE);
    // nobody listens any more: the second signal is the system's
    expect(program.listenerCount('SIGINT')).toBe(0);
    expect(killed).toEqual([[7, 'SIGINT']]);
  });

  it('is a line, and Ctrl-C as it ever was, for a step that holds the process', () => {
    const { stream, written } = streamOf(true);
    const { program } = programOf();
    const { update } = progressOn(stream, program);
    update(0.5, 'reading');
    update(undefined, 'quantising');
    expect(written.slice(1)).toEqual([ERASE, 'quantising …\n']);
    expect(program.listenerCount('SIGINT')).toBe(0);
  });
});

it('progress elsewhere is nothing at first, and leaves Ctrl-C alone', () => {
  const { stream, written } = streamOf(false);
  const { program } = programOf();
  const { update, clear } = progressOn(stream, program);
  update(0.5, 'proving');
  update(undefined, 'quantising');
  clear();
  expect(written).toEqual([]);
  expect(program.listenerCount('SIGINT')).toBe(0);
});

it('a loop that breathes lets other work in', async () => {
  const breathe = breather();
  let others = 0;
  setImmediate(() => others++);
  const started = performance.now();
  while (others === 0 && performance.now() - started < 10_000) await breathe();
  expect(others).toBe(1);
});
