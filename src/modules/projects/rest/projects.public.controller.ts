import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { ProjectsPort } from '../contract/projects.port';
import {
  newProject,
  type NewProject,
  project,
  type Project,
  projectActivity,
  type ProjectActivity,
  projectPatch,
  type ProjectPatch,
  projectQuery,
  type ProjectQuery,
  RESTORABLE_DAYS,
} from '../contract/projects.types';

const READ = { scope: 'projects.read', resourceType: 'project' };
const WRITE = { scope: 'projects.write', resourceType: 'project' };
/** The caller's role in the project is part of the policy input. */
const OF_PROJECT = { projectParam: 'id' };
const ID = { id: 'Id of the project.' };

@ApiTags('projects')
@Controller('v1/projects')
export class ProjectsPublicController {
  constructor(private readonly projects: ProjectsPort) {}

  @Post()
  @Versioned()
  @Guarded({ ...WRITE, action: 'project.create' })
  @Docs({ summary: 'Create a project', status: 201, answer: project, isKeyed: true })
  createProject(@Caller() context: CallContext, @Body({ schema: newProject }) input: NewProject): Promise<Project> {
    return this.projects.create(context, input);
  }

  @Get()
  @Guarded({ ...READ, action: 'project.list' })
  @Docs({ summary: 'List projects', status: 200, answer: countedPageOf(project), query: projectQuery })
  listProjects(
    @Caller() context: CallContext,
    @Query({ schema: projectQuery }) query: ProjectQuery,
  ): Promise<CountedPage<Project>> {
    return this.projects.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...READ, ...OF_PROJECT, action: 'project.get' })
  @Docs({ summary: 'Get a project', status: 200, answer: project, params: ID })
  getProject(@Caller() context: CallContext, @Param('id') id: string): Promise<Project> {
    return this.projects.get(context, id);
  }

  @Patch(':id')
  @Versioned('If-Match')
  @Guarded({ ...WRITE, ...OF_PROJECT, action: 'project.update' })
  @Docs({ summary: 'Change a project', status: 200, answer: project, params: ID })
  updateProject(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: projectPatch }) patch: ProjectPatch,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Project> {
    return this.projects.update(context, id, patch, expected);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...WRITE, ...OF_PROJECT, action: 'project.delete' })
  @Docs({
    summary: `Delete a project; it can be restored for ${RESTORABLE_DAYS} days`,
    status: 204,
    params: ID,
    isConditional: true,
  })
  deleteProject(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.projects.remove(context, id, expected);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @Versioned()
  @Guarded({ ...WRITE, ...OF_PROJECT, action: 'project.restore' })
  @Docs({ summary: 'Restore a deleted project', status: 200, answer: project, params: ID, isKeyed: true })
  restoreProject(@Caller() context: CallContext, @Param('id') id: string): Promise<Project> {
    return this.projects.restore(context, id);
  }

  @Get(':id/activity')
  @Guarded({ ...READ, ...OF_PROJECT, action: 'project.activity.list', isAlwaysRecorded: true })
  @Docs({
    summary: 'List the activity of a project, newest first',
    status: 200,
    answer: pageOf(projectActivity),
    params: ID,
    query: pageQuery,
  })
  listProjectActivity(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<ProjectActivity>> {
    return this.projects.activity(context, id, query);
  }
}
