import type { LiveExecutor } from '../../storage/worker-heartbeat';

/** The data that the heartbeat thread starts with. */
export interface HeartbeatData {
  readonly databaseUrl: string;
  readonly executorId: string;
}

export type HeartbeatReport =
  /** It told that it lives, so long before the others would have taken it for dead; `silent` are those who did not. */
  | { readonly kind: 'beat'; readonly marginMs: number; readonly silent: readonly LiveExecutor[] }
  /** It could not tell that it lives; why, if anything. The next beat tries again. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The last report: `late` could not tell that it lives for too long, `buried` was taken for dead. */
  | { readonly kind: 'lost'; readonly why: 'late' | 'buried' };
