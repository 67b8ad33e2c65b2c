import { Global, Module } from '@nestjs/common';
import { ApiKeyClaims } from './api-key-claims';
import { AccessTokensService } from './access-tokens.service';
import { AccessTokensPort } from './contract/access-tokens.port';
import { TokenRevocationPort } from './contract/token-revocation.port';
import { TokenRevocationService } from './token-revocation.service';

/** Judging and revoking tokens, for every role that does so; issuing them is `OauthModule`. */
@Global()
@Module({
  providers: [
    ApiKeyClaims,
    { provide: AccessTokensPort, useClass: AccessTokensService },
    { provide: TokenRevocationPort, useClass: TokenRevocationService },
  ],
  exports: [ApiKeyClaims, AccessTokensPort, TokenRevocationPort],
})
export class AccessTokensModule {}
