import { isTerminal, type Job, type JobEvent, type JobState } from '../../jobs/contract/job.types';

/** Describes an event in a sentence. */
export function describeEvent(event: JobEvent): string {
  switch (event.type) {
    case 'created':
      return 'Submitted';
    case 'scheduled':
      return `Assigned to ${event.node}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`;
    case 'started':
      return 'Started';
    case 'progress':
      return `${event.percent}%${event.stage === '' ? '' : ` – ${event.stage}`}`;
    case 'retrying':
      return `Attempt failed: ${event.error.message} Next attempt at ${timeText(event.nextAt)}.`;
    case 'succeeded':
      return 'Completed';
    case 'failed':
      return `Failed: ${event.error.message}`;
    case 'cancelled':
      return event.reason === '' ? 'Cancelled' : `Cancelled: ${event.reason}`;
  }
}

/** Returns the job's state after an event, or `null` if the event does not change it. */
export function stateAfter({ type }: JobEvent): JobState | null {
  switch (type) {
    case 'created':
    case 'retrying':
      return 'pending';
    case 'scheduled':
      return 'scheduling';
    case 'started':
      return 'running';
    case 'progress':
      return null;
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return type;
  }
}

/** Returns true if a job can be requeued. */
export function canRequeue({ state, requeuedAs }: Job): boolean {
  return isTerminal(state) && state !== 'succeeded' && requeuedAs === null;
}

/** Formats a time to the second, in UTC, as in the log and the audit trail. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
