import type { Provider } from '@nestjs/common';
import { makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';

/** Metrics of the jobs that a worker runs, and of the worker itself. */
export const JOB_METRICS: readonly Provider[] = [
  makeGaugeProvider({
    name: 'coresdk_jobs_running',
    help: 'Jobs that this process runs, by type.',
    labelNames: ['type'],
  }),
  makeCounterProvider({
    name: 'coresdk_job_runs_total',
    help: 'Job runs by type and outcome: succeeded, failed, retry, pause; or refused, cancelled, lost, shutdown.',
    labelNames: ['type', 'outcome'],
  }),
  makeHistogramProvider({
    name: 'coresdk_job_start_delay_seconds',
    help: 'Time from when a job is due until a worker takes it, for first attempts.',
    labelNames: ['type'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800],
  }),
  makeCounterProvider({
    name: 'coresdk_job_workers_lost_total',
    help: 'Silent workers that this process declared dead.',
  }),
  makeGaugeProvider({
    name: 'coresdk_job_heartbeat_margin_seconds',
    help: 'Time that this worker had left, at its last heartbeat, before it would have ended its runs.',
  }),
  makeGaugeProvider({
    name: 'coresdk_jobs_without_runner',
    help: 'Jobs that wait because no worker accepts their kind, by type. Each worker counts up to 10,000 jobs.',
    labelNames: ['type'],
  }),
];
