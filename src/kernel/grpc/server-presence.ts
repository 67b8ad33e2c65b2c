import { type Channel, connectivityState as State } from '@grpc/grpc-js';

/** A sidecar that was here a moment ago is expected back: another behind the same balancer takes over, or it restarts. */
const AWAITED_MS = 3_000;

/**
 * Tells whether the sidecar at the other end of a channel can be reached, from the channel's state alone, without a call. After the first
 * connection, `IDLE` (a connection at rest) and the first reconnection attempt count as reachable: only a failed attempt shows that nobody
 * is there.
 */
export class ServerPresence {
  private wasReached = false;
  private isAway = false;
  /** Monotonic time since which a wanted connection is missing; `null` when there is one, or none is wanted. */
  private withoutSince: number | null = null;

  constructor(private readonly channel: Pick<Channel, 'getConnectivityState' | 'watchConnectivityState'>) {
    this.follow();
  }

  /** Returns whether the sidecar has been reached, and is not known to have gone since. */
  isHere(): boolean {
    return this.wasReached && !this.isAway;
  }

  /** Returns whether calls without a connection should wait rather than fail. */
  isAwaited(): boolean {
    return this.withoutSince === null || performance.now() - this.withoutSince <= AWAITED_MS;
  }

  private follow(): void {
    const state = this.channel.getConnectivityState(false);
    this.isAway = state === State.TRANSIENT_FAILURE;
    this.wasReached ||= state === State.READY;
    const isWanted = state === State.CONNECTING || state === State.TRANSIENT_FAILURE;
    this.withoutSince = isWanted ? (this.withoutSince ?? performance.now()) : null;
    if (state === State.SHUTDOWN) return;
    this.channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
      this.follow();
    });
  }
}
