import { z } from 'zod';
import { pageQuery } from '../../../kernel/lists/page';

/** A record of the log as readers get it: personal fields opened, or null once the person was erased. */
export const auditRecord = z
  .object({
    id: z.string(),
    sequenceId: z.number().int().meta({ description: 'Place in the log of the tenant, from 0.' }),
    tenantId: z.string(),
    appId: z.string().nullable(),
    actorType: z.enum(['user', 'service', 'agent', 'system']),
    actorId: z.string().nullable(),
    action: z.string(),
    resourceType: z.string(),
    resourceId: z.string(),
    outcome: z.enum(['success', 'denied', 'failure']),
    reason: z.string(),
    requestId: z.string(),
    ip: z.string().nullable(),
    policyRevision: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    personal: z.record(z.string(), z.unknown()).nullable(),
    erased: z
      .boolean()
      .meta({ description: 'True if the key of the personal fields was destroyed, so that nobody can read them.' }),
    ts: z.iso.datetime(),
    previousHash: z.string(),
    recordHash: z.string(),
  })
  .meta({ id: 'AuditRecord' });

export type AuditRecord = Readonly<z.infer<typeof auditRecord>>;

const moment = z.iso.datetime({ offset: true });
const MAX_Q_CHARS = 128;

/** Selects records. */
export const auditFilter = z.strictObject({
  actor: z.string().min(1).max(256).optional().meta({ description: 'Id of who acted.' }),
  action: z
    .string()
    .regex(/^[\w.:-]{1,256}\*?$/)
    .optional()
    .meta({ description: 'An action, or all that begin so: `project.*`.' }),
  resource: z.string().min(1).max(1_280).optional().meta({ description: 'A type, an id, or `type/id`.' }),
  outcome: z.enum(['success', 'denied', 'failure']).optional(),
  from: moment.optional().meta({ description: 'From this moment on.' }),
  to: moment.optional().meta({ description: 'Before this moment.' }),
  q: z.string().min(2).max(MAX_Q_CHARS).optional().meta({
    description: 'A text anywhere in ids, action, resource, reason, request id or metadata; case does not matter.',
  }),
});

export type AuditFilter = Readonly<z.infer<typeof auditFilter>>;

export const auditQuery = auditFilter.extend(pageQuery.shape);

export type AuditQuery = Readonly<z.infer<typeof auditQuery>>;

/** Formats of an export: JSON Lines, a table, or CloudEvents 1.0 in JSON, one per line. */
export const EXPORT_FORMATS = ['jsonl', 'csv', 'cloudevents'] as const;

export const auditExport = auditFilter.extend({
  format: z.enum(EXPORT_FORMATS).default('jsonl'),
  after: z.coerce.number().int().min(0).optional().meta({
    description: 'Go on after the record with this sequenceId: the last that arrived of an export that broke off.',
  }),
});

export type AuditExport = Readonly<z.infer<typeof auditExport>>;
