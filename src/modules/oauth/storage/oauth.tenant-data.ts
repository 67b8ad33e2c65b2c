import type { Change } from '../../../kernel/changes/change';
import type { TenantData } from '../../../kernel/tenant-data/tenant-data';
import { newTokenClaims, TOKEN_CLAIMS_TOPIC } from '../contract/token-claims.types';

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
    {
      table: 'oauth.claim_rules',
      key: ['app_id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until other rules replace them.',
      // Rules of a different form would make every token of the tenant fail.
      admitted: (row) => (newTokenClaims.safeParse({ rules: row['rules'] }).success ? row : null),
      announced: (_row, tenantId) => claimsChanged(tenantId),
    },
    {
      table: 'oauth.token_policies',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant exists.',
      announced: (_row, tenantId) => claimsChanged(tenantId),
    },
  ],
};

function claimsChanged(tenantId: string): Change {
  return { topic: TOKEN_CLAIMS_TOPIC, tenantId, key: tenantId, payload: {} };
}
