import { z } from 'zod';
import { auditFilter } from '../../audit/contract/audit-query.types';

/** The limits of one tenant. */
export const SINK_LIMITS = { maxSinks: 10 } as const;

const sinkFilter = auditFilter.pick({ action: true, outcome: true, resource: true, actor: true });

const INCLUDE_PERSONAL = z.boolean().meta({
  description:
    'True if fields sealed with a person’s key (address, id from another system, email, user agent) are sent in plain text. Receivers keep them after that person is erased, so only a platform administrator can set this. If false, records identify the person by a random name.',
});

/** A sink to create. */
export const newAuditSink = z
  .strictObject({
    name: z.string().min(1).max(128),
    kind: z.enum(['webhook', 'file']),
    url: z.string().max(2_048).optional().meta({ description: 'The URL of a webhook: https, on a public host.' }),
    filter: sinkFilter.default({}),
    includePersonal: INCLUDE_PERSONAL.default(false),
    from: z.enum(['beginning', 'now']).default('now').meta({ description: '`beginning` also sends existing records.' }),
  })
  .meta({ id: 'NewAuditSink' });

export type NewAuditSink = z.infer<typeof newAuditSink>;

export const auditSink = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['webhook', 'file']),
    url: z.string().nullable(),
    filter: sinkFilter,
    includePersonal: INCLUDE_PERSONAL,
    paused: z.boolean(),
    state: z.enum(['delivering', 'retrying', 'full', 'paused']).meta({
      description: '`full`: the file limit is reached or the disk is low on space. The sink resumes automatically.',
    }),
    deliveredUpTo: z.number().int().meta({ description: 'The last delivered sequenceId; initially -1.' }),
    attempts: z.number().int().meta({ description: 'Number of failed attempts to deliver the next record.' }),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'AuditSink' });

export type AuditSink = Readonly<z.infer<typeof auditSink>>;

export const createdAuditSink = auditSink
  .extend({
    secret: z.string().nullable().meta({ description: 'Signs deliveries (Standard Webhooks). It is shown only once.' }),
  })
  .meta({ id: 'CreatedAuditSink' });

export type CreatedAuditSink = Readonly<z.infer<typeof createdAuditSink>>;

export const auditSinkPatch = z.strictObject({ paused: z.boolean() }).meta({ id: 'AuditSinkPatch' });

export const deadLetter = z
  .object({
    sequenceId: z.number().int(),
    recordId: z.string(),
    reason: z.string(),
    failedAt: z.iso.datetime(),
    replay: z.boolean().meta({ description: 'True if a retry is pending.' }),
  })
  .meta({ id: 'AuditDeadLetter' });

export type DeadLetter = Readonly<z.infer<typeof deadLetter>>;

export const replayed = z.object({ replayed: z.number().int() }).meta({ id: 'AuditReplay' });
