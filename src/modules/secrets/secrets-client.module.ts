import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { SecretStoreGrpcClient } from './client/secret-store.grpc-client';
import { SecretsGrpcClient } from './client/secrets.grpc-client';
import { SecretStorePort } from './contract/secret-store.port';
import { SecretsPort } from './contract/secrets.port';

/** The secrets ports in a process without `MASTER_KEY`. */
@Module({
  imports: [KernelModule],
  providers: [
    { provide: SecretStorePort, useClass: SecretStoreGrpcClient },
    { provide: SecretsPort, useClass: SecretsGrpcClient },
  ],
  exports: [SecretStorePort, SecretsPort],
})
export class SecretsClientModule {}
