import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { EgressGrpcClient } from './client/egress.grpc-client';
import { EgressPort } from './contract/egress.port';

/** The egress port in a process that calls the sidecar. */
@Module({
  imports: [KernelModule],
  providers: [{ provide: EgressPort, useClass: EgressGrpcClient }],
  exports: [EgressPort],
})
export class EgressClientModule {}
