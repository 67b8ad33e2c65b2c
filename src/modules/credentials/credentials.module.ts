import { Module } from '@nestjs/common';
import { CredentialsPort } from './contract/credentials.port';
import { CredentialsPruner } from './credentials-pruner';
import { CredentialsService } from './credentials.service';
import { CredentialTrail } from './credential-trail';
import { KeysOfUsers } from './keys-of-users';
import { CredentialsRepository } from './storage/credentials.repository';

/** API keys as their owners make, see and end them. */
@Module({
  providers: [
    CredentialsRepository,
    CredentialTrail,
    CredentialsPruner,
    KeysOfUsers,
    { provide: CredentialsPort, useClass: CredentialsService },
  ],
  exports: [CredentialsPort],
})
export class CredentialsModule {}
