import type { Tx } from '../../../kernel/database/sql';

/** Has the rest of a transaction to itself among the changes of a tenant's flags, those to come included. */
export async function lockFlagsOf(tx: Tx, tenantId: string): Promise<void> {
  await tx.run('INSERT INTO flags.heads (tenant_id, version) VALUES ($1, 0) ON CONFLICT (tenant_id) DO NOTHING', [
    tenantId,
  ]);
  await tx.run('SELECT version FROM flags.heads WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
}
