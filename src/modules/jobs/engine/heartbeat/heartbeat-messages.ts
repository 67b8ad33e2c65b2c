import type { LiveExecutor } from '../../storage/worker-heartbeat';

/** The data with which the heartbeat thread starts. */
export interface HeartbeatData {
  readonly databaseUrl: string;
  readonly executorId: string;
}

export type HeartbeatReport =
  /**
   * The heartbeat was written, `marginMs` before other workers would have declared this worker dead. `silent` lists the workers that sent
   * no heartbeats.
   */
  | { readonly kind: 'beat'; readonly marginMs: number; readonly silent: readonly LiveExecutor[] }
  /** The heartbeat could not be written; `message` contains the error message, if any. The next beat tries again. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The last report. `late`: no heartbeat has been written for too long. `buried`: other workers have declared this worker dead. */
  | { readonly kind: 'lost'; readonly why: 'late' | 'buried' };
