import type { IncomingMessage } from 'node:http';
import type { CallContext } from '../context/call-context';

/**
 * The context of a call as its surface hands it on: with the `Idempotency-Key` of a POST as it was sent, and with a place
 * where the write can note that it answers anew what it answered before. Other methods are idempotent by what they mean
 * (RFC 9110 §9.2.2), and have none.
 */
export function keyedContext(request: IncomingMessage, context: CallContext): CallContext {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof key !== 'string') return context;
  return { ...context, idempotencyKey: key, notes: { isReplayed: false } };
}
