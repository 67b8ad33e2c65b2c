import type { Tx } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';

/** Logs what happened to tokens within the caller's transaction, whose tenant it must be of. */
export async function logTokenEvent(tx: Tx, event: NewTokenEvent): Promise<void> {
  await tx.query('SELECT token_events.log($1::jsonb)', [toJsonb(event)]);
}
