import { Global, Module } from '@nestjs/common';
import { SecretStorePort } from './contract/secret-store.port';
import { SecretStoreService } from './secret-store.service';
import { SecretsRepository } from './storage/secrets.repository';

/** The tenants' own secrets, written and listed: where `MASTER_KEY` is. */
@Global()
@Module({
  providers: [SecretsRepository, { provide: SecretStorePort, useClass: SecretStoreService }],
  exports: [SecretStorePort],
})
export class SecretStoreModule {}
