import type { LiveExecutor } from '../../storage/worker-heartbeat';

/** The data that the heartbeat thread starts with. */
export interface HeartbeatData {
  readonly databaseUrl: string;
  readonly executorId: string;
}

export type HeartbeatReport =
  /**
   * The heartbeat was written, `marginMs` before other workers would have declared this one dead. `silent` lists the workers without
   * heartbeats.
   */
  | { readonly kind: 'beat'; readonly marginMs: number; readonly silent: readonly LiveExecutor[] }
  /** The heartbeat could not be written, with the error message, if any. The next beat tries again. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The last report. `late`: no heartbeat was written for too long. `buried`: other workers declared this one dead. */
  | { readonly kind: 'lost'; readonly why: 'late' | 'buried' };
