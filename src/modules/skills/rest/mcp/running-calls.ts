import { type CallContext } from '../../../../kernel/context/call-context';

/** Identifies a call of a client: its session, and the id of its request there. */
export interface CallName {
  readonly session: string;
  readonly requestId: string | number;
}

/**
 * Calls of tools that are running, so that a client can cancel one with another message. Kept in the memory of this process: with several
 * processes, a load balancer must keep a session at one of them. Otherwise a cancellation does not find its call, which then continues.
 */
export class RunningCalls {
  private readonly running = new Map<string, AbortController>();

  /** Does the work of a call; the signal fires when the call is cancelled. A call without a session cannot be cancelled. */
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
