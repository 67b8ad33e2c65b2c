import { Global, Module } from '@nestjs/common';
import { SecretAccessPort } from './contract/secret-access.port';
import { SecretSealingPort } from './contract/secret-sealing.port';
import { SecretAccessService } from './secret-access.service';
import { SecretSealingService } from './secret-sealing.service';
import { SealedVersionsRepository } from './storage/sealed-versions.repository';
import { SecretAccessRepository } from './storage/secret-access.repository';

/** The control plane's half: who may resolve what, and the keys behind it. */
@Global()
@Module({
  providers: [
    SecretAccessRepository,
    SealedVersionsRepository,
    { provide: SecretAccessPort, useClass: SecretAccessService },
    { provide: SecretSealingPort, useClass: SecretSealingService },
  ],
  exports: [SecretAccessPort, SecretSealingPort],
})
export class SecretAccessModule {}
