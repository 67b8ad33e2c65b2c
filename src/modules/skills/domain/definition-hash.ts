import { hash } from 'node:crypto';
import { canonicalJson } from '../../../kernel/json/canonical-json';
import type { ShownDefinition } from '../contract/skill-definition.types';

/**
 * What a version is known by: SHA-256 of its definition with all defaults, as canonical JSON (RFC 8785), hex.
 * Errors: `TypeError` for half a surrogate pair, `RangeError` for what is nested deeper than the stack.
 */
export function definitionHash(definition: ShownDefinition): string {
  return hash('sha256', canonicalJson(definition), 'hex');
}
