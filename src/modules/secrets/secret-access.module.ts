import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { MembershipsPort } from '../users/contract/memberships.port';
import { ClientRegistrationsPort } from '../apps/contract/client-registrations.port';
import { SecretAccessPort } from './contract/secret-access.port';
import { SecretSealingPort } from './contract/secret-sealing.port';
import { SecretAccessService } from './secret-access.service';
import { SecretSealingService } from './secret-sealing.service';
import { SealedVersionsRepository } from './storage/sealed-versions.repository';
import { SecretAccessRepository } from './storage/secret-access.repository';

/** The control plane's part of the module: bundles and grants, and the keys that seal the secrets. */
@Module({
  imports: [KernelModule, ports(MembershipsPort, ClientRegistrationsPort)],
  providers: [
    SecretAccessRepository,
    SealedVersionsRepository,
    { provide: SecretAccessPort, useClass: SecretAccessService },
    { provide: SecretSealingPort, useClass: SecretSealingService },
  ],
  exports: [SecretAccessPort, SecretSealingPort],
})
export class SecretAccessModule {}
