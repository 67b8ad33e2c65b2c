import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/open-api';
import type { Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/api-docs';
import { type ConditionHeaders, unlessKnown } from '../../../kernel/http/conditions';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/http/page';
import { Caller, Guarded } from '../../../kernel/http/route-access';
import { GroupsPort } from '../contract/groups.port';
import {
  group,
  type Group,
  groupMember,
  type GroupMember,
  groupPatch,
  type GroupPatch,
  newGroup,
  type NewGroup,
  type TaggedGroup,
} from '../contract/groups.types';

const READ = { scope: 'groups.read', resourceType: 'group' };
// The verbs are none of those that the base policy lets a member or editor do: who is in a group decides who gets secrets.
const WRITE = { scope: 'groups.write', resourceType: 'group' };
const ID = { id: 'Id of the group.' };
const MEMBER = { ...ID, userId: 'Id of the user.' };

@ApiTags('groups')
@Controller('v1/groups')
export class GroupsBackendController {
  constructor(private readonly groups: GroupsPort) {}

  @Post()
  @Guarded({ ...WRITE, action: 'group.add' })
  @Docs({ summary: 'Create a group', status: 201, answer: group, isKeyed: true })
  async create(
    @Caller() context: CallContext,
    @Body({ schema: newGroup }) input: NewGroup,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Group> {
    return withTag(response, await this.groups.create(context, input));
  }

  @Get()
  @Guarded({ ...READ, action: 'group.list' })
  @Docs({ summary: 'List groups, oldest first', status: 200, answer: pageOf(group), query: pageQuery })
  list(@Caller() context: CallContext, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<Group>> {
    return this.groups.list(context, query);
  }

  @Get(':id')
  @Guarded({ ...READ, action: 'group.get' })
  @Docs({ summary: 'Get a group', status: 200, answer: group, params: ID })
  async get(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Group | undefined> {
    const { group: shown, entityTag } = await this.groups.get(context, id);
    return unlessKnown(response, headers, entityTag, shown);
  }

  @Patch(':id')
  @Guarded({ ...WRITE, action: 'group.change' })
  @Docs({ summary: 'Change a group; If-Match is honoured', status: 200, answer: group, params: ID })
  async update(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: groupPatch }) patch: GroupPatch,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Group> {
    return withTag(response, await this.groups.update(context, id, patch, ifMatch ?? null));
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'group.delete' })
  @Docs({ summary: 'Delete a group; If-Match is honoured', status: 204, params: ID })
  remove(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.groups.remove(context, id, ifMatch ?? null);
  }

  @Get(':id/members')
  @Guarded({ ...READ, action: 'group.member.list' })
  @Docs({
    summary: 'List the members of a group by user id',
    status: 200,
    answer: pageOf(groupMember),
    params: ID,
    query: pageQuery,
  })
  members(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<GroupMember>> {
    return this.groups.members(context, id, query);
  }

  @Put(':id/members/:userId')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'group.admit' })
  @Docs({ summary: 'Add a user to a group', status: 204, params: MEMBER })
  addMember(@Caller() context: CallContext, @Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.groups.addMember(context, id, userId);
  }

  @Delete(':id/members/:userId')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'group.expel' })
  @Docs({ summary: 'Take a user out of a group', status: 204, params: MEMBER })
  removeMember(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.groups.removeMember(context, id, userId);
  }
}

function withTag(response: Response, { group: shown, entityTag }: TaggedGroup): Group {
  response.setHeader('ETag', entityTag);
  return shown;
}
