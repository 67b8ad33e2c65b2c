import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ApiKeysService } from './api-keys.service';
import { ApiKeysPort } from './contract/api-keys.port';
import { CredentialTrail } from './credential-trail';
import { KeyUse } from './key-use';
import { ApiKeysRepository } from './storage/api-keys.repository';
import { CredentialsRepository } from './storage/credentials.repository';

/** Judging by API keys, for every role that judges tokens; making them is `CredentialsModule`. */
@Module({
  imports: [KernelModule],
  providers: [
    ApiKeysRepository,
    CredentialsRepository,
    CredentialTrail,
    KeyUse,
    { provide: ApiKeysPort, useClass: ApiKeysService },
  ],
  exports: [ApiKeysPort],
})
export class ApiKeysModule {}
