import { type Channel, connectivityState as State } from '@grpc/grpc-js';

/** A sidecar that was here a moment ago is expected back: another behind the same balancer takes over, or it restarts. */
const AWAITED_MS = 3_000;

/**
 * Whether the sidecar at the other end of a channel can be reached, by the channel's state alone: no call is made for it.
 * After the first connection, `IDLE` (a connection at rest) and the first look for another one count as being here: only
 * an attempt that failed shows that nobody is.
 */
export class ServerPresence {
  private wasReached = false;
  private isAway = false;
  /** Monotonic time since which there has been no connection though one is wanted; `null`: there is one, or none is wanted. */
  private withoutSince: number | null = null;

  constructor(private readonly channel: Pick<Channel, 'getConnectivityState' | 'watchConnectivityState'>) {
    this.follow();
  }

  /** Whether it has been reached, and is not known to have gone since. */
  isHere(): boolean {
    return this.wasReached && !this.isAway;
  }

  /** Whether calls should wait for it rather than fail while there is no connection. */
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
