import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiSecurity, ApiTags } from '../../../kernel/http/openapi/open-api';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import type { RawRequest } from '../../../kernel/http/request-listener';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import {
  AnyOrigin,
  ForServers,
  EntryLimit,
  Errors,
  HotPath,
  ProxiedToControlPlane,
} from '../../../kernel/http/routes/route-decorators';
import { EntryGate } from '../../../kernel/limits/entry-gate';
import { OauthPort } from '../contract/oauth.port';
import { GRANT_PARAMETERS, GRANT_TYPES } from '../../apps/contract/grant-types';
import { introspectionAnswer, tokenAnswer } from '../contract/oauth.types';
import { answerForm } from './form-endpoint';

const FORM = 'application/x-www-form-urlencoded';
const TEXT = { type: 'string' } as const;
/** The alternatives to the header for client authentication. A public client sends only its id. */
const CLIENT = { client_id: TEXT, client_secret: TEXT, client_assertion: TEXT, client_assertion_type: TEXT };
const TOKEN_FORM = { required: ['token'], properties: { token: TEXT, token_type_hint: TEXT, ...CLIENT } };
const GRANT_FORM = {
  required: ['grant_type'],
  properties: {
    grant_type: { type: 'string', enum: [...GRANT_TYPES] },
    scope: TEXT,
    resource: { type: 'array', items: TEXT },
    ...Object.fromEntries(Object.values(GRANT_PARAMETERS).flatMap((names) => names.map((name) => [name, TEXT]))),
    ...CLIENT,
  },
};

/** The endpoints that clients of an authorization server call, each with a form. */
@ApiTags('oauth')
@ApiSecurity('client')
@Controller('oauth')
@ProxiedToControlPlane('v1/oauth')
@EntryLimit('failures')
@Errors(oauthErrors)
export class OauthInternalController {
  constructor(
    private readonly oauth: OauthPort,
    private readonly gate: EntryGate,
  ) {}

  @Post('token')
  @HotPath()
  @AnyOrigin()
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes(FORM)
  @ApiBody({ schema: GRANT_FORM })
  @Docs({ summary: 'Get an access token (RFC 6749)', status: 200, answer: tokenAnswer })
  issueToken(front: RawRequest): Promise<void> {
    return answerForm(front, this.gate, (request) => this.oauth.token(request));
  }

  @Post('introspect')
  @HotPath()
  @ForServers()
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes(FORM)
  @ApiBody({ schema: TOKEN_FORM })
  @Docs({
    summary: 'Introspect a token (RFC 7662): your own, or with the scope introspect any access token of the tenant',
    status: 200,
    answer: introspectionAnswer,
  })
  introspectToken(front: RawRequest): Promise<void> {
    return answerForm(front, this.gate, (request) => this.oauth.introspect(request));
  }

  @Post('revoke')
  @HotPath()
  @AnyOrigin()
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes(FORM)
  @ApiBody({ schema: TOKEN_FORM })
  @Docs({ summary: 'Revoke a token (RFC 7009)', status: 200 })
  revokeToken(front: RawRequest): Promise<void> {
    return answerForm(front, this.gate, (request) => this.oauth.revoke(request));
  }
}
