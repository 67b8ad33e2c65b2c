import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiTags } from '../../../kernel/http/open-api';
import { Docs } from '../../../kernel/http/api-docs';
import { PublicRoute } from '../../../kernel/http/route-access';
import { userinfo } from '../contract/oauth.types';
import { answeredInFront } from './oauth-endpoints';

/** Declares the userinfo endpoint that `oauth-endpoints.ts` answers. */
@ApiTags('oauth')
@ApiBearerAuth('bearer')
@Controller('oauth/userinfo')
export class UserinfoInternalController {
  @Get()
  @PublicRoute()
  @Docs({ summary: 'Who the user of a token is (OpenID Connect Core §5.3)', status: 200, answer: userinfo })
  get(): never {
    return answeredInFront();
  }

  @Post()
  @HttpCode(200)
  @PublicRoute()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ required: false, schema: { properties: { access_token: { type: 'string' } } } })
  @Docs({ summary: 'The same by a form', status: 200, answer: userinfo })
  post(): never {
    return answeredInFront();
  }
}
