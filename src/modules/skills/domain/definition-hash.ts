import { hash } from 'node:crypto';
import { canonicalJson } from '../../../kernel/json/canonical-json';
import type { ShownDefinition } from '../contract/skill-definition.types';

/**
 * Returns the hash that identifies a version: the SHA-256, in hex, of its definition with all defaults as canonical JSON (RFC 8785).
 * Errors: `TypeError` for an unpaired surrogate, `RangeError` for a definition that is nested deeper than the stack allows.
 */
export function definitionHash(definition: ShownDefinition): string {
  return hash('sha256', canonicalJson(definition), 'hex');
}
