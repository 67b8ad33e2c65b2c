import { type TenantData, textOf } from '../../../kernel/tenant-data/tenant-data';
import { SCIM_CONNECTIONS_TOPIC } from '../contract/scim-connections.types';
import { SCIM_EXTENSIONS_TOPIC } from '../contract/scim-extensions.types';

export const scimTenantData: TenantData = {
  module: 'scim',
  tables: [
    {
      table: 'scim.connections',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the connection is deleted.',
      announced: (row, tenantId) => ({ topic: SCIM_CONNECTIONS_TOPIC, tenantId, key: textOf(row, 'id'), payload: {} }),
    },
    {
      table: 'scim.tokens',
      key: ['id'],
      exported: { leftOut: 'Tokens open this installation; a connection gets a new one by a rotation.' },
      erased: 'rows',
      kept: 'Until the next rotation after the token expires, or the connection is deleted.',
    },
    {
      table: 'scim.extensions',
      key: ['urn'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the extension is deleted.',
      announced: (row, tenantId) => ({ topic: SCIM_EXTENSIONS_TOPIC, tenantId, key: textOf(row, 'urn'), payload: {} }),
    },
  ],
};
