import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { ScimExtensionsPort } from '../contract/scim-extensions.port';
import {
  type ScimExtension,
  scimExtension,
  scimExtensionBody,
  type ScimExtensionBody,
} from '../contract/scim-extensions.types';

const ADMIN = { scope: 'admin', resourceType: 'scim_extension' };
const URN = { urn: 'URN of the extension, such as urn:acme:scim:2.0:User.' };
const all = z.object({ items: z.array(scimExtension) });

/** Manages the schema extensions of a tenant's users and groups. */
@ApiTags('SCIM')
@Controller('api/v1/scim-extensions')
export class ScimExtensionsInternalController {
  constructor(private readonly extensions: ScimExtensionsPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'scim.extension.list' })
  @Docs({ summary: 'List extensions of SCIM schemas, at most 20', status: 200, answer: all, query: tenantQuery })
  async listScimExtensions(@Caller() context: CallContext): Promise<{ readonly items: readonly ScimExtension[] }> {
    return { items: await this.extensions.list(context) };
  }

  @Get(':urn')
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'scim.extension.get' })
  @Docs({ summary: 'Get an extension', status: 200, answer: scimExtension, params: URN, query: tenantQuery })
  getScimExtension(@Caller() context: CallContext, @Param('urn') urn: string): Promise<ScimExtension> {
    return this.extensions.get(context, urn);
  }

  @Put(':urn')
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'scim.extension.set' })
  @Docs({
    summary: 'Create or replace an extension',
    status: 200,
    answer: scimExtension,
    params: URN,
    query: tenantQuery,
  })
  putScimExtension(
    @Caller() context: CallContext,
    @Param('urn') urn: string,
    @Body({ schema: scimExtensionBody }) body: ScimExtensionBody,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<ScimExtension> {
    return this.extensions.put(context, urn, body, expected);
  }

  @Delete(':urn')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'scim.extension.delete' })
  @Docs({
    summary: 'Delete an extension; its values are no longer shown',
    status: 204,
    params: URN,
    query: tenantQuery,
    isConditional: true,
  })
  deleteScimExtension(
    @Caller() context: CallContext,
    @Param('urn') urn: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.extensions.remove(context, urn, expected);
  }
}
