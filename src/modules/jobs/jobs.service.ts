import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import { Writes } from '../../kernel/idempotency/writes';
import { isId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { JOB_LIMITS } from './contract/job-limits';
import type { JobQuery } from './contract/job-query.types';
import type { NewJob } from './contract/job-request.types';
import type { Job, JobEvent } from './contract/job.types';
import type { JobsPort, WatchOrder } from './contract/jobs.port';
import { JobEngine } from './engine/job-engine';
import { JobRequeue } from './job-requeue';
import { JobSubmission } from './job-submission';
import { JobWatch } from './job-watch';
import { noSuchJob } from './no-such-job';
import { toJob } from './storage/job.row';
import { JobsRepository } from './storage/jobs.repository';

@Injectable()
export class JobsService implements JobsPort {
  constructor(
    private readonly repository: JobsRepository,
    private readonly submission: JobSubmission,
    private readonly requeues: JobRequeue,
    private readonly watching: JobWatch,
    private readonly writes: Writes,
    private readonly engine: JobEngine,
    private readonly clock: Clock,
  ) {}

  submit(context: CallContext, request: NewJob): Promise<Job> {
    return this.submission.submit(context, request);
  }

  async get(context: CallContext, id: string): Promise<Job> {
    const job = isId('job', id) ? await this.repository.find(requireTenant(context), id) : null;
    if (job === null) throw noSuchJob();
    return job;
  }

  list(context: CallContext, query: JobQuery): Promise<CountedPage<Job>> {
    return this.repository.list(requireTenant(context), query);
  }

  async cancel(context: CallContext, id: string, reason: string): Promise<Job> {
    const tenantId = requireTenant(context);
    const shortReason = reason.slice(0, JOB_LIMITS.maxReasonChars).replaceAll('\0', '').toWellFormed();
    const job = await this.writes.once(context, { action: 'job.cancel', input: { id, reason } }, async (tx) => {
      const row = isId('job', id) ? await this.repository.rowWithin(tx, tenantId, id) : null;
      if (row === null) throw noSuchJob();
      if (!(await this.engine.cancelWithin(tx, tenantId, id, shortReason))) {
        return toJob((await this.repository.rowWithin(tx, tenantId, id)) ?? row);
      }
      const audited = { action: 'job.cancel', resourceType: 'job', resourceId: id };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
      const ended = await this.repository.rowWithin(tx, tenantId, id);
      return toJob(ended ?? row);
    });
    this.engine.announce('cancelled');
    return job;
  }

  async wake(context: CallContext, id: string): Promise<void> {
    const tenantId = requireTenant(context);
    if (!isId('job', id) || !(await this.engine.wake(tenantId, id))) throw noSuchJob();
  }

  requeue(context: CallContext, id: string): Promise<Job> {
    return this.requeues.requeue(context, id);
  }

  watch(context: CallContext, id: string, order: WatchOrder): AsyncIterable<JobEvent> {
    return this.watching.watch(requireTenant(context), id, order);
  }
}
