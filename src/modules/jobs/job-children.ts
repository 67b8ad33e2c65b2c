import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database';
import { AppError } from '../../kernel/errors/app-error';
import { derivedId } from '../../kernel/ids/ids';
import type { NewJob } from './contract/job-request.types';
import type { Job } from './contract/job.types';
import { JobAdmission } from './job-admission';
import { JobEngine } from './engine/job-engine';
import { JobInsertion } from './job-insertion';
import { noSuchJob } from './no-such-job';
import type { StartedWork } from './contract/start-authorization.port';
import type { RunRef } from './run/run-ports';
import { JobsRepository } from './storage/jobs.repository';
import { checkedRequest } from './submitted-request';

/** Submits child jobs. Each child has a position among its parent's children and is submitted only once. */
@Injectable()
export class JobChildren {
  constructor(
    private readonly database: Database,
    private readonly repository: JobsRepository,
    private readonly admission: JobAdmission,
    private readonly insertion: JobInsertion,
    private readonly engine: JobEngine,
  ) {}

  /** Returns a child of a job. Errors: `not_found` for a job that is not a child of this parent. */
  async get(parent: Job, id: string): Promise<Job> {
    const job = await this.repository.find(parent.tenantId, id);
    if (job?.parentId !== parent.id) throw noSuchJob();
    return job;
  }

  /**
   * Submits a child of a job.
   * @param place identifies the child among its parent's children: a number from 1, or a name.
   * @param mayStart called before a new submission, but not for an existing child. Errors: the errors of `JobsPort.submit` and of
   *   `mayStart`.
   */
  async submit(
    run: RunRef,
    parent: Job,
    place: string,
    asked: NewJob,
    mayStart: (work: StartedWork) => Promise<void>,
  ): Promise<Job> {
    const { tenantId, context } = run;
    const id = derivedId('job', [parent.id, place]);
    const there = await this.repository.find(tenantId, id);
    if (there !== null) return there;
    const request = checkedRequest(asked);
    await mayStart(request);
    const origin = { parentId: parent.id, depth: parent.depth + 1, scheduleId: null, requeuedFrom: null };
    await this.admission.assertRoom(tenantId, request, origin.depth);
    const job = await this.database.tenantTransaction(tenantId, async (tx) => {
      // Canceling a job cancels all its descendants, so no child can be added after the job has ended.
      if (!(await this.repository.isOpen(tx, tenantId, parent.id))) {
        throw new AppError('unavailable', 'The job that submits this job has ended.');
      }
      return this.insertion.insert(tx, context, id, request, origin);
    });
    this.engine.announce('submitted');
    return job;
  }
}
