import { Global, Module } from '@nestjs/common';
import { ProjectAccessPort } from './contract/project-access.port';
import { ProjectMembersPort } from './contract/project-members.port';
import { ProjectsPort } from './contract/projects.port';
import { DeletedUsers } from './deleted-users';
import { ProjectAccessService } from './project-access.service';
import { ProjectMembersService } from './project-members.service';
import { ProjectTrail } from './project-trail';
import { ProjectsSweeper } from './projects-sweeper';
import { ProjectsService } from './projects.service';
import { MembersRepository } from './storage/members.repository';
import { ProjectsRepository } from './storage/projects.repository';

/** Global: what can belong to a project is of other modules. */
@Global()
@Module({
  providers: [
    ProjectsRepository,
    MembersRepository,
    ProjectTrail,
    ProjectAccessService,
    ProjectsSweeper,
    DeletedUsers,
    { provide: ProjectsPort, useClass: ProjectsService },
    { provide: ProjectMembersPort, useClass: ProjectMembersService },
    { provide: ProjectAccessPort, useExisting: ProjectAccessService },
  ],
  exports: [ProjectsPort, ProjectMembersPort, ProjectAccessPort],
})
export class ProjectsModule {}
