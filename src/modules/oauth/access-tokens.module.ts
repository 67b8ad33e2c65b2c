import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { ApiKeysPort } from '../credentials/contract/api-keys.port';
import { ClientsPort } from '../apps/contract/clients.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { KeysPort } from '../keys/contract/keys.port';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { ApiKeyClaims } from './api-key-claims';
import { AccessTokensService } from './access-tokens.service';
import { AccessTokensPort } from './contract/access-tokens.port';
import { GrantFactsPort } from './contract/grant-facts.port';
import { TokenRevocationPort } from './contract/token-revocation.port';
import { GrantFactsRepository } from './storage/grant-facts.repository';
import { TokenRevocationService } from './token-revocation.service';

/** Verifies and revokes tokens, in every role that needs this. `OauthModule` issues them. */
@Module({
  imports: [
    KernelModule,
    ports(ApiKeysPort, ClientsPort, TenantsPort, UserLookupPort, MembershipsPort, KeysPort, RevocationsPort),
  ],
  providers: [
    ApiKeyClaims,
    { provide: GrantFactsPort, useClass: GrantFactsRepository },
    { provide: AccessTokensPort, useClass: AccessTokensService },
    { provide: TokenRevocationPort, useClass: TokenRevocationService },
  ],
  exports: [ApiKeyClaims, GrantFactsPort, AccessTokensPort, TokenRevocationPort],
})
export class AccessTokensModule {}
