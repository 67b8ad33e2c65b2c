import { z } from 'zod';

/** What can happen to a resource: the last word of a type. The database makes types of audited actions by the same words. */
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

/** A type that is wanted, such as `coresdk.project.created`, or a family of them: `coresdk.project.*`. */
export const wantedType = z
  .string()
  .max(200)
  .regex(TYPE, 'a type such as coresdk.project.created, or a family such as coresdk.project.*');

/** What happened, in the JSON form of CloudEvents 1.0. */
export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'Unique; the same wherever the event is read or sent.' }),
    source: z.string().meta({ description: 'The installation: its issuer URL.' }),
    type: z.string().meta({ description: 'Such as `coresdk.project.created`.' }),
    subject: z.string().meta({ description: 'The resource, such as `project/prj-01h…`.' }),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    tenantid: z.string().meta({ description: 'Id of the tenant (an extension attribute).' }),
    data: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The resource as its API shows it, or what of the change may be told; never a secret.' }),
  })
  .meta({ id: 'CloudEvent' });

export type CloudEvent = Readonly<z.infer<typeof cloudEvent>>;

/** What events are wanted; all of them when empty. */
export interface EventFilter {
  /** By {@link wantedType}. */
  readonly types?: readonly string[] | undefined;
  /** Exactly this one. */
  readonly subject?: string | undefined;
}

/** Where a reader stands in the log: an opaque text that an earlier answer gave. */
export type EventPlace = string;

export interface PlacedEvent {
  readonly place: EventPlace;
  readonly event: CloudEvent;
}

/** What was read of the log at once, oldest first. */
export interface EventBatch {
  readonly events: readonly PlacedEvent[];
  /** Up to where was read. Events that come later are behind it. */
  readonly place: EventPlace;
  /** Whether there may be more now. */
  readonly more: boolean;
}

/** An event of any tenant, without what it says. */
export interface FedEvent {
  readonly tenantId: string;
  /** Its place in its tenant's log. */
  readonly place: EventPlace;
  /** Start of the transaction that wrote it, by the store's clock: ISO 8601 with microseconds. */
  readonly began: string;
  readonly id: string;
  readonly type: string;
}

/** What was read for all tenants at once, oldest first. */
export interface FeedBatch {
  readonly events: readonly FedEvent[];
  /** A place in the feed, not in the log of a tenant. */
  readonly place: EventPlace;
  readonly more: boolean;
}
