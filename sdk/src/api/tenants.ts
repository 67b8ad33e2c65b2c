import type { NewTenant, OwnTenantPatch, Tenant, TenantPatch, ListTenantsQuery } from '../generated/schemas.js';
import type { CallOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** The caller's tenant, for admin tokens; all tenants, for tokens with the scope `platform.admin`. */
export class TenantsApi extends Api {
  current(options?: CallOptions): Promise<Tenant> {
    return this.load('/v1/tenants/current', options);
  }

  updateCurrent(patch: OwnTenantPatch, options?: CallOptions): Promise<Tenant> {
    return this.change('/v1/tenants/current', patch, options);
  }

  create(tenant: NewTenant, options?: WriteOptions): Promise<Tenant> {
    return this.make('/v1/tenants', tenant, options);
  }

  list(query?: ListTenantsQuery, options?: CallOptions): Pages<Tenant> {
    return this.listOf('/v1/tenants', query, options);
  }

  /** @param id the tenant's ID or slug. */
  get(id: string, options?: CallOptions): Promise<Tenant> {
    return this.load(path`/v1/tenants/${id}`, options);
  }

  update(id: string, patch: TenantPatch, options?: CallOptions): Promise<Tenant> {
    return this.change(path`/v1/tenants/${id}`, patch, options);
  }

  activate(id: string, options?: WriteOptions): Promise<Tenant> {
    return this.make(path`/v1/tenants/${id}/activate`, undefined, options);
  }

  suspend(id: string, options?: WriteOptions): Promise<Tenant> {
    return this.make(path`/v1/tenants/${id}/suspend`, undefined, options);
  }
}
