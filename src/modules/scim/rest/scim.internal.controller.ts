import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { Docs } from '../../../kernel/http/api-docs';
import { ApiSecurity, ApiTags } from '../../../kernel/http/open-api';
import { PublicRoute } from '../../../kernel/http/route-access';
import {
  scimBulk,
  scimListQuery,
  scimListResponse,
  scimNewResource,
  scimPatch,
  scimResource,
  scimSearchRequest,
  scimShownQuery,
} from './scim-documents';
import { answeredInFront } from './scim-endpoints';

/** Declares the routes of SCIM that `scim-endpoints.ts` answers: for OpenAPI. */
@ApiTags('SCIM')
@ApiSecurity('scim')
@Controller('scim/v2')
export class ScimInternalController {
  @Post('Users')
  @PublicRoute()
  @Docs({ summary: 'Create a user', status: 201, answer: scimResource, query: scimShownQuery })
  createUser(@Body({ schema: scimNewResource }) _body: unknown): never {
    return answeredInFront();
  }

  @Get('Users')
  @PublicRoute()
  @Docs({ summary: 'List users', status: 200, errors: [410], answer: scimListResponse, query: scimListQuery })
  listUsers(): never {
    return answeredInFront();
  }

  @Post('Users/.search')
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Search users', status: 200, errors: [410], answer: scimListResponse })
  searchUsers(@Body({ schema: scimSearchRequest }) _body: unknown): never {
    return answeredInFront();
  }

  @Get('Users/:id')
  @PublicRoute()
  @Docs({
    summary: 'Get a user',
    status: 200,
    isCacheable: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  getUser(): never {
    return answeredInFront();
  }

  @Put('Users/:id')
  @PublicRoute()
  @Docs({
    summary: 'Replace a user',
    status: 200,
    isConditional: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  replaceUser(@Body({ schema: scimNewResource }) _body: unknown): never {
    return answeredInFront();
  }

  @Patch('Users/:id')
  @PublicRoute()
  @Docs({
    summary: 'Change a user',
    status: 200,
    isConditional: true,
    also: [204],
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  patchUser(@Body({ schema: scimPatch }) _body: unknown): never {
    return answeredInFront();
  }

  @Delete('Users/:id')
  @HttpCode(204)
  @PublicRoute()
  @Docs({ summary: 'Delete a user', status: 204, isConditional: true, params: { id: 'Id of the resource.' } })
  removeUser(): never {
    return answeredInFront();
  }

  @Post('Groups')
  @PublicRoute()
  @Docs({ summary: 'Create a group', status: 201, answer: scimResource, query: scimShownQuery })
  createGroup(@Body({ schema: scimNewResource }) _body: unknown): never {
    return answeredInFront();
  }

  @Get('Groups')
  @PublicRoute()
  @Docs({ summary: 'List groups', status: 200, errors: [410], answer: scimListResponse, query: scimListQuery })
  listGroups(): never {
    return answeredInFront();
  }

  @Post('Groups/.search')
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Search groups', status: 200, errors: [410], answer: scimListResponse })
  searchGroups(@Body({ schema: scimSearchRequest }) _body: unknown): never {
    return answeredInFront();
  }

  @Get('Groups/:id')
  @PublicRoute()
  @Docs({
    summary: 'Get a group',
    status: 200,
    isCacheable: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  getGroup(): never {
    return answeredInFront();
  }

  @Put('Groups/:id')
  @PublicRoute()
  @Docs({
    summary: 'Replace a group',
    status: 200,
    isConditional: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  replaceGroup(@Body({ schema: scimNewResource }) _body: unknown): never {
    return answeredInFront();
  }

  @Patch('Groups/:id')
  @PublicRoute()
  @Docs({
    summary: 'Change a group',
    status: 200,
    isConditional: true,
    also: [204],
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  patchGroup(@Body({ schema: scimPatch }) _body: unknown): never {
    return answeredInFront();
  }

  @Delete('Groups/:id')
  @HttpCode(204)
  @PublicRoute()
  @Docs({ summary: 'Delete a group', status: 204, isConditional: true, params: { id: 'Id of the resource.' } })
  removeGroup(): never {
    return answeredInFront();
  }

  @Get('Me')
  @PublicRoute()
  @Docs({
    summary: 'Whose token it is; 501 for a connection, which is nobody',
    status: 200,
    errors: [501],
    isCacheable: true,
    answer: scimResource,
  })
  me(): never {
    return answeredInFront();
  }

  @Post('.search')
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Search users and groups', status: 200, errors: [410], answer: scimListResponse })
  search(@Body({ schema: scimSearchRequest }) _body: unknown): never {
    return answeredInFront();
  }

  @Post('Bulk')
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Do many operations, each by itself', status: 200, answer: scimBulk })
  bulk(@Body({ schema: scimBulk }) _body: unknown): never {
    return answeredInFront();
  }

  @Get('ServiceProviderConfig')
  @PublicRoute()
  @Docs({ summary: 'What this service provider can do', status: 200, answer: scimNewResource })
  config(): never {
    return answeredInFront();
  }

  @Get('ResourceTypes')
  @PublicRoute()
  @Docs({ summary: 'The types of resources', status: 200, answer: scimListResponse })
  resourceTypes(): never {
    return answeredInFront();
  }

  @Get('ResourceTypes/:id')
  @PublicRoute()
  @Docs({ summary: 'A type of resources', status: 200, answer: scimNewResource, params: { id: 'Id of the resource.' } })
  resourceType(): never {
    return answeredInFront();
  }

  @Get('Schemas')
  @PublicRoute()
  @Docs({ summary: 'The schemas, those of the tenant among them', status: 200, answer: scimListResponse })
  schemas(): never {
    return answeredInFront();
  }

  @Get('Schemas/:id')
  @PublicRoute()
  @Docs({ summary: 'A schema', status: 200, answer: scimNewResource, params: { id: 'Id of the resource.' } })
  schema(): never {
    return answeredInFront();
  }
}
