import type { CallContext } from '../../../kernel/context/call-context';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import { newId } from '../../../kernel/ids/ids';

/** The log for calls without a tenant: rejected credentials and platform administration. */
export const SYSTEM_LOG = 'system';

/** Topic of staged audit events in the outbox. */
const AUDIT_TOPIC = 'audit';

export type AuditOutcome = 'success' | 'denied' | 'failure';

/** An event (rest.md §3, AuditEvent). It does not contain a payload or secrets. */
export interface AuditEvent {
  /** `aud-…`; recording the same id twice leaves one event. */
  readonly id: string;
  /** Tenant id, or {@link SYSTEM_LOG}. */
  readonly tenantId: string;
  readonly appId: string | null;
  readonly actorType: 'user' | 'service' | 'agent' | 'system';
  readonly actorId: string;
  /** The action, in dotted form, such as `project.create`. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly outcome: AuditOutcome;
  /** A machine-readable reason, such as `token_expired`; empty on success. */
  readonly reason: string;
  readonly requestId: string;
  /** Address of the client. For a user's event, it is stored only after it is sealed with that person's key. */
  readonly ip: string | null;
  /** Revision of the tenant's policy that decided on the call; `null` when no policy did. */
  readonly policyRevision: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /**
   * Personal data about the actor (such as an email address or a user agent), which is stored only after it is sealed with the actor's
   * key; `null` if absent.
   */
  readonly personal: Readonly<Record<string, unknown>> | null;
  /** Unix milliseconds. */
  readonly tsMs: number;
}

/** The position of a committed event in its log. */
export interface AuditReceipt {
  /** Starts at 1; 0 is the genesis record. */
  readonly sequenceId: number;
  /** SHA-256 of the previous record, in hex. */
  readonly previousHash: string;
  /** SHA-256 of the record's canonical form (RFC 8785), in hex. Both hashes are empty for a record that retention has dropped. */
  readonly recordHash: string;
}

/** The facts that a caller of {@link auditEvent} adds to the call context. */
export interface AuditedAction {
  readonly id?: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly outcome?: AuditOutcome;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly personal?: Readonly<Record<string, unknown>>;
}

/** Returns the event for an action within a call. */
export function auditEvent(context: CallContext, action: AuditedAction, nowMs: number): AuditEvent {
  return {
    id: action.id ?? context.auditEventId ?? newId('aud', nowMs),
    tenantId: context.tenantId ?? SYSTEM_LOG,
    appId: context.appId,
    actorType: context.actor.type,
    actorId: context.actor.id,
    action: action.action,
    resourceType: action.resourceType,
    resourceId: action.resourceId,
    outcome: action.outcome ?? 'success',
    reason: action.reason ?? '',
    requestId: context.requestId,
    ip: context.ip,
    policyRevision: context.policyRevision ?? null,
    metadata: { ...action.metadata, ...usedKey(context), ...changeSetOf(context) },
    personal: action.personal ?? null,
    tsMs: nowMs,
  };
}

/** Returns the id of the actor's API key, if one was used. This is the key to revoke if the actor did not cause the event. */
function usedKey({ credentialId }: CallContext): { readonly credentialId?: string } {
  return credentialId === undefined ? {} : { credentialId };
}

/** Returns the change set to which the call belongs, so that its records can be found together. */
function changeSetOf({ changeSet }: CallContext): { readonly changeSet?: string } {
  return changeSet === undefined ? {} : { changeSet };
}

/**
 * Returns the outbox row that stores an event in the transaction of its write. The same row feeds `/v1/events` and webhooks. @param
 * resource the resource that the write produced. It is only for these readers; see `StagedEvent.resource`.
 */
export function stagedAuditEvent(event: AuditEvent, resource?: object): StagedEvent {
  return {
    id: event.id,
    topic: AUDIT_TOPIC,
    tenantId: event.tenantId === SYSTEM_LOG ? null : event.tenantId,
    payload: event,
    ...(resource === undefined ? {} : { resource }),
  };
}
