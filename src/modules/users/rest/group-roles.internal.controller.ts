import { Body, Controller, Get, Put } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { DirectoryGroupsPort } from '../contract/directory-groups.port';
import { groupRoles, type GroupRoles, newGroupRoles, type NewGroupRoles } from '../contract/directory.types';

const ADMIN = { scope: 'admin', resourceType: 'group_roles' };

/** The roles that groups grant in a tenant. */
@ApiTags('groups')
@Controller('api/v1/group-roles')
export class GroupRolesInternalController {
  constructor(private readonly groups: DirectoryGroupsPort) {}

  @Get()
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'group.roles.get' })
  @Docs({ summary: 'Get the roles that groups grant', status: 200, answer: groupRoles, query: tenantQuery })
  getGroupRoles(@Caller() context: CallContext): Promise<GroupRoles> {
    return this.groups.roles(context);
  }

  @Put()
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'group.roles.set' })
  @Docs({
    summary: 'Set the roles that groups grant; members get them immediately',
    status: 200,
    answer: groupRoles,
    query: tenantQuery,
  })
  setGroupRoles(
    @Caller() context: CallContext,
    @Body({ schema: newGroupRoles }) roles: NewGroupRoles,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<GroupRoles> {
    return this.groups.setRoles(context, roles, expected);
  }
}
