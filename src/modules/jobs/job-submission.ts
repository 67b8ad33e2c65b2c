import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import type { NewJob } from './contract/job-request.types';
import type { Job } from './contract/job.types';
import { JobAdmission } from './job-admission';
import { JobBells } from './job-bells';
import { FROM_OUTSIDE, JobInsertion } from './job-insertion';
import { StartAuthorization } from './start-authorization';
import { checkedRequest, requestIdentity } from './submitted-request';

/** Takes jobs in, each in the transaction of its idempotency key. */
@Injectable()
export class JobSubmission {
  constructor(
    private readonly start: StartAuthorization,
    private readonly admission: JobAdmission,
    private readonly insertion: JobInsertion,
    private readonly writes: Writes,
    private readonly bells: JobBells,
  ) {}

  /** Errors: those of `JobsPort.submit`. */
  async submit(context: CallContext, asked: NewJob): Promise<Job> {
    const request = checkedRequest(asked);
    await this.start.assert(context, request);
    const job = await this.writes.onceAfter(
      context,
      { action: 'job.submit', input: requestIdentity(request) },
      () => this.admission.assertRoom(requireTenant(context), request, 0),
      (tx) => this.insertion.insert(tx, context, newId('job'), request, FROM_OUTSIDE),
    );
    this.bells.ring('ready');
    return job;
  }
}
