import { type TenantData, textOf } from '../../../kernel/tenant-data/tenant-data';
import { SECRET_ACCESS_TOPIC } from '../contract/secret-access.types';
import { SECRETS_TOPIC } from '../contract/secrets.types';

export const secretsTenantData: TenantData = {
  module: 'secrets',
  tables: [
    {
      table: 'secrets.secrets',
      key: ['name'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until the secret is purged.',
      reset: 'The tenant has no secrets. Set each one again (PUT /api/v1/secrets/{name}).',
      announced: (row, tenantId) => ({
        topic: SECRETS_TOPIC,
        tenantId,
        key: textOf(row, 'name'),
        payload: { version: row['current_version'] },
      }),
    },
    {
      table: 'secrets.versions',
      key: ['name', 'version'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'The newest versions, up to the limit of the secret.',
    },
    { table: 'secrets.bundles', key: ['name'], exported: 'rows', erased: 'rows', kept: 'Until the bundle is deleted.' },
    {
      table: 'secrets.grants',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the grant is deleted.',
      announced: (_row, tenantId) => ({ topic: SECRET_ACCESS_TOPIC, tenantId, key: tenantId, payload: {} }),
    },
  ],
};
