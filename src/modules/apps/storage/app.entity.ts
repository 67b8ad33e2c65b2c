import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { App, Client } from '../contract/apps.types';
import type { SecretEntity } from './secret.entity';

@Entity({ schema: 'apps', name: 'apps' })
export class AppEntity {
  @PrimaryColumn('text', { name: 'client_id' })
  clientId!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'app_type' })
  appType!: App['app_type'];

  @Column('text', { name: 'declared_scopes', array: true })
  declaredScopes!: string[];

  @Column('text', { name: 'default_scopes', array: true })
  defaultScopes!: string[];

  @Column('text', { name: 'grant_types', array: true })
  grantTypes!: App['grant_types'];

  @Column('text', { name: 'token_endpoint_auth_method' })
  tokenEndpointAuthMethod!: App['token_endpoint_auth_method'];

  @Column('text', { name: 'redirect_uris', array: true })
  redirectUris!: string[];

  @Column('text', { name: 'post_logout_redirect_uris', array: true })
  postLogoutRedirectUris!: string[];

  @Column('boolean', { name: 'first_party' })
  firstParty!: boolean;

  @Column('int', { name: 'access_token_ttl_seconds' })
  accessTokenTtlSeconds!: number;

  @Column('text', { name: 'logo_uri', nullable: true })
  logoUri!: string | null;

  @Column('text', { name: 'policy_uri', nullable: true })
  policyUri!: string | null;

  @Column('jsonb', { nullable: true })
  jwks!: App['jwks'];

  @Column('text', { name: 'jwks_uri', nullable: true })
  jwksUri!: string | null;

  @Column('boolean', { name: 'refresh_rotation' })
  refreshRotation!: boolean;

  @Column('boolean', { name: 'platform_context' })
  platformContext!: boolean;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}

export function toApp(row: AppEntity, secrets: readonly SecretEntity[]): App {
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
    first_party: row.firstParty,
    access_token_ttl_seconds: row.accessTokenTtlSeconds,
    logo_uri: row.logoUri,
    policy_uri: row.policyUri,
    jwks: row.jwks,
    jwks_uri: row.jwksUri,
    refresh_rotation: row.refreshRotation,
    platform_context: row.platformContext,
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

export function toClient(row: AppEntity): Client {
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
    createdAtMs: row.createdAt.getTime(),
  };
}
