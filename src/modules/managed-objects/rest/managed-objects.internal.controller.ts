import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { ManagedObjectsPort } from '../contract/managed-objects.port';
import {
  managedObject,
  type ManagedObject,
  managedObjectQuery,
  type ManagedObjectQuery,
  markedObjects,
  type MarkedObjects,
  objectMarking,
  type ObjectMarking,
  objectRelease,
  type ObjectRelease,
} from '../contract/managed-objects.types';

const ADMIN = { scope: 'admin', resourceType: 'configuration' };

type TenantQuery = z.infer<typeof tenantQuery>;

/** The objects of a tenant that configurations manage. */
@ApiTags('managed objects')
@Controller('api/v1/managed-objects')
export class ManagedObjectsInternalController {
  constructor(private readonly objects: ManagedObjectsPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'configuration.list' })
  @Docs({
    summary: 'List the objects that configurations manage',
    status: 200,
    answer: pageOf(managedObject),
    query: managedObjectQuery,
  })
  listManagedObjects(
    @Caller() context: CallContext,
    @Query({ schema: managedObjectQuery }) query: ManagedObjectQuery,
  ): Promise<Page<ManagedObject>> {
    return this.objects.list(context, query);
  }

  @Put()
  @Guarded({ ...ADMIN, action: 'configuration.mark' })
  @Docs({
    summary: 'Mark objects as managed by a configuration, all of them or none',
    status: 200,
    errors: [409],
    answer: markedObjects,
    query: tenantQuery,
  })
  markManagedObjects(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: objectMarking }) marking: ObjectMarking,
  ): Promise<MarkedObjects> {
    return this.objects.mark(context, marking);
  }

  @Post('release')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'configuration.release' })
  @Docs({
    summary: 'Remove the marks of objects that a configuration manages',
    status: 200,
    answer: markedObjects,
    query: tenantQuery,
  })
  releaseManagedObjects(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: objectRelease }) release: ObjectRelease,
  ): Promise<MarkedObjects> {
    return this.objects.release(context, release);
  }
}
