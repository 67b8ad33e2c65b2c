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
      kept: `Until ${KEPT_DAYS} days after it is revoked or expires.`,
    },
    {
      table: 'credentials.keys',
      key: ['id'],
      exported: {
        leftOut: 'A key works only in its own installation: rotate each key (POST /v1/credentials/{id}/rotate).',
      },
      erased: 'rows',
      kept: 'Until it is replaced in a rotation, or its credential is deleted.',
    },
  ],
};
