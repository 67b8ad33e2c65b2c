import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { SignInRulesPort } from '../contract/sign-in-rules.port';
import { type SignInRule, signInRule, storedSignInRule, type StoredSignInRule } from '../contract/sign-in-rules.types';

const ADMIN = { scope: 'admin', resourceType: 'sign_in_rule' };
const APP = { appId: 'Client ID of the app.' };

/** How the users of a tenant and of its apps sign in. */
@ApiTags('sign-in rules')
@Controller('api/v1/sign-in-rules')
export class SignInRulesInternalController {
  constructor(private readonly rules: SignInRulesPort) {}

  @Get()
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'sign_in.rule.get' })
  @Docs({ summary: 'Get the sign-in rule of the tenant', status: 200, answer: storedSignInRule, query: tenantQuery })
  getSignInRule(@Caller() context: CallContext): Promise<StoredSignInRule> {
    return this.rules.get(context);
  }

  @Put()
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'sign_in.rule.set' })
  @Docs({ summary: 'Set the sign-in rule of the tenant', status: 200, answer: storedSignInRule, query: tenantQuery })
  setSignInRule(
    @Caller() context: CallContext,
    @Body({ schema: signInRule }) rule: SignInRule,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<StoredSignInRule> {
    return this.rules.set(context, rule, expected);
  }

  @Get('apps/:appId')
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'sign_in.app_rule.get' })
  @Docs({
    summary: 'Get the sign-in rule of an app',
    status: 200,
    answer: storedSignInRule,
    params: APP,
    query: tenantQuery,
  })
  getAppSignInRule(@Caller() context: CallContext, @Param('appId') appId: string): Promise<StoredSignInRule> {
    return this.rules.getForApp(context, appId);
  }

  @Put('apps/:appId')
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'sign_in.app_rule.set' })
  @Docs({
    summary: 'Set the sign-in rule of an app, in addition to that of the tenant',
    status: 200,
    answer: storedSignInRule,
    params: APP,
    query: tenantQuery,
  })
  setAppSignInRule(
    @Caller() context: CallContext,
    @Param('appId') appId: string,
    @Body({ schema: signInRule }) rule: SignInRule,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<StoredSignInRule> {
    return this.rules.setForApp(context, appId, rule, expected);
  }

  @Delete('apps/:appId')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'sign_in.app_rule.remove' })
  @Docs({ summary: 'Remove the sign-in rule of an app', status: 204, params: APP, query: tenantQuery })
  removeAppSignInRule(@Caller() context: CallContext, @Param('appId') appId: string): Promise<void> {
    return this.rules.removeForApp(context, appId);
  }
}
