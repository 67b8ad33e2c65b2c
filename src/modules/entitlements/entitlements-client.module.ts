import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { EntitlementsGrpcClient } from './client/entitlements.grpc-client';
import { EntitlementsPort } from './contract/entitlements.port';

/** Provides the entitlements port in a process that calls the sidecar. */
@Module({
  imports: [KernelModule],
  providers: [{ provide: EntitlementsPort, useClass: EntitlementsGrpcClient }],
  exports: [EntitlementsPort],
})
export class EntitlementsClientModule {}
