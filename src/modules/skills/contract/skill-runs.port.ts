import type { CallContext } from '../../../kernel/context/call-context';
import type { Job } from '../../jobs/contract/job.types';
import type { SkillRunOrder } from './skill-run.types';

/** Runs of the tenant's skills. The context determines the tenant. */
export abstract class SkillRunsPort {
  /**
   * Submits a run as a job of the type `skill`. The job's kind is the skill, and its image identifies the version by its hash.
   * Errors: `not_found` for the skill, its version or alias; `invalid_request` with pointers for an input that does not match the schema;
   * the errors of `JobsPort.submit`.
   */
  abstract start(context: CallContext, name: string, order: SkillRunOrder): Promise<Job>;

  /**
   * Submits a run and waits for it to end. A process that runs jobs executes the run immediately, and writes its job when either the run or
   * the wait ends.
   * @param withinMs the maximum wait;
   * @param signal ends the wait early.
   * @returns the job at the end of the wait. Errors: the errors of {@link start}.
   */
  abstract run(
    context: CallContext,
    name: string,
    order: SkillRunOrder,
    withinMs: number,
    signal?: AbortSignal,
  ): Promise<Job>;

  /**
   * Waits for a job to end.
   * @param withinMs the maximum wait; @param signal ends the wait early. @returns the job at the end of the wait. Errors: `not_found`.
   */
  abstract wait(context: CallContext, job: Job, withinMs: number, signal?: AbortSignal): Promise<Job>;
}
