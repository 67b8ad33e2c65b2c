import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { PeopleBaseModule } from './people-base.module';
import { ports } from '../../kernel/composition/ports';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { AccountsService } from './accounts.service';
import { AccountRulesService } from './account-rules.service';
import { AccountRulesPort } from './contract/account-rules.port';
import { AccountsPort } from './contract/accounts.port';
import { InvitationsPort } from './contract/invitations.port';
import { OwnAccountPort } from './contract/own-account.port';
import { UserBelongingsPort } from './contract/user-belongings.port';
import { UserImportPort } from './contract/user-import.port';
import { ImportReader } from './import-export/import-reader';
import { InvitationMails } from './invitations/invitation-mails';
import { InvitationsService } from './invitations.service';
import { OwnAccountService } from './own-account.service';
import { AccountsRepository } from './storage/accounts.repository';
import { UserImportRepository } from './storage/user-import.repository';
import { UserBelongingsService } from './accounts/user-belongings';
import { UserImportService } from './import-export/user-import.service';

/** Manages the users of a tenant, and users' own accounts. Import it with `PeopleBaseModule` and `TenantsModule`. */
@Module({
  imports: [KernelModule, PeopleBaseModule, ports(TenantsPort)],
  providers: [
    AccountsRepository,
    UserImportRepository,
    ImportReader,
    InvitationMails,
    { provide: UserBelongingsPort, useClass: UserBelongingsService },
    { provide: AccountRulesPort, useClass: AccountRulesService },
    { provide: AccountsPort, useClass: AccountsService },
    { provide: OwnAccountPort, useClass: OwnAccountService },
    { provide: InvitationsPort, useClass: InvitationsService },
    { provide: UserImportPort, useClass: UserImportService },
  ],
  exports: [AccountRulesPort, UserBelongingsPort, AccountsPort, OwnAccountPort, InvitationsPort, UserImportPort],
})
export class AccountsModule {}
