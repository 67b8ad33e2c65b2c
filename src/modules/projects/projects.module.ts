import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProjectsPort } from './contract/projects.port';
import { ProjectsService } from './projects.service';
import { ProjectEntity } from './storage/project.entity';
import { ProjectsRepository } from './storage/projects.repository';

@Module({
  imports: [TypeOrmModule.forFeature([ProjectEntity])],
  providers: [ProjectsRepository, { provide: ProjectsPort, useClass: ProjectsService }],
  exports: [ProjectsPort],
})
export class ProjectsModule {}
