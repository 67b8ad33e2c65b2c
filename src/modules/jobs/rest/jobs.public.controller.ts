import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { ConditionDocs, Docs } from '../../../kernel/http/openapi/api-docs';
import { unlessKnown } from '../../../kernel/http/conditions/conditions';
import { contentTag } from '../../../kernel/http/conditions/entity-tag';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { JobOutputsPort } from '../contract/job-outputs.port';
import type { Job } from '../contract/job.types';
import { JobsPort } from '../contract/jobs.port';
import {
  cancelOrder,
  type CancelOrder,
  jobListQuery,
  type JobListQuery,
  newJobBody,
  type NewJobBody,
  outputQuery,
  type OutputQuery,
  toJobQuery,
  toNewJob,
} from './job-requests';
import { jobView, type JobView, outputView, type OutputView, toOutputView, toView } from '../contract/job-view';

const READ = { scope: 'jobs.read', resourceType: 'job' };
const WRITE = { scope: 'jobs.write', resourceType: 'job' };
const ID = { id: 'Id of the job.' };

/** The jobs of a tenant. `JobStreamsPublicController` serves their streams. */
@ApiTags('jobs')
@Controller('v1/jobs')
export class JobsPublicController {
  constructor(
    private readonly jobs: JobsPort,
    private readonly outputs: JobOutputsPort,
  ) {}

  @Post()
  @HttpCode(202)
  @Guarded({ ...WRITE, action: 'job.submit' })
  @Docs({ summary: 'Submit a job; it runs when a worker has capacity', status: 202, answer: jobView, isKeyed: true })
  async submitJob(
    @Caller() context: CallContext,
    @Body({ schema: newJobBody }) body: NewJobBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobView> {
    return accepted(response, await this.jobs.submit(context, toNewJob(body)));
  }

  @Get()
  @Guarded({ ...READ, action: 'job.list' })
  @Docs({ summary: 'List jobs, newest first', status: 200, answer: countedPageOf(jobView), query: jobListQuery })
  async listJobs(
    @Caller() context: CallContext,
    @Query({ schema: jobListQuery }) query: JobListQuery,
  ): Promise<CountedPage<JobView>> {
    const { items, ...page } = await this.jobs.list(context, toJobQuery(query));
    return { items: items.map(toView), ...page };
  }

  @Get(':id')
  @Guarded({ ...READ, action: 'job.get' })
  @ConditionDocs('If-None-Match')
  @Docs({ summary: 'Get a job', status: 200, answer: jobView, params: ID })
  async getJob(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobView | undefined> {
    const view = toView(await this.jobs.get(context, id));
    return unlessKnown(response, request.headers, contentTag(view), view);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'job.cancel' })
  @Docs({
    summary: 'Cancel a job; a job that has ended stays unchanged',
    status: 200,
    answer: jobView,
    params: ID,
    isKeyed: true,
  })
  async cancelJob(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: cancelOrder }) { reason }: CancelOrder,
  ): Promise<JobView> {
    return toView(await this.jobs.cancel(context, id, reason));
  }

  @Post(':id/requeue')
  @HttpCode(202)
  @Guarded({ ...WRITE, action: 'job.requeue' })
  @Docs({
    summary: 'Retry a failed or cancelled job as a new job with the same request',
    status: 202,
    answer: jobView,
    params: ID,
    isKeyed: true,
  })
  async requeueJob(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobView> {
    return accepted(response, await this.jobs.requeue(context, id));
  }

  @Get(':id/output')
  @Guarded({ ...READ, action: 'job.output.get', isAlwaysRecorded: true })
  @Docs({
    summary: 'List the output files of a job with signed URLs; empty until the job ends',
    status: 200,
    answer: outputView,
    params: ID,
    query: outputQuery,
  })
  async getJobOutput(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: outputQuery }) { ttlSeconds }: OutputQuery,
  ): Promise<OutputView> {
    return toOutputView(await this.outputs.list(context, id, ttlSeconds));
  }
}

/** Sets the `Location` header of the new job and returns its view. */
function accepted(response: Response, job: Job): JobView {
  response.setHeader('Location', `/v1/jobs/${job.id}`);
  return toView(job);
}
