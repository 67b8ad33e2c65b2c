import { All, Controller, Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import type { RawRequest } from '../../../kernel/http/request-listener';
import { ApiExcludeEndpoint, ApiSecurity, ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import {
  EntryLimit,
  Errors,
  ForServers,
  HotPath,
  ProxiedToControlPlane,
} from '../../../kernel/http/routes/route-decorators';
import { EntryGate } from '../../../kernel/limits/entry-gate';
import { ScimPort } from '../contract/scim.port';
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
import { answerScim, SCIM_PATH, scimErrors } from './scim-endpoint';

/** SCIM 2.0 for identity providers, which synchronize with many small requests. */
@ApiTags('SCIM')
@ApiSecurity('scim')
@Controller(SCIM_PATH)
@ProxiedToControlPlane()
@EntryLimit('failures')
@ForServers()
@Errors(scimErrors)
export class ScimInternalController {
  constructor(
    private readonly scim: ScimPort,
    private readonly gate: EntryGate,
  ) {}

  @Post('Users')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'Create a user', body: scimNewResource, status: 201, answer: scimResource, query: scimShownQuery })
  createScimUser(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('Users')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'List users', status: 200, errors: [410], answer: scimListResponse, query: scimListQuery })
  listScimUsers(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Post('Users/.search')
  @HotPath()
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Search users', body: scimSearchRequest, status: 200, errors: [410], answer: scimListResponse })
  searchScimUsers(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('Users/:id')
  @HotPath()
  @PublicRoute()
  @Docs({
    summary: 'Get a user',
    status: 200,
    isCacheable: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  getScimUser(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Put('Users/:id')
  @HotPath()
  @PublicRoute()
  @Docs({
    summary: 'Replace a user',
    body: scimNewResource,
    status: 200,
    isConditional: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  replaceScimUser(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Patch('Users/:id')
  @HotPath()
  @PublicRoute()
  @Docs({
    summary: 'Change a user',
    body: scimPatch,
    status: 200,
    isConditional: true,
    also: [204],
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  patchScimUser(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Delete('Users/:id')
  @HotPath()
  @HttpCode(204)
  @PublicRoute()
  @Docs({ summary: 'Delete a user', status: 204, isConditional: true, params: { id: 'Id of the resource.' } })
  deleteScimUser(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Post('Groups')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'Create a group', body: scimNewResource, status: 201, answer: scimResource, query: scimShownQuery })
  createScimGroup(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('Groups')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'List groups', status: 200, errors: [410], answer: scimListResponse, query: scimListQuery })
  listScimGroups(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Post('Groups/.search')
  @HotPath()
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Search groups', body: scimSearchRequest, status: 200, errors: [410], answer: scimListResponse })
  searchScimGroups(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('Groups/:id')
  @HotPath()
  @PublicRoute()
  @Docs({
    summary: 'Get a group',
    status: 200,
    isCacheable: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  getScimGroup(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Put('Groups/:id')
  @HotPath()
  @PublicRoute()
  @Docs({
    summary: 'Replace a group',
    body: scimNewResource,
    status: 200,
    isConditional: true,
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  replaceScimGroup(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Patch('Groups/:id')
  @HotPath()
  @PublicRoute()
  @Docs({
    summary: 'Change a group',
    body: scimPatch,
    status: 200,
    isConditional: true,
    also: [204],
    answer: scimResource,
    params: { id: 'Id of the resource.' },
    query: scimShownQuery,
  })
  patchScimGroup(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Delete('Groups/:id')
  @HotPath()
  @HttpCode(204)
  @PublicRoute()
  @Docs({ summary: 'Delete a group', status: 204, isConditional: true, params: { id: 'Id of the resource.' } })
  deleteScimGroup(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('Me')
  @HotPath()
  @PublicRoute()
  @Docs({
    summary: 'Get the user of the token; 501 for a connection, which has no user',
    status: 200,
    errors: [501],
    isCacheable: true,
    answer: scimResource,
  })
  getScimMe(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Post('.search')
  @HotPath()
  @HttpCode(200)
  @PublicRoute()
  @Docs({
    summary: 'Search users and groups',
    body: scimSearchRequest,
    status: 200,
    errors: [410],
    answer: scimListResponse,
  })
  searchScimResources(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Post('Bulk')
  @HotPath()
  @HttpCode(200)
  @PublicRoute()
  @Docs({ summary: 'Run many operations independently', body: scimBulk, status: 200, answer: scimBulk })
  runScimBulk(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('ServiceProviderConfig')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'Get the capabilities of this service provider', status: 200, answer: scimNewResource })
  getScimServiceProviderConfig(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('ResourceTypes')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'List the resource types', status: 200, answer: scimListResponse })
  listScimResourceTypes(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('ResourceTypes/:id')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'Get a resource type', status: 200, answer: scimNewResource, params: { id: 'Id of the resource.' } })
  getScimResourceType(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('Schemas')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'List the schemas, including the tenant’s extensions', status: 200, answer: scimListResponse })
  listScimSchemas(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  @Get('Schemas/:id')
  @HotPath()
  @PublicRoute()
  @Docs({ summary: 'Get a schema', status: 200, answer: scimNewResource, params: { id: 'Id of the resource.' } })
  getScimSchema(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  /** Responds to unknown paths, after the caller has been identified. */
  @All(['', '*path'])
  @HotPath()
  @PublicRoute()
  @ApiExcludeEndpoint()
  other(front: RawRequest): Promise<void> {
    return this.answer(front);
  }

  private answer(front: RawRequest): Promise<void> {
    return answerScim(front, this.scim, this.gate);
  }
}
