import { z } from 'zod';

/** The verbs of events: the last part of a type. The database derives types from audited actions with the same verbs. */
export const EVENT_VERBS = [
  'created',
  'updated',
  'deleted',
  'destroyed',
  'purged',
  'restored',
  'archived',
  'unarchived',
  'suspended',
  'activated',
  'deactivated',
  'paused',
  'resumed',
  'revoked',
  'expired',
  'rotated',
  'secret_rotated',
  'uploaded',
  'staged',
  'rolled_back',
  'reverted',
  'scheduled',
  'cancelled',
  'applied',
  'member_added',
  'member_removed',
  'transferred',
  'invited',
  'accepted',
  'imported',
  'copied',
  'moved',
] as const;

const TYPE = new RegExp(String.raw`^coresdk(\.[a-z_]{1,40}){1,4}\.(${EVENT_VERBS.join('|')}|\*)$`);

/** A type to select, such as `coresdk.project.created`, or a family of types, such as `coresdk.project.*`. */
export const wantedType = z
  .string()
  .max(200)
  .regex(TYPE, 'must be a type such as coresdk.project.created, or a family such as coresdk.project.*');

/** An event, in the JSON form of CloudEvents 1.0. */
export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'Unique, and identical wherever the event is read or delivered.' }),
    source: z.string().meta({ description: 'The installation: its issuer URL.' }),
    type: z.string().meta({ description: 'Such as `coresdk.project.created`.' }),
    subject: z.string().meta({ description: 'The resource, such as `project/prj-01h…`.' }),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    tenantid: z.string().meta({ description: 'Id of the tenant (an extension attribute).' }),
    data: z.record(z.string(), z.unknown()).meta({
      description: 'The resource as its API returns it, or the public part of the change. It never contains a secret.',
    }),
  })
  .meta({ id: 'CloudEvent' });

export type CloudEvent = Readonly<z.infer<typeof cloudEvent>>;

/** A filter for events. An empty filter matches every event. */
export interface EventFilter {
  /** Types or families, as in {@link wantedType}. */
  readonly types?: readonly string[] | undefined;
  /** The exact subject. */
  readonly subject?: string | undefined;
}

/** A reader's position in the log: an opaque string from an earlier response. */
export type EventPlace = string;

export interface PlacedEvent {
  readonly place: EventPlace;
  readonly event: CloudEvent;
}

/** The result of one read of the log, oldest first. */
export interface EventBatch {
  readonly events: readonly PlacedEvent[];
  /** The position up to which the log was read. Later events come after it. */
  readonly place: EventPlace;
  /** True when more events might already be available. */
  readonly more: boolean;
}

/** An event of any tenant, without its data. */
export interface FedEvent {
  readonly tenantId: string;
  /** The position of the event in its tenant's log. */
  readonly place: EventPlace;
  /** The start of the transaction that wrote the event, according to the database's clock, in ISO 8601 with microseconds. */
  readonly began: string;
  readonly id: string;
  readonly type: string;
}

/** The result of one read for all tenants, oldest first. */
export interface FeedBatch {
  readonly events: readonly FedEvent[];
  /** A position in the feed, not in a tenant's log. */
  readonly place: EventPlace;
  readonly more: boolean;
}
