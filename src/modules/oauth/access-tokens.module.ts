import { Global, Module } from '@nestjs/common';
import { AccessTokensService } from './access-tokens.service';
import { AccessTokensPort } from './contract/access-tokens.port';
import { TokenRevocationPort } from './contract/token-revocation.port';
import { TokenRevocationService } from './token-revocation.service';

/** Judging and revoking tokens, for every role that does so; issuing them is `OauthModule`. */
@Global()
@Module({
  providers: [
    { provide: AccessTokensPort, useClass: AccessTokensService },
    { provide: TokenRevocationPort, useClass: TokenRevocationService },
  ],
  exports: [AccessTokensPort, TokenRevocationPort],
})
export class AccessTokensModule {}
