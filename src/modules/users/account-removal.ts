import type { Tx } from '../../kernel/database/sql';
import { deletionConsequences } from './account-consequences';
import type { AccountsRepository, AccountWrite } from './storage/accounts.repository';
import type { SessionsRepository } from './storage/sessions.repository';

/** Deletes a user who is held, with all that is open for them, and tells every process, in the caller's transaction. */
export async function removeAccount(
  tx: Tx,
  accounts: AccountsRepository,
  sessions: SessionsRepository,
  target: AccountWrite,
): Promise<void> {
  const { tenantId, id, now } = target;
  await sessions.endAll(tx, tenantId, id, now.getTime());
  await accounts.remove(tx, target);
  await accounts.publish(tx, tenantId, id, deletionConsequences(tenantId, id, now.getTime()));
}
