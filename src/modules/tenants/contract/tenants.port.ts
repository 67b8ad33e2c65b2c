import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { NewTenant, OwnTenantPatch, Tenant, TenantPatch } from './tenants.types';

/** The tenants of the installation. Changing them is for platform administrators; the surface checks that. */
export abstract class TenantsPort {
  /** The tenant of an id or slug, `null` when there is none. From memory, current by the change feed. */
  abstract find(idOrSlug: string): Promise<Tenant | null>;

  /** Errors: `conflict` when the slug is taken. */
  abstract create(context: CallContext, input: NewTenant): Promise<Tenant>;

  /** Oldest first. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<Tenant>>;

  /** Errors: `not_found`. */
  abstract update(context: CallContext, idOrSlug: string, patch: TenantPatch): Promise<Tenant>;

  /** Changes the caller's own tenant. */
  abstract updateOwn(context: CallContext, patch: OwnTenantPatch): Promise<Tenant>;

  /**
   * Suspends (every token of the tenant is refused from then on, everywhere, and none is issued) or activates again
   * (new tokens are issued; the old ones stay refused). Activating takes back a deletion whose grace is not over. Errors:
   * `not_found`; `conflict` for suspending one that is about to be deleted.
   */
  abstract setStatus(context: CallContext, idOrSlug: string, status: 'active' | 'suspended'): Promise<Tenant>;
}
