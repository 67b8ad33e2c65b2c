import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module';
import { RevocationModule } from '../revocation/revocation.module';
import { AccessTokensService } from './access-tokens.service';
import { AccessTokensPort } from './contract/access-tokens.port';
import { TokenRevocationPort } from './contract/token-revocation.port';
import { TokenRevocationService } from './token-revocation.service';

/** Judging and revoking tokens, for every role that does so; issuing them is `OauthModule`. */
@Module({
  imports: [KeysModule, RevocationModule],
  providers: [
    { provide: AccessTokensPort, useClass: AccessTokensService },
    { provide: TokenRevocationPort, useClass: TokenRevocationService },
  ],
  exports: [AccessTokensPort, TokenRevocationPort, KeysModule],
})
export class AccessTokensModule {}
