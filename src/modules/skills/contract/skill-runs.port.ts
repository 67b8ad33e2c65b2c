import type { CallContext } from '../../../kernel/context/call-context';
import type { Job } from '../../jobs/contract/job.types';
import type { SkillRunOrder } from './skill-run.types';

/** Runs of the tenant's skills. The tenant is the context's. */
export abstract class SkillRunsPort {
  /**
   * Hands a run in, as a job of the type `skill` whose kind is the skill and whose image names the version by its hash.
   * Errors: `not_found` for the skill, its version or alias; `invalid_request` with pointers for an input that does not fit;
   * those of `JobsPort.submit`.
   */
  abstract start(context: CallContext, name: string, order: SkillRunOrder): Promise<Job>;

  /**
   * The same, and waits for its end: where jobs are run, it runs at once in this process, and is written as a job when it
   * has ended or the wait is over. @param withinMs for how long; @param signal ends the wait before.
   * @returns the job as it is then. Errors: those of {@link start}.
   */
  abstract run(
    context: CallContext,
    name: string,
    order: SkillRunOrder,
    withinMs: number,
    signal?: AbortSignal,
  ): Promise<Job>;

  /**
   * Waits for the end of a job.
   * @param withinMs for how long; @param signal ends the wait before. @returns the job as it is then. Errors: `not_found`.
   */
  abstract wait(context: CallContext, job: Job, withinMs: number, signal?: AbortSignal): Promise<Job>;
}
