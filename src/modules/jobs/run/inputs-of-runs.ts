import { Injectable } from '@nestjs/common';
import { JobsRepository } from '../storage/jobs.repository';
import { RunInputs, type RunRef } from './run-ports';

/** The inline files of requests. */
@Injectable()
export class InputsOfRuns extends RunInputs {
  constructor(private readonly repository: JobsRepository) {
    super();
  }

  files({ tenantId, jobId }: RunRef): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.repository.files(tenantId, jobId);
  }
}
