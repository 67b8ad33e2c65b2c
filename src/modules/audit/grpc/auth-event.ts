import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import type { AuthEventProto } from '../../../kernel/grpc/generated/coresdk/v1/audit';
import { derivedId } from '../../../kernel/ids/ids';
import { type AuditEvent, auditEvent } from '../contract/audit.types';
import { outcomeOf, parseMetadata } from '../contract/emitted';

/** The year 2000. An earlier timestamp is not in milliseconds. */
const EARLIEST_MS = 946_684_800_000;
const LATEST_AHEAD_MS = 86_400_000;

const short = z.string().max(256);
const schema = z.object({
  eventId: z.string().min(1, 'event_id is missing').max(64),
  eventType: z.string().min(1, 'event_type is missing').max(256),
  source: short,
  timestamp: z.number().int(),
  outcome: z.string().max(64),
  subjectKind: z.enum(
    ['', 'user', 'app', 'user_via_app', 'anonymous'],
    'subject_kind must be empty, user, app, user_via_app or anonymous',
  ),
  subjectId: short,
  subjectEmail: z.string().max(320),
  subjectClientId: z.string().max(128),
  subjectAppId: z.string().max(128),
  resourceType: short,
  resourceId: z.string().max(1024),
  resourceAction: short,
  networkIp: z.string().max(64),
  networkUserAgent: z.string().max(1024),
  networkCountry: z.string().max(2),
  sessionId: short,
  requestId: z.string().max(128),
  parentEventId: z.string().max(64),
  traceId: z.string().max(32),
  spanId: z.string().max(16),
  mitreTechniqueId: z.string().max(32),
  severity: z.enum(
    ['', 'critical', 'high', 'medium', 'low', 'info'],
    'severity must be empty, critical, high, medium, low or info',
  ),
});

/** Returns a message about the fault in a request; `null` if the request is valid. */
export function faultOfAuthEvent(request: AuthEventProto, nowMs: number): string | null {
  const checked = schema.safeParse(request);
  if (!checked.success) return checked.error.issues[0]?.message ?? 'malformed';
  const { timestamp } = checked.data;
  const isTime = timestamp >= EARLIEST_MS && timestamp <= nowMs + LATEST_AHEAD_MS;
  return isTime ? null : 'timestamp must be the time of the event in Unix milliseconds';
}

/**
 * Converts an event from an authentication service to the format of the log. The same `event_id` in a tenant yields the same id. Fields
 * that describe the person (address, email, user agent, country) are sealed with the person's key.
 * @param context the context of the tenant, with the service as the actor.
 */
export function authEvent(context: CallContext & { readonly tenantId: string }, request: AuthEventProto): AuditEvent {
  const isUser = request.subjectKind === 'user' || request.subjectKind === 'user_via_app';
  const isAnonymous = request.subjectKind === 'anonymous' || request.subjectId === '';
  const app = request.subjectAppId || request.subjectClientId;
  const personal = kept({
    email: request.subjectEmail,
    userAgent: request.networkUserAgent,
    country: request.networkCountry,
  });
  const metadata = {
    ...parseMetadata(request.metadataJson),
    ...kept({
      eventId: request.eventId,
      source: request.source,
      subjectKind: request.subjectKind,
      resourceAction: request.resourceAction,
      sessionId: request.sessionId,
      parentEventId: request.parentEventId,
      traceId: request.traceId,
      spanId: request.spanId,
      mitreTechniqueId: request.mitreTechniqueId,
      severity: request.severity,
      emittedBy: context.actor.id,
    }),
  };
  const event = auditEvent(
    {
      ...context,
      requestId: request.requestId === '' ? context.requestId : request.requestId,
      actor: { type: isUser ? 'user' : 'service', id: isAnonymous ? 'anonymous' : request.subjectId },
      appId: app === '' ? null : app,
      // The subject of an anonymous event is its IP address.
      ip: request.networkIp || (request.subjectKind === 'anonymous' ? request.subjectId : '') || null,
    },
    {
      id: derivedId('aud', [context.tenantId, 'auth event', request.eventId]),
      action: request.eventType,
      resourceType: request.resourceType,
      resourceId: request.resourceId,
      outcome: outcomeOf(request.outcome),
      metadata,
    },
    request.timestamp,
  );
  return Object.keys(personal).length === 0 ? event : { ...event, personal };
}

/** Returns the members that are not empty. */
function kept(members: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, text]) => text !== ''));
}
