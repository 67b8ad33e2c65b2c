import { JobFailure } from '../../../jobs/contract/job-runner';

/** For a worker that hosts nothing of what built-in skills look at. */
export function notHere(): JobFailure {
  const words = 'This worker cannot look at people and their access: run built-in skills where the control plane is.';
  return new JobFailure('no_runner', words, { mayRetry: false });
}
