import { createHash } from 'node:crypto';
import type { AuditedAction } from '../../audit/contract/audit.types';
import type { Detokenised } from '../contract/masking.types';
import { detect } from '../engine/detect';

/** The maximum length of a value that is classified. */
const MAX_VALUE_LENGTH = 512;

/**
 * Returns the audit details of a detokenise call: the number of tokens, their ids, and the kinds of their values. A token's id is a hash,
 * because for a caller that can detokenize, a token is as good as the value.
 */
export function detokeniseRecord(items: readonly Detokenised[]): AuditedAction {
  const kinds = new Map<string, number>();
  let unknown = 0;
  for (const { value } of items) {
    const kind = value === null ? null : kindOf(value);
    if (kind === null) unknown += 1;
    else kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    action: 'masking.detokenise',
    resourceType: 'masking',
    resourceId: '',
    metadata: {
      count: items.length,
      unknown,
      entities: Object.fromEntries(kinds),
      tokenIds: items.map(({ token }) => tokenId(token)),
    },
  };
}

/** Returns an id that identifies a token without revealing it. */
function tokenId(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 22);
}

/** Returns the entity that matches the whole value, or `OTHER`. */
function kindOf(value: string): string {
  if (value.length > MAX_VALUE_LENGTH) return 'OTHER';
  const whole = detect(value).find(({ start, end }) => start === 0 && end === value.length);
  return whole?.entity ?? 'OTHER';
}
