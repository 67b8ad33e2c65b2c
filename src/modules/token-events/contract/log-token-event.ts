import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { NewTokenEvent } from './token-events.types';

/**
 * Logs a token event within the caller's transaction, which must belong to the event's tenant. It calls a database function that belongs to
 * this module's storage, because a port cannot accept a transaction.
 */
export async function logTokenEvent(tx: Tx, event: NewTokenEvent): Promise<void> {
  await tx.run('SELECT token_events.log($1::jsonb)', [toJsonb(event)]);
}
