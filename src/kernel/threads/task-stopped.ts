/**
 * The reason why a pool stopped a task: the task's CPU budget, its wall-clock limit, its thread's memory, its caller, or the death of its
 * thread.
 */
export type StopReason = 'cpu' | 'wall' | 'memory' | 'cancelled' | 'crashed';

const DESCRIPTIONS: Readonly<Record<StopReason, string>> = {
  cpu: 'The task exceeded its CPU time limit.',
  wall: 'The task exceeded its time limit.',
  memory: 'The task exceeded its memory limit.',
  cancelled: 'The caller stopped waiting for the task.',
  crashed: 'The thread of the task died.',
};

/** Thrown for a task that a pool stopped before it had a result. */
export class TaskStopped extends Error {
  constructor(
    readonly reason: StopReason,
    options?: ErrorOptions,
  ) {
    super(DESCRIPTIONS[reason], options);
    this.name = 'TaskStopped';
  }
}

/** Returns whether a task was stopped because it exceeded its CPU time or memory, which is the fault of its document. */
export function isTooCostly(error: unknown): error is TaskStopped {
  return error instanceof TaskStopped && (error.reason === 'cpu' || error.reason === 'memory');
}
