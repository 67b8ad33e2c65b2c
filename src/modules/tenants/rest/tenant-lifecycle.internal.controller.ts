import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { ApiHeader, ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { StreamsBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { abortOnClose } from '../../../kernel/http/streams/abort-on-close';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { TenantLifecyclePort } from '../contract/tenant-lifecycle.port';
import {
  ACCEPTED_KEY_HEADER,
  deletionQuery,
  type DeletionQuery,
  erasure,
  type ErasureView,
  exportOrder,
  type ExportOrder,
  importQuery,
  importReport,
  type ImportReport,
  PASSPHRASE_HEADER,
} from '../contract/tenant-lifecycle.types';
import { tenant, type Tenant } from '../contract/tenants.types';

const PLATFORM = { scope: 'platform.admin', resourceType: 'tenant' };
const ONE = { ...PLATFORM, tenantParam: 'id' };
const ID = { id: 'Id or slug of the tenant.' };
const GZIP = 'application/gzip';

/** Creation, deletion, export and import of tenants, for platform administrators. */
@ApiTags('tenants')
@Controller('api/v1')
export class TenantLifecycleInternalController {
  constructor(private readonly lifecycle: TenantLifecyclePort) {}

  @Post('tenants/:id/export')
  @HttpCode(200)
  @Guarded({ ...ONE, action: 'tenant.export' })
  @Docs({
    summary: 'Export a tenant: all its rows, as gzipped JSON Lines with a manifest',
    status: 200,
    types: [GZIP],
    params: ID,
  })
  async exportTenant(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: exportOrder }) order: ExportOrder,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    const { fileName, bytes } = await this.lifecycle.export(context, id, order, abortOnClose(response));
    const disposition = `attachment; filename="${fileName}"`;
    return new StreamableFile(Readable.from(bytes, { objectMode: false }), { type: GZIP, disposition });
  }

  @Post('tenants/import')
  @Guarded({ ...PLATFORM, action: 'tenant.import' })
  @StreamsBody(GZIP)
  @ApiHeader({
    name: ACCEPTED_KEY_HEADER,
    required: false,
    description:
      'Public key of a different installation that you trust with roles here, from its GET /api/v1/audit/key. It must have signed the archive.',
  })
  @ApiHeader({ name: PASSPHRASE_HEADER, required: false, description: 'Passphrase of an archive with secrets.' })
  @Docs({
    summary: 'Import an exported tenant, completely or not at all; it keeps its id',
    status: 201,
    answer: importReport,
    query: importQuery,
    isKeyed: true,
  })
  importTenant(
    @Caller() context: CallContext,
    @Query({ schema: importQuery }) { slug }: z.infer<typeof importQuery>,
    @Headers(PASSPHRASE_HEADER) passphrase: string | undefined,
    @Headers(ACCEPTED_KEY_HEADER) acceptedKey: string | undefined,
    @Req() request: Request,
  ): Promise<ImportReport> {
    return this.lifecycle.import(context, request, {
      slug: slug ?? null,
      passphrase: passphrase ?? null,
      acceptedKey: acceptedKey ?? null,
    });
  }

  @Delete('tenants/:id')
  @HttpCode(202)
  @Guarded({ ...ONE, action: 'tenant.delete' })
  @Docs({
    summary: 'Delete a tenant: its tokens are refused immediately, its rows are erased after the grace period',
    status: 202,
    answer: tenant,
    params: ID,
    query: deletionQuery,
  })
  deleteTenant(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: deletionQuery }) query: DeletionQuery,
  ): Promise<Tenant> {
    return this.lifecycle.delete(context, id, query);
  }

  @Get('tenant-erasures')
  @Guarded({ ...PLATFORM, action: 'tenant_erasure.list' })
  @Docs({
    summary: 'List tenants that were or are being erased, with their certificates',
    status: 200,
    answer: pageOf(erasure),
    query: pageQuery,
  })
  listTenantErasures(
    @Caller() context: CallContext,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<ErasureView>> {
    return this.lifecycle.listErasures(context, query);
  }

  @Get('tenant-erasures/:erasureId')
  @Guarded({ ...PLATFORM, action: 'tenant_erasure.get' })
  @Docs({
    summary: 'Get the progress of an erasure, and its certificate',
    status: 200,
    answer: erasure,
    params: { erasureId: 'Id of the erasure.' },
  })
  getTenantErasure(@Caller() context: CallContext, @Param('erasureId') id: string): Promise<ErasureView> {
    return this.lifecycle.erasure(context, id);
  }
}
