import type { TenantData } from '../../../kernel/tenant-data/tenant-data';
import { KEPT_DAYS } from '../contract/credentials.types';

export const credentialsTenantData: TenantData = {
  module: 'credentials',
  tables: [
    {
      table: 'credentials.credentials',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: `Until ${KEPT_DAYS} days after it was revoked or has expired.`,
    },
    {
      table: 'credentials.keys',
      key: ['id'],
      exported: {
        leftOut: 'A key is good where it was made: rotate each (POST /v1/credentials/{id}/rotate) and hand it out.',
      },
      erased: 'rows',
      kept: 'Until it is rotated away, or its credential goes.',
    },
  ],
};
