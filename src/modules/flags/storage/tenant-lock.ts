import type { Tx } from '../../../kernel/database/sql';

/** Locks all changes of a tenant's flags, including scheduled ones, until the end of the transaction. */
export async function lockFlagsOf(tx: Tx, tenantId: string): Promise<void> {
  await tx.run('INSERT INTO flags.heads (tenant_id, version) VALUES ($1, 0) ON CONFLICT (tenant_id) DO NOTHING', [
    tenantId,
  ]);
  await tx.run('SELECT version FROM flags.heads WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
}
