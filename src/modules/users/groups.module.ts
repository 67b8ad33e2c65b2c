import { Global, Module } from '@nestjs/common';
import { GroupsPort } from './contract/groups.port';
import { MembershipsPort } from './contract/memberships.port';
import { GroupsService } from './groups.service';
import { MembershipsService } from './memberships.service';
import { GroupsRepository } from './storage/groups.repository';
import { MembershipsRepository } from './storage/memberships.repository';

/** Groups and who is in them. All state is in the shared store, so that several roles host them. */
@Global()
@Module({
  providers: [
    GroupsRepository,
    MembershipsRepository,
    { provide: GroupsPort, useClass: GroupsService },
    { provide: MembershipsPort, useClass: MembershipsService },
  ],
  exports: [GroupsPort, MembershipsPort],
})
export class GroupsModule {}
