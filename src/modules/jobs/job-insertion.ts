import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { principalOf } from '../auth/contract/principal.types';
import { submitterOf } from '../auth/contract/submitter';
import type { JobRequest } from './contract/job-request.types';
import type { Job } from './contract/job.types';
import { JobEngine, type NewEngineJob } from './engine/job-engine';
import { jobsConfig, type JobsConfig } from './jobs.config';
import type { JobInsert } from './storage/jobs.repository';

/** The origin of a job, in addition to its submitter. */
export type JobOrigin = Pick<JobInsert, 'parentId' | 'depth' | 'scheduleId' | 'requeuedFrom'>;

export const FROM_OUTSIDE: JobOrigin = { parentId: null, depth: 0, scheduleId: null, requeuedFrom: null };

/** Inserts each job as a row, with its first event and its audit record. */
@Injectable()
export class JobInsertion {
  constructor(
    private readonly engine: JobEngine,
    private readonly clock: Clock,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  /** Inserts the job in one transaction with other jobs submitted at the same time. */
  submit(context: CallContext, id: string, request: JobRequest, origin: JobOrigin): Promise<Job> {
    return this.engine.submit(this.order(context, id, request, origin));
  }

  /** Inserts the job within a transaction of its tenant. */
  insert(tx: Tx, context: CallContext, id: string, request: JobRequest, origin: JobOrigin): Promise<Job> {
    return this.engine.submitWithin(tx, this.order(context, id, request, origin));
  }

  private order(context: CallContext, id: string, request: JobRequest, origin: JobOrigin): NewEngineJob {
    const timeoutSeconds = request.timeoutSeconds || this.config.CORESDK_JOBS_DEFAULT_TIMEOUT;
    const caller = {
      tenantId: requireTenant(context),
      submitter: submitterOf(context),
      principal: principalOf(context),
    };
    const { type, kind } = request;
    const audited = { action: 'job.submit', resourceType: 'job', resourceId: id, metadata: { type, kind } };
    const staged = stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
    return { job: { ...caller, id, request, timeoutSeconds, ...origin }, staged };
  }
}
