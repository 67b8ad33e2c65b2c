import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { isId } from '../../../kernel/ids/ids';
import { ObjectUrlsPort } from '../../files/contract/object-urls.port';
import { JOB_LIMITS } from '../contract/job-limits';
import type { JobOutputsPort } from '../contract/job-outputs.port';
import { isTerminal, type JobOutputFile } from '../contract/job.types';
import { StartAuthorizationPort } from '../contract/start-authorization.port';
import { noSuchJob } from '../no-such-job';
import { JobsRepository } from '../storage/jobs.repository';
import { OutputsRepository } from '../storage/outputs.repository';

@Injectable()
export class JobOutputsService implements JobOutputsPort {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly outputs: OutputsRepository,
    private readonly urls: ObjectUrlsPort,
    private readonly start: StartAuthorizationPort,
  ) {}

  async list(context: CallContext, id: string, ttlSeconds: number): Promise<readonly JobOutputFile[]> {
    const tenantId = requireTenant(context);
    if (ttlSeconds > JOB_LIMITS.maxPresignSeconds) {
      throw new AppError(
        'invalid_request',
        `A signed URL is valid for at most ${JOB_LIMITS.maxPresignSeconds} seconds.`,
      );
    }
    const job = isId('job', id) ? await this.jobs.find(tenantId, id) : null;
    if (job === null) throw noSuchJob();
    // A container job's output belongs only to the jobs API, which has already authorized the caller.
    if (job.type !== 'container') await this.start.assert(context, job);
    if (!isTerminal(job.state)) return [];
    const seconds = ttlSeconds === 0 ? JOB_LIMITS.defaultPresignSeconds : ttlSeconds;
    const rows = await this.outputs.list(tenantId, id);
    return rows.map(({ key, object, sizeBytes, contentType }) => ({
      key,
      sizeBytes,
      contentType,
      url: this.urls.sign(context, { id: object, name: key, resource: `${id}/${key}` }, seconds),
    }));
  }
}
