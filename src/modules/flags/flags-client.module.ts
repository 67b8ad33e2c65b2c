import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { FlagsGrpcClient } from './client/flags.grpc-client';
import { FlagsPort } from './contract/flags.port';

/** The flags port in a process that calls the sidecar. */
@Module({
  imports: [KernelModule],
  providers: [{ provide: FlagsPort, useClass: FlagsGrpcClient }],
  exports: [FlagsPort],
})
export class FlagsClientModule {}
