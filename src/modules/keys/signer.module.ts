import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { KeyRotationPort } from './contract/key-rotation.port';
import { KeyRotationTask } from './key-rotation-task';
import { KeyRotationService } from './key-rotation.service';
import { KeysModule } from './keys.module';
import { PlanTimesOf } from './plan-times';
import { SealedSigningKeys } from './sealed-signing-keys';
import { SigningModule } from './signing.module';

/** Signing and the key plan, for the control plane. A sidecar signs but does not execute the plan. */
@Module({
  imports: [KernelModule, KeysModule, SigningModule],
  providers: [
    SealedSigningKeys,
    PlanTimesOf,
    KeyRotationService,
    KeyRotationTask,
    { provide: KeyRotationPort, useExisting: KeyRotationService },
  ],
  exports: [KeyRotationPort, KeyRotationService],
})
export class SignerModule {}
