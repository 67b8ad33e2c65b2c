import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { EntitlementsPort } from '../entitlements/contract/entitlements.port';
import { AuditQueryPort } from '../audit/contract/audit-query.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { ProjectAccessPort } from './contract/project-access.port';
import { ProjectMembersPort } from './contract/project-members.port';
import { ProjectsPort } from './contract/projects.port';
import { DeletedUsers } from './deleted-users';
import { ProjectAccessService } from './project-access.service';
import { ProjectMembersService } from './project-members.service';
import { ProjectAuditRecorder } from './project-audit-recorder';
import { ProjectsCleanupTask } from './projects-cleanup-task';
import { ProjectsService } from './projects.service';
import { MembersRepository } from './storage/members.repository';
import { ProjectsRepository } from './storage/projects.repository';

@Module({
  imports: [KernelModule, ports(UserBelongingsPort, EntitlementsPort, AuditQueryPort, MembershipsPort)],
  providers: [
    ProjectsRepository,
    MembersRepository,
    ProjectAuditRecorder,
    ProjectAccessService,
    ProjectsCleanupTask,
    DeletedUsers,
    { provide: ProjectsPort, useClass: ProjectsService },
    { provide: ProjectMembersPort, useClass: ProjectMembersService },
    { provide: ProjectAccessPort, useExisting: ProjectAccessService },
  ],
  exports: [ProjectsPort, ProjectMembersPort, ProjectAccessPort],
})
export class ProjectsModule {}
