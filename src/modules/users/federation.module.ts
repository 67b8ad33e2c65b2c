import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { FederationPort } from './contract/federation.port';
import { FederatedSignIns } from './federation/federated-sign-ins';
import { FederationService } from './federation/federation.service';
import { LinkedMails } from './federation/linked-mails';
import { PeopleBaseModule } from './people-base.module';
import { AccountsRepository } from './storage/accounts.repository';
import { UserLookupModule } from './user-lookup.module';
import { UsersModule } from './users.module';

/** Accounts of people who sign in through identity providers. Import it with `UsersModule`. */
@Module({
  imports: [KernelModule, PeopleBaseModule, UserLookupModule, UsersModule, ports(AuditPort, TenantsPort)],
  providers: [
    AccountsRepository,
    FederatedSignIns,
    LinkedMails,
    { provide: FederationPort, useClass: FederationService },
  ],
  exports: [FederationPort],
})
export class FederationModule {}
