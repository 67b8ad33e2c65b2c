import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/api-docs';
import { requestState } from '../../../kernel/http/request-state';
import { PublicRoute } from '../../../kernel/http/route-access';
import { OauthPort } from '../contract/oauth.port';
import {
  introspectionAnswer,
  type IntrospectionAnswer,
  type OauthRequest,
  tokenAnswer,
  type TokenAnswer,
} from '../contract/oauth.types';

const TOKEN_FORM = {
  required: ['token'],
  properties: { token: { type: 'string' }, token_type_hint: { type: 'string' } },
};

/** The OAuth endpoints for machines. The backend passes `/v1/oauth/…` on to them byte for byte. */
@ApiTags('oauth')
@Controller('oauth')
export class OauthControlPlaneController {
  constructor(private readonly oauth: OauthPort) {}

  @Post('token')
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({
    schema: {
      required: ['grant_type'],
      properties: { grant_type: { type: 'string', enum: ['client_credentials'] }, scope: { type: 'string' } },
    },
  })
  @Docs({ summary: 'Get an access token (RFC 6749)', status: 200, answer: tokenAnswer })
  token(
    @Req() request: Request,
    @Body() form: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenAnswer> {
    return this.oauth.token(this.prepare(request, form, response));
  }

  @Post('introspect')
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: TOKEN_FORM })
  @Docs({ summary: 'Ask what a token is (RFC 7662)', status: 200, answer: introspectionAnswer })
  introspect(
    @Req() request: Request,
    @Body() form: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<IntrospectionAnswer> {
    return this.oauth.introspect(this.prepare(request, form, response));
  }

  @Post('revoke')
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: TOKEN_FORM })
  @Docs({ summary: 'Revoke a token (RFC 7009)', status: 200 })
  async revoke(
    @Req() request: Request,
    @Body() form: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.oauth.revoke(this.prepare(request, form, response));
  }

  /** RFC 6749 §5.1: nothing of these answers may be cached; §3.2: the parameters are a form. */
  private prepare(request: Request, form: unknown, response: Response): OauthRequest {
    response.setHeader('Cache-Control', 'no-store').setHeader('Pragma', 'no-cache');
    if (typeof form !== 'object' || form === null) {
      throw new AppError('invalid_request', 'The body must be application/x-www-form-urlencoded.');
    }
    const { requestId, ip, traceparent } = requestState(request);
    return { form: { ...form }, authorization: request.headers.authorization, requestId, ip, traceparent };
  }
}
