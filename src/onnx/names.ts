// Names of nodes and tensors in error messages: short, quoted and printable, whatever the file contains.

import { InputError } from '../errors.ts';

/** Runs `read`; an error about the content of a file gets its name in front. */
export function naming<T>(fileName: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (fileName === undefined || !(error instanceof InputError)) throw error;
    throw new InputError(`${fileName}: ${error.message}`);
  }
}

/** Returns a name from the file, safe to print on one line. */
export function quoted(name: string): string {
  const printable = name.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
  return `"${printable}${name.length > 80 ? '…' : ''}"`;
}

/** The parts of a node that an error message names. */
export interface NodeLabel {
  readonly name: string;
  readonly operator: string;
}

/** Returns the error `node "/1/Gemm" (Gemm): …`. */
export function nodeError(node: NodeLabel, text: string): InputError {
  const operator = /^[\w.]{1,60}$/.test(node.operator) ? node.operator : quoted(node.operator);
  return new InputError(`node ${quoted(node.name)} (${operator}): ${text}`);
}
