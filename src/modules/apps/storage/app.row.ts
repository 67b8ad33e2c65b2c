import { type Columns, selectOf } from '../../../kernel/database/columns';
import type { App, Client } from '../contract/apps.types';
import type { SecretRow } from './secret.row';

export interface AppRow {
  readonly clientId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly appType: App['app_type'];
  readonly declaredScopes: string[];
  readonly defaultScopes: string[];
  readonly grantTypes: App['grant_types'];
  readonly tokenEndpointAuthMethod: App['token_endpoint_auth_method'];
  readonly redirectUris: string[];
  readonly postLogoutRedirectUris: string[];
  readonly allowedOrigins: string[];
  readonly firstParty: boolean;
  readonly accessTokenTtlSeconds: number;
  readonly logoUri: string | null;
  readonly policyUri: string | null;
  readonly jwks: App['jwks'];
  readonly jwksUri: string | null;
  readonly refreshRotation: boolean;
  readonly platformContext: boolean;
  readonly metadata: App['metadata'];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The members of an app that its administrator sets. */
export type AppMembers = Omit<AppRow, 'clientId' | 'tenantId' | 'createdAt' | 'updatedAt'>;

export const MEMBER_COLUMNS: Columns<AppMembers> = {
  name: 'name',
  appType: 'app_type',
  declaredScopes: 'declared_scopes',
  defaultScopes: 'default_scopes',
  grantTypes: 'grant_types',
  tokenEndpointAuthMethod: 'token_endpoint_auth_method',
  redirectUris: 'redirect_uris',
  postLogoutRedirectUris: 'post_logout_redirect_uris',
  allowedOrigins: 'allowed_origins',
  firstParty: 'first_party',
  accessTokenTtlSeconds: 'access_token_ttl_seconds',
  logoUri: 'logo_uri',
  policyUri: 'policy_uri',
  jwks: 'jwks',
  jwksUri: 'jwks_uri',
  refreshRotation: 'refresh_rotation',
  platformContext: 'platform_context',
  metadata: 'metadata',
};

/** The SELECT list of an {@link AppRow}. */
export const APP = selectOf<AppRow>({
  clientId: 'client_id',
  tenantId: 'tenant_id',
  ...MEMBER_COLUMNS,
  createdAt: 'created_at',
  updatedAt: 'updated_at',
});

export function toApp(row: AppRow, secrets: readonly SecretRow[]): App {
  return {
    client_id: row.clientId,
    name: row.name,
    app_type: row.appType,
    declared_scopes: row.declaredScopes,
    default_scopes: row.defaultScopes,
    grant_types: row.grantTypes,
    token_endpoint_auth_method: row.tokenEndpointAuthMethod,
    redirect_uris: row.redirectUris,
    post_logout_redirect_uris: row.postLogoutRedirectUris,
    allowed_origins: row.allowedOrigins,
    first_party: row.firstParty,
    access_token_ttl_seconds: row.accessTokenTtlSeconds,
    logo_uri: row.logoUri,
    policy_uri: row.policyUri,
    jwks: row.jwks,
    jwks_uri: row.jwksUri,
    refresh_rotation: row.refreshRotation,
    platform_context: row.platformContext,
    metadata: row.metadata,
    secrets: secrets.map((secret) => ({
      id: secret.id,
      created_at: secret.createdAt.toISOString(),
      expires_at: secret.expiresAt?.toISOString() ?? null,
      last_used_at: secret.lastUsedAt?.toISOString() ?? null,
    })),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export function toClient(row: AppRow): Client {
  return {
    clientId: row.clientId,
    tenantId: row.tenantId,
    name: row.name,
    appType: row.appType,
    grantTypes: row.grantTypes,
    declaredScopes: row.declaredScopes,
    defaultScopes: row.defaultScopes,
    tokenEndpointAuthMethod: row.tokenEndpointAuthMethod,
    redirectUris: row.redirectUris,
    postLogoutRedirectUris: row.postLogoutRedirectUris,
    firstParty: row.firstParty,
    accessTokenTtlSeconds: row.accessTokenTtlSeconds,
    logoUri: row.logoUri,
    policyUri: row.policyUri,
    refreshRotation: row.refreshRotation,
    platformContext: row.platformContext,
    metadata: row.metadata,
    createdAtMs: row.createdAt.getTime(),
  };
}
