import { Global, Module } from '@nestjs/common';
import { ApiKeyClaims } from './api-key-claims';
import { AccessTokensService } from './access-tokens.service';
import { AccessTokensPort } from './contract/access-tokens.port';
import { GrantFactsPort } from './contract/grant-facts.port';
import { IssuerUrl } from './contract/issuer-url';
import { TokenRevocationPort } from './contract/token-revocation.port';
import { oauthConfig, type OauthConfig } from './oauth.config';
import { GrantFactsRepository } from './storage/grant-facts.repository';
import { TokenRevocationService } from './token-revocation.service';

/** Judging and revoking tokens, for every role that does so; issuing them is `OauthModule`. */
@Global()
@Module({
  providers: [
    ApiKeyClaims,
    {
      provide: IssuerUrl,
      inject: [oauthConfig.token],
      useFactory: ({ ISSUER_URL }: OauthConfig) => new IssuerUrl(ISSUER_URL),
    },
    { provide: GrantFactsPort, useClass: GrantFactsRepository },
    { provide: AccessTokensPort, useClass: AccessTokensService },
    { provide: TokenRevocationPort, useClass: TokenRevocationService },
  ],
  exports: [ApiKeyClaims, IssuerUrl, GrantFactsPort, AccessTokensPort, TokenRevocationPort],
})
export class AccessTokensModule {}
