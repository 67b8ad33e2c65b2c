import { JobFailure } from '../../jobs/contract/job-runner';

/** What calls of the runtime `http` are signed by, wherever it can be had. */
export abstract class SkillSecrets {
  /** The secrets that count now, the current one first. Errors: `JobFailure` where there is none, or none can be had here. */
  abstract of(tenantId: string, name: string): Promise<readonly string[]>;
}

/** For a worker that holds no keys, and cannot sign. */
export class NoSkillSecrets extends SkillSecrets {
  of(): Promise<never> {
    const words = 'This worker cannot sign calls: skills of the runtime "http" run where MASTER_KEY is.';
    return Promise.reject(new JobFailure('no_runner', words, { mayRetry: false }));
  }
}
