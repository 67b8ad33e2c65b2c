import type { Transferable } from 'node:worker_threads';
import type { CallNode } from './call-slots';
import type { SlowWork } from './slow-work';
import type { ThreadWork } from './worker-thread';

export interface WorkerPoolOptions {
  /** Names the pool in metrics and errors, such as `documents`. */
  readonly name: string;
  /** Threads at once; never exceeded, nested tasks included. */
  readonly maxThreads: number;
  /** Threads of one tenant at once. */
  readonly maxThreadsPerTenant: number;
  /** Threads of one tenant at once when some of its tasks are nested in others; `maxThreadsPerTenant` when left out. */
  readonly maxNestedThreadsPerTenant?: number;
  /** Threads that stay when there is nothing to do. */
  readonly keptThreads: number;
  /** Tasks that wait for a thread. One tenant may fill a quarter. */
  readonly maxWaiting: number;
  /** Sum of `sizeBytes` of the tasks that wait; no limit when left out. One tenant may fill a quarter. */
  readonly maxWaitingBytes?: number;
  /** True if the large payloads of each tenant are paced while the main thread is busy (`InputThrottle`). */
  readonly isPaced?: boolean;
  /** Heap of a thread. Buffers and WebAssembly memory are beside it. */
  readonly heapMb: number;
  /** Handler that a thread loads and prepares before its first task; none when left out. */
  readonly preload?: string;
  /** The value of `workerData.settings` for handlers; copied to each thread. */
  readonly settings?: unknown;
  /** Notified when a tenant is refused or stopped; nothing is when left out. */
  readonly slowWork?: SlowWork;
}

export interface PoolTask extends ThreadWork {
  /** Names the work in logs and metrics, such as `skill.run`. */
  readonly kind: string;
  /** The tenant's resource that is worked on, for logs. */
  readonly resource?: string;
  /** Size of the payload while it waits; 0 when left out. */
  readonly sizeBytes?: number;
  /** The place of the task among those that start each other; left out, it is nested in none and starts none. */
  readonly call?: CallNode;
  readonly transfer?: readonly Transferable[];
}
