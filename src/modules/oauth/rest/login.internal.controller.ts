import { Body, Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { requestState } from '../../../kernel/http/request-state';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { EntryLimit } from '../../../kernel/http/routes/route-decorators';
import { LoginPort } from '../contract/login.port';
import { loginAnswer, type LoginAnswer, loginRequest, type LoginRequest } from '../contract/login.types';

/** `POST /auth/login`, which existing SDKs call (wire contract §4.1). The credential is in the body. */
@ApiTags('auth')
@Controller('auth')
@EntryLimit('requests')
export class LoginInternalController {
  constructor(private readonly logins: LoginPort) {}

  @Post('login')
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Sign in with email address and password', status: 200, errors: [401], answer: loginAnswer })
  logIn(
    @Req() request: Request,
    @Body({ schema: loginRequest }) input: LoginRequest,
    @Headers('user-agent') userAgent = '',
  ): Promise<LoginAnswer> {
    const { ip, requestId } = requestState(request);
    return this.logins.login(input, { ip, requestId, userAgent });
  }
}
