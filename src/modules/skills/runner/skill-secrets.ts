import { JobFailure } from '../../jobs/contract/job-runner';

/** The secrets that sign calls of the `http` runtime, in processes that can read these secrets. */
export abstract class SkillSecrets {
  /**
   * Returns the valid secrets, starting with the current secret. Errors: `JobFailure` if there is no secret or this process cannot read it.
   */
  abstract of(tenantId: string, name: string): Promise<readonly string[]>;
}

/** The implementation for a worker without keys, which cannot sign. */
export class NoSkillSecrets extends SkillSecrets {
  of(): Promise<never> {
    const message =
      'This worker cannot sign calls. Run skills with the "http" runtime in a worker that has MASTER_KEY.';
    return Promise.reject(new JobFailure('no_runner', message, { mayRetry: false }));
  }
}
