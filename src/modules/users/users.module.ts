import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { UserLookupModule } from './user-lookup.module';
import { ports } from '../../kernel/composition/ports';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { AuditPort } from '../audit/contract/audit.port';
import { FactorAttemptsPort } from './contract/factor-attempts.port';
import { PasswordGatePort } from './contract/password-gate.port';
import { PasswordsPort } from './contract/passwords.port';
import { SignInPort } from './contract/sign-in.port';
import { UserAccessPort } from './contract/user-access.port';
import { UsersPort } from './contract/users.port';
import { PeopleBaseModule } from './people-base.module';
import { PasswordGate } from './passwords/password-gate';
import { LinkMails } from './mail/link-mails';
import { SignUpMails } from './sign-up/sign-up-mails';
import { SignUpTokens } from './sign-up/sign-up-tokens';
import { SignUpService } from './sign-up.service';
import { SignUpPort } from './contract/sign-up.port';
import { SentMailsRepository } from './storage/sent-mails';
import { PasswordLinks } from './passwords/password-links';
import { PasswordsService } from './passwords.service';
import { SessionsModule } from './sessions.module';
import { SignInService } from './sign-in.service';
import { FactorAttempts } from './sign-in/factor-attempts';
import { PasswordMethod } from './sign-in/password.method';
import { EmailCodeMethod } from './sign-in/email-code.method';
import { EmailCodesService } from './email-codes.service';
import { EmailCodesPort } from './contract/email-codes.port';
import { SignInCodesRepository } from './storage/sign-in-codes.repository';
import { EmailChangesService } from './email-changes.service';
import { EmailChangesPort } from './contract/email-changes.port';
import { EmailChangesRepository } from './storage/email-changes.repository';
import { SignInOptions } from './sign-in/sign-in-options';
import { SignInOptionsPort } from './contract/sign-in-options.port';
import { SignInLimits } from './sign-in/sign-in-limits';
import { PasswordLinksRepository } from './storage/password-links.repository';
import { PasswordsRepository } from './storage/passwords.repository';
import { SignInFailuresRepository } from './storage/sign-in-failures.repository';
import { UserAccess } from './passwords/user-access';
import { UsersCleanupTask } from './sign-in/users-cleanup-task';
import { UsersService } from './users.service';

const STORAGE = [
  PasswordLinksRepository,
  PasswordsRepository,
  SentMailsRepository,
  SignInCodesRepository,
  EmailChangesRepository,
  SignInFailuresRepository,
];
const SIGN_IN = [SignInLimits, PasswordMethod, EmailCodeMethod];
const LINKS = [PasswordLinks, LinkMails, SignUpMails, SignUpTokens];

/** The users of all tenants. */
@Module({
  imports: [KernelModule, PeopleBaseModule, SessionsModule, UserLookupModule, ports(TenantsPort, AuditPort)],
  providers: [
    ...STORAGE,
    ...SIGN_IN,
    ...LINKS,
    UsersCleanupTask,
    { provide: PasswordGatePort, useClass: PasswordGate },
    { provide: UserAccessPort, useClass: UserAccess },
    { provide: UsersPort, useClass: UsersService },
    { provide: PasswordsPort, useClass: PasswordsService },
    { provide: SignInPort, useClass: SignInService },
    { provide: SignUpPort, useClass: SignUpService },
    { provide: EmailChangesPort, useClass: EmailChangesService },
    { provide: SignInOptionsPort, useClass: SignInOptions },
    { provide: EmailCodesPort, useClass: EmailCodesService },
    { provide: FactorAttemptsPort, useClass: FactorAttempts },
  ],
  exports: [
    PasswordsRepository,
    PasswordGatePort,
    UsersPort,
    PasswordsPort,
    SignInPort,
    SignUpPort,
    EmailChangesPort,
    SignInOptionsPort,
    EmailCodesPort,
    FactorAttemptsPort,
    UserAccessPort,
  ],
})
export class UsersModule {}
