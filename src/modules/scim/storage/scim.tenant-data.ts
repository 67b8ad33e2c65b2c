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
      exported: {
        leftOut: "Tokens are valid only at this installation; rotate a connection's token to get a new one.",
      },
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
