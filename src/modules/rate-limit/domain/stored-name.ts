import { hash } from 'node:crypto';

/** 192 bits: collisions are negligible. */
const CHARS = 32;

/**
 * Returns the name of a count in its stored form. Keys come from callers, who count by people's addresses and by credentials; neither
 * belongs in a table or a cache.
 */
export function storedName(name: string): string {
  return hash('sha256', name, 'base64url').slice(0, CHARS);
}
