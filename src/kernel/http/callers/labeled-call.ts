import type { IncomingMessage } from 'node:http';
import type { CallContext } from '../../context/call-context';
import { AppError } from '../../errors/app-error';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Returns the context that a surface passes on, with the labels that the caller gave the call:
 *
 * - `Idempotency-Key` of a POST, as sent, and a `notes` object in which the write can record that it repeats an earlier response. Other
 *   methods are idempotent by definition (RFC 9110 §9.2.2), and have no key.
 * - `X-Change-Set`, a UUID that the writes of one change set have in common.
 *
 * Errors: `invalid_request` for a change set that is not a UUID.
 */
export function labeledCall({ method, headers }: IncomingMessage, context: CallContext): CallContext {
  const key = headers['idempotency-key'];
  const changeSet = headers['x-change-set'];
  const isKeyed = method === 'POST' && typeof key === 'string';
  return {
    ...context,
    ...(isKeyed && { idempotencyKey: key, notes: { isReplayed: false } }),
    ...(changeSet !== undefined && { changeSet: checkedChangeSet(changeSet) }),
  };
}

function checkedChangeSet(changeSet: string | string[]): string {
  if (typeof changeSet === 'string' && UUID.test(changeSet)) return changeSet;
  throw new AppError('invalid_request', 'X-Change-Set must be a UUID in lowercase, such as that of "uuidgen".');
}
