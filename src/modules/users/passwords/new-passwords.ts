import { Injectable } from '@nestjs/common';
import { checkPassword, unfitPassword } from '../domain/password-rules';
import { AccountRulesRepository } from '../storage/account-rules.repository';
import { BreachedPasswords } from './breached-passwords';
import { PasswordHasher } from './password-hasher';

/** Accepts new passwords. Every password that a user or an administrator sets goes through here. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly breached: BreachedPasswords,
    private readonly rules: AccountRulesRepository,
  ) {}

  /**
   * Returns the hash of a new password. Call it outside of transactions, because the check can call a service. Errors: `invalid_request`
   * for a password that breaks a rule of the tenant, is too long, the address itself, or known from a data breach (NIST SP 800-63B
   * §3.1.1.2); `unavailable`.
   * @param leastChars minimum number of characters if the tenant has not set its own rules; by default that of the platform.
   */
  async hash(tenantId: string, password: string, email: string, leastChars?: number): Promise<string> {
    const rules = await this.rules.find(tenantId);
    const passwordMinLength = rules.version === 0 && leastChars !== undefined ? leastChars : rules.passwordMinLength;
    checkPassword(password, email, { ...rules, passwordMinLength });
    if (await this.breached.has(password)) {
      throw unfitPassword('breached', 'This password appeared in a data breach. Choose a different one.');
    }
    return this.hasher.hash(password);
  }
}
