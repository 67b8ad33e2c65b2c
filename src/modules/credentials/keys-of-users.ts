import { Injectable } from '@nestjs/common';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { CredentialsRepository } from './storage/credentials.repository';

/** Describes what happens to a deleted user's keys. No cleanup is needed, because a key without its owner is not valid. */
@Injectable()
export class KeysOfUsers {
  constructor(belongings: UserBelongingsPort, repository: CredentialsRepository) {
    belongings.register({
      what: 'apiKeys',
      becomes: 'ended',
      note: 'Keys of a deleted user, and tokens created from them, are not valid.',
      count: (tenantId, userId) => repository.countOf(tenantId, userId),
    });
  }
}
