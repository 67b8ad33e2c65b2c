import type { PolicyFile } from './policy-files';

/** Bytes that are read and compiled in a millisecond, in code that has been running for a while. */
const BYTES_PER_MS = { rego: 1_600, json: 12_000, yaml: 150 } as const;

/** CPU time for which loading one bundle may hold the main thread. */
export const MAX_LOAD_MS = 10;

/**
 * Estimates the CPU milliseconds of reading a bundle and compiling it, from the sizes of its files alone: to parse them would cost
 * most of it.
 */
export function estimatedLoadMs(files: readonly PolicyFile[]): number {
  return files.reduce((sum, { path, bytes }) => sum + bytes.length / bytesPerMs(path), 0);
}

function bytesPerMs(path: string): number {
  if (path.endsWith('.rego')) return BYTES_PER_MS.rego;
  if (path.endsWith('.json')) return BYTES_PER_MS.json;
  return /\.ya?ml$/.test(path) ? BYTES_PER_MS.yaml : Number.POSITIVE_INFINITY;
}
