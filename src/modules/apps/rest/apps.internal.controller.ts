import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { type ConditionHeaders, conditionOf } from '../../../kernel/http/conditions/conditions';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { tenantPageQuery, tenantQuery, type TenantPageQuery } from '../../../kernel/http/input/tenant-query';
import { AppsPort } from '../contract/apps.port';
import {
  app,
  type App,
  appEntityTag,
  appPatch,
  type AppPatch,
  appRemoval,
  type AppRemoval,
  appRemovalQuery,
  type AppRemovalQuery,
  appWithSecret,
  type AppWithSecret,
  newApp,
  type NewApp,
  registeredApp,
  type RegisteredApp,
  secretRotation,
} from '../contract/apps.types';

const ADMIN = { scope: 'admin', resourceType: 'app' };
const ID = { id: 'The client id.' };

/** Apps of a tenant. The backend offers the same operations under `/v1/oauth/apps`. */
@ApiTags('apps')
@Controller('api/v1/apps')
@ProxiedToControlPlane('v1/oauth/apps')
export class AppsInternalController {
  constructor(private readonly apps: AppsPort) {}

  @Post()
  @Guarded({ ...ADMIN, action: 'app.register' })
  @Docs({
    summary: 'Register an app; the response shows its secret once, if it has one',
    status: 201,
    answer: registeredApp,
    query: tenantQuery,
    isKeyed: true,
  })
  registerApp(@Caller() context: CallContext, @Body({ schema: newApp }) input: NewApp): Promise<RegisteredApp> {
    return this.apps.register(context, input);
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'app.list' })
  @Docs({ summary: 'List apps by client id', status: 200, answer: pageOf(app), query: tenantPageQuery })
  listApps(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<App>> {
    return this.apps.list(context, query);
  }

  @Get(':id')
  @Guarded({ ...ADMIN, action: 'app.get' })
  @Docs({ summary: 'Get an app', status: 200, answer: app, params: ID, query: tenantQuery })
  async getApp(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<App> {
    return tagged(response, await this.apps.get(context, id));
  }

  @Patch(':id')
  @Guarded({ ...ADMIN, action: 'app.update' })
  @Docs({
    summary: 'Change an app',
    status: 200,
    answer: app,
    params: ID,
    query: tenantQuery,
    isConditional: true,
  })
  async updateApp(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: appPatch }) patch: AppPatch,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<App> {
    return tagged(response, await this.apps.update(context, id, patch, conditionOf(headers)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'app.delete' })
  @Docs({
    summary: 'Delete an app and revoke all its tokens and grants',
    status: 204,
    others: {
      200: {
        description: 'With `dryRun`: the effects of the deletion on data that depends on the app',
        answer: appRemoval,
      },
    },
    params: ID,
    query: appRemovalQuery,
  })
  async deleteApp(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: appRemovalQuery }) { dryRun }: AppRemovalQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AppRemoval | undefined> {
    const removal = await this.apps.remove(context, id, dryRun === 'true');
    if (dryRun === undefined) return undefined;
    response.status(200);
    return removal;
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'app.rotate_secret' })
  @Docs({
    summary: 'Create a new secret for an app',
    status: 200,
    answer: appWithSecret,
    params: ID,
    query: tenantQuery,
    isKeyed: true,
  })
  rotateAppSecret(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: secretRotation.prefault({}) }) rotation: z.infer<typeof secretRotation>,
  ): Promise<AppWithSecret> {
    return this.apps.rotateSecret(context, id, rotation.overlap_seconds);
  }
}

function tagged(response: Response, shown: App): App {
  response.setHeader('ETag', appEntityTag(shown));
  return shown;
}
