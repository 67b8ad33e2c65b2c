import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { SecretStorePort } from './contract/secret-store.port';
import { SecretStoreService } from './secret-store.service';
import { SecretsRepository } from './storage/secrets.repository';

/** The tenants' own secrets, written and listed in processes with `MASTER_KEY`. */
@Module({
  imports: [KernelModule],
  providers: [SecretsRepository, { provide: SecretStorePort, useClass: SecretStoreService }],
  exports: [SecretStorePort],
})
export class SecretStoreModule {}
