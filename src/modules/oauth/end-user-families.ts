import { Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/sql';
import { type AccessEnder, UserAccessPort } from '../users/contract/user-access.port';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';

/** Ends a user's refresh tokens in the transaction that changes the password, so that no concurrent refresh or exchange survives it. */
@Injectable()
export class EndUserFamilies implements AccessEnder {
  constructor(
    private readonly families: RefreshFamiliesRepository,
    access: UserAccessPort,
  ) {
    access.register(this);
  }

  endWithin(tx: Tx, tenantId: string, userId: string, now: Date): Promise<number> {
    return this.families.endOfUser(tx, tenantId, userId, now);
  }
}
