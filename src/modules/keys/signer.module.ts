import { Global, Module } from '@nestjs/common';
import { KeyRotationPort } from './contract/key-rotation.port';
import { SignerPort } from './contract/signer.port';
import { KeyPlanKeeper } from './key-plan-keeper';
import { KeyRotationService } from './key-rotation.service';
import { KeysModule } from './keys.module';
import { PlanTimesOf } from './plan-times';
import { SealedKeys } from './sealed-keys';
import { SealedSigningKeys } from './sealed-signing-keys';
import { SignerService } from './signer.service';

/** Signing and the plan of the keys, for the roles that hold `MASTER_KEY`. */
@Global()
@Module({
  imports: [KeysModule],
  providers: [
    SealedKeys,
    SealedSigningKeys,
    PlanTimesOf,
    KeyRotationService,
    KeyPlanKeeper,
    SignerService,
    { provide: SignerPort, useExisting: SignerService },
    { provide: KeyRotationPort, useExisting: KeyRotationService },
  ],
  exports: [SignerPort, KeyRotationPort, KeyRotationService],
})
export class SignerModule {}
