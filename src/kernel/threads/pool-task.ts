import type { Transferable } from 'node:worker_threads';
import type { CallNode } from './call-slots';
import type { SlowWork } from './slow-work';
import type { ThreadWork } from './worker-thread';

export interface WorkerPoolOptions {
  /** Names the pool in metrics and errors, such as `documents`. */
  readonly name: string;
  /** Maximum number of concurrent threads, nested tasks included. */
  readonly maxThreads: number;
  /** Maximum number of concurrent threads for one tenant. */
  readonly maxThreadsPerTenant: number;
  /**
   * Maximum number of concurrent threads for one tenant if some of its tasks are nested in other tasks; `maxThreadsPerTenant` by default.
   */
  readonly maxNestedThreadsPerTenant?: number;
  /** Number of threads that are kept when idle. */
  readonly keptThreads: number;
  /** Maximum number of tasks that wait for a thread. One tenant can fill a quarter of it. */
  readonly maxWaiting: number;
  /** Maximum sum of `sizeBytes` of the waiting tasks; unlimited by default. One tenant can fill a quarter of it. */
  readonly maxWaitingBytes?: number;
  /** True to throttle the large payloads of each tenant while the main thread is busy (`InputThrottle`). */
  readonly isPaced?: boolean;
  /** Heap size of a thread. Buffers and WebAssembly memory are not included. */
  readonly heapMb: number;
  /** Handler that a thread loads and prepares before its first task; no handler by default. */
  readonly preload?: string;
  /** The value of `workerData.settings` for handlers; copied to each thread. */
  readonly settings?: unknown;
  /** Receives a notification when a tenant's task is rejected or stopped; absent by default. */
  readonly slowWork?: SlowWork;
}

export interface PoolTask extends ThreadWork {
  /** Names the work in logs and metrics, such as `skill.run`. */
  readonly kind: string;
  /** The tenant's resource that the task works on, for logs. */
  readonly resource?: string;
  /** Size of the payload while it waits; 0 by default. */
  readonly sizeBytes?: number;
  /**
   * The position of the task in a tree of tasks that start one another. If omitted, the task is not nested and does not start other tasks.
   */
  readonly call?: CallNode;
  readonly transfer?: readonly Transferable[];
}
