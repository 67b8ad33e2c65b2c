import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';
import { wantedType } from '../../events/contract/events.types';

export const WEBHOOK_LIMITS = {
  /** Maximum number of webhooks of a tenant. */
  maxWebhooks: 20,
  /** Maximum number of types and families in one webhook. */
  maxTypes: 50,
  /** Maximum number of seconds for which the previous secret stays valid after a rotation. */
  maxOverlapSeconds: 7 * 86_400,
  /** Maximum number of dead letters that one call retries. */
  maxReplayed: 10_000,
} as const;

const url = z.string().min(1).max(2_048);
const description = z.string().max(500);
const types = z.array(wantedType).max(WEBHOOK_LIMITS.maxTypes);
const status = z.enum(['active', 'paused']);

/** A destination for events. */
export const webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    types: z.array(z.string()).meta({ description: 'Types and families to send. If empty, all events are sent.' }),
    status,
    pausedReason: z
      .enum(['request', 'gone', 'failing'])
      .nullable()
      .meta({ description: '`gone`: the receiver returned 410; `failing`: it has accepted no delivery for too long.' }),
    failingSince: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'The time since which the receiver has accepted no delivery.' }),
    lastError: z.string().nullable(),
    previousSecretUntil: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'The time until which deliveries are also signed with the previous secret.' }),
    version: z
      .number()
      .int()
      .meta({ description: 'The number of changes, starting with 1. The entity tag is derived from it.' }),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  })
  .meta({ id: 'Webhook' });

export type Webhook = Readonly<z.infer<typeof webhook>>;

/** A webhook with its signing secret, in the only response that contains it. */
export const webhookWithSecret = webhook
  .extend({ secret: z.string().meta({ description: 'Signs deliveries (Standard Webhooks); shown only once.' }) })
  .meta({ id: 'WebhookWithSecret' });

export type WebhookWithSecret = Readonly<z.infer<typeof webhookWithSecret>>;

export const newWebhook = z
  .strictObject({
    url: url.meta({ description: 'https, on a public host.' }),
    description: description.default(''),
    types: types.default([]).meta({ description: 'Such as `coresdk.project.created`, `coresdk.group.*`; empty: all.' }),
  })
  .meta({ id: 'NewWebhook' });

export type NewWebhook = Readonly<z.infer<typeof newWebhook>>;

/** Changes to a webhook; omitted members stay unchanged. */
export const webhookPatch = z
  .strictObject({
    url: url.optional(),
    description: description.optional(),
    types: types.optional(),
    status: status
      .optional()
      .meta({ description: '`active` resumes a paused webhook, starting with the pending deliveries.' }),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'must contain at least one member to change')
  .meta({ id: 'WebhookPatch' });

export type WebhookPatch = Readonly<z.infer<typeof webhookPatch>>;

export const webhookQuery = listQuery({ sorts: ['createdAt'], filters: { status: status.optional() } });

export type WebhookQuery = Readonly<z.infer<typeof webhookQuery>>;

export const secretRotation = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(WEBHOOK_LIMITS.maxOverlapSeconds)
      .default(86_400)
      .meta({ description: 'How long deliveries are also signed with the previous secret.' }),
  })
  .meta({ id: 'WebhookSecretRotation' });

export type SecretRotation = Readonly<z.infer<typeof secretRotation>>;

const deliveryStatus = z.enum(['pending', 'delivered', 'dead']);

/** The delivery of one event to one webhook. Its id is the event id, and the `webhook-id` of every attempt. */
export const webhookDelivery = z
  .object({
    id: z.string(),
    type: z.string(),
    status: deliveryStatus.meta({
      description: '`dead`: all attempts, over about three days, failed. A replay retries the delivery.',
    }),
    attempts: z.number().int(),
    nextAttemptAt: z.iso.datetime().nullable(),
    lastStatus: z.number().int().nullable().meta({ description: 'HTTP status of the last attempt.' }),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export type WebhookDelivery = Readonly<z.infer<typeof webhookDelivery>>;

export const deliveryQuery = listQuery({
  sorts: ['createdAt'],
  filters: { status: deliveryStatus.optional(), type: wantedType.optional() },
}).extend({
  sort: z.enum(['-createdAt', 'createdAt']).default('-createdAt').meta({ description: 'Newest first by default.' }),
});

export type DeliveryQuery = Readonly<z.infer<typeof deliveryQuery>>;

export const webhookReplay = z
  .object({
    replayed: z
      .number()
      .int()
      .meta({ description: `Number of retried deliveries; at most ${WEBHOOK_LIMITS.maxReplayed} per call.` }),
  })
  .meta({ id: 'WebhookReplay' });

export type WebhookReplay = Readonly<z.infer<typeof webhookReplay>>;

/** The result of sending a test event. */
export const webhookTest = z
  .object({
    delivered: z.boolean(),
    status: z.number().int().nullable().meta({ description: 'HTTP status; `null` if there was no response.' }),
    error: z.string().nullable(),
    durationMs: z.number().int(),
  })
  .meta({ id: 'WebhookTest' });

export type WebhookTest = Readonly<z.infer<typeof webhookTest>>;
