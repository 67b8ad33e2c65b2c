import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database';
import { derivedId } from '../../kernel/ids/ids';
import type { NewJob } from './contract/job-request.types';
import type { Job } from './contract/job.types';
import { JobAdmission } from './job-admission';
import { JobBells } from './job-bells';
import { JobInsertion } from './job-insertion';
import type { RunRef } from './run/run-ports';
import { JobsRepository } from './storage/jobs.repository';
import { checkedRequest } from './submitted-request';

/** Jobs that are handed in by jobs: each has its place below its parent, and is handed in once. */
@Injectable()
export class JobChildren {
  constructor(
    private readonly database: Database,
    private readonly repository: JobsRepository,
    private readonly admission: JobAdmission,
    private readonly insertion: JobInsertion,
    private readonly bells: JobBells,
  ) {}

  /** @param place which of its parent's children it is, from 1 on. Errors: those of `JobsPort.submit`. */
  async submit(run: RunRef, parent: Job, place: number, asked: NewJob): Promise<Job> {
    const { tenantId, context } = run;
    const id = derivedId('job', [parent.id, String(place)]);
    const there = await this.repository.find(tenantId, id);
    if (there !== null) return there;
    const request = checkedRequest(asked);
    const origin = { parentId: parent.id, depth: parent.depth + 1, scheduleId: null, requeuedFrom: null };
    await this.admission.assertRoom(tenantId, request, origin.depth);
    const job = await this.database.tenantTransaction(tenantId, (tx) =>
      this.insertion.insert(tx, context, id, request, origin),
    );
    this.bells.ring('ready');
    return job;
  }
}
