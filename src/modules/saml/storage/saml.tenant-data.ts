import { type TenantData, textOf } from '../../../kernel/tenant-data/tenant-data';
import { SAML_PROVIDERS_TOPIC } from '../contract/saml-providers.types';

export const samlTenantData: TenantData = {
  module: 'saml',
  tables: [
    {
      table: 'saml.providers',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the provider is deleted.',
      announced: (row, tenantId) => ({ topic: SAML_PROVIDERS_TOPIC, tenantId, key: textOf(row, 'id'), payload: {} }),
    },
    {
      table: 'saml.shown_assertions',
      key: ['hash'],
      exported: { leftOut: 'Prevents an assertion from being used a second time.' },
      erased: 'rows',
      kept: 'Until a minute after the assertion expires, at most a day.',
    },
  ],
};
