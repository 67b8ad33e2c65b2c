import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { ProjectMembersPort } from '../contract/project-members.port';
import {
  memberInput,
  type MemberInput,
  memberQuery,
  type MemberQuery,
  projectMember,
  type ProjectMember,
  projectTransfer,
  type ProjectTransfer,
} from '../contract/project-members.types';
import { project, type Project } from '../contract/projects.types';

const READ = { scope: 'projects.read', resourceType: 'project', projectParam: 'id' };
// The base policy does not allow members to perform these actions, because membership determines what a user can do in the project.
const WRITE = { scope: 'projects.write', resourceType: 'project', projectParam: 'id' };
const ID = { id: 'Id of the project.' };
const MEMBER = { ...ID, userId: 'Id of the user.' };

@ApiTags('projects')
@Controller('v1/projects/:id')
export class ProjectMembersPublicController {
  constructor(private readonly projects: ProjectMembersPort) {}

  @Get('members')
  @Guarded({ ...READ, action: 'project.member.list' })
  @Docs({
    summary: 'List the members of a project, excluding its owner',
    status: 200,
    answer: countedPageOf(projectMember),
    params: ID,
    query: memberQuery,
  })
  listProjectMembers(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: memberQuery }) query: MemberQuery,
  ): Promise<CountedPage<ProjectMember>> {
    return this.projects.members(context, id, query);
  }

  @Put('members/:userId')
  @Guarded({ ...WRITE, action: 'project.member.set' })
  @Docs({
    summary: 'Add a user to a project, or change the role of a member',
    status: 200,
    answer: projectMember,
    params: MEMBER,
  })
  setProjectMember(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('userId') userId: string,
    @Body({ schema: memberInput }) input: MemberInput,
  ): Promise<ProjectMember> {
    return this.projects.setMember(context, id, userId, input);
  }

  @Delete('members/:userId')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'project.member.remove' })
  @Docs({ summary: 'Remove a member from a project', status: 204, params: MEMBER })
  removeProjectMember(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.projects.removeMember(context, id, userId);
  }

  @Post('transfer')
  @HttpCode(200)
  @Versioned('If-Match')
  @Guarded({ ...WRITE, action: 'project.transfer' })
  @Docs({ summary: 'Transfer a project to a different owner', status: 200, answer: project, params: ID, isKeyed: true })
  transferProject(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: projectTransfer }) transfer: ProjectTransfer,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Project> {
    return this.projects.transfer(context, id, transfer, expected);
  }
}
