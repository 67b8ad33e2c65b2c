import type { TokenSet } from '../auth/token-set.js';
import type { Userinfo } from '../generated/schemas.js';
import { isRecord } from '../http/read-error.js';

/** The session that the tabs of an app share. */
export interface SharedSession {
  /** Increases with every renewal and every sign-in, so that tabs know which tokens are the newest. Based on Unix milliseconds. */
  readonly number: number;
  readonly tokens: TokenSet;
  readonly user: Userinfo;
}

/** A message between the tabs of an app. */
export type TabMessage =
  | { readonly type: 'ask' }
  | { readonly type: 'session'; readonly session: SharedSession }
  | { readonly type: 'ended'; readonly number: number };

/** Returns a message from another tab; `null` if it is not one, for example because the tab runs a different version of the app. */
export function readMessage(data: unknown): TabMessage | null {
  if (!isRecord(data)) return null;
  const { type, number, session } = data;
  if (type === 'ask') return { type };
  if (type === 'ended' && isNumber(number)) return { type, number };
  return type === 'session' && isSession(session) ? { type, session } : null;
}

function isSession(value: unknown): value is SharedSession {
  if (!isRecord(value) || !isNumber(value['number'])) return false;
  const { tokens, user } = value;
  if (!isRecord(tokens) || !isRecord(user) || typeof user['sub'] !== 'string') return false;
  const { accessToken, expiresAt, refreshToken } = tokens;
  return (
    typeof accessToken === 'string' &&
    typeof expiresAt === 'string' &&
    !Number.isNaN(Date.parse(expiresAt)) &&
    (refreshToken === undefined || typeof refreshToken === 'string')
  );
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
