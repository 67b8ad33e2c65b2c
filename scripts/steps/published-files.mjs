import { join } from 'node:path';
import { root, runQuietly } from './process.mjs';

/**
 * The checkers of a built package, each with its arguments: of the published files and their exports, and of the types for each way to
 * import them.
 */
export const checkersOf = (folder) => [
  ['publint', [folder, '--strict']],
  ['attw', ['--pack', folder, '--profile', 'node16']],
];

/** Runs a checker. @returns {Promise<string>} its findings; empty if there are none */
export async function findingsOf(tool, args) {
  const { code, output } = await runQuietly(join(root, 'node_modules/.bin', tool), args);
  return code === 0 ? '' : output;
}
