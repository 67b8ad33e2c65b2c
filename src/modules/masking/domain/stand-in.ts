import { createHmac } from 'node:crypto';
import { type MaskingStrategy, REDACTED } from '../contract/masking.types';
import { formatValue } from './format-value';
import { maskValue } from './mask-value';
import type { MaskingKeys } from './masking-keys';
import { encryptedOf, MAX_TOKEN_VALUE_BYTES, tokenOf } from './token';

/** Returns true when a strategy needs the tenant's keys. */
export function needsKeys(strategy: MaskingStrategy): boolean {
  return strategy !== 'redact' && strategy !== 'mask';
}

/**
 * Returns the replacement for a value. Returns `[REDACTED]` if the strategy cannot produce a replacement, because there are no keys or the
 * value is too long to embed in text.
 */
export function standIn(strategy: MaskingStrategy, value: string, keys: MaskingKeys | null): string {
  if (strategy === 'redact') return REDACTED;
  if (strategy === 'mask') return maskValue(value);
  if (keys === null) return REDACTED;
  if (strategy === 'hash') return `hash_${createHmac('sha256', keys.hash).update(value).digest('base64url')}`;
  if (strategy === 'format') return formatValue(keys.format, value);
  if (Buffer.byteLength(value) > MAX_TOKEN_VALUE_BYTES) return REDACTED;
  return strategy === 'tokenise' ? tokenOf(keys, value) : encryptedOf(keys, value);
}
