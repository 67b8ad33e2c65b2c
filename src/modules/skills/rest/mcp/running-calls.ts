import { type CallContext } from '../../../../kernel/context/call-context';

/** Identifies a client's call by its session and by the id of its request in that session. */
export interface CallName {
  readonly session: string;
  readonly requestId: string | number;
}

/**
 * The running tool calls, so that a client can cancel a call with a later message. The calls are kept in this process's memory. With
 * several processes, a load balancer must therefore route each session to the same process. Otherwise, a cancellation does not find its
 * call, and the call continues.
 */
export class RunningCalls {
  private readonly running = new Map<string, AbortController>();

  /** Performs the work of a call. The signal fires when the call is canceled. A call without a session cannot be canceled. */
  async during<T>(context: CallContext, call: CallName, work: (cancelled: AbortSignal) => Promise<T>): Promise<T> {
    const cancellation = new AbortController();
    const key = keyOf(context, call);
    if (call.session !== '') this.running.set(key, cancellation);
    try {
      return await work(cancellation.signal);
    } finally {
      if (this.running.get(key) === cancellation) this.running.delete(key);
    }
  }

  cancel(context: CallContext, call: CallName): void {
    this.running.get(keyOf(context, call))?.abort();
  }
}

function keyOf({ tenantId, actor, appId }: CallContext, { session, requestId }: CallName): string {
  return JSON.stringify([tenantId, actor.type, actor.id, appId, session, requestId]);
}
