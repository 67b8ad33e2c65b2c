import { z } from 'zod';

export const customEvent = z
  .strictObject({
    action: z
      .string()
      .max(256)
      .regex(/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i, 'dotted words')
      .meta({ description: 'Dotted, such as `invoice.approve`.' }),
    resourceType: z.string().max(256).default(''),
    resourceId: z.string().max(1024).default(''),
    outcome: z.enum(['success', 'denied', 'failure']).default('success'),
    reason: z.string().max(256).default(''),
    metadata: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'At most 64 KiB; personal data in it is masked as the tenant says.' }),
  })
  .meta({ id: 'NewAuditEvent' });

export type CustomEvent = z.infer<typeof customEvent>;

export const auditReceipt = z
  .object({
    id: z.string(),
    sequenceId: z.number().int().meta({ description: 'Place in the log of the tenant.' }),
    previousHash: z.string(),
    recordHash: z.string().meta({ description: 'SHA-256 of the record, as hex.' }),
  })
  .meta({ id: 'AuditReceipt' });
