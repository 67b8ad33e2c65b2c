import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/config.module';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/database';
import { stageEvent } from '../../kernel/database/staged-event';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { JobRequest, NewJob } from './contract/job-request.types';
import type { Job } from './contract/job.types';
import { checkedRequest, requestIdentity } from './submitted-request';
import { JobAdmission } from './job-admission';
import { JobBells } from './job-bells';
import { jobsConfig, type JobsConfig } from './jobs.config';
import type { Submitter } from './storage/job.row';
import { type JobInsert, JobsRepository } from './storage/jobs.repository';

/** Where a job comes from, besides whoever hands it in. */
export type JobOrigin = Pick<JobInsert, 'parentId' | 'depth' | 'scheduleId' | 'requeuedFrom'>;

export const FROM_OUTSIDE: JobOrigin = { parentId: null, depth: 0, scheduleId: null, requeuedFrom: null };

/** Takes jobs in: each is a row with its first event and its audit record, in the transaction of its idempotency key. */
@Injectable()
export class JobSubmission {
  constructor(
    private readonly repository: JobsRepository,
    private readonly admission: JobAdmission,
    private readonly writes: Writes,
    private readonly bells: JobBells,
    private readonly clock: Clock,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  /** Errors: those of `JobsPort.submit`. */
  async submit(context: CallContext, asked: NewJob): Promise<Job> {
    const request = checkedRequest(asked);
    const job = await this.writes.onceAfter(
      context,
      { action: 'job.submit', input: requestIdentity(request) },
      () => this.admission.assertRoom(requireTenant(context), request, 0),
      (tx) => this.insert(tx, context, newId('job'), request, FROM_OUTSIDE),
    );
    this.bells.ring('ready');
    return job;
  }

  /** Another try of a job. Errors: those of `JobsPort.requeue`. */
  async admit(context: CallContext, request: JobRequest): Promise<void> {
    await this.admission.assertRoom(requireTenant(context), request, 0);
  }

  /** The job, with all that belongs to it, within a transaction of its tenant; rings no bell. */
  async insert(tx: Tx, context: CallContext, id: string, request: JobRequest, origin: JobOrigin): Promise<Job> {
    const tenantId = requireTenant(context);
    const timeoutSeconds = request.timeoutSeconds || this.config.CORESDK_JOBS_DEFAULT_TIMEOUT;
    const submitter = submitterOf(context);
    const job = await this.repository.insert(tx, { tenantId, id, request, submitter, timeoutSeconds, ...origin });
    const { type, kind } = request;
    const audited = { action: 'job.submit', resourceType: 'job', resourceId: id, metadata: { type, kind } };
    const event = auditEvent(context, audited, this.clock.nowMs());
    await stageEvent(tx, stagedAuditEvent(event, { id, type, kind, state: job.state }));
    return job;
  }
}

function submitterOf({ actor, appId }: CallContext): Submitter {
  return { actorType: actor.type, actorId: actor.id, appId };
}
