import type { ServerUnaryCall } from '@grpc/grpc-js';

/** A signal that is aborted when the caller has gone, or its deadline has passed. */
export function overOf(call: Pick<ServerUnaryCall<unknown, unknown>, 'once' | 'cancelled'>): AbortSignal {
  const over = new AbortController();
  if (call.cancelled) over.abort();
  else call.once('cancelled', () => over.abort());
  return over.signal;
}
