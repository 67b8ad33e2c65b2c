import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { NewTenant, OwnTenantPatch, Tenant, TenantPatch } from './tenants.types';

/** The tenants of the installation. Only platform administrators can change them; the surface checks that. */
export abstract class TenantsPort {
  /** Returns the tenant with the given id or slug, or `null` if there is none. Reads from memory, which the change feed keeps current. */
  abstract find(idOrSlug: string): Promise<Tenant | null>;

  /** Creates a tenant. Errors: `conflict` if the slug is in use. */
  abstract create(context: CallContext, input: NewTenant): Promise<Tenant>;

  /** Lists tenants, oldest first. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<Tenant>>;

  /** Changes a tenant. Errors: `not_found`. */
  abstract update(context: CallContext, idOrSlug: string, patch: TenantPatch): Promise<Tenant>;

  /** Changes the caller's own tenant. */
  abstract updateOwn(context: CallContext, patch: OwnTenantPatch): Promise<Tenant>;

  /**
   * Suspends a tenant (from then on, every token of the tenant is refused everywhere, and no tokens are issued) or activates it again (new
   * tokens are issued; old tokens stay refused). Activating a tenant cancels a deletion whose grace period has not ended. Errors:
   * `not_found`; `conflict` when suspending a tenant that is about to be deleted.
   */
  abstract setStatus(context: CallContext, idOrSlug: string, status: 'active' | 'suspended'): Promise<Tenant>;
}
