import { Counter, Gauge, Histogram } from 'prom-client';

/** Runs of jobs in this process. */
export const runsHeld = new Gauge({
  name: 'coresdk_jobs_running',
  help: 'Jobs that this process runs, by type.',
  labelNames: ['type'] as const,
});

/** What became of runs. */
export const runsEnded = new Counter({
  name: 'coresdk_job_runs_total',
  help: 'Runs of jobs by type and outcome: succeeded, failed, retry, pause; or refused, cancelled, lost, shutdown.',
  labelNames: ['type', 'outcome'] as const,
});

/** From when a job may run to when a worker has it. */
export const startDelay = new Histogram({
  name: 'coresdk_job_start_delay_seconds',
  help: 'Time from when a job may run until a worker has it, for first attempts.',
  labelNames: ['type'] as const,
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800],
});

/** Workers that this one took for dead. */
export const workersBuried = new Counter({
  name: 'coresdk_job_workers_lost_total',
  help: 'Workers that were silent and that this process took for dead.',
});

/** How near this worker came to being taken for dead. */
export const heartbeatMargin = new Gauge({
  name: 'coresdk_job_heartbeat_margin_seconds',
  help: 'Time that was left, at the last heartbeat of this worker, until it would have ended its runs.',
});

/** Jobs that no worker takes. */
export const jobsWithoutRunner = new Gauge({
  name: 'coresdk_jobs_without_runner',
  help: 'Jobs that wait because no worker takes their kind, by type; counted to 10,000 by each worker.',
  labelNames: ['type'] as const,
});
