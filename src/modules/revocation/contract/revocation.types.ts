import type { Change } from '../../../kernel/changes/change';

/** The change log topic for revocations; the change log also stores them. */
export const REVOCATIONS_TOPIC = 'revocations';

/** The maximum lifetime of an access token. No mark is needed for longer. */
export const MAX_ACCESS_TOKEN_TTL_SECONDS = 86_400;

/** The kinds of marks, by their scope. */
export const MARK_KINDS = ['client', 'tenant', 'user', 'session', 'grant'] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/**
 * The scope of a revocation. A `token` revocation covers one token, and `subject` is its `jti`. Other revocations cover everything that was
 * issued up to a certain time to a client (`client_id`), in a tenant, to a user, in a session (`sid`) or under a grant; `subject` is the
 * id.
 */
export type RevocationKind = 'token' | MarkKind;

export interface Revocation {
  readonly kind: RevocationKind;
  readonly subject: string;
  readonly tenantId: string;
  /** The time in Unix milliseconds. A mark covers everything that was issued up to and including this millisecond. */
  readonly atMs: number;
  /** The time, in Unix milliseconds, from which no token in the revocation's scope is still valid. */
  readonly forgetAtMs: number;
  /** Replaces an earlier mark, even if that mark extends further: tokens issued after `atMs` are valid again. */
  readonly lifts?: boolean;
}

/** The facts about a token that determine whether it is revoked. */
export interface TokenFacts {
  /** A ULID whose timestamp is the token's issue time, in milliseconds. */
  readonly jti: string;
  readonly clientId: string;
  readonly tenantId: string;
  /** Only for a user's token; machine tokens do not have any of the following three members. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly grantId?: string | undefined;
  /** The `roles` claim; omitted for tokens without roles, such as a refresh token. */
  readonly roles?: readonly string[] | undefined;
  /** The ids of other tokens whose revocation also invalidates this token. */
  readonly endsWith?: readonly string[] | undefined;
}

/** The change log topic for changed roles; the change log also stores them. The key of a change is the user id. */
export const ROLES_TOPIC = 'revocations.roles';

/**
 * The number of milliseconds by which a mark extends into the future. A process that has not received the mark may still issue tokens, but
 * not after its cache is stale (`CHANGE_FEED_MAX_AGE_MS`, at most 300 s). Therefore, the mark covers every such token.
 */
const MARK_REACH_MS = 310_000;

/** Revokes everything that a mark of this kind covers, until {@link liftMark} is called. */
export function markUntilNow(kind: MarkKind, subject: string, tenantId: string, nowMs: number): Revocation {
  const atMs = nowMs + MARK_REACH_MS;
  return { kind, subject, tenantId, atMs, forgetAtMs: atMs + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000 };
}

/** Lifts a mark: tokens issued until now stay revoked; tokens issued from now on are valid. */
export function liftMark(kind: MarkKind, subject: string, tenantId: string, nowMs: number): Revocation {
  const forgetAtMs = nowMs + MARK_REACH_MS + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000;
  return { kind, subject, tenantId, atMs: nowMs, forgetAtMs, lifts: true };
}

/** Revokes tokens that were issued until now, but no later tokens. A mark that extends further stays in effect. */
export function markUpTo(kind: MarkKind, subject: string, tenantId: string, nowMs: number): Revocation {
  return { kind, subject, tenantId, atMs: nowMs, forgetAtMs: nowMs + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000 };
}

/**
 * Returns the change that announces a revocation. Publish it in the transaction that causes the revocation, such as the deletion of an app
 * or the suspension of a tenant. The change itself is the record: it is stored until `forgetAtMs`, and no other row is needed.
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
 * Returns the change that invalidates, in every process, a user's tokens with a different role, even tokens from a process that has not
 * received the change. Refresh tokens stay valid: an app can use them to get a token with the new role. Publish it in the transaction that
 * changes the role.
 */
export function roleChange(userId: string, role: string, tenantId: string, nowMs: number): Change {
  const keepUntilMs = nowMs + MARK_REACH_MS + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000;
  return { topic: ROLES_TOPIC, tenantId, key: userId, payload: { role }, keepUntilMs };
}
