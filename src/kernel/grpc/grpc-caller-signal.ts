import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { CallerSignal } from '../context/call-context';

/** A gRPC call, as far as it tells until when its caller waits. */
export type CancellableCall = Pick<ServerUnaryCall<unknown, unknown>, 'once' | 'cancelled' | 'getDeadline'>;

/** Aborted when the caller has gone, or its deadline has passed; made when it is first asked for, since most calls never do. */
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
