import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/api-docs';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/http/page';
import { Caller, Guarded } from '../../../kernel/http/route-access';
import { ProjectsPort } from '../contract/projects.port';
import { newProject, type NewProject, project, type Project } from '../contract/projects.types';

const READ = { scope: 'projects.read', resourceType: 'project' };
const WRITE = { scope: 'projects.write', resourceType: 'project' };
const ID = { id: 'Id of the project.' };

@ApiTags('projects')
@Controller('v1/projects')
export class ProjectsBackendController {
  constructor(private readonly projects: ProjectsPort) {}

  @Post()
  @Guarded({ ...WRITE, action: 'project.create' })
  @Docs({ summary: 'Create a project', status: 201, answer: project })
  create(@Caller() context: CallContext, @Body({ schema: newProject }) input: NewProject): Promise<Project> {
    return this.projects.create(context, input);
  }

  @Get()
  @Guarded({ ...READ, action: 'project.list' })
  @Docs({ summary: 'List projects, oldest first', status: 200, answer: pageOf(project), query: pageQuery })
  list(@Caller() context: CallContext, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<Project>> {
    return this.projects.list(context, query);
  }

  @Get(':id')
  @Guarded({ ...READ, action: 'project.get' })
  @Docs({ summary: 'Get a project', status: 200, answer: project, params: ID })
  get(@Caller() context: CallContext, @Param('id') id: string): Promise<Project> {
    return this.projects.get(context, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'project.delete' })
  @Docs({ summary: 'Delete a project', status: 204, params: ID })
  remove(@Caller() context: CallContext, @Param('id') id: string): Promise<void> {
    return this.projects.remove(context, id);
  }
}
