import { JobFailure } from '../../../jobs/contract/job-runner';

/** For a worker that hosts nothing of what built-in skills look at. */
export function notHere(): JobFailure {
  const message =
    'This worker has no access to people and their access rights. Run built-in skills in the control plane.';
  return new JobFailure('no_runner', message, { mayRetry: false });
}
