import type { Response } from 'express';
import type { Job } from '../../jobs/contract/job.types';
import { type JobView, toView } from '../../jobs/contract/job-view';

/** Answers 202 with a job, and where it is. */
export function accepted(response: Response, job: Job): JobView {
  response.status(202).setHeader('Location', `/v1/jobs/${job.id}`);
  return toView(job);
}
