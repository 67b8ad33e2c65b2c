import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { Writes } from '../../../kernel/idempotency/writes';
import { newId } from '../../../kernel/ids/ids';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { principalOf } from '../../auth/contract/principal.types';
import { submitterOf } from '../../auth/contract/submitter';
import type { JobRequest } from '../contract/job-request.types';
import type { Job } from '../contract/job.types';
import { FROM_OUTSIDE } from '../job-insertion';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import type { JobRow } from '../storage/job.row';
import { type InlineInsert, InlineJobsRepository, unwrittenRow } from '../storage/inline-jobs.repository';
import type { JobInsert } from '../storage/jobs.repository';
import { requestIdentity } from '../submitted-request';
import type { UnwrittenRun } from './inline-record';

/** A run in this process that is to be written, with its caller's context. */
export interface InlineJobRequest {
  readonly context: CallContext;
  readonly job: JobInsert;
  readonly executorId: string;
}

/** Writes this process's runs as jobs, each with the audit record of its submission. */
@Injectable()
export class InlineWrites {
  constructor(
    private readonly repository: InlineJobsRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  order(context: CallContext, request: JobRequest, executorId: string): InlineJobRequest {
    const tenantId = requireTenant(context);
    const timeoutSeconds = request.timeoutSeconds || this.config.CORESDK_JOBS_DEFAULT_TIMEOUT;
    const submitter = submitterOf(context);
    const principal = principalOf(context);
    const job = { tenantId, id: newId('job'), request, submitter, principal, timeoutSeconds, ...FROM_OUTSIDE };
    return { context, job, executorId };
  }

  /** Returns a request's job as seen by the run. */
  row({ job }: InlineJobRequest): JobRow {
    return unwrittenRow(job, this.clock.nowMs());
  }

  write(order: InlineJobRequest, run: UnwrittenRun): Promise<Job> {
    return this.repository.insert(this.insertOf(order, run));
  }

  /**
   * Writes the job under the call's idempotency key, before the run begins. @returns the job that the key identifies; `isNew` is true when
   * that is the job of this run. Errors: the errors of `Writes.once`.
   */
  async writeOnce(order: InlineJobRequest, run: UnwrittenRun): Promise<{ readonly job: Job; readonly isNew: boolean }> {
    const { context, job } = order;
    const request = { action: 'job.submit', input: requestIdentity(job.request) };
    const written = await this.writes.once(context, request, (tx) =>
      this.repository.insertWithin(tx, this.insertOf(order, run)),
    );
    return { job: written, isNew: written.id === job.id };
  }

  private insertOf({ context, job, executorId }: InlineJobRequest, run: UnwrittenRun): InlineInsert {
    const { id } = job;
    const { type, kind } = job.request;
    const audited = { action: 'job.submit', resourceType: 'job', resourceId: id, metadata: { type, kind } };
    const event = auditEvent(context, audited, this.clock.nowMs());
    const staged = stagedAuditEvent(event, { id, type, kind, state: run.end?.state ?? 'running' });
    return { ...run, job, executorId, staged };
  }
}
