import type { FieldError } from '../errors/app-error';
import type { ErrorCode } from '../errors/error-tables';
import type { ThreadPause } from './thread-pause';

/** Data with which a thread starts. */
export interface ThreadData {
  /** Path of a handler to load and prepare before the first task. */
  readonly preload: string | null;
  /** True if the thread starts with the lower priority. */
  readonly isLow: boolean;
  /** Memory of the thread's `ThreadPause`. */
  readonly turn: Int32Array<SharedArrayBuffer>;
  /** `WorkerPoolOptions.settings`. */
  readonly settings: unknown;
}

/** A message from the pool to a thread. */
export type PoolMessage =
  | {
      readonly kind: 'task';
      /** Absolute path of a CommonJS file whose default export is a {@link TaskHandler}. */
      readonly handler: string;
      readonly tenantId: string;
      readonly payload: unknown;
    }
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'cancel' };

/** A message from a thread to the pool. CPU times are microseconds since the thread started. */
export type ThreadReport =
  /** `taskId` is the system's id for the thread; `null` where the system has no such id. */
  | { readonly kind: 'started'; readonly taskId: number | null }
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun'; readonly cpuMicros: number }
  | { readonly kind: 'message'; readonly message: unknown }
  /** `isSpent` means that the thread must not be used again. */
  | { readonly kind: 'done'; readonly cpuMicros: number; readonly outcome: TaskOutcome; readonly isSpent: boolean }
  /** A fault occurred in the thread between two tasks. The thread must not be used again. */
  | { readonly kind: 'spent' };

/** The result of a task. An error is sent as data, because class instances lose their prototype when they are sent. */
export type TaskOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ThrownError };

export type ThrownError =
  | {
      readonly kind: 'app';
      readonly code: ErrorCode;
      readonly message: string;
      readonly fields: readonly FieldError[];
    }
  | { readonly kind: 'fault'; readonly name: string; readonly message: string };

/** A task as seen by its handler. */
export interface ThreadTask {
  readonly tenantId: string;
  /** Aborts when the result is no longer needed. A handler that never yields does not see the abort; its thread is terminated. */
  readonly signal: AbortSignal;
  /** Sends a message to the task's `onMessage`. A task that has sent a message is not retried on a different thread. */
  post(message: unknown): void;
  /** Receives the replies to messages that this task posted. */
  onMessage(listener: (message: unknown) => void): void;
  /**
   * Runs a step after the result has been sent and before the next task, for example to prepare for that task. Its CPU time is not charged
   * to any tenant.
   */
  afterwards(step: () => void | Promise<void>): void;
  /**
   * Controls when the task computes. A task that might compute for a long time must call `waitWhilePaused` repeatedly, and await in
   * `awaitUnscheduled`.
   */
  readonly turn: ThreadPause;
  /** Declares that this thread must not be used again after the task. */
  spend(): void;
}

/** The default export of a handler file. It runs in a thread, one task at a time. */
export type TaskHandler<Payload, Result> = (payload: Payload, task: ThreadTask) => Result | Promise<Result>;

/** A handler file. `prepare` runs in threads that preload the file, before they are ready. */
export interface HandlerFile {
  readonly default: TaskHandler<unknown, unknown>;
  readonly prepare?: () => void | Promise<void>;
}
