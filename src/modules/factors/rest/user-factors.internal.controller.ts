import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { UserFactorsPort } from '../contract/user-factors.port';
import { shownFactors, type ShownFactors } from '../contract/user-factors.types';

const ADMIN = { scope: 'admin', resourceType: 'user' };
/** A stolen session of an administrator must not be enough to take over accounts. */
const STEP_UP_SECONDS = 900;
const USER = { userId: 'ID of the user.' };

/** The passkeys and authenticator apps of a tenant's users, for their administrators. */
@ApiTags('users')
@Controller('api/v1/users/:userId/factors')
export class UserFactorsInternalController {
  constructor(private readonly factors: UserFactorsPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'user.factors.list' })
  @Docs({ summary: 'List the factors of a user', status: 200, answer: shownFactors, params: USER, query: tenantQuery })
  listUserFactors(@Caller() context: CallContext, @Param('userId') userId: string): Promise<ShownFactors> {
    return this.factors.list(context, userId);
  }

  @Delete()
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'user.factors.reset', stepUpSeconds: STEP_UP_SECONDS })
  @Docs({
    summary: 'Remove all factors of a user who has lost them',
    status: 204,
    errors: [401],
    params: USER,
    query: tenantQuery,
  })
  resetUserFactors(@Caller() context: CallContext, @Param('userId') userId: string): Promise<void> {
    return this.factors.reset(context, userId);
  }
}
