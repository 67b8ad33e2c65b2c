import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { GroupsModule } from './groups.module';
import { PeopleBaseModule } from './people-base.module';
import { UsersModule } from './users.module';
import { DirectoryGroupsPort } from './contract/directory-groups.port';
import { DirectoryUsersPort } from './contract/directory-users.port';
import { DirectoryGroupsService } from './directory/directory-groups.service';
import { DirectoryUsersService } from './directory/directory-users.service';
import { MemberChanges } from './directory/member-changes';
import { AccountsRepository } from './storage/accounts.repository';
import { DirectoryGroupsRepository } from './storage/directory/directory-groups.repository';
import { DirectoryUsersRepository } from './storage/directory/directory-users.repository';

/** Users and groups as identity providers manage them. Import it with `UsersModule` and `GroupsModule`. */
@Module({
  imports: [KernelModule, GroupsModule, PeopleBaseModule, UsersModule],
  providers: [
    AccountsRepository,
    DirectoryUsersRepository,
    DirectoryGroupsRepository,
    MemberChanges,
    { provide: DirectoryUsersPort, useClass: DirectoryUsersService },
    { provide: DirectoryGroupsPort, useClass: DirectoryGroupsService },
  ],
  exports: [DirectoryUsersPort, DirectoryGroupsPort],
})
export class DirectoryModule {}
