import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../kernel/database/sql';
import type { AccessEnder, UserAccessPort } from '../contract/user-access.port';

@Injectable()
export class UserAccess implements UserAccessPort {
  private readonly enders: AccessEnder[] = [];

  register(ender: AccessEnder): void {
    this.enders.push(ender);
  }

  async endWithin(tx: Tx, tenantId: string, userId: string, now: Date): Promise<number> {
    if (this.enders.length === 0)
      throw new Error('This process does not host any module that ends the refresh tokens of a user.');
    let lastIssuedMs = 0;
    for (const ender of this.enders) {
      lastIssuedMs = Math.max(lastIssuedMs, await ender.endWithin(tx, tenantId, userId, now));
    }
    return lastIssuedMs;
  }
}
