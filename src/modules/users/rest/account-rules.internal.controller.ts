import { Body, Controller, Get, Put } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { AccountRulesPort } from '../contract/account-rules.port';
import {
  type AccountRules,
  accountRules,
  storedAccountRules,
  type StoredAccountRules,
} from '../contract/account-rules.types';

const ADMIN = { scope: 'admin', resourceType: 'account_rules' };

/** The passwords, browser sessions and sign-ups that a tenant allows. */
@ApiTags('account rules')
@Controller('api/v1/account-rules')
export class AccountRulesInternalController {
  constructor(private readonly rules: AccountRulesPort) {}

  @Get()
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'user.rules.get' })
  @Docs({ summary: 'Get the account rules of the tenant', status: 200, answer: storedAccountRules, query: tenantQuery })
  getAccountRules(@Caller() context: CallContext): Promise<StoredAccountRules> {
    return this.rules.get(context);
  }

  @Put()
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'user.rules.set' })
  @Docs({
    summary: 'Set the account rules of the tenant, for later passwords and sign-ins',
    status: 200,
    answer: storedAccountRules,
    query: tenantQuery,
  })
  setAccountRules(
    @Caller() context: CallContext,
    @Body({ schema: accountRules }) rules: AccountRules,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<StoredAccountRules> {
    return this.rules.set(context, rules, expected);
  }
}
