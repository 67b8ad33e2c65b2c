import { Global, Module } from '@nestjs/common';
import { SecretStoreGrpcClient } from './client/secret-store.grpc-client';
import { SecretsGrpcClient } from './client/secrets.grpc-client';
import { SecretStorePort } from './contract/secret-store.port';
import { SecretsPort } from './contract/secrets.port';

/** The ports of secrets in a process that does not hold `MASTER_KEY`. */
@Global()
@Module({
  providers: [
    { provide: SecretStorePort, useClass: SecretStoreGrpcClient },
    { provide: SecretsPort, useClass: SecretsGrpcClient },
  ],
  exports: [SecretStorePort, SecretsPort],
})
export class SecretsClientModule {}
