import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';

const gap = z.object({ subject: z.string(), problem: z.string(), remedy: z.string() });

/** The current state of a tenant's isolation. */
export const isolationReport = z
  .object({
    tenantId: z.string(),
    isolated: z.boolean().describe('True if every probe ran and found no gaps.'),
    checkedAt: z.string(),
    probes: z.array(z.object({ name: z.string(), passed: z.boolean(), gaps: z.array(gap) })),
  })
  .meta({ id: 'IsolationReport' });

export type IsolationReport = Readonly<z.infer<typeof isolationReport>>;

/** Checks, by running probes, that a tenant is isolated from all other tenants. */
export abstract class IsolationPort {
  /** Checks isolation. Errors: `not_found`. A probe that cannot run counts as a gap, never as a pass. */
  abstract check(context: CallContext, idOrSlug: string): Promise<IsolationReport>;
}
