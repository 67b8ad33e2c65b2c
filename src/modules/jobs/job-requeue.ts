import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import type { Job } from './contract/job.types';
import { JobAdmission } from './job-admission';
import { JobEngine } from './engine/job-engine';
import { FROM_OUTSIDE, JobInsertion } from './job-insertion';
import { noSuchJob } from './no-such-job';
import { StartAuthorization } from './start-authorization';
import { toJob, toRequest } from './storage/job.row';
import { JobsRepository } from './storage/jobs.repository';

/** Retries failed or canceled jobs as new jobs, because an ended job never continues. */
@Injectable()
export class JobRequeue {
  constructor(
    private readonly repository: JobsRepository,
    private readonly start: StartAuthorization,
    private readonly admission: JobAdmission,
    private readonly insertion: JobInsertion,
    private readonly writes: Writes,
    private readonly engine: JobEngine,
  ) {}

  /** Errors: the errors of `JobsPort.requeue`. */
  async requeue(context: CallContext, id: string): Promise<Job> {
    const tenantId = requireTenant(context);
    const earlier = isId('job', id) ? await this.repository.row(tenantId, id) : null;
    if (earlier === null) throw noSuchJob();
    const request = toRequest(earlier);
    await this.start.assert(context, request);
    const job = await this.writes.onceAfter(
      context,
      { action: 'job.requeue', input: { id } },
      async () => {
        if (earlier.requeued_as === null) await this.admission.assertRoom(tenantId, request, 0);
      },
      async (tx) => {
        const row = await this.repository.lock(tx, tenantId, id);
        if (row === null) throw noSuchJob();
        if (row.requeued_as !== null) return toJob((await this.repository.lock(tx, tenantId, row.requeued_as)) ?? row);
        if (row.state !== 'failed' && row.state !== 'cancelled') {
          throw new AppError('conflict', 'Only a failed or cancelled job can be retried.');
        }
        const origin = { ...FROM_OUTSIDE, requeuedFrom: id };
        const made = await this.insertion.insert(tx, context, newId('job'), request, origin);
        await this.repository.link(tx, tenantId, id, made.id);
        return made;
      },
    );
    this.engine.announce('submitted');
    return job;
  }
}
