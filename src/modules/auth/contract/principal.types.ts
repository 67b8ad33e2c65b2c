import { callContext, type Actor, type CallContext, type RequestFacts } from '../../../kernel/context/call-context';

/**
 * The authority under which stored work runs. It is stored with each job, schedule, trigger and hook, and checked again at each run
 * (`AuthPort.authorizePrincipal`). It does not contain a secret.
 */
export interface Principal {
  readonly actor: Actor;
  /** `client_id` of the token's app; `null` for a user in the console, and for a service of the installation. */
  readonly appId: string | null;
  /** The user behind a token of a user or agent; `null` for services. */
  readonly userId: string | null;
  /**
   * The token's granted scopes; `null` if they were not stored. In that case, the check uses the scopes that the app currently declares.
   */
  readonly scopes: readonly string[] | null;
  /** The API key (`crd-…`) that was used, or that the token was created from. */
  readonly credentialId: string | null;
  readonly grantId: string | null;
  readonly sessionId: string | null;
  /** The `jti` claims of the token and its parents. */
  readonly tokenIds: readonly string[];
  /** Unix seconds, for comparison with revocations of everything that was issued up to a given time. */
  readonly issuedAt: number;
  /** Unix seconds; only for agents, because their work ends when their token expires. Other work continues after its token expires. */
  readonly expiresAt: number | null;
}

/**
 * Returns the principal of a call.
 * @param nowMs Unix milliseconds, for a caller without a token; `Date.now()` unless a test controls the clock.
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
 * Returns the call context for a stored principal. For that context, {@link principalOf} returns the same principal, so that data stored by
 * the call inherits the principal.
 * @param from the request that caused the run, or a substitute for that request.
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
