import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiTags } from '../../../kernel/http/openapi/open-api';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import type { RawRequest } from '../../../kernel/http/request-listener';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import {
  AnyOrigin,
  EntryLimit,
  Errors,
  HotPath,
  ProxiedToControlPlane,
} from '../../../kernel/http/routes/route-decorators';
import { EntryGate } from '../../../kernel/limits/entry-gate';
import { OauthPort } from '../contract/oauth.port';
import { userinfo } from '../contract/oauth.types';
import { answerBearer } from './form-endpoint';

/** The userinfo endpoint. */
@ApiTags('oauth')
@ApiBearerAuth('bearer')
@Controller('oauth/userinfo')
@ProxiedToControlPlane('v1/oauth/userinfo')
@EntryLimit('failures')
@Errors(oauthErrors)
@AnyOrigin()
export class UserinfoInternalController {
  constructor(
    private readonly oauth: OauthPort,
    private readonly gate: EntryGate,
  ) {}

  @Get()
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'Get the user of a token (OpenID Connect Core §5.3)', status: 200, answer: userinfo })
  getUserinfo(front: RawRequest): Promise<void> {
    return answerBearer(front, this.gate, (request) => this.oauth.userinfo(request));
  }

  @Post()
  @HotPath()
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ required: false, schema: { properties: { access_token: { type: 'string' } } } })
  @Docs({ summary: 'Get the user of a token, sent in a form', status: 200, answer: userinfo })
  postUserinfo(front: RawRequest): Promise<void> {
    return answerBearer(front, this.gate, (request) => this.oauth.userinfo(request));
  }
}
