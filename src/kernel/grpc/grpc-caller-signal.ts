import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { CallerSignal } from '../context/call-context';

/** The members of a gRPC call that determine how long its caller waits. */
export type CancellableCall = Pick<ServerUnaryCall<unknown, unknown>, 'once' | 'cancelled' | 'getDeadline'>;

/**
 * A signal that aborts when the caller has disconnected or its deadline has passed. Created on first use, since most calls never need it.
 */
export class GrpcCallerSignal implements CallerSignal {
  private made: AbortController | null = null;

  constructor(private readonly call: Pick<CancellableCall, 'once' | 'cancelled'>) {}

  get signal(): AbortSignal {
    this.made ??= this.begin();
    return this.made.signal;
  }

  private begin(): AbortController {
    const over = new AbortController();
    if (this.call.cancelled) over.abort();
    else this.call.once('cancelled', () => over.abort());
    return over;
  }
}
