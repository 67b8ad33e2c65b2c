import { Module } from '@nestjs/common';
import { ProjectsPort } from './contract/projects.port';
import { ProjectsService } from './projects.service';
import { ProjectsRepository } from './storage/projects.repository';

@Module({
  providers: [ProjectsRepository, { provide: ProjectsPort, useClass: ProjectsService }],
  exports: [ProjectsPort],
})
export class ProjectsModule {}
