import { type Columns, selectOf } from '../../../kernel/database/columns';
import type { Tenant } from '../contract/tenants.types';

export interface TenantRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly plan: Tenant['plan'];
  readonly status: Tenant['status'];
  readonly logoUri: string | null;
  readonly color: string | null;
  readonly settings: object;
  readonly eraseAfter: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The members of a tenant that can change. */
export type TenantMembers = Omit<TenantRow, 'id' | 'slug' | 'createdAt' | 'updatedAt'>;

export const MEMBER_COLUMNS: Columns<TenantMembers> = {
  name: 'name',
  plan: 'plan',
  status: 'status',
  logoUri: 'logo_uri',
  color: 'color',
  settings: 'settings',
  eraseAfter: 'erase_after',
};

/** The SELECT list for a {@link TenantRow}. */
export const TENANT = selectOf<TenantRow>({
  id: 'id',
  slug: 'slug',
  ...MEMBER_COLUMNS,
  createdAt: 'created_at',
  updatedAt: 'updated_at',
});

export function toTenant(row: TenantRow): Tenant {
  return {
    ...row,
    settings: { ...row.settings },
    eraseAfter: row.eraseAfter?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
