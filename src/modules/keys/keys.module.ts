import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { KeysPort } from './contract/keys.port';
import { KeysIndicator } from './keys.indicator';
import { KeysService } from './keys.service';
import { SigningKeysRepository } from './storage/signing-keys.repository';

/** The public keys, for every role that checks tokens. */
@Module({
  imports: [KernelModule],
  providers: [SigningKeysRepository, KeysService, KeysIndicator, { provide: KeysPort, useExisting: KeysService }],
  exports: [KeysPort, SigningKeysRepository],
})
export class KeysModule {}
