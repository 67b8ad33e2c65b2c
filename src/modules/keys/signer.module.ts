import { Global, Module } from '@nestjs/common';
import { SignerPort } from './contract/signer.port';
import { KeysModule } from './keys.module';
import { SignerService } from './signer.service';

/** Signing, for the roles that hold `MASTER_KEY`. */
@Global()
@Module({
  imports: [KeysModule],
  providers: [SignerService, { provide: SignerPort, useExisting: SignerService }],
  exports: [SignerPort, SignerService],
})
export class SignerModule {}
