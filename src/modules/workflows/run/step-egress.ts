import { Injectable } from '@nestjs/common';
import { Installation } from '../../../kernel/config/installation';
import { AppError, outageOf } from '../../../kernel/errors/app-error';
import { EgressPort } from '../../gates/contract/egress.port';
import { JobUndecided, type JobRun } from '../../jobs/contract/job-runner';
import { EGRESS_NAME } from '../domain/egress';
import { StepFault } from './step-fault';

/** Authorizes a webhook step when it runs, under the authority of its run. */
@Injectable()
export class StepEgress {
  constructor(
    private readonly egress: EgressPort,
    private readonly installation: Installation,
  ) {}

  /**
   * Throws unless the run is allowed to continue and to call the URL.
   * Errors: {@link StepFault} with `denied`; `JobUndecided` when no decision is possible.
   */
  async assert(tenantId: string, run: JobRun, url: string): Promise<void> {
    await run.authorize().catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'forbidden') throw new StepFault('denied', error.message);
      throw error;
    });
    const query = {
      tenantId,
      url,
      serviceName: EGRESS_NAME,
      mayBePrivate: this.installation.receiverRules.mayBePrivate,
    };
    const verdict = await this.egress.authorize(run.context, query).catch((error: unknown) => {
      throw outageOf(error) === null ? error : new JobUndecided(error);
    });
    if (!verdict.allowed) throw new StepFault('denied', `The egress policy does not allow this URL: ${verdict.reason}`);
  }
}
