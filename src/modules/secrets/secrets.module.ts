import { Module } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { MembershipsPort } from '../users/contract/memberships.port';
import { ClientRegistrationsPort } from '../apps/contract/client-registrations.port';
import { AuditPort } from '../audit/contract/audit.port';
import { TenantNames } from '../../kernel/context/tenant-names';
import { SecretGrantsPort } from './contract/secret-grants.port';
import { SecretsPort } from './contract/secrets.port';
import { Principals } from './principals';
import { configuredProviders } from './providers/configured-providers';
import { Providers, SECRET_PROVIDERS } from './providers/providers';
import type { SecretProvider } from './providers/secret-provider';
import { StoreProvider } from './providers/store.provider';
import { ResolutionRecord } from './resolution-record';
import { SecretGrantsService } from './secret-grants.service';
import { SecretCache } from './secret-cache';
import { secretsConfig, type SecretsConfig } from './secrets.config';
import { SecretsService } from './secrets.service';
import { SealedVersionsRepository } from './storage/sealed-versions.repository';
import { SecretAccessRepository } from './storage/secret-access.repository';

const secretProviders = (
  store: StoreProvider,
  config: SecretsConfig,
  { secretVariables }: Installation,
): readonly SecretProvider[] => [store, ...configuredProviders(config, secretVariables)];

/** The sidecar's part of the module, which returns values. */
@Module({
  imports: [KernelModule, ports(MembershipsPort, ClientRegistrationsPort, AuditPort, TenantNames)],
  providers: [
    SealedVersionsRepository,
    SecretAccessRepository,
    SecretCache,
    Principals,
    StoreProvider,
    {
      provide: SECRET_PROVIDERS,
      useFactory: secretProviders,
      inject: [StoreProvider, secretsConfig.token, Installation],
    },
    Providers,
    ResolutionRecord,
    SecretGrantsService,
    { provide: SecretGrantsPort, useExisting: SecretGrantsService },
    { provide: SecretsPort, useClass: SecretsService },
  ],
  exports: [SecretsPort, SecretGrantsPort],
})
export class SecretsModule {}
