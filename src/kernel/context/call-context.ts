/** The acting party: a signed-in user, an application with its own token, an agent on behalf of a user, or this installation. */
export interface Actor {
  readonly type: 'user' | 'service' | 'agent' | 'system';
  readonly id: string;
}

/**
 * The credential that a caller presented, reduced to the facts that limit the lifetime of the caller's work. Only within a process: on the
 * wire and in storage, use the `Principal` created from these facts (`modules/auth/contract`).
 */
export interface CallerToken {
  /** The `jti` of the token and of its source tokens; for an API key, the id of the key. Empty for a session on the web pages. */
  readonly ids: readonly string[];
  /** The user behind a user or agent token; `null` for services. */
  readonly userId: string | null;
  readonly grantId: string | null;
  readonly sessionId: string | null;
  /** The user's roles when the token was verified; absent for a stored principal, whose current roles are queried. */
  readonly roles?: readonly string[];
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; `null` for a credential that does not expire. */
  readonly expiresAt: number | null;
}

/** An action on a resource, in the policy's terms. */
export interface DecidedAct {
  readonly action: string;
  readonly resource: string;
}

/** Signals when a caller is no longer waiting: it has disconnected, or its deadline has passed. */
export interface CallerSignal {
  readonly signal: AbortSignal;
}

/**
 * The context of every port call, in process or over the wire. It is passed explicitly: a port never reads ambient state, so a call has the
 * same meaning whether the installation is one process or three.
 */
export interface CallContext {
  /** `X-Request-Id`: 1–128 visible ASCII characters. */
  readonly requestId: string;
  /** Tenant of the verified token; `null` for the installation itself. */
  readonly tenantId: string | null;
  readonly actor: Actor;
  /** `client_id` of the application whose token was used; `null` if no application token was used. */
  readonly appId: string | null;
  /** Scopes of the verified token; absent if there is no token. Only within a process: they are not sent over the wire. */
  readonly scopes?: readonly string[];
  /** The API key (`crd-…`) that was used, or from which the token was issued; absent if there is none. Only within a process. */
  readonly credentialId?: string;
  /**
   * Facts about the verified token, or about the stored principal that represents a token; absent if there is neither. Only within a
   * process.
   */
  readonly token?: CallerToken;
  /** True if the caller is allowed to act for the whole installation (service token, `platform.admin`, the installation itself). */
  readonly isPlatformAdmin: boolean;
  /** Address of the caller; `null` when unknown. */
  readonly ip: string | null;
  /** Unix milliseconds after which the caller is no longer waiting; `null` if there is no limit. */
  readonly deadlineMs: number | null;
  /**
   * Signals that the caller is no longer waiting; absent where this is unknown. It cancels statements that the store runs only for this
   * call. Only within a process: on a wire, gRPC signals cancellation itself.
   */
  readonly callerSignal?: CallerSignal | undefined;
  /**
   * Throws if the caller would no longer be authorized, so that a call that began before a suspension or revocation does not complete after
   * it; absent where this is unknown. Reads only memory, within the transaction of each write. Only within a process.
   */
  readonly revalidate?: (() => void) | undefined;
  /** W3C `traceparent`; `null` outside a trace. */
  readonly traceparent: string | null;
  /** Id under which the surface will look for this call's audit event, so that a write can stage the event itself. */
  readonly auditEventId: string | null;
  /** Revision of the tenant policy that allowed the call; absent if no policy made the decision. */
  readonly policyRevision?: string | null;
  /**
   * True if the tenant's successful plain reads can be recorded in aggregate; absent where each read gets a separate record. Only within a
   * process.
   */
  readonly aggregatesReads?: boolean;
  /**
   * The action that the policy allowed for this call, as the surface requested it. It avoids a second decision for work that the call
   * starts. Only within a process.
   */
  readonly decided?: DecidedAct;
  /** The call's `Idempotency-Key` as sent. It is checked by the write that honors it. `null` if there is none. */
  readonly idempotencyKey: string | null;
  /** The UUID of the change set to which the call belongs (`X-Change-Set`), with which its writes are audited; absent if there is none. */
  readonly changeSet?: string;
  /** Receives facts for the response headers; absent where they are not used, such as over the wire. */
  readonly notes?: AnswerNotes;
}

/** Facts about a response that a surface sends in the response headers. */
export interface AnswerNotes {
  /** True if the response repeats the response to an earlier call with the same idempotency key. */
  isReplayed: boolean;
}

/** The facts that a transport knows about a call. */
type KnownFacts = Pick<CallContext, 'requestId' | 'tenantId' | 'actor'> & Partial<CallContext>;

/** Creates a context. By default, the caller has no app, address, deadline, trace or idempotency key. */
export function callContext(known: KnownFacts): CallContext {
  return {
    appId: null,
    isPlatformAdmin: false,
    ip: null,
    deadlineMs: null,
    traceparent: null,
    auditEventId: null,
    idempotencyKey: null,
    ...known,
  };
}

/** Id of a caller that has not presented a credential. */
export const ANONYMOUS = 'anonymous';

/** The facts that a surface knows about an HTTP request before it checks any credential. */
export type RequestFacts = Pick<CallContext, 'requestId' | 'ip' | 'traceparent'>;

/** Creates the context of an HTTP request: anonymous and without a tenant, unless `known` sets them. */
export function httpContext(
  { requestId, ip, traceparent }: RequestFacts,
  known: Partial<CallContext> = {},
): CallContext {
  const actor: Actor = { type: 'service', id: ANONYMOUS };
  return callContext({ requestId, ip, traceparent, tenantId: null, actor, ...known });
}

/** Creates the context for the installation's own work (bootstrap, maintenance). */
export function systemContext(requestId: string, tenantId: string | null = null): CallContext {
  return callContext({
    requestId,
    tenantId,
    actor: { type: 'system', id: 'system' },
    isPlatformAdmin: true,
  });
}

/**
 * Creates the context for an additional write in a call. It uses neither the call's idempotency key nor its audit event.
 * @param idempotencyKey the key for this write.
 */
export function withNewIdempotencyKey(context: CallContext, idempotencyKey: string | null = null): CallContext {
  return { ...context, idempotencyKey, auditEventId: null };
}

/** Returns the tenant of a call that requires one. A missing tenant is a bug in this code, not the caller's mistake. */
export function requireTenant(context: CallContext): string {
  if (context.tenantId === null) throw new Error('This call needs a tenant, but its context has none.');
  return context.tenantId;
}
