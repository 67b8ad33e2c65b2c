import { hash } from 'node:crypto';

/** 192 bits, so that collisions are negligible. */
const CHARS = 32;

/**
 * Returns the stored form of a count's name. Callers choose the keys, and some keys are people's addresses or credentials, which do not
 * belong in a table or a cache.
 */
export function storedName(name: string): string {
  return hash('sha256', name, 'base64url').slice(0, CHARS);
}
