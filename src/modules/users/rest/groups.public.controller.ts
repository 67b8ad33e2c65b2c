import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { GroupsPort } from '../contract/groups.port';
import {
  group,
  type Group,
  groupMember,
  type GroupMember,
  groupMemberQuery,
  type GroupMemberQuery,
  groupPatch,
  type GroupPatch,
  groupQuery,
  type GroupQuery,
  newGroup,
  type NewGroup,
} from '../contract/groups.types';

const READ = { scope: 'groups.read', resourceType: 'group' };
// The base policy does not grant members and editors the verbs of these actions: group membership decides who can read secrets.
const WRITE = { scope: 'groups.write', resourceType: 'group' };
const ID = { id: 'Id of the group.' };
const MEMBER = { ...ID, userId: 'Id of the user.' };

@ApiTags('groups')
@Controller('v1/groups')
export class GroupsPublicController {
  constructor(private readonly groups: GroupsPort) {}

  @Post()
  @Versioned()
  @Guarded({ ...WRITE, action: 'group.add' })
  @Docs({ summary: 'Create a group', status: 201, answer: group, isKeyed: true })
  createGroup(@Caller() context: CallContext, @Body({ schema: newGroup }) input: NewGroup): Promise<Group> {
    return this.groups.create(context, input);
  }

  @Get()
  @Guarded({ ...READ, action: 'group.list' })
  @Docs({ summary: 'List groups', status: 200, answer: countedPageOf(group), query: groupQuery })
  listGroups(
    @Caller() context: CallContext,
    @Query({ schema: groupQuery }) query: GroupQuery,
  ): Promise<CountedPage<Group>> {
    return this.groups.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...READ, action: 'group.get' })
  @Docs({ summary: 'Get a group', status: 200, answer: group, params: ID })
  getGroup(@Caller() context: CallContext, @Param('id') id: string): Promise<Group> {
    return this.groups.get(context, id);
  }

  @Patch(':id')
  @Versioned('If-Match')
  @Guarded({ ...WRITE, action: 'group.change' })
  @Docs({ summary: 'Change a group', status: 200, answer: group, params: ID })
  updateGroup(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: groupPatch }) patch: GroupPatch,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Group> {
    return this.groups.update(context, id, patch, expected);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'group.delete' })
  @Docs({ summary: 'Delete a group', status: 204, params: ID, isConditional: true })
  deleteGroup(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.groups.remove(context, id, expected);
  }

  @Get(':id/members')
  @Guarded({ ...READ, action: 'group.member.list' })
  @Docs({
    summary: 'List the members of a group',
    status: 200,
    answer: countedPageOf(groupMember),
    params: ID,
    query: groupMemberQuery,
  })
  listGroupMembers(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: groupMemberQuery }) query: GroupMemberQuery,
  ): Promise<CountedPage<GroupMember>> {
    return this.groups.members(context, id, query);
  }

  @Put(':id/members/:userId')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'group.admit' })
  @Docs({ summary: 'Add a user to a group', status: 204, params: MEMBER })
  addGroupMember(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.groups.addMember(context, id, userId);
  }

  @Delete(':id/members/:userId')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'group.expel' })
  @Docs({ summary: 'Remove a user from a group', status: 204, params: MEMBER })
  removeGroupMember(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.groups.removeMember(context, id, userId);
  }
}
