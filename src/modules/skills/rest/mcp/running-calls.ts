import { type CallContext } from '../../../../kernel/context/call-context';

/** Which call of a client: its session, and the id of its request there. */
export interface CallName {
  readonly session: string;
  readonly requestId: string | number;
}

/**
 * Calls of tools that run now, so that a client can cancel one by a message of its own. In the memory of this process: where
 * there are several, a balancer keeps a session at one of them, or a cancellation does not find its call, which then runs on.
 */
export class RunningCalls {
  private readonly running = new Map<string, AbortController>();

  /** Whether a call was cancelled is told by the signal. Without a session nobody can name it. */
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
