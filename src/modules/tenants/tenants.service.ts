import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { TenantNames } from '../../kernel/context/tenant-names';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { maxEntries } from '../../kernel/memory/max-entries';
import { Clock } from '../../kernel/time/clock';
import { liftMark, markUntilNow, revocationChange } from '../revocation/contract/revocation.types';
import type { TenantsPort } from './contract/tenants.port';
import {
  type NewTenant,
  type OwnTenantPatch,
  type Tenant,
  SLUG,
  type TenantPatch,
  TENANTS_TOPIC,
} from './contract/tenants.types';
import { TenantsRepository } from './storage/tenants.repository';
import { platformEvent, type TenantAction, tenantEvent } from './tenant-events';

/** Maximum number of cached tenants: far more than one process serves at a time. */
const CACHED = 10_000;

@Injectable()
export class TenantsService implements TenantsPort, TenantNames {
  private readonly byId: TenantCache<Tenant | null>;
  /** A slug is never reassigned to a different tenant, so a known slug does not need to be refreshed. */
  private readonly idBySlug = new LRUCache<string, string>(maxEntries(CACHED));

  constructor(
    private readonly repository: TenantsRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
  ) {
    this.byId = new TenantCache({
      feed,
      what: 'Tenants are',
      changes: { [TENANTS_TOPIC]: ({ key }) => key },
      read: (id) => repository.find(id),
      maxSize: CACHED,
      whenSilent: 'read',
    });
  }

  async find(idOrSlug: string): Promise<Tenant | null> {
    const id = isId('tnt', idOrSlug) ? idOrSlug : await this.idOfSlug(idOrSlug);
    return id === null ? null : this.byId.get(id);
  }

  /** Returns the id of a tenant. Does not wait if the id is in memory, because every decision calls this method. */
  idOf(idOrSlug: string): Promise<string | null> {
    const id = isId('tnt', idOrSlug) ? idOrSlug : this.idBySlug.get(idOrSlug);
    if (id !== undefined && this.byId.peek(id)) return Promise.resolve(id);
    return this.find(idOrSlug).then((tenant) => tenant?.id ?? null);
  }

  async slugOf(id: string): Promise<string | null> {
    return isId('tnt', id) ? ((await this.find(id))?.slug ?? null) : null;
  }

  isActive(id: string): Promise<boolean> {
    const held = this.byId.peek(id);
    if (held) return Promise.resolve(held.status === 'active');
    return this.find(id).then((tenant) => tenant?.id === id && tenant.status === 'active');
  }

  private async idOfSlug(slug: string): Promise<string | null> {
    if (!SLUG.test(slug)) return null;
    const known = this.idBySlug.get(slug);
    if (known !== undefined) return known;
    const id = await this.repository.idOfSlug(slug);
    if (id !== null) this.idBySlug.set(slug, id);
    return id;
  }

  create(context: CallContext, input: NewTenant): Promise<Tenant> {
    const nowMs = this.clock.nowMs();
    const id = newId('tnt', nowMs);
    // The tenant's own log starts with later actions.
    const event = platformEvent(context, 'tenant.create', id, nowMs);
    return this.writes.once({ ...context, tenantId: null }, { action: 'tenant.create', input }, (tx) =>
      this.repository.insert(tx, id, input, event),
    );
  }

  async list(_context: CallContext, query: PageQuery): Promise<Page<Tenant>> {
    const cursors = new ListCursors('tenants', null);
    const ids = await this.repository.idsAfter(cursors.after(query.cursor) ?? '', query.limit + 1);
    const page = cursors.page(ids, query.limit, (id) => id);
    const tenants = await Promise.all(page.items.map((id) => this.find(id)));
    return { items: tenants.filter((tenant) => tenant !== null), nextCursor: page.nextCursor };
  }

  async update(context: CallContext, idOrSlug: string, patch: TenantPatch): Promise<Tenant> {
    return this.change(context, 'tenant.update', await this.existing(idOrSlug), patch);
  }

  updateOwn(context: CallContext, patch: OwnTenantPatch): Promise<Tenant> {
    return this.change(context, 'tenant.current.update', requireTenant(context), patch);
  }

  private async change(context: CallContext, action: TenantAction, id: string, patch: TenantPatch): Promise<Tenant> {
    const members = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const event = this.event(context, action, id);
    return this.writes.once({ ...context, tenantId: id }, { action, input: { id, members } }, async (tx) =>
      found(await this.repository.update(tx, id, members, [], event)),
    );
  }

  async setStatus(context: CallContext, idOrSlug: string, status: 'active' | 'suspended'): Promise<Tenant> {
    const id = await this.existing(idOrSlug);
    const mark = status === 'suspended' ? markUntilNow : liftMark;
    const action = status === 'suspended' ? 'tenant.suspend' : 'tenant.activate';
    return this.setMark(context, id, action, mark, { status, eraseAfter: null });
  }

  /** Like a suspension, refuses every token of a tenant; also sets the time at which the tenant will be erased. */
  async markForDeletion(context: CallContext, id: string, graceSeconds: number): Promise<Tenant> {
    const eraseAfter = new Date(this.clock.nowMs() + graceSeconds * 1000);
    return this.setMark(context, id, 'tenant.delete', markUntilNow, { status: 'pending_deletion', eraseAfter });
  }

  /** Records the export of a tenant, before the first byte is sent. */
  async noteExport(context: CallContext, id: string, metadata: Readonly<Record<string, unknown>>): Promise<void> {
    await this.repository.note(id, this.event(context, 'tenant.export', id, metadata));
  }

  /** Applies the changes that have been committed so far. */
  catchUp(): Promise<void> {
    return this.feed.catchUp();
  }

  private async setMark(
    context: CallContext,
    id: string,
    action: TenantAction,
    mark: typeof markUntilNow,
    members: { readonly status: Tenant['status']; readonly eraseAfter: Date | null },
  ): Promise<Tenant> {
    const changes = [revocationChange(mark('tenant', id, id, this.clock.nowMs()))];
    const event = this.event(context, action, id);
    const tenant = await this.writes.once({ ...context, tenantId: id }, { action, input: { id } }, async (tx) =>
      found(
        await this.repository.update(tx, id, members, changes, event, (before) => {
          if (before.status !== 'pending_deletion' || members.status !== 'suspended') return;
          throw new AppError(
            'conflict',
            'The tenant is pending deletion, so its tokens are already refused; activate it first.',
          );
        }),
      ),
    );
    await this.feed.catchUp();
    return tenant;
  }

  private async existing(idOrSlug: string): Promise<string> {
    const id = await this.idOf(idOrSlug);
    if (id === null) throw notFound();
    return id;
  }

  /** Returns the event that records a change in the tenant's own log, regardless of the tenant to which the caller belongs. */
  private event(context: CallContext, action: TenantAction, id: string, metadata = {}): StagedEvent {
    return tenantEvent({ ...context, tenantId: id }, action, id, this.clock.nowMs(), metadata);
  }
}

function found(tenant: Tenant | null): Tenant {
  if (!tenant) throw notFound();
  return tenant;
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such tenant.');
}
