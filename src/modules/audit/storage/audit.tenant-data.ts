import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const auditTenantData: TenantData = {
  module: 'audit',
  tables: [
    {
      table: 'audit.events',
      key: ['id'],
      exported: 'rows',
      // The log is about people of the tenant. That it was erased, and how much of it, stays in the log `system`.
      erased: 'rows',
      kept: 'As long as the tenant: the log is append-only.',
    },
  ],
};
