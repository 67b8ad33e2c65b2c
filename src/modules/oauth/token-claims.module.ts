import { Injectable, Module, Optional } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { optionalPorts, ports } from '../../kernel/composition/ports';
import { TenantNames } from '../../kernel/context/tenant-names';
import { AppBelongingsPort } from '../apps/contract/app-belongings.port';
import { AppsPort } from '../apps/contract/apps.port';
import { ClientsPort } from '../apps/contract/clients.port';
import { PolicyBundlesPort } from '../policy/contract/policy-bundles.port';
import { PolicyPort } from '../policy/contract/policy.port';
import { TokenEventsPort } from '../token-events/contract/token-events.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import { TokenClaimsPort } from './contract/token-claims.port';
import { RefreshModule } from './refresh.module';
import { TokenClaimsRepository } from './storage/token-claims.repository';
import { TokenClaimsService } from './token-claims.service';
import { PastIssuances } from './use-cases/past-issuances';
import { TryTokenClaims } from './use-cases/try-token-claims';

/** Lists claim rules in the deletion report for an app, in a process that deletes apps. */
@Injectable()
class OwnedClaimRules {
  constructor(repository: TokenClaimsRepository, @Optional() apps?: AppBelongingsPort) {
    apps?.register({
      what: 'claim rules',
      becomes: 'ended',
      note: 'They no longer apply, even if the id is registered again.',
      count: async (tenantId, clientId) => (await repository.find(tenantId, clientId))?.rules.length ?? 0,
    });
  }
}

/** Stores the rules for custom claims, and tries drafts. {@link RefreshModule} applies the rules when it issues tokens. */
@Module({
  imports: [
    KernelModule,
    RefreshModule,
    ports(
      AppsPort,
      ClientsPort,
      MembershipsPort,
      PolicyBundlesPort,
      PolicyPort,
      TenantNames,
      TokenEventsPort,
      UserLookupPort,
    ),
    optionalPorts(AppBelongingsPort),
  ],
  providers: [
    OwnedClaimRules,
    PastIssuances,
    TryTokenClaims,
    { provide: TokenClaimsPort, useClass: TokenClaimsService },
  ],
  exports: [TokenClaimsPort],
})
export class TokenClaimsModule {}
