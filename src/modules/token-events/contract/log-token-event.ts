import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { NewTokenEvent } from './token-events.types';

/**
 * Logs what happened to a token within the caller's transaction, whose tenant it must be of. It is one call of a function of
 * the database, which the module's storage owns; a port could not take a transaction.
 */
export async function logTokenEvent(tx: Tx, event: NewTokenEvent): Promise<void> {
  await tx.run('SELECT token_events.log($1::jsonb)', [toJsonb(event)]);
}
