import { createHash } from 'node:crypto';
import type { AuditedAction } from '../../audit/contract/audit.types';
import type { Detokenised } from '../contract/masking.types';
import { detect } from '../engine/detect';

/** Of the values, as far as it is looked at what they are. */
const MAX_VALUE_LENGTH = 512;

/**
 * What the audit log keeps of detokenising: how many tokens, which of them, what kinds of values they stood for. A token is
 * named by a hash, since the token itself is as good as the value for whoever may detokenise.
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

/** Names a token without being one. */
function tokenId(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 22);
}

/** The entity that the whole value is; `OTHER` for any other. */
function kindOf(value: string): string {
  if (value.length > MAX_VALUE_LENGTH) return 'OTHER';
  const whole = detect(value).find(({ start, end }) => start === 0 && end === value.length);
  return whole?.entity ?? 'OTHER';
}
