import { JobFailure } from '../../../jobs/contract/job-runner';

/** Returns the failure when this worker does not host the data that built-in skills read. */
export function notHere(): JobFailure {
  const message =
    'This worker has no access to people and their access rights. Run built-in skills in the control plane.';
  return new JobFailure('no_runner', message, { mayRetry: false });
}
