import type { PolicyFile } from './policy-files';

/** The number of bytes read and compiled per millisecond in optimized code. */
const BYTES_PER_MS = { rego: 1_600, json: 12_000, yaml: 150 } as const;

/** The CPU time for which loading one bundle may block the main thread. */
export const MAX_LOAD_MS = 10;

/**
 * Estimates the CPU time for reading and compiling a bundle, in milliseconds. Uses only its file sizes, because parsing accounts
 * for most of the cost.
 */
export function estimatedLoadMs(files: readonly PolicyFile[]): number {
  return files.reduce((sum, { path, bytes }) => sum + bytes.length / bytesPerMs(path), 0);
}

function bytesPerMs(path: string): number {
  if (path.endsWith('.rego')) return BYTES_PER_MS.rego;
  if (path.endsWith('.json')) return BYTES_PER_MS.json;
  return /\.ya?ml$/.test(path) ? BYTES_PER_MS.yaml : Number.POSITIVE_INFINITY;
}
