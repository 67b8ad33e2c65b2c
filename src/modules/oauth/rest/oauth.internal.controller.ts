import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiSecurity, ApiTags } from '../../../kernel/http/open-api';
import { Docs } from '../../../kernel/http/api-docs';
import { PublicRoute } from '../../../kernel/http/route-access';
import { introspectionAnswer, tokenAnswer } from '../contract/oauth.types';
import { answeredInFront } from './oauth-endpoints';

const FORM = 'application/x-www-form-urlencoded';
const TEXT = { type: 'string' } as const;
/** The other ways for a client to prove itself, instead of the header; a public one sends its id alone. */
const CLIENT = { client_id: TEXT, client_secret: TEXT, client_assertion: TEXT, client_assertion_type: TEXT };
const TOKEN_FORM = { required: ['token'], properties: { token: TEXT, token_type_hint: TEXT, ...CLIENT } };
const GRANT_FORM = {
  required: ['grant_type'],
  properties: {
    grant_type: { type: 'string', enum: ['client_credentials', 'authorization_code', 'refresh_token'] },
    scope: TEXT,
    resource: { type: 'array', items: TEXT },
    code: TEXT,
    redirect_uri: TEXT,
    code_verifier: TEXT,
    refresh_token: TEXT,
    ...CLIENT,
  },
};

/** Declares the OAuth endpoints that `oauth-endpoints.ts` answers: for OpenAPI, and so that other methods are 405. */
@ApiTags('oauth')
@ApiSecurity('client')
@Controller('oauth')
export class OauthInternalController {
  @Post('token')
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes(FORM)
  @ApiBody({ schema: GRANT_FORM })
  @Docs({ summary: 'Get an access token (RFC 6749)', status: 200, answer: tokenAnswer })
  token(): never {
    return answeredInFront();
  }

  @Post('introspect')
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes(FORM)
  @ApiBody({ schema: TOKEN_FORM })
  @Docs({
    summary: 'Ask what a token is (RFC 7662): one’s own, or with the scope introspect any access token of the tenant',
    status: 200,
    answer: introspectionAnswer,
  })
  introspect(): never {
    return answeredInFront();
  }

  @Post('revoke')
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes(FORM)
  @ApiBody({ schema: TOKEN_FORM })
  @Docs({ summary: 'Revoke a token (RFC 7009)', status: 200 })
  revoke(): never {
    return answeredInFront();
  }
}
