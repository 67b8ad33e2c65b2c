import { Body, Controller, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiHeader, ApiTags } from '../../../kernel/http/openapi/open-api';
import { prefers } from '../../../kernel/http/input/preferences';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { JOB_LIMITS } from '../../jobs/contract/job-limits';
import { jobView, type JobView, toView } from '../../jobs/contract/job-view';
import type { Job } from '../../jobs/contract/job.types';
import { UserImportPort } from '../../users/contract/user-import.port';
import {
  IMPORT_LIMITS,
  userImportQuery,
  userImportReport,
  type UserImportReport,
} from '../../users/contract/user-import.types';
import { userExportOrder, type UserExportOrder, UserTransfersPort } from '../contract/user-transfers.port';

const CSV = 'text/csv';
const JSON_LINES = ['application/jsonl', 'application/x-ndjson'];
const ASYNC = 'respond-async';

@ApiTags('users')
@Controller('v1/users/import')
export class UserImportPublicController {
  constructor(
    private readonly imports: UserImportPort,
    private readonly transfers: UserTransfersPort,
  ) {}

  @Post()
  @HttpCode(200)
  @AcceptsBody({ types: [CSV, ...JSON_LINES], limitBytes: IMPORT_LIMITS.maxBytes })
  @Guarded({ scope: 'users.write', action: 'user.import', resourceType: 'user' })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: `With \`${ASYNC}\` (RFC 7240), the response is 202 with a job whose result is the report. The file can then have at most ${JOB_LIMITS.maxInputBytes} bytes.`,
    schema: { type: 'string', maxLength: 255 },
  })
  @Docs({
    summary: `Import up to ${IMPORT_LIMITS.maxRows} users: all of them or none`,
    status: 200,
    answer: userImportReport,
    others: { 202: { description: 'The job that imports the users; `Location` is its URL.', answer: jobView } },
    query: userImportQuery,
    isKeyed: true,
  })
  async importUsers(
    @Caller() context: CallContext,
    @Query({ schema: userImportQuery }) query: { readonly dryRun: 'true' | 'false' },
    @Headers('prefer') prefer: string | undefined,
    @Sent() body: SentBody | null,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UserImportReport | JobView> {
    if (body === null) throw new AppError('invalid_request', 'The body is empty; send the file.');
    const file = { format: body.type === CSV ? 'csv' : 'jsonl', bytes: body.bytes } as const;
    const isDryRun = query.dryRun === 'true';
    if (!prefers(prefer, ASYNC)) return this.imports.run(context, file, isDryRun);
    const job = await this.transfers.import(context, file, isDryRun);
    response.setHeader('Preference-Applied', ASYNC);
    return accepted(response, job);
  }
}

@ApiTags('users')
@Controller('v1/users/export')
export class UserExportPublicController {
  constructor(private readonly transfers: UserTransfersPort) {}

  // An export reveals no more than the list of users.
  @Post()
  @HttpCode(202)
  @Guarded({ scope: 'users.read', action: 'user.export', asks: 'user.list', resourceType: 'user' })
  @Docs({
    summary: 'Export all users with a job whose output is the file `users.jsonl` or `users.csv`',
    status: 202,
    answer: jobView,
    isKeyed: true,
  })
  async exportUsers(
    @Caller() context: CallContext,
    @Body({ schema: userExportOrder.prefault({}) }) order: UserExportOrder,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobView> {
    return accepted(response, await this.transfers.export(context, order));
  }
}

/** Sets the status 202 and the URL of the job, and returns the job. */
function accepted(response: Response, job: Job): JobView {
  response.status(202).setHeader('Location', `/v1/jobs/${job.id}`);
  return toView(job);
}
