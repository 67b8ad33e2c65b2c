import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { GroupsPort } from './contract/groups.port';
import { MembershipsPort } from './contract/memberships.port';
import { GroupRoleChanges } from './directory/group-role-changes';
import { GroupsService } from './groups.service';
import { MembershipsService } from './memberships.service';
import { AccountsRepository } from './storage/accounts.repository';
import { GroupRolesRepository } from './storage/directory/group-roles.repository';
import { GroupsRepository } from './storage/groups.repository';
import { MembershipsRepository } from './storage/memberships.repository';

/** Groups and their members. All state is in the shared database, so several roles can host this module. */
@Module({
  imports: [KernelModule],
  providers: [
    AccountsRepository,
    GroupsRepository,
    GroupRolesRepository,
    GroupRoleChanges,
    MembershipsRepository,
    { provide: GroupsPort, useClass: GroupsService },
    { provide: MembershipsPort, useClass: MembershipsService },
  ],
  exports: [GroupsPort, MembershipsPort, GroupRolesRepository, GroupRoleChanges],
})
export class GroupsModule {}
