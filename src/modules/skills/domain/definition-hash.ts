import { hash } from 'node:crypto';
import { canonicalJson } from '../../../kernel/json/canonical-json';
import type { ShownDefinition } from '../contract/skill-definition.types';

/**
 * Returns the hash that identifies a version: SHA-256 of its definition with all defaults, as canonical JSON (RFC 8785), hex.
 * Errors: `TypeError` for an unpaired surrogate, `RangeError` for a definition that is nested deeper than the stack.
 */
export function definitionHash(definition: ShownDefinition): string {
  return hash('sha256', canonicalJson(definition), 'hex');
}
