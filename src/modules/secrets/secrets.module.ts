import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Secret } from '../../kernel/config/secret';
import { SecretGrantsPort } from './contract/secret-grants.port';
import { SecretsPort } from './contract/secrets.port';
import { Principals } from './principals';
import { configuredProviders } from './providers/configured-providers';
import { Providers, SECRET_PROVIDERS } from './providers/providers';
import type { SecretProvider } from './providers/secret-provider';
import { StoreProvider } from './providers/store.provider';
import { ResolutionRecord } from './resolution-record';
import { SecretGrantsService } from './secret-grants.service';
import { SecretHolder } from './secret-holder';
import { secretsConfig, type SecretsConfig } from './secrets.config';
import { SecretsService } from './secrets.service';
import { SealedVersionsRepository } from './storage/sealed-versions.repository';
import { SecretAccessRepository } from './storage/secret-access.repository';

/** The sidecar's half: gives out values. */
@Global()
@Module({})
export class SecretsModule {
  /** @param environment variables of the process that begin with `SECRETS_ENV_PREFIX`, without it. */
  static host(environment: ReadonlyMap<string, Secret>): DynamicModule {
    const providers = (store: StoreProvider, config: SecretsConfig): readonly SecretProvider[] => [
      store,
      ...configuredProviders(config, environment),
    ];
    return {
      module: SecretsModule,
      providers: [
        SealedVersionsRepository,
        SecretAccessRepository,
        SecretHolder,
        Principals,
        StoreProvider,
        { provide: SECRET_PROVIDERS, useFactory: providers, inject: [StoreProvider, secretsConfig.token] },
        Providers,
        ResolutionRecord,
        SecretGrantsService,
        { provide: SecretGrantsPort, useExisting: SecretGrantsService },
        { provide: SecretsPort, useClass: SecretsService },
      ],
      exports: [SecretsPort, SecretGrantsPort],
    };
  }
}
