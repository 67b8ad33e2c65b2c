import { Global, Module } from '@nestjs/common';
import { EntitlementsGrpcClient } from './client/entitlements.grpc-client';
import { EntitlementsPort } from './contract/entitlements.port';

/** The entitlements port in a process that asks the sidecar. */
@Global()
@Module({
  providers: [{ provide: EntitlementsPort, useClass: EntitlementsGrpcClient }],
  exports: [EntitlementsPort],
})
export class EntitlementsClientModule {}
