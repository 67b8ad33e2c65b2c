import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { EntitlementsGrpcClient } from './client/entitlements.grpc-client';
import { EntitlementsPort } from './contract/entitlements.port';

/** The entitlements port in a process that asks the sidecar. */
@Module({
  imports: [KernelModule],
  providers: [{ provide: EntitlementsPort, useClass: EntitlementsGrpcClient }],
  exports: [EntitlementsPort],
})
export class EntitlementsClientModule {}
