import { z } from 'zod';
import { pageQuery } from '../../../kernel/lists/page';

/** A log record as returned to readers, with personal fields in plain text; the fields are null after the person was erased. */
export const auditRecord = z
  .object({
    id: z.string(),
    sequenceId: z.number().int().meta({ description: 'Position in the tenant’s log, starting at 0.' }),
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
      .meta({ description: 'True if the key of the personal fields was destroyed, so that they are unreadable.' }),
    ts: z.iso.datetime(),
    previousHash: z.string(),
    recordHash: z.string(),
  })
  .meta({ id: 'AuditRecord' });

export type AuditRecord = Readonly<z.infer<typeof auditRecord>>;

const moment = z.iso.datetime({ offset: true });
const MAX_Q_CHARS = 128;

/** A filter for records. */
export const auditFilter = z.strictObject({
  actor: z.string().min(1).max(256).optional().meta({ description: 'Id of the actor.' }),
  action: z
    .string()
    .regex(/^[\w.:-]{1,256}\*?$/)
    .optional()
    .meta({ description: 'An action, or a prefix with `*`, such as `project.*`.' }),
  resource: z.string().min(1).max(1_280).optional().meta({ description: 'A type, an id, or `type/id`.' }),
  outcome: z.enum(['success', 'denied', 'failure']).optional(),
  from: moment.optional().meta({ description: 'Records at or after this time.' }),
  to: moment.optional().meta({ description: 'Records before this time.' }),
  q: z.string().min(2).max(MAX_Q_CHARS).optional().meta({
    description: 'A substring of ids, action, resource, reason, request id or metadata; not case-sensitive.',
  }),
});

export type AuditFilter = Readonly<z.infer<typeof auditFilter>>;

export const auditQuery = auditFilter.extend(pageQuery.shape);

export type AuditQuery = Readonly<z.infer<typeof auditQuery>>;

/** The formats of an export: JSON Lines, CSV, or CloudEvents 1.0 as one JSON object per line. */
export const EXPORT_FORMATS = ['jsonl', 'csv', 'cloudevents'] as const;

export const auditExport = auditFilter.extend({
  format: z.enum(EXPORT_FORMATS).default('jsonl'),
  after: z.coerce.number().int().min(0).optional().meta({
    description: 'Resume after the record with this sequenceId, the last record received from an interrupted export.',
  }),
});

export type AuditExport = Readonly<z.infer<typeof auditExport>>;
