/** Who acts: a signed-in user, an application with its own token, an agent on behalf of a user, or this installation. */
export interface Actor {
  readonly type: 'user' | 'service' | 'agent' | 'system';
  readonly id: string;
}

/**
 * What a caller proved itself by, as far as work that it begins can outlive or end with it. Only within a process: what
 * crosses a wire or is stored is the `Principal` made from it (`modules/auth/contract`).
 */
export interface CallerToken {
  /** `jti` of the token and of those that it was made from; for an API key the id of the key. Empty for a session of pages. */
  readonly ids: readonly string[];
  /** The person behind a token of a user or agent; `null` for services. */
  readonly userId: string | null;
  readonly grantId: string | null;
  readonly sessionId: string | null;
  /** Roles of the person when the token was judged; absent for a stored principal, of which they are looked up. */
  readonly roles?: readonly string[];
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; `null` for what does not end by itself. */
  readonly expiresAt: number | null;
}

/** An action on a resource, in the words of the policy. */
export interface DecidedAct {
  readonly action: string;
  readonly resource: string;
}

/** Tells when a caller waits no longer: it has gone, or its deadline has passed. */
export interface Over {
  readonly signal: AbortSignal;
}

/**
 * What goes with every call of a port, in process or over a wire. It is passed by hand: a port never looks it up in
 * ambient state, so that the same call means the same in one process and in three.
 */
export interface CallContext {
  /** `X-Request-Id`: 1–128 visible ASCII characters. */
  readonly requestId: string;
  /** Id of the tenant of the verified token; `null` for the installation itself. */
  readonly tenantId: string | null;
  readonly actor: Actor;
  /** `client_id` of the application whose token was used; `null` when there was none. */
  readonly appId: string | null;
  /** Scopes of the verified token; absent where there was none. Only within a process: no wire carries them. */
  readonly scopes?: readonly string[];
  /** The API key (`crd-…`) that was used, or that the token was made from; absent without one. Only within a process. */
  readonly credentialId?: string;
  /** Facts of the verified token, or of the stored principal that stands for one; absent without either. Only within a process. */
  readonly token?: CallerToken;
  /** Whether the caller may act for the whole installation (service token, `platform.admin`, the installation itself). */
  readonly isPlatformAdmin: boolean;
  /** Address of the caller; `null` when unknown. */
  readonly ip: string | null;
  /** Unix milliseconds after which the caller no longer waits; `null` for no limit. */
  readonly deadlineMs: number | null;
  /**
   * When the caller waits no longer; absent where nobody can tell. What the store does for it alone ends then. Only within
   * a process: on a wire gRPC tells the other side by itself.
   */
  readonly over?: Over | undefined;
  /**
   * Throws when the caller would be let in no longer, so that what began before a suspension or revocation is not completed
   * after it; absent where nobody can tell. Asked of memory, within the transaction of each write. Only within a process.
   */
  readonly revalidate?: (() => void) | undefined;
  /** W3C `traceparent`; `null` outside a trace. */
  readonly traceparent: string | null;
  /** Id under which the surface will look for this call's audit event, so that a write can stage it itself. */
  readonly auditEventId: string | null;
  /** Revision of the tenant's policy by which the call was let in; absent when none decided on it. */
  readonly policyRevision?: string | null;
  /**
   * Whether successful plain reads of the tenant may be recorded in aggregate; absent where each has a record of its own. Only
   * within a process.
   */
  readonly aggregatesReads?: boolean;
  /**
   * The act that the policy let this call in for, as its surface asked: what the call starts is not decided twice. Only
   * within a process.
   */
  readonly decided?: DecidedAct;
  /** `Idempotency-Key` of the call as it was sent, checked by the write that honours it; `null` when there was none. */
  readonly idempotencyKey: string | null;
  /** Where the write notes what its surface tells besides the answer; absent where nobody reads it, as over a wire. */
  readonly notes?: AnswerNotes;
}

/** What a surface tells of an answer in its headers. */
export interface AnswerNotes {
  /** Whether the answer is that of an earlier call with the same idempotency key. */
  isReplayed: boolean;
}

/** The facts of a call that its transport knows. */
type KnownFacts = Pick<CallContext, 'requestId' | 'tenantId' | 'actor'> & Partial<CallContext>;

/** Makes a context: facts that are left out are those of a caller without app, address, deadline, trace and idempotency key. */
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

/** Id of a caller who has not even said a name. */
export const ANONYMOUS = 'anonymous';

/** The facts of an HTTP request that its surface knows before anyone has looked at a credential. */
export type RequestFacts = Pick<CallContext, 'requestId' | 'ip' | 'traceparent'>;

/** Makes the context of an HTTP request: nobody's and of no tenant, until `known` says whose. */
export function httpContext(
  { requestId, ip, traceparent }: RequestFacts,
  known: Partial<CallContext> = {},
): CallContext {
  const actor: Actor = { type: 'service', id: ANONYMOUS };
  return callContext({ requestId, ip, traceparent, tenantId: null, actor, ...known });
}

/** The context of what the installation does by itself (bootstrap, sweeps). */
export function systemContext(requestId: string, tenantId: string | null = null): CallContext {
  return callContext({
    requestId,
    tenantId,
    actor: { type: 'system', id: 'system' },
    isPlatformAdmin: true,
  });
}

/**
 * The context of a write beside the one that a call is: neither the call's idempotency key nor its audit event are of it.
 * @param idempotencyKey of its own.
 */
export function besides(context: CallContext, idempotencyKey: string | null = null): CallContext {
  return { ...context, idempotencyKey, auditEventId: null };
}

/** The tenant of a call that cannot go on without one. A missing one is a mistake of ours, not the caller's. */
export function requireTenant(context: CallContext): string {
  if (context.tenantId === null) throw new Error('This call needs a tenant and its context has none.');
  return context.tenantId;
}
