import { Module } from '@nestjs/common';
import { OauthPort } from './contract/oauth.port';
import { OauthService } from './oauth.service';
import { AuthenticateCaller } from './use-cases/authenticate-caller';
import { AuthenticateClient } from './use-cases/authenticate-client';
import { IntrospectUseCase } from './use-cases/introspect.use-case';
import { OauthTrail } from './use-cases/oauth-trail';
import { RevokeUseCase } from './use-cases/revoke.use-case';
import { IssueAccessToken } from './use-cases/token/issue-access-token';
import { TokenUseCase } from './use-cases/token/token.use-case';

/** The authorization server. */
@Module({
  providers: [
    AuthenticateClient,
    AuthenticateCaller,
    OauthTrail,
    IssueAccessToken,
    TokenUseCase,
    IntrospectUseCase,
    RevokeUseCase,
    { provide: OauthPort, useClass: OauthService },
  ],
  exports: [OauthPort],
})
export class OauthModule {}
