import { Injectable } from '@nestjs/common';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { CredentialsRepository } from './storage/credentials.repository';

/** Says what becomes of a user's keys when the user is deleted. Nothing has to be done: without an owner no key is good. */
@Injectable()
export class KeysOfUsers {
  constructor(belongings: UserBelongingsPort, repository: CredentialsRepository) {
    belongings.register({
      what: 'apiKeys',
      becomes: 'ended',
      note: 'No key of a deleted user is good, nor any token made from one.',
      count: (tenantId, userId) => repository.countOf(tenantId, userId),
    });
  }
}
