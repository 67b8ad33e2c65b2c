import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ApiKeysService } from './api-keys.service';
import { ApiKeysPort } from './contract/api-keys.port';
import { CredentialAuditRecorder } from './credential-audit-recorder';
import { KeyUse } from './key-use';
import { ApiKeysRepository } from './storage/api-keys.repository';
import { CredentialsRepository } from './storage/credentials.repository';

/** Validates API keys, in every role that validates tokens. `CredentialsModule` creates them. */
@Module({
  imports: [KernelModule],
  providers: [
    ApiKeysRepository,
    CredentialsRepository,
    CredentialAuditRecorder,
    KeyUse,
    { provide: ApiKeysPort, useClass: ApiKeysService },
  ],
  exports: [ApiKeysPort],
})
export class ApiKeysModule {}
