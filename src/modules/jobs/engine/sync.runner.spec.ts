import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemContext } from '../../../kernel/context/call-context';
import type { JobRun, RunnableJob } from '../contract/job-runner';
import type { JsonValue } from '../contract/job.types';
import { SyncTask, type TaskScheduler } from '../contract/sync-task';
import type { JobsConfig } from '../jobs.config';
import { SyncRunner } from './sync.runner';

function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** A task that works forever, one millisecond at a time. `steps` counts the milliseconds. */
class Endless extends SyncTask {
  readonly kind = 'test/endless';
  steps = 0;

  async run(_job: RunnableJob, _run: JobRun, turns: TaskScheduler): Promise<JsonValue> {
    return turns.runSliced(this.work());
  }

  private *work(): Generator<undefined, JsonValue, undefined> {
    for (;;) {
      this.steps += 1;
      const before = cpuMicros();
      while (cpuMicros() < before + 1_000);
      yield;
    }
  }
}

function started(budgetSeconds: number): {
  readonly task: Endless;
  readonly done: Promise<unknown>;
  readonly stop: () => void;
} {
  const task = new Endless();
  const config = { JOBS_SYNC_SLOTS: 4, JOBS_SYNC_CPU_SECONDS: budgetSeconds } as JobsConfig;
  const stop = new AbortController();
  const run = { signal: stop.signal, context: systemContext('req-1', 'tnt-a') } as JobRun;
  const job = { job: { id: 'job-1', kind: task.kind } } as RunnableJob;
  return {
    task,
    done: new SyncRunner([task], config).run(job, run),
    stop: () => stop.abort(new Error('stopped')),
  };
}

describe('a task on the main thread', () => {
  it('fails without a retry when it has used its budget of CPU time', async () => {
    const { task, done } = started(0.02);
    await expect(done).rejects.toMatchObject({ name: 'JobFailure', code: 'limit', mayRetry: false });
    expect(task.steps).toBeGreaterThan(1);
    // A step takes at least a millisecond.
    expect(task.steps).toBeLessThanOrEqual(21);
  });

  it('yields between slices to other work in the process, such as heartbeats', async () => {
    const { task, done, stop } = started(3_600);
    const failed = expect(done).rejects.toThrow('stopped');
    const beats: number[] = [];
    while (beats.length < 5) {
      await nextTurn();
      beats.push(task.steps);
    }
    stop();
    await failed;
    // The task ran between any two beats, and only briefly.
    const slices = beats.slice(1).map((steps, index) => steps - (beats[index] ?? 0));
    for (const steps of slices) expect(steps).toBeLessThanOrEqual(6);
    expect(task.steps).toBeGreaterThan(0);
  });
});
