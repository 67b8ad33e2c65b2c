import { hash } from 'node:crypto';

/** 192 bits, so that collisions are negligible. */
const CHARS = 32;

/**
 * Returns the stored form of a count's name. Callers choose the keys and use people's addresses and credentials as keys, which do not
 * belong in a table or a cache.
 */
export function storedName(name: string): string {
  return hash('sha256', name, 'base64url').slice(0, CHARS);
}
