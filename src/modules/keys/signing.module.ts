import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { SignerPort } from './contract/signer.port';
import { KeysModule } from './keys.module';
import { SealedKeys } from './sealed-keys';
import { SignerService } from './signer.service';

/** Signing with the active key, for every role that has `MASTER_KEY` and issues tokens. */
@Module({
  imports: [KernelModule, KeysModule],
  providers: [SealedKeys, SignerService, { provide: SignerPort, useExisting: SignerService }],
  exports: [SignerPort, SealedKeys],
})
export class SigningModule {}
