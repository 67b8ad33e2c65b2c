import { JOB_STATES, type JobState } from './job.types';

/** The names of job states in the REST API (rest.md §3, Job). */
export const JOB_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

const STATUS_OF: Readonly<Record<JobState, JobStatus>> = {
  pending: 'queued',
  scheduling: 'queued',
  running: 'running',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function statusOf(state: JobState): JobStatus {
  return STATUS_OF[state];
}

/** The state names that filters accept: the REST names and the gRPC wire names, in lowercase. */
export const STATE_NAMES = [...new Set([...JOB_STATUSES, ...JOB_STATES])];

/** Returns the states that a state name in the REST API or the gRPC API stands for; `null` for an unknown name. */
export function statesOf(word: string): readonly JobState[] | null {
  const states = JOB_STATES.filter((state) => state === word || STATUS_OF[state] === word);
  return states.length === 0 ? null : states;
}
