import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../steps/process.mjs';

/** Loads a module of the compiled product, by its path below `dist/src`. */
export async function compiled(path) {
  const { default: exported } = await import(pathToFileURL(join(root, 'dist/src', path)).href);
  return exported;
}
