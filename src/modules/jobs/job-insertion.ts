import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { principalOf } from '../auth/contract/principal.types';
import { submitterOf } from '../auth/contract/submitter';
import type { JobRequest } from './contract/job-request.types';
import type { Job } from './contract/job.types';
import { jobsConfig, type JobsConfig } from './jobs.config';
import { type JobInsert, JobsRepository } from './storage/jobs.repository';

/** Where a job comes from, besides whoever hands it in. */
export type JobOrigin = Pick<JobInsert, 'parentId' | 'depth' | 'scheduleId' | 'requeuedFrom'>;

export const FROM_OUTSIDE: JobOrigin = { parentId: null, depth: 0, scheduleId: null, requeuedFrom: null };

/** Writes jobs: each is a row with its first event and its audit record. */
@Injectable()
export class JobInsertion {
  constructor(
    private readonly repository: JobsRepository,
    private readonly clock: Clock,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  /** The job, with all that belongs to it, within a transaction of its tenant. */
  async insert(tx: Tx, context: CallContext, id: string, request: JobRequest, origin: JobOrigin): Promise<Job> {
    const tenantId = requireTenant(context);
    const timeoutSeconds = request.timeoutSeconds || this.config.CORESDK_JOBS_DEFAULT_TIMEOUT;
    const submitter = submitterOf(context);
    const principal = principalOf(context);
    const write = { tenantId, id, request, submitter, principal, timeoutSeconds, ...origin };
    const job = await this.repository.insert(tx, write);
    const { type, kind } = request;
    const audited = { action: 'job.submit', resourceType: 'job', resourceId: id, metadata: { type, kind } };
    const event = auditEvent(context, audited, this.clock.nowMs());
    await stageEvent(tx, stagedAuditEvent(event, { id, type, kind, state: job.state }));
    return job;
  }
}
