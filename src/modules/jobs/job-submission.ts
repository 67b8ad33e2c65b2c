import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import type { JobRequest, NewJob } from './contract/job-request.types';
import type { Job } from './contract/job.types';
import { JobAdmission } from './job-admission';
import { JobEngine } from './engine/job-engine';
import { FROM_OUTSIDE, JobInsertion } from './job-insertion';
import { StartAuthorization } from './start-authorization';
import { checkedRequest, requestIdentity } from './submitted-request';

/** Larger requests are inserted in a separate transaction. */
const SMALL_BYTES = 65_536;

/** Accepts job submissions. */
@Injectable()
export class JobSubmission {
  constructor(
    private readonly start: StartAuthorization,
    private readonly admission: JobAdmission,
    private readonly insertion: JobInsertion,
    private readonly engine: JobEngine,
    private readonly writes: Writes,
  ) {}

  /** Errors: the errors of `JobsPort.submit`. */
  async submit(context: CallContext, asked: NewJob): Promise<Job> {
    const request = checkedRequest(asked);
    await this.start.assert(context, request);
    const isPlain = context.idempotencyKey === null && isSmall(request);
    return isPlain ? this.submitNew(context, request) : this.submitOnce(context, request);
  }

  private async submitNew(context: CallContext, request: JobRequest): Promise<Job> {
    await this.admission.assertRoom(requireTenant(context), request, 0);
    context.revalidate?.();
    return this.insertion.submit(context, newId('job'), request, FROM_OUTSIDE);
  }

  /** Submits the job, in the transaction of its idempotency key if there is one. */
  private async submitOnce(context: CallContext, request: JobRequest): Promise<Job> {
    const job = await this.writes.onceAfter(
      context,
      { action: 'job.submit', input: requestIdentity(request) },
      () => this.admission.assertRoom(requireTenant(context), request, 0),
      (tx) => this.insertion.insert(tx, context, newId('job'), request, FROM_OUTSIDE),
    );
    this.engine.announce('submitted');
    return job;
  }
}

function isSmall({ input, files }: JobRequest): boolean {
  return Object.keys(files).length === 0 && JSON.stringify(input).length <= SMALL_BYTES;
}
