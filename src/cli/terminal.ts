// Output on a terminal: a progress bar on standard error, tables, and units.

const BAR_WIDTH = 24;
const TERMINAL_INTERVAL_MS = 50;
const PLAIN_INTERVAL_MS = 2000;

/** Reports progress; undefined for a step that blocks the process until it is done. */
export type Progress = (fraction: number | undefined, label: string) => void;

interface ProgressLine {
  readonly update: Progress;
  /** Removes the bar. */
  readonly clear: () => void;
}

/** The part of the process that Ctrl-C needs. */
type Program = Pick<NodeJS.Process, 'once' | 'off' | 'kill' | 'pid'>;

/**
 * Returns a bar that redraws itself on a terminal; elsewhere a line every two seconds, none for shorter work. While the
 * bar is shown, Ctrl-C removes it and then ends the program as usual; so the caller has to yield to the event loop.
 */
export function progressOn(stream: NodeJS.WriteStream, program: Program = process): ProgressLine {
  let last = stream.isTTY ? Number.NEGATIVE_INFINITY : performance.now();
  let drawn = false;
  const clear = (): void => {
    if (!drawn) return;
    drawn = false;
    stream.write('\r\u001b[K');
    program.off('SIGINT', interrupt);
  };
  const interrupt = (): void => {
    clear();
    program.kill(program.pid, 'SIGINT');
  };
  return {
    update(fraction, label) {
      if (fraction === undefined) {
        clear();
        if (stream.isTTY) stream.write(`${label} …\n`);
        return;
      }
      const now = performance.now();
      if (now - last < (stream.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
      last = now;
      const percent = `${Math.floor(100 * fraction)} %`.padStart(5);
      if (!stream.isTTY) {
        stream.write(`${percent} ${label}\n`);
        return;
      }
      const filled = Math.round(BAR_WIDTH * Math.min(1, fraction));
      stream.write(`\r\u001b[K${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}${percent} ${label}`);
      if (!drawn) program.once('SIGINT', interrupt);
      drawn = true;
    },
    clear,
  };
}

/** Yields to the event loop, above all for Ctrl-C, at most every 50 ms: for loops that would block the process. */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TERMINAL_INTERVAL_MS) return;
    await new Promise((resume) => setImmediate(resume));
    last = performance.now();
  };
}

/** Returns one line that cannot control a terminal: control characters become \u escapes. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Returns rows under their heads; columns whose cells are all numbers are aligned to the right. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [heads, ...rows].map((row) => row.map(String));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const numeric = heads.map((_, column) => rows.every((row) => /^[-−]?[\d.,]*( %)?$/.test(String(row[column]))));
  return cells.map((row) =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}

/** `12,345`: grouped by thousands. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** `98.3 %` */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Milliseconds with three significant digits, `3.21 ms`, or seconds from ten thousand on. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3)} ms`;
}

/** `512 bytes`, `63.4 KB` (thousands of bytes), `1.9 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Rounded to microseconds, for JSON. */
export const roundMs = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;
