import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ClientsService } from './clients.service';
import { ContextSecrets } from './context-secrets';
import { ClientsPort } from './contract/clients.port';
import { RemoteJwks } from './remote-jwks';
import { SecretUse } from './secret-use';
import { AppsRepository } from './storage/apps.repository';
import { ContextSecretsRepository } from './storage/context-secrets.repository';

/** Provides apps to processes that authenticate them or issue tokens to them. To register apps, use `AppsModule`. */
@Module({
  imports: [KernelModule],
  providers: [
    AppsRepository,
    ContextSecretsRepository,
    ContextSecrets,
    SecretUse,
    RemoteJwks,
    ClientsService,
    { provide: ClientsPort, useExisting: ClientsService },
  ],
  exports: [ClientsPort, AppsRepository, ContextSecrets],
})
export class ClientsModule {}
