import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { PasswordsPort } from './contract/passwords.port';
import { SessionsPort } from './contract/sessions.port';
import { SignInPort } from './contract/sign-in.port';
import { UserAccessPort } from './contract/user-access.port';
import { UsersPort } from './contract/users.port';
import { AbsentMailer } from './mail/absent-mailer';
import { LinkMail } from './mail/link-mail';
import { Mailer } from './mail/mailer';
import { OperatorMailer } from './mail/operator-mailer';
import { SmtpMailer } from './mail/smtp-mailer';
import { PasswordHasher } from './password-hasher';
import { PasswordLinkRequests } from './password-link-requests';
import { PasswordLinks } from './password-links';
import { PasswordsService } from './passwords.service';
import { SessionsService } from './sessions.service';
import { SignInService } from './sign-in.service';
import { PasswordMethod } from './sign-in/password.method';
import { SignInLimits } from './sign-in/sign-in-limits';
import { SignInMethods } from './sign-in/sign-in-methods';
import { PasswordLinksRepository } from './storage/password-links.repository';
import { PasswordsRepository } from './storage/passwords.repository';
import { SessionsRepository } from './storage/sessions.repository';
import { SignInFailuresRepository } from './storage/sign-in-failures.repository';
import { UserAccess } from './user-access';
import { UserLookupModule } from './user-lookup.module';
import { UsersSweeper } from './users-sweeper';
import { usersConfig, type UsersConfig } from './users.config';
import { UsersService } from './users.service';

const STORAGE = [SessionsRepository, PasswordLinksRepository, PasswordsRepository, SignInFailuresRepository];
const SIGN_IN = [PasswordHasher, SignInLimits, SignInMethods, PasswordMethod];
const LINKS = [LinkMail, PasswordLinks, PasswordLinkRequests];

/** The people of all tenants. */
@Global()
@Module({})
export class UsersModule {
  /** @param options.isProduction whether a link must never be shown to the operator instead of being sent. */
  static host(options: { readonly isProduction: boolean }): DynamicModule {
    const mailer = (config: UsersConfig, logger: Logger): Mailer => {
      if (config.SMTP_URL !== null) return new SmtpMailer(config.SMTP_URL, config.MAIL_FROM);
      return options.isProduction ? new AbsentMailer(logger) : new OperatorMailer();
    };
    return {
      module: UsersModule,
      imports: [UserLookupModule],
      providers: [
        ...STORAGE,
        ...SIGN_IN,
        ...LINKS,
        UsersSweeper,
        { provide: UserAccessPort, useClass: UserAccess },
        { provide: Mailer, useFactory: mailer, inject: [usersConfig.token, LOGGER] },
        { provide: UsersPort, useClass: UsersService },
        { provide: SessionsPort, useClass: SessionsService },
        { provide: PasswordsPort, useClass: PasswordsService },
        { provide: SignInPort, useClass: SignInService },
      ],
      exports: [UsersPort, SessionsPort, PasswordsPort, SignInPort, UserAccessPort],
    };
  }
}
