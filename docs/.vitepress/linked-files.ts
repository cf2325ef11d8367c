// Data files and scripts that pages link to. VitePress copies only pages, so these are copied here, unchanged and to the
// same place.

import { cpSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Folders below docs that readers do not see, or that VitePress copies itself. */
const ELSEWHERE = /^(?:\.vitepress|public|api|project)\//;

/** Paths below docs of what pages may link to. */
export function linkedFiles(docs: string): string[] {
  return readdirSync(docs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(docs, join(entry.parentPath, entry.name)))
    .filter((path) => /\.(?:json|mjs)$/.test(path) && !ELSEWHERE.test(path))
    .sort();
}

/** Copies them into a built site. */
export function copyLinkedFiles(docs: string, site: string): void {
  for (const path of linkedFiles(docs)) cpSync(join(docs, path), join(site, path));
}
