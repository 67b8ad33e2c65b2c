import type { Change } from '../../../kernel/changes/change';
import { liftMark, markUntilNow, revocationChange, roleChange } from '../../revocation/contract/revocation.types';
import { USER_DELETIONS_TOPIC } from '../contract/users.topics';
import type { User } from '../contract/users.types';
import type { Tx } from '../../../kernel/database/sql';
import type { AccountsRepository, AccountWrite } from '../storage/accounts.repository';
import type { SessionsRepository } from '../storage/sessions.repository';

/** The time for which a deletion notice is kept, for processes that were not running. */
const DELETION_KEPT_MS = 90 * 86_400_000;

type AccountState = Pick<User, 'id' | 'role' | 'status'>;

/** Returns the effects of a user change on issued tokens, to be applied in the same transaction. */
export function accountConsequences(
  tenantId: string,
  before: AccountState,
  after: AccountState,
  nowMs: number,
): readonly Change[] {
  const { id, role, status } = after;
  const changes: Change[] = [];
  if (role !== before.role) changes.push(roleChange(id, role, tenantId, nowMs));
  if (status !== before.status) {
    const mark = status === 'active' ? liftMark : markUntilNow;
    changes.push(revocationChange(mark('user', id, tenantId, nowMs)));
  }
  return changes;
}

/** Returns the changes that a deletion publishes: the end of the user's tokens, and the deletion itself. */
function deletionConsequences(tenantId: string, id: string, nowMs: number): readonly Change[] {
  return [
    revocationChange(markUntilNow('user', id, tenantId, nowMs)),
    { topic: USER_DELETIONS_TOPIC, tenantId, key: id, payload: {}, keepUntilMs: nowMs + DELETION_KEPT_MS },
  ];
}

/** Deletes a locked user, ends their sessions and tokens, and notifies every process, in the caller's transaction. */
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
