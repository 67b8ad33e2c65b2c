import { Injectable } from '@nestjs/common';
import { JobFailure } from '../contract/job-runner';
import { RunOutputs } from './run-ports';

/** For a worker without a storage of output. */
@Injectable()
export class NoOutputs extends RunOutputs {
  put(): Promise<never> {
    return Promise.reject(new JobFailure('internal', 'This worker keeps no output of jobs.', { mayRetry: false }));
  }
}
