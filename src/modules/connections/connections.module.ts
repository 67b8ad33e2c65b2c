import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { DnsTxtResolver, TxtResolver } from '../../kernel/network/txt-resolver';
import { FactorsPort } from '../factors/contract/factors.port';
import { FederationPort } from '../users/contract/federation.port';
import { PasswordGatePort } from '../users/contract/password-gate.port';
import { SignInPort } from '../users/contract/sign-in.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import { ConnectionChecks } from './connection-checks';
import { ConnectionSecrets } from './connection-secrets';
import { ConnectionViews } from './connection-views';
import { ConnectionsService } from './connections.service';
import { ConnectionDomainsPort } from './contract/connection-domains.port';
import { ConnectionsPort } from './contract/connections.port';
import { IdentitiesPort } from './contract/identities.port';
import { UpstreamSignInPort } from './contract/upstream-sign-in.port';
import { DeletedUsers } from './deleted-users';
import { ConnectionDomainsService } from './domains/connection-domains.service';
import { DomainCheckTask } from './domains/domain-check-task';
import { DomainPasswordRule } from './domains/domain-password-rule';
import { IdentitiesService } from './identities.service';
import { AccountResolver } from './sign-in/account-resolver';
import { IdentityLinks } from './sign-in/identity-links';
import { LinkProofs } from './sign-in/link-proofs';
import { SealedTokens } from './sign-in/sealed-tokens';
import { SignInsCleanupTask } from './sign-in/sign-ins-cleanup-task';
import { UpstreamSignInService } from './sign-in/upstream-sign-in.service';
import { ConnectionDomainsRepository } from './storage/connection-domains.repository';
import { ConnectionsRepository } from './storage/connections.repository';
import { IdentitiesRepository } from './storage/identities.repository';
import { SignInsRepository } from './storage/sign-ins.repository';
import { UpstreamClient } from './upstream/upstream-client';
import { UpstreamConfigurations } from './upstream/upstream-configurations';

const STORAGE = [ConnectionsRepository, ConnectionDomainsRepository, IdentitiesRepository, SignInsRepository];
const UPSTREAM = [ConnectionSecrets, UpstreamConfigurations, UpstreamClient];
const SIGN_IN = [SealedTokens, IdentityLinks, AccountResolver, LinkProofs];
const BACKGROUND = [DeletedUsers, DomainCheckTask, DomainPasswordRule, SignInsCleanupTask];

/** Identity providers with which tenants' people sign in. Import it with `FederationModule` and `UsersModule`. */
@Module({
  imports: [KernelModule, ports(FactorsPort, FederationPort, PasswordGatePort, SignInPort, UserLookupPort)],
  providers: [
    ...STORAGE,
    ...UPSTREAM,
    ...SIGN_IN,
    ...BACKGROUND,
    ConnectionViews,
    ConnectionChecks,
    { provide: TxtResolver, useFactory: () => new DnsTxtResolver() },
    { provide: ConnectionsPort, useClass: ConnectionsService },
    { provide: ConnectionDomainsPort, useClass: ConnectionDomainsService },
    { provide: IdentitiesPort, useClass: IdentitiesService },
    { provide: UpstreamSignInPort, useClass: UpstreamSignInService },
  ],
  exports: [ConnectionsPort, ConnectionDomainsPort, IdentitiesPort, UpstreamSignInPort],
})
export class ConnectionsModule {}
