import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type JobView, jobView } from '../../jobs/contract/job-view';
import { userExportOrder, type UserExportOrder } from '../contract/user-export.types';
import { UserTransfersPort } from '../contract/user-transfers.port';
import { accepted } from './accepted';

@ApiTags('users')
@Controller('v1/users/export')
export class UserExportPublicController {
  constructor(private readonly transfers: UserTransfersPort) {}

  // It tells no more than the list does.
  @Post()
  @HttpCode(202)
  @Guarded({ scope: 'users.read', action: 'user.export', asks: 'user.list', resourceType: 'user' })
  @Docs({
    summary: 'Export all users: a job whose output is the file `users.jsonl`, or `users.csv`',
    status: 202,
    answer: jobView,
    isKeyed: true,
  })
  async run(
    @Caller() context: CallContext,
    @Body({ schema: userExportOrder.prefault({}) }) order: UserExportOrder,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobView> {
    return accepted(response, await this.transfers.export(context, order));
  }
}
