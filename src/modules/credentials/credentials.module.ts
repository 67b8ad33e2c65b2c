import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { CredentialsPort } from './contract/credentials.port';
import { CredentialsCleanupTask } from './credentials-cleanup-task';
import { CredentialsService } from './credentials.service';
import { CredentialAuditRecorder } from './credential-audit-recorder';
import { KeysOfUsers } from './keys-of-users';
import { CredentialsRepository } from './storage/credentials.repository';

/** Lets owners create, list and revoke API keys. */
@Module({
  imports: [KernelModule, ports(UserBelongingsPort)],
  providers: [
    CredentialsRepository,
    CredentialAuditRecorder,
    CredentialsCleanupTask,
    KeysOfUsers,
    { provide: CredentialsPort, useClass: CredentialsService },
  ],
  exports: [CredentialsPort],
})
export class CredentialsModule {}
