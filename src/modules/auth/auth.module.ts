import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { PolicyPort } from '../policy/contract/policy.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { ClientsPort } from '../apps/contract/clients.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { ApiKeysPort } from '../credentials/contract/api-keys.port';
import { GrantFactsPort } from '../oauth/contract/grant-facts.port';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { AccessTokensPort } from '../oauth/contract/access-tokens.port';
import { TokenRevocationPort } from '../oauth/contract/token-revocation.port';
import { KeysPort } from '../keys/contract/keys.port';
import { TenantNames } from '../../kernel/context/tenant-names';
import { AuthService } from './auth.service';
import { BearerAuthorizer } from './bearer-authorizer';
import { AuthPort } from './contract/auth.port';
import { PolicyDecider } from './policy-decider';
import { PrincipalAuthorizer } from './principal-authorizer';
import { PrincipalValidator } from './principal-validator';

@Module({
  imports: [
    KernelModule,
    ports(
      PolicyPort,
      TenantsPort,
      ClientsPort,
      UserLookupPort,
      MembershipsPort,
      ApiKeysPort,
      GrantFactsPort,
      RevocationsPort,
      AccessTokensPort,
      TokenRevocationPort,
      KeysPort,
      TenantNames,
    ),
  ],
  providers: [
    PolicyDecider,
    BearerAuthorizer,
    PrincipalValidator,
    PrincipalAuthorizer,
    { provide: AuthPort, useClass: AuthService },
  ],
  exports: [AuthPort, BearerAuthorizer],
})
export class AuthModule {}
