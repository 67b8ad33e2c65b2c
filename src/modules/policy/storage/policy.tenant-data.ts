import type { TenantData } from '../../../kernel/tenant-data/tenant-data';
import { POLICY_TOPIC } from '../contract/policy.types';

export const policyTenantData: TenantData = {
  module: 'policy',
  tables: [
    {
      table: 'policy.heads',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant exists.',
      announced: (row, tenantId) => ({
        topic: POLICY_TOPIC,
        tenantId,
        key: tenantId,
        payload: { version: row['active_version'] ?? null },
      }),
    },
    {
      table: 'policy.versions',
      key: ['version'],
      exported: 'rows',
      erased: 'rows',
      kept: 'The newest versions, up to the limit.',
    },
    { table: 'policy.keys', key: ['id'], exported: 'rows', erased: 'rows', kept: 'Until the key is deleted.' },
    {
      table: 'policy.decisions',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'The newest 10,000 decisions of the last 7 days.',
    },
  ],
};
