import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';

/** The log of events that affect every tenant, that is, events about signing keys. Each tenant's events include them. */
export const INSTALLATION_LOG = 'system';

/** The types of events about tokens and about the origins of tokens. */
export const TOKEN_EVENT_TYPES = [
  'token.issued',
  'token.refreshed',
  'token.revoked',
  'agent_token.issued',
  'refresh_token.reused',
  'refresh_family.expired',
  'code.reused',
  'consent.given',
  'consent.withdrawn',
  'key.rotated',
] as const;
export type TokenEventType = (typeof TOKEN_EVENT_TYPES)[number];

/** Further details of an event. They contain only ids, never a token or a part of a token. */
const details = z.object({
  jti: z.string().optional().meta({ description: 'Id of the access token.' }),
  sessionId: z.string().optional(),
  grantId: z.string().optional(),
  scopes: z.array(z.string()).readonly().optional(),
  grantType: z
    .string()
    .optional()
    .meta({ description: 'The grant type by which the client got the token (RFC 6749 §4).' }),
  expiresAt: z.iso.datetime().optional().meta({ description: 'The time when the access token expires.' }),
  agentId: z.string().optional().meta({ description: 'The agent that an agent token is for.' }),
  covers: z.enum(['token', 'grant', 'session', 'user', 'client', 'tenant']).optional().meta({
    description:
      'The scope of the revocation: one token, or all tokens issued so far for a grant, session, user, app or tenant.',
  }),
  kid: z.string().optional().meta({ description: 'Id of the key that signs from now on.' }),
  emergency: z.boolean().optional().meta({ description: '`true` if all previous keys were discarded.' }),
  actorType: z.enum(['user', 'service', 'agent', 'system']).optional(),
  actorId: z.string().optional(),
  reason: z.string().optional(),
  requestId: z.string().optional(),
  ip: z.string().optional(),
});

export type TokenEventDetails = Readonly<z.infer<typeof details>>;

/** An event, in the form that readers receive. */
export const tokenEvent = details
  .extend({
    id: z
      .string()
      .meta({ description: 'Opaque. Ids sort in the order of the log. Use an id as `cursor` and `Last-Event-ID`.' }),
    type: z.enum(TOKEN_EVENT_TYPES),
    at: z.iso.datetime(),
    tenantId: z.string().meta({ description: `Id of the tenant; \`${INSTALLATION_LOG}\` if it concerns all.` }),
    clientId: z.string().nullable(),
    userId: z.string().nullable(),
  })
  .meta({ id: 'TokenEvent' });

export type TokenEvent = Readonly<z.infer<typeof tokenEvent>>;

/** An event to log. The log assigns its id and time. */
export interface NewTokenEvent {
  /** Tenant id, or {@link INSTALLATION_LOG}. */
  readonly tenantId: string;
  readonly type: TokenEventType;
  readonly clientId: string | null;
  readonly userId: string | null;
  readonly details: TokenEventDetails;
}

/** A filter for events. An empty filter matches every event. */
export interface TokenEventFilter {
  readonly types?: readonly TokenEventType[] | undefined;
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
  /** The inclusive start, in ISO 8601. */
  readonly from?: string | undefined;
  /** The exclusive end, in ISO 8601. */
  readonly to?: string | undefined;
}

/** A reader's position in the log: an opaque id from a {@link TokenEvent} or an earlier response. */
export type LogPlace = string;

/** The result of one read of the log, oldest first. */
export interface TokenEventBatch {
  readonly events: readonly TokenEvent[];
  /** The position up to which the log was read. Later events come after it. */
  readonly place: LogPlace;
  /** True if more events might already be available. */
  readonly more: boolean;
}

/** Returns an event of the call's tenant, with its actor and origin. */
export function tokenEventOf(
  context: Pick<CallContext, 'tenantId' | 'actor' | 'requestId' | 'ip'>,
  event: Omit<NewTokenEvent, 'tenantId'>,
): NewTokenEvent {
  return {
    ...event,
    tenantId: context.tenantId ?? INSTALLATION_LOG,
    details: {
      ...event.details,
      actorType: context.actor.type,
      actorId: context.actor.id,
      requestId: context.requestId,
      ...(context.ip === null ? {} : { ip: context.ip }),
    },
  };
}
