import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { isId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { RegisteredTenantData } from '../../kernel/tenant-data/tenant-data';
import { CONSOLE_CLIENT_ID } from '../apps/contract/apps.types';
import { ClientsPort } from '../apps/contract/clients.port';
import type { ImportOptions, TenantLifecyclePort } from './contract/tenant-lifecycle.port';
import type { DeletionQuery, ErasureView, ExportOrder, ImportReport } from './contract/tenant-lifecycle.types';
import type { Tenant } from './contract/tenants.types';
import { type Erasure, ErasuresRepository } from './storage/erasures.repository';
import { erasedTables } from './tenant-eraser';
import { TenantExportService } from './tenant-export.service';
import { TenantImportService } from './tenant-import.service';
import { tenantsConfig, type TenantsConfig } from './tenants.config';
import { TenantsService } from './tenants.service';

const DAY_SECONDS = 86_400;

@Injectable()
export class TenantLifecycleService implements TenantLifecyclePort {
  constructor(
    private readonly tenants: TenantsService,
    private readonly exports: TenantExportService,
    private readonly imports: TenantImportService,
    private readonly erasures: ErasuresRepository,
    private readonly clients: ClientsPort,
    private readonly data: RegisteredTenantData,
    @InjectConfig(tenantsConfig) private readonly config: TenantsConfig,
  ) {}

  async export(
    context: CallContext,
    idOrSlug: string,
    order: ExportOrder,
    signal: AbortSignal,
  ): Promise<{ readonly fileName: string; readonly bytes: AsyncIterable<Uint8Array> }> {
    const tenant = await this.existing(idOrSlug);
    await this.tenants.noteExport(context, tenant.id, { secrets: order.secrets });
    return {
      fileName: `tenant-${tenant.slug}.jsonl.gz`,
      bytes: await this.exports.start(tenant, order, signal),
    };
  }

  async import(
    context: CallContext,
    archive: AsyncIterable<Uint8Array>,
    options: ImportOptions,
  ): Promise<ImportReport> {
    const report = await this.imports.import(context, archive, options);
    await this.tenants.catchUp();
    return report;
  }

  async delete(context: CallContext, idOrSlug: string, { confirm, graceSeconds }: DeletionQuery): Promise<Tenant> {
    const tenant = await this.existing(idOrSlug);
    if (confirm !== tenant.slug) {
      throw new AppError('invalid_request', 'Send ?confirm= with the slug of the tenant to delete.', {
        fields: [{ pointer: '/confirm', code: 'mismatch', message: 'is not the slug of this tenant' }],
      });
    }
    if ((await this.clients.find(CONSOLE_CLIENT_ID))?.tenantId === tenant.id) {
      throw new AppError('conflict', 'This is the tenant of the platform itself, which all users need to sign in.');
    }
    const held = await this.erasures.heldBy(tenant.id, this.data.tables);
    if (held !== null) {
      throw new AppError('conflict', `A legal hold keeps this tenant: ${held}. Lift it before you delete the tenant.`);
    }
    const grace = graceSeconds ?? this.config.TENANT_DELETION_GRACE_DAYS * DAY_SECONDS;
    return this.tenants.markForDeletion(context, tenant.id, grace);
  }

  async listErasures(_context: CallContext, query: PageQuery): Promise<Page<ErasureView>> {
    const cursors = new ListCursors('erasures', null);
    const rows = await this.erasures.after(cursors.after(query.cursor) ?? '', query.limit + 1);
    const { items, nextCursor } = cursors.page(rows, query.limit, ({ id }) => id);
    return { items: items.map(toView), nextCursor };
  }

  async erasure(_context: CallContext, id: string): Promise<ErasureView> {
    const found = isId('del', id) ? await this.erasures.find(id) : null;
    if (!found) throw new AppError('not_found', 'The erasure does not exist.');
    return toView(found);
  }

  private async existing(idOrSlug: string): Promise<Tenant> {
    const tenant = await this.tenants.find(idOrSlug);
    if (!tenant) throw new AppError('not_found', 'There is no such tenant.');
    return tenant;
  }
}

function toView(erasure: Erasure): ErasureView {
  const { id, tenantId, slug, name, startedAt, eraseFrom, finishedAt, certificate } = erasure;
  const isWaiting = eraseFrom.getTime() > Date.now();
  return {
    id,
    tenantId,
    slug,
    name,
    status: finishedAt !== null ? 'erased' : isWaiting ? 'waiting' : 'erasing',
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    tables: erasedTables(erasure),
    certificate,
  };
}
