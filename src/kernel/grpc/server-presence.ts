import { type Channel, connectivityState as State } from '@grpc/grpc-js';

/**
 * A sidecar that was available a moment ago is expected to return, because it is restarting or another sidecar behind the same load
 * balancer takes over.
 */
const AWAITED_MS = 3_000;

/**
 * Determines whether the sidecar at the other end of a channel is reachable, based only on the state of the channel and without a call.
 * After the first connection, `IDLE` (an idle connection) and the first reconnection attempt count as reachable: only a failed attempt
 * shows that no sidecar is available.
 */
export class ServerPresence {
  private wasReached = false;
  private isAway = false;
  /** The monotonic time since which a needed connection has been missing; `null` if there is a connection or none is needed. */
  private withoutSince: number | null = null;

  constructor(private readonly channel: Pick<Channel, 'getConnectivityState' | 'watchConnectivityState'>) {
    this.follow();
  }

  /** Returns whether the sidecar has been reached and has not become unavailable since, as far as this process knows. */
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
