import { Module } from '@nestjs/common';
import { ValueMask } from '../audit/contract/value-mask';
import { MaskedValues } from './masked-values';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { MaskingGrpcClient } from './client/masking.grpc-client';
import { MaskingPort } from './contract/masking.port';

/** The masking port in a process that does not host it. */
@Module({
  imports: [KernelModule],
  providers: [
    { provide: MaskingPort, useClass: MaskingGrpcClient },
    { provide: ValueMask, useClass: MaskedValues },
  ],
  exports: [ValueMask, MaskingPort],
})
export class MaskingClientModule {}
