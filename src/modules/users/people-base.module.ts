import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ConfigError } from '../../kernel/config/config-section';
import { Installation } from '../../kernel/config/installation';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { InvitationAcceptance } from './invitations/invitation-acceptance';
import { FolderMailbox, MemoryMailbox } from './mail/mailboxes';
import { DevelopmentMailer, NoopMailer } from './mail/mailers-without-server';
import { MAIL_MODE, Mailer, type MailMode } from './mail/mailer';
import { MailboxPort } from './contract/mailbox.port';
import { NoticesPort } from './contract/notices.port';
import { Notices } from './mail/notices';
import { BreachedPasswords, noBreachedPasswords } from './passwords/breached-passwords';
import { BreachedPasswordsFile } from './passwords/breached-passwords-file';
import { BreachedPasswordsService } from './passwords/breached-passwords-service';
import { NewPasswords } from './passwords/new-passwords';
import { PasswordHasher } from './passwords/password-hasher';
import { AccountRulesRepository } from './storage/account-rules.repository';
import { SignInDevices } from './sign-in/sign-in-devices';
import { InvitationsRepository } from './storage/invitations.repository';
import { SessionsRepository } from './storage/sessions.repository';
import { UserLookupModule } from './user-lookup.module';
import { usersConfig, type UsersConfig } from './users.config';

const SHARED = [
  AccountRulesRepository,
  SessionsRepository,
  InvitationsRepository,
  PasswordHasher,
  NewPasswords,
  InvitationAcceptance,
  SignInDevices,
];

/** Outside production, a link can be shown instead of mailed. */
function mailMode({ SMTP_URL }: UsersConfig, { isProduction }: Installation): MailMode {
  if (SMTP_URL !== null) return 'sent';
  return isProduction ? 'none' : 'shown';
}

async function mailer(
  { SMTP_URL, MAIL_FROM }: UsersConfig,
  { isProduction, isWhole, dataDir }: Installation,
  logger: Logger,
  clock: Clock,
): Promise<Mailer> {
  if (SMTP_URL !== null) {
    const { SmtpMailer } = await import('./mail/smtp-mailer.js');
    return new SmtpMailer(SMTP_URL, MAIL_FROM);
  }
  if (isProduction) return new NoopMailer(logger);
  return new DevelopmentMailer(clock, isWhole ? new MemoryMailbox() : new FolderMailbox(join(dataDir, 'mailbox')));
}

function mailbox(mailer: Mailer): MailboxPort {
  return mailer instanceof DevelopmentMailer ? mailer : { list: async () => null };
}

async function breachedPasswords(config: UsersConfig): Promise<BreachedPasswords> {
  const { BREACHED_PASSWORDS_URL: url, BREACHED_PASSWORDS_FILE: path } = config;
  if (path === null) return url === null ? noBreachedPasswords : new BreachedPasswordsService(url);
  const file = new BreachedPasswordsFile(path);
  await file.check().catch((error: Error) => {
    throw new ConfigError([`BREACHED_PASSWORDS_FILE cannot be used. ${error.message}`]);
  });
  return file;
}

/** The providers that user sign-in and user management share, so that each process has only one mailer and one hash queue. */
@Module({
  imports: [KernelModule, UserLookupModule, ports(TenantsPort)],
  providers: [
    ...SHARED,
    { provide: MAIL_MODE, useFactory: mailMode, inject: [usersConfig.token, Installation] },
    { provide: Mailer, useFactory: mailer, inject: [usersConfig.token, Installation, LOGGER, Clock] },
    { provide: BreachedPasswords, useFactory: breachedPasswords, inject: [usersConfig.token] },
    { provide: NoticesPort, useClass: Notices },
    { provide: MailboxPort, useFactory: mailbox, inject: [Mailer] },
  ],
  exports: [...SHARED, MAIL_MODE, Mailer, MailboxPort, NoticesPort],
})
export class PeopleBaseModule {}
