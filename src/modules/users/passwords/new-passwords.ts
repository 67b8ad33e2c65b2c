import { Injectable } from '@nestjs/common';
import { checkPassword, unfitPassword } from '../domain/password-rules';
import { BreachedPasswords } from './breached-passwords';
import { PasswordHasher } from './password-hasher';

/** Accepts new passwords. Every password that a user or an administrator sets goes through here. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly breached: BreachedPasswords,
  ) {}

  /**
   * Returns the hash of a new password. Call it outside of transactions, because the check can call a service. Errors: `invalid_request`
   * for a password that is too short, too long, the address itself, or known from a data breach (NIST SP 800-63B §3.1.1.2);
   * `unavailable`.
   * @param leastChars minimum number of characters, if it is not that of the platform.
   */
  async hash(password: string, email: string, leastChars?: number): Promise<string> {
    checkPassword(password, email, leastChars);
    if (await this.breached.has(password)) {
      throw unfitPassword('breached', 'This password appeared in a data breach. Choose a different one.');
    }
    return this.hasher.hash(password);
  }
}
