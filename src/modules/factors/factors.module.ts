import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { FactorAttemptsPort } from '../users/contract/factor-attempts.port';
import { NoticesPort } from '../users/contract/notices.port';
import { SignInRequirementsPort } from '../users/contract/sign-in-requirements.port';
import { UsersPort } from '../users/contract/users.port';
import { AppsPort } from '../apps/contract/apps.port';
import { SessionsPort } from '../users/contract/sessions.port';
import { FactorsPort } from './contract/factors.port';
import { OneTimeCodesPort } from './contract/one-time-codes.port';
import { PasskeysPort } from './contract/passkeys.port';
import { SignInRulesPort } from './contract/sign-in-rules.port';
import { UserFactorsPort } from './contract/user-factors.port';
import { DeletedUsers } from './deleted-users';
import { Enrollments } from './enrollments';
import { FactorAudit } from './factor-audit';
import { FactorsCleanupTask } from './factors-cleanup-task';
import { FactorsService } from './factors.service';
import { OneTimeCodesService } from './one-time-codes.service';
import { PasskeysService } from './passkeys.service';
import { SignInRulesService } from './sign-in-rules.service';
import { UserFactorsService } from './user-factors.service';
import { FactorsRepository } from './storage/factors.repository';
import { PasskeysRepository } from './storage/passkeys.repository';
import { SignInRulesRepository } from './storage/sign-in-rules.repository';
import { TotpRepository } from './storage/totp.repository';

/** The strong factors of users, and the rules that require them. */
@Module({
  imports: [
    KernelModule,
    ports(
      AuditPort,
      TenantsPort,
      AppsPort,
      UsersPort,
      SessionsPort,
      NoticesPort,
      FactorAttemptsPort,
      SignInRequirementsPort,
    ),
  ],
  providers: [
    FactorsRepository,
    PasskeysRepository,
    SignInRulesRepository,
    TotpRepository,
    Enrollments,
    FactorAudit,
    DeletedUsers,
    FactorsCleanupTask,
    { provide: FactorsPort, useClass: FactorsService },
    { provide: OneTimeCodesPort, useClass: OneTimeCodesService },
    { provide: PasskeysPort, useClass: PasskeysService },
    { provide: SignInRulesPort, useClass: SignInRulesService },
    { provide: UserFactorsPort, useClass: UserFactorsService },
  ],
  exports: [FactorsPort, OneTimeCodesPort, PasskeysPort, SignInRulesPort, UserFactorsPort],
})
export class FactorsModule {}
