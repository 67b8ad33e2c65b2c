import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import type { AddressedUser } from '../contract/users.types';
import { usersConfig, type UsersConfig } from '../users.config';
import { Mailer } from './mailer';
import { passwordMail } from './password-mail';

/** Mails links to people. */
@Injectable()
export class LinkMail {
  constructor(
    private readonly mailer: Mailer,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
  ) {}

  /** Sends a link that sets a password. Errors: `unavailable`. */
  async send(user: AddressedUser, tenantName: string, token: string, locale: string): Promise<void> {
    const address = `${this.config.PUBLIC_URL}/oauth/password?token=${token}`;
    // To the address as it is kept, not as it was typed: two that are compared alike need not be one mailbox.
    await this.mailer.send(passwordMail(user.email, tenantName, address, user.locale ?? locale));
  }
}
