import { type TenantData, textOf } from '../../../kernel/tenant-data/tenant-data';
import { RATE_LIMIT_RULES_TOPIC } from '../contract/rate-limit.types';

const COUNTS = 'Counts the calls to this installation; others have their own counts.';

export const rateLimitTenantData: TenantData = {
  module: 'rate_limit',
  tables: [
    {
      table: 'rate_limit.rules',
      key: ['name'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the rule is deleted.',
      announced: (row, tenantId) => ({
        topic: RATE_LIMIT_RULES_TOPIC,
        tenantId,
        key: textOf(row, 'name'),
        payload: {},
      }),
    },
    {
      table: 'rate_limit.buckets',
      key: ['name'],
      exported: { leftOut: COUNTS },
      erased: 'rows',
      kept: 'Until the count is empty.',
    },
    {
      table: 'rate_limit.leases',
      key: ['name', 'id'],
      exported: { leftOut: 'Requests in progress at the time of the export.' },
      erased: 'rows',
      kept: 'Until its request ends.',
    },
    {
      table: 'rate_limit.usage',
      key: ['name', 'month'],
      exported: { leftOut: COUNTS },
      erased: 'rows',
      kept: 'For 13 months.',
    },
  ],
};
