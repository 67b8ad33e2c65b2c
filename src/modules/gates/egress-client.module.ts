import { Global, Module } from '@nestjs/common';
import { EgressGrpcClient } from './client/egress.grpc-client';
import { EgressPort } from './contract/egress.port';

/** The egress port in a process that asks the sidecar. */
@Global()
@Module({
  providers: [{ provide: EgressPort, useClass: EgressGrpcClient }],
  exports: [EgressPort],
})
export class EgressClientModule {}
