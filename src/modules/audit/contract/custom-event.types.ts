import { z } from 'zod';
import { isReservedAction } from './reserved-actions';

export const customEvent = z
  .strictObject({
    action: z
      .string()
      .max(256)
      .regex(/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i, 'must be dotted words, such as `invoice.approve`')
      .refine((action) => !isReservedAction(action), {
        error: 'must not begin with a word that is reserved for platform events; use a name such as `invoice.approve`',
      })
      .meta({
        description:
          'Dotted, such as `invoice.approve`. Names that begin with a word of the platform (`user.`, `flag.`, `tenant.` …) are reserved.',
      }),
    resourceType: z.string().max(256).default(''),
    resourceId: z.string().max(1024).default(''),
    outcome: z.enum(['success', 'denied', 'failure']).default('success'),
    reason: z.string().max(256).default(''),
    metadata: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'At most 64 KiB; the tenant’s rules mask personal data in it.' }),
  })
  .meta({ id: 'NewAuditEvent' });

export type CustomEvent = z.infer<typeof customEvent>;

export const auditReceipt = z
  .object({
    id: z.string(),
    sequenceId: z.number().int().meta({ description: 'Position in the tenant’s log.' }),
    previousHash: z.string(),
    recordHash: z.string().meta({ description: 'SHA-256 of the record, in hex.' }),
  })
  .meta({ id: 'AuditReceipt' });
