import { base64Url } from '../auth/base64.js';
import type { TokenSet } from '../auth/token-set.js';
import { isRecord } from '../http/read-error.js';

/** The session of a signed-in user, as the application sees it. */
export interface Session {
  /** The claims about the user: those of the ID token, and with the scopes `profile` and `email` those of the userinfo endpoint. */
  readonly user: { readonly sub: string } & Readonly<Record<string, unknown>>;
  /** The user's access token, for `CpodClient.fromToken`. A secret: never pass it to a page. */
  readonly accessToken: string;
  readonly scope: string;
  /** The expiry of the access token, as ISO 8601. */
  readonly expiresAt: string;
  /** The time of the sign-in, as ISO 8601. */
  readonly signedInAt: string;
}

/** The content of the session cookie. Times are Unix milliseconds. */
export interface StoredSession {
  /** 128 random bits as base64url. The same from the sign-in to the sign-out. */
  readonly id: string;
  readonly user: Session['user'];
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  readonly scope: string;
  readonly expiresAtMs: number;
  /** The time from which the access token is refreshed: 80% of its lifetime. */
  readonly refreshAtMs: number;
  readonly signedInAtMs: number;
  readonly refreshedAtMs: number;
}

/** The lifetimes of a session, in seconds. */
export interface Lifetimes {
  readonly absoluteSeconds: number;
  readonly idleSeconds: number;
}

const REFRESHED_AT = 0.8;

/** Returns the session of a new sign-in. */
export function newSession(tokens: TokenSet, user: Session['user'], nowMs: number): StoredSession {
  const id = base64Url(crypto.getRandomValues(new Uint8Array(16)));
  const base = { id, user, refreshToken: null, idToken: null, signedInAtMs: nowMs };
  return withTokens(base, tokens, nowMs);
}

/** Returns a session with new tokens. A refresh that returns no new refresh token or ID token keeps the previous one. */
export function withTokens(
  session: Pick<StoredSession, 'id' | 'user' | 'refreshToken' | 'idToken' | 'signedInAtMs'>,
  tokens: TokenSet,
  nowMs: number,
): StoredSession {
  const { id, user, signedInAtMs } = session;
  const expiresAtMs = Date.parse(tokens.expiresAt);
  return {
    id,
    user,
    signedInAtMs,
    refreshedAtMs: nowMs,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? session.refreshToken,
    idToken: tokens.idToken ?? session.idToken,
    scope: tokens.scope,
    expiresAtMs,
    refreshAtMs: nowMs + (expiresAtMs - nowMs) * REFRESHED_AT,
  };
}

/** Returns the time at which a session ends, in Unix milliseconds. Without a refresh token, it ends with its access token. */
export function endOf(session: StoredSession, { absoluteSeconds, idleSeconds }: Lifetimes): number {
  const absoluteMs = session.signedInAtMs + absoluteSeconds * 1000;
  const idleMs = Math.max(session.expiresAtMs, session.refreshedAtMs + idleSeconds * 1000);
  return Math.min(absoluteMs, session.refreshToken === null ? session.expiresAtMs : idleMs);
}

/** Reads the content of an opened cookie. @returns `null` for content of a different form. */
export function readStored(value: unknown): StoredSession | null {
  if (!isRecord(value) || !isRecord(value['user'])) return null;
  const numbers = ['expiresAtMs', 'refreshAtMs', 'signedInAtMs', 'refreshedAtMs'].map((name) => value[name]);
  const texts = [value['id'], value['user']['sub'], value['accessToken'], value['scope']];
  const optional = [value['refreshToken'], value['idToken']];
  const isGood =
    numbers.every((one) => typeof one === 'number' && Number.isFinite(one)) &&
    texts.every((one) => typeof one === 'string') &&
    optional.every((one) => one === null || typeof one === 'string');
  return isGood ? (value as unknown as StoredSession) : null;
}

/** Returns the part of a session that the application sees: no refresh token and no ID token. */
export function shownSession({ user, accessToken, scope, expiresAtMs, signedInAtMs }: StoredSession): Session {
  const [expiresAt, signedInAt] = [new Date(expiresAtMs).toISOString(), new Date(signedInAtMs).toISOString()];
  return { user, accessToken, scope, expiresAt, signedInAt };
}
