import type { Change } from '../../../kernel/changes/change';

/** Topic of revocations in the change log, which is also where they are kept. */
export const REVOCATIONS_TOPIC = 'revocations';

/** No access token lives longer than this, so no mark has to be kept longer. */
export const MAX_ACCESS_TOKEN_TTL_SECONDS = 86_400;

/** What a mark can cover. */
export const MARK_KINDS = ['client', 'tenant', 'user', 'session', 'grant'] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/**
 * What is revoked: one token (`subject` is its `jti`), or everything issued until a moment to a client (`client_id`), in
 * a tenant, to a user, in a session (`sid`) or by a grant (their ids).
 */
export type RevocationKind = 'token' | MarkKind;

export interface Revocation {
  readonly kind: RevocationKind;
  readonly subject: string;
  readonly tenantId: string;
  /** Unix milliseconds: a mark covers what was issued until and in this millisecond. */
  readonly atMs: number;
  /** Unix milliseconds after which nothing it covers is live any more. */
  readonly forgetAtMs: number;
  /** Replaces an earlier mark, also one that reaches further: what is issued after `atMs` is live again. */
  readonly lifts?: boolean;
}

/** What a token is judged by. */
export interface TokenFacts {
  /** A ULID: its time is when the token was issued, in milliseconds. */
  readonly jti: string;
  readonly clientId: string;
  readonly tenantId: string;
  /** Of a user's token; machine tokens have none of these three. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly grantId?: string | undefined;
  /** The claim `roles`; left out where what is judged has none, such as a refresh token. */
  readonly roles?: readonly string[] | undefined;
  /** Ids of tokens that it ends with, beside itself. */
  readonly endsWith?: readonly string[] | undefined;
}

/** Topic of changed roles in the change log, which is also where they are kept; the key of a change is the user id. */
export const ROLES_TOPIC = 'revocations.roles';

/**
 * How far a mark reaches beyond its moment. A process that has not heard yet may still issue, but never once its memory
 * is stale (`CHANGE_FEED_MAX_AGE_MS`, at most 300 s): so no token issued in ignorance outlives the mark.
 */
const MARK_REACH_MS = 310_000;

/** Revokes everything that a mark of this kind covers, until {@link liftMark}. */
export function markUntilNow(kind: MarkKind, subject: string, tenantId: string, nowMs: number): Revocation {
  const atMs = nowMs + MARK_REACH_MS;
  return { kind, subject, tenantId, atMs, forgetAtMs: atMs + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000 };
}

/** Ends a mark: what was issued until now stays revoked, what is issued from now on is live. */
export function liftMark(kind: MarkKind, subject: string, tenantId: string, nowMs: number): Revocation {
  const forgetAtMs = nowMs + MARK_REACH_MS + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000;
  return { kind, subject, tenantId, atMs: nowMs, forgetAtMs, lifts: true };
}

/** Ends what was issued until now, and nothing that comes after; a mark that reaches further stays. */
export function markUpTo(kind: MarkKind, subject: string, tenantId: string, nowMs: number): Revocation {
  return { kind, subject, tenantId, atMs: nowMs, forgetAtMs: nowMs + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000 };
}

/**
 * The change that makes a revocation known, to be published in the transaction that causes it (deleting an app,
 * suspending a tenant). The entry itself is the record: it is kept until `forgetAtMs`, and no row is needed elsewhere.
 */
export function revocationChange(revocation: Revocation): Change {
  return {
    topic: REVOCATIONS_TOPIC,
    tenantId: revocation.tenantId,
    key: `${revocation.kind}:${revocation.subject}`,
    payload: {
      kind: revocation.kind,
      subject: revocation.subject,
      atMs: revocation.atMs,
      ...(revocation.lifts === true ? { lifts: true } : {}),
    },
    keepUntilMs: revocation.forgetAtMs,
  };
}

/**
 * The change by which a user's tokens that name another role are refused, everywhere and also when they are issued by a
 * process that has not heard of it yet. Refresh tokens stay: by them an app has a token with the new role at once. To be
 * published in the transaction that changes the role.
 */
export function roleChange(userId: string, role: string, tenantId: string, nowMs: number): Change {
  const keepUntilMs = nowMs + MARK_REACH_MS + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000;
  return { topic: ROLES_TOPIC, tenantId, key: userId, payload: { role }, keepUntilMs };
}
