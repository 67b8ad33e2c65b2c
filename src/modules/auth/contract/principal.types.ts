import { callContext, type Actor, type CallContext, type RequestFacts } from '../../../kernel/context/call-context';

/**
 * The authority that stored work runs under. It is kept with each job, schedule, trigger and hook when they are stored, and
 * checked again each time they run (`AuthPort.authorizePrincipal`). It holds no secret.
 */
export interface Principal {
  readonly actor: Actor;
  /** `client_id` of the token's app; `null` for a person in the console, and for a service of the installation. */
  readonly appId: string | null;
  /** The person behind a token of a user or agent; `null` for services. */
  readonly userId: string | null;
  /** Granted scopes of the token; `null` where they were not kept: those that the app is declared with when it is asked about. */
  readonly scopes: readonly string[] | null;
  /** The API key (`crd-…`) that was used, or that the token was made from. */
  readonly credentialId: string | null;
  readonly grantId: string | null;
  readonly sessionId: string | null;
  /** `jti` of the token and of its parents. */
  readonly tokenIds: readonly string[];
  /** Unix seconds: a revocation of all that was issued until a moment is compared with it. */
  readonly issuedAt: number;
  /** Unix seconds, for agents only: their work ends with their token. The expiry of any other token ends no work. */
  readonly expiresAt: number | null;
}

/**
 * Returns the principal of a call.
 * @param nowMs Unix milliseconds, for a caller without a token; `Date.now()` unless a test holds the clock.
 */
export function principalOf(context: CallContext, nowMs: number = Date.now()): Principal {
  const { actor, appId, scopes, credentialId, token } = context;
  return {
    actor: { type: actor.type, id: actor.id },
    appId,
    userId: token?.userId ?? (actor.type === 'user' ? actor.id : null),
    scopes: scopes ?? null,
    credentialId: credentialId ?? null,
    grantId: token?.grantId ?? null,
    sessionId: token?.sessionId ?? null,
    tokenIds: token?.ids ?? [],
    issuedAt: token?.issuedAt ?? Math.floor(nowMs / 1000),
    expiresAt: actor.type === 'agent' ? (token?.expiresAt ?? null) : null,
  };
}

/**
 * Returns the context of a call that a stored principal makes: {@link principalOf} gives the same principal back, so that
 * what the call stores inherits it.
 * @param from the request that made it run, or what stands for one.
 */
export function contextOfPrincipal(principal: Principal, tenantId: string, from: RequestFacts): CallContext {
  const { actor, appId, userId, scopes, credentialId, grantId, sessionId, tokenIds, issuedAt, expiresAt } = principal;
  return callContext({
    requestId: from.requestId,
    tenantId,
    actor,
    appId,
    ...(scopes === null ? {} : { scopes }),
    ...(credentialId === null ? {} : { credentialId }),
    token: { ids: tokenIds, userId, grantId, sessionId, issuedAt, expiresAt },
    ip: from.ip,
    traceparent: from.traceparent,
  });
}
