import { hash } from 'node:crypto';

/** 192 bits: no two names meet. */
const CHARS = 32;

/**
 * A count's name as stores keep it. Keys come from callers, who count by addresses of people and by credentials: none of
 * that belongs into a table or a cache.
 */
export function storedName(name: string): string {
  return hash('sha256', name, 'base64url').slice(0, CHARS);
}
