import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import type { Tx } from '../../../kernel/database/database';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { markUpTo, revocationChange } from '../../revocation/contract/revocation.types';
import type { User } from '../contract/users.types';
import { accountKey } from '../domain/attempt-limits';
import { emailKey } from '../domain/email-key';
import { type LinkOwner, PasswordLinksRepository } from './password-links.repository';
import { SessionsRepository } from './sessions.repository';
import { UsersRepository } from './users.repository';

/** A password as it is to be kept, and the record of that. */
export interface NewPassword {
  readonly tenantId: string;
  readonly userId: string;
  readonly passwordHash: string;
  readonly atMs: number;
  readonly event: StagedEvent;
}

/** Replacing a password with all that follows from it, in one transaction. */
@Injectable()
export class PasswordsRepository {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly links: PasswordLinksRepository,
  ) {}

  /** Whose a good link is; `null` when it is no longer good. */
  linkOwner(hash: Buffer, atMs: number): Promise<LinkOwner | null> {
    return this.links.owner(hash, new Date(atMs));
  }

  /** @returns false when the link is no longer good: of many at once, one gets true. */
  async redeem(hash: Buffer, password: NewPassword): Promise<boolean> {
    const { tenantId, atMs } = password;
    return this.users
      .inTransaction(tenantId, async (tx) => {
        if (!(await this.links.use(tx, password, hash, new Date(atMs)))) return false;
        if ((await this.replace(tx, password, true)) !== null) return true;
        // Suspended since the link was looked at: nothing of this transaction stays.
        throw new NotRedeemed();
      })
      .catch((error: unknown) => {
        if (error instanceof NotRedeemed) return false;
        throw error;
      });
  }

  /** @returns false when there is no such user. */
  async set(password: NewPassword): Promise<boolean> {
    const { tenantId, userId, atMs } = password;
    return this.users.inTransaction(tenantId, async (tx) => {
      if ((await this.replace(tx, password, false)) === null) return false;
      await this.links.useAll(tx, tenantId, userId, new Date(atMs));
      return true;
    });
  }

  /** The password, the end of every session, and of the waits that failed sign-ins with the old one have earned. */
  private async replace(tx: Tx, password: NewPassword, verifies: boolean): Promise<User | null> {
    const { tenantId, userId, passwordHash, atMs, event } = password;
    const user = await this.users.setPassword(tx, tenantId, userId, passwordHash, { verifies, atMs });
    if (!user) return null;
    await this.sessions.endAll(tx, tenantId, userId, atMs);
    // Also what outlives sessions (`offline_access`): whoever knew the old password may hold it.
    await publishChanges(tx, [revocationChange(markUpTo('user', userId, tenantId, atMs))]);
    await this.users.publish(tx, tenantId, userId);
    await tx.query('SELECT users.forget_sign_in_failures($1)', [[accountKey(tenantId, emailKey(user.email))]]);
    await stageEvent(tx, event);
    return user;
  }
}

class NotRedeemed extends Error {}
