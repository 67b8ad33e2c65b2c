import { Global, Module } from '@nestjs/common';
import { MaskingGrpcClient } from './client/masking.grpc-client';
import { MaskingPort } from './contract/masking.port';

/** The masking port in a process that does not host it. */
@Global()
@Module({
  providers: [{ provide: MaskingPort, useClass: MaskingGrpcClient }],
  exports: [MaskingPort],
})
export class MaskingClientModule {}
