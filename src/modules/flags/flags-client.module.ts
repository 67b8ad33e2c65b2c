import { Global, Module } from '@nestjs/common';
import { FlagsGrpcClient } from './client/flags.grpc-client';
import { FlagsPort } from './contract/flags.port';

/** The flags port in a process that asks the sidecar. */
@Global()
@Module({
  providers: [{ provide: FlagsPort, useClass: FlagsGrpcClient }],
  exports: [FlagsPort],
})
export class FlagsClientModule {}
