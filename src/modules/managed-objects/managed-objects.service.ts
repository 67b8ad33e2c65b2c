import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { ListCursors } from '../../kernel/lists/list-cursors';
import type { Page } from '../../kernel/lists/page';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { ManagedObjectsPort } from './contract/managed-objects.port';
import type {
  ManagedObject,
  ManagedObjectQuery,
  MarkedObjects,
  ObjectMarking,
  ObjectRelease,
} from './contract/managed-objects.types';
import { ManagedObjectsRepository } from './storage/managed-objects.repository';

/** The kind of the mark of a tenant itself. */
const TENANTS = 'tenants';

@Injectable()
export class ManagedObjectsService implements ManagedObjectsPort {
  constructor(
    private readonly repository: ManagedObjectsRepository,
    private readonly clock: Clock,
  ) {}

  async list(context: CallContext, query: ManagedObjectQuery): Promise<Page<ManagedObject>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('managed objects', tenantId, [query.kind ?? null, query.managedBy ?? null]);
    const found = await this.repository.list(tenantId, query, cursors.after(query.cursor) ?? '');
    const { items, nextCursor } = cursors.page(found, query.limit, ({ place }) => place);
    return { items: items.map(({ place: _, ...object }) => object), nextCursor };
  }

  async mark(context: CallContext, marking: ObjectMarking): Promise<MarkedObjects> {
    assertMayMark(context, marking);
    const event = this.event(context, 'configuration.mark', marking);
    return { objects: await this.repository.mark(requireTenant(context), marking, event) };
  }

  async release(context: CallContext, release: ObjectRelease): Promise<MarkedObjects> {
    const event = this.event(context, 'configuration.release', release);
    return { objects: await this.repository.release(requireTenant(context), release, event) };
  }

  private event(
    context: CallContext,
    action: string,
    { managedBy, objects }: ObjectMarking | ObjectRelease,
  ): StagedEvent {
    const metadata = { objects: objects.length };
    const audited = { action, resourceType: 'configuration', resourceId: managedBy, metadata };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

/**
 * A platform administrator who prunes deletes the tenants that the configuration managed. A tenant's own administrator cannot delete the
 * tenant, and therefore cannot mark it either.
 */
function assertMayMark({ isPlatformAdmin }: CallContext, { objects }: ObjectMarking): void {
  if (isPlatformAdmin || objects.every(({ kind }) => kind !== TENANTS)) return;
  throw new AppError(
    'forbidden',
    'Only a platform administrator can mark a tenant. Remove the object of the kind `tenants`.',
  );
}
