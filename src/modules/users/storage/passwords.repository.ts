import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { Clock } from '../../../kernel/time/clock';
import { markUpTo, revocationChange } from '../../revocation/contract/revocation.types';
import { UserAccessPort } from '../contract/user-access.port';
import type { User } from '../contract/users.types';
import { accountKey, anywhereKey } from '../domain/attempt-limits';
import { emailKey } from '../domain/email-key';
import { type LinkOwner, PasswordLinksRepository } from './password-links.repository';
import { SessionsRepository } from './sessions.repository';
import { UsersRepository } from './users.repository';

/** A password to store, and its audit event. */
export interface NewPassword {
  readonly tenantId: string;
  readonly userId: string;
  readonly passwordHash: string;
  readonly atMs: number;
  readonly event: StagedEvent;
}

/** Replaces a password and makes all the changes that follow from it, in one transaction. */
@Injectable()
export class PasswordsRepository {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly links: PasswordLinksRepository,
    private readonly access: UserAccessPort,
    private readonly clock: Clock,
  ) {}

  /** Returns the owner of a valid link; `null` if it is no longer valid. */
  linkOwner(hash: Buffer, atMs: number): Promise<LinkOwner | null> {
    return this.links.owner(hash, new Date(atMs));
  }

  /**
   * Uses a link to replace the password. @returns false if the link is no longer valid: of many concurrent calls, only one returns true.
   */
  async redeem(hash: Buffer, password: NewPassword): Promise<boolean> {
    const { tenantId, atMs } = password;
    return this.users
      .inTransaction(tenantId, async (tx) => {
        if (!(await this.links.use(tx, password, hash, new Date(atMs)))) return false;
        if ((await this.replace(tx, password, true)) !== null) return true;
        // The user was suspended after the link was read: roll back the transaction.
        throw new NotRedeemed();
      })
      .catch((error: unknown) => {
        if (error instanceof NotRedeemed) return false;
        throw error;
      });
  }

  /** Sets a password. @returns false if there is no such user. */
  async set(password: NewPassword): Promise<boolean> {
    return this.users.inTransaction(password.tenantId, (tx) => this.setWithin(tx, password));
  }

  /** Sets a password within the caller's transaction. @returns false if there is no such user. */
  async setWithin(tx: Tx, password: NewPassword): Promise<boolean> {
    const { tenantId, userId, atMs } = password;
    if ((await this.replace(tx, password, false)) === null) return false;
    await this.links.useAll(tx, tenantId, userId, new Date(atMs));
    return true;
  }

  /**
   * Removes the password of an account whose address now belongs to somebody else, and verifies the address, within the caller's
   * transaction. Ends the same access as a new password, and every link that could set one.
   */
  async drop(tx: Tx, account: Omit<NewPassword, 'passwordHash'>): Promise<void> {
    const { tenantId, userId, atMs } = account;
    await this.replace(tx, { ...account, passwordHash: null }, true);
    await this.links.useAll(tx, tenantId, userId, new Date(atMs));
  }

  /** Sets or removes the password, ends every session, and clears the delays that failed sign-ins with the old password caused. */
  private async replace(
    tx: Tx,
    password: Omit<NewPassword, 'passwordHash'> & { readonly passwordHash: string | null },
    verifies: boolean,
  ): Promise<User | null> {
    const { tenantId, userId, passwordHash, atMs, event } = password;
    const user = await this.users.setPassword(tx, tenantId, userId, passwordHash, { verifies, atMs });
    if (!user) return null;
    await this.sessions.endAll(tx, tenantId, userId, atMs);
    // Also ends access that outlives sessions (`offline_access`), because a person who knew the old password might have it. The mark's time
    // is determined after the old password can no longer be used to obtain a token, and covers the last token issued.
    const lastIssuedMs = await this.access.endWithin(tx, tenantId, userId, new Date(atMs));
    const markMs = Math.max(this.clock.nowMs(), lastIssuedMs);
    await publishChanges(tx, [revocationChange(markUpTo('user', userId, tenantId, markMs))]);
    await this.users.publish(tx, tenantId, userId);
    if (user.email !== null) await this.forgetFailures(tx, tenantId, emailKey(user.email));
    await stageEvent(tx, event);
    return user;
  }

  private async forgetFailures(tx: Tx, tenantId: string, address: string): Promise<void> {
    const accounts = [accountKey(tenantId, address), anywhereKey(address)];
    await tx.run('SELECT users.forget_sign_in_failures_of($1)', [accounts]);
  }
}

class NotRedeemed extends Error {}
