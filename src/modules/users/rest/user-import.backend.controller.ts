import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/accepted-body';
import { Docs } from '../../../kernel/http/api-docs';
import { Caller, Guarded } from '../../../kernel/http/route-access';
import { UserImportPort } from '../contract/user-import.port';
import { IMPORT_LIMITS, userImportQuery, userImportReport, type UserImportReport } from '../contract/user-import.types';

const CSV = 'text/csv';
const JSON_LINES = ['application/jsonl', 'application/x-ndjson'];

@ApiTags('users')
@Controller('v1/users/import')
export class UserImportBackendController {
  constructor(private readonly imports: UserImportPort) {}

  @Post()
  @HttpCode(200)
  @AcceptsBody({ types: [CSV, ...JSON_LINES], limitBytes: IMPORT_LIMITS.maxBytes })
  @Guarded({ scope: 'users.write', action: 'user.import', resourceType: 'user' })
  @Docs({
    summary: `Import up to ${IMPORT_LIMITS.maxRows} users: all of them or none`,
    status: 200,
    answer: userImportReport,
    query: userImportQuery,
    isKeyed: true,
  })
  run(
    @Caller() context: CallContext,
    @Query({ schema: userImportQuery }) query: { readonly dryRun: 'true' | 'false' },
    @Sent() body: SentBody | null,
  ): Promise<UserImportReport> {
    if (body === null) throw new AppError('invalid_request', 'The body is empty; send the file.');
    const format = body.type === CSV ? 'csv' : 'jsonl';
    return this.imports.run(context, { format, bytes: body.bytes }, query.dryRun === 'true');
  }
}
