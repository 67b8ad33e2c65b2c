import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const oauthTenantData: TenantData = {
  module: 'oauth',
  tables: [
    {
      table: 'oauth.grants',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until an hour after it is revoked.',
    },
    {
      table: 'oauth.codes',
      key: ['hash'],
      exported: { leftOut: 'A code is valid for a minute, and only in the installation that issued it.' },
      erased: 'rows',
      kept: 'Until an hour after it expires.',
    },
    {
      table: 'oauth.refresh_families',
      key: ['handle'],
      exported: { leftOut: 'Tokens belong to the issuer that created them; apps ask their users to sign in again.' },
      erased: 'rows',
      kept: 'Until an hour after the last of its tokens has expired.',
    },
    {
      table: 'oauth.assertions',
      key: ['client_id', 'jti_hash'],
      exported: { leftOut: 'Prevents an assertion from being used a second time.' },
      erased: 'rows',
      kept: 'Until a minute after the assertion expires.',
    },
  ],
};
