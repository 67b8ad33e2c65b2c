import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { InvitationAcceptance } from './invitation-acceptance';
import { AbsentMailer } from './mail/absent-mailer';
import { MAIL_MODE, type MailMode } from './mail/mail-mode';
import { Mailer } from './mail/mailer';
import { OperatorMailer } from './mail/operator-mailer';
import { PasswordHasher } from './password-hasher';
import { InvitationsRepository } from './storage/invitations.repository';
import { SessionsRepository } from './storage/sessions.repository';
import { UserLookupModule } from './user-lookup.module';
import { usersConfig, type UsersConfig } from './users.config';

/** What signing in and administering people have in common, once in a process: one mail server, one queue of hashes. */
@Global()
@Module({})
export class PeopleBaseModule {
  /** @param options.isProduction whether a link must never be shown instead of being sent. */
  static host({ isProduction }: { readonly isProduction: boolean }): DynamicModule {
    const mode = ({ SMTP_URL }: UsersConfig): MailMode => {
      if (SMTP_URL !== null) return 'sent';
      return isProduction ? 'none' : 'shown';
    };
    const mailer = async ({ SMTP_URL, MAIL_FROM }: UsersConfig, logger: Logger): Promise<Mailer> => {
      if (SMTP_URL !== null) {
        const { SmtpMailer } = await import('./mail/smtp-mailer.js');
        return new SmtpMailer(SMTP_URL, MAIL_FROM);
      }
      return isProduction ? new AbsentMailer(logger) : new OperatorMailer();
    };
    const shared = [SessionsRepository, InvitationsRepository, PasswordHasher, InvitationAcceptance];
    return {
      module: PeopleBaseModule,
      imports: [UserLookupModule],
      providers: [
        ...shared,
        { provide: MAIL_MODE, useFactory: mode, inject: [usersConfig.token] },
        { provide: Mailer, useFactory: mailer, inject: [usersConfig.token, LOGGER] },
      ],
      exports: [...shared, MAIL_MODE, Mailer],
    };
  }
}
