import { Module } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AccessTokensPort } from '../oauth/contract/access-tokens.port';
import { TenantNames } from '../../kernel/context/tenant-names';
import { DirectoryUsersPort } from '../users/contract/directory-users.port';
import { DirectoryGroupsPort } from '../users/contract/directory-groups.port';
import { AuditPort } from '../audit/contract/audit.port';
import { AppsPort } from '../apps/contract/apps.port';
import { ClientsPort } from '../apps/contract/clients.port';
import { ScimConnectionsPort } from './contract/scim-connections.port';
import { ScimExtensionsPort } from './contract/scim-extensions.port';
import { ScimPort } from './contract/scim.port';
import { ScimConnectionsService } from './scim-connections.service';
import { ScimExtensionsService } from './scim-extensions.service';
import { scimBase } from './use-cases/scim-base';
import { ScimService } from './scim.service';
import { ScimConnectionsRepository } from './storage/scim-connections.repository';
import { ScimExtensionsRepository } from './storage/scim-extensions.repository';
import { ResourceAnswers } from './use-cases/resource-answers';
import { RootSearch } from './use-cases/root-search';
import { ScimBulk } from './use-cases/scim-bulk';
import { ScimCallers } from './use-cases/scim-callers';
import { ScimDiscovery } from './use-cases/scim-discovery';
import { ScimGroups } from './use-cases/scim-groups';
import { ScimModels } from './use-cases/scim-models';
import { ScimAuditRecorder } from './use-cases/scim-audit-recorder';
import { ScimUsers } from './use-cases/scim-users';

/** SCIM 2.0 for identity providers. Import this module with `DirectoryModule` and the authorization server. */
@Module({
  imports: [
    KernelModule,
    ports(AccessTokensPort, TenantNames, DirectoryUsersPort, DirectoryGroupsPort, AuditPort, AppsPort, ClientsPort),
  ],
  providers: [
    {
      provide: ResourceAnswers,
      useFactory: (installation: Installation) => new ResourceAnswers(scimBase(installation)),
      inject: [Installation],
    },
    ScimConnectionsRepository,
    ScimExtensionsRepository,
    ScimCallers,
    ScimModels,
    ScimUsers,
    ScimGroups,
    ScimBulk,
    ScimDiscovery,
    RootSearch,
    ScimAuditRecorder,
    { provide: ScimPort, useClass: ScimService },
    { provide: ScimConnectionsPort, useClass: ScimConnectionsService },
    { provide: ScimExtensionsPort, useClass: ScimExtensionsService },
  ],
  exports: [ScimPort, ScimConnectionsPort, ScimExtensionsPort],
})
export class ScimModule {}
