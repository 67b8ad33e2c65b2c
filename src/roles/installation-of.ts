import { databaseConfig } from '../kernel/database/database.config';
import { grpcConfig } from '../kernel/grpc/grpc.config';
import { oauthConfig } from '../modules/oauth/oauth.config';
import { rateLimitConfig } from '../modules/rate-limit/rate-limit.config';
import { secretsConfig } from '../modules/secrets/secrets.config';
import { usersConfig } from '../modules/users/users.config';
import { webhooksConfig } from '../modules/webhooks/webhooks.config';
import type { Installation } from '../kernel/config/installation';
import { kernelTenantData, sealingTenantData } from '../kernel/tenant-data/kernel.tenant-data';
import type { TenantData } from '../kernel/tenant-data/tenant-data';
import { MANIFESTS } from './hosting';
import type { Settings } from './settings';
import type { Store } from './store';

const ofModules = MANIFESTS.flatMap(({ tenantData }) => tenantData ?? []);

/**
 * The data of a tenant in all modules, whichever process hosts them. The control plane exports, imports and erases it. The tenant
 * itself is first, and is therefore erased last.
 */
export const TENANT_DATA: readonly TenantData[] = [
  ...ofModules.slice(0, 1),
  sealingTenantData,
  ...ofModules.slice(1),
  kernelTenantData,
];

export function installationOf(settings: Settings, { appUrl }: Pick<Store, 'appUrl'>): Installation {
  const { role } = settings;
  const isProduction = role.NODE_ENV === 'production';
  const { WEBHOOKS_PRIVATE_ADDRESSES: mayBePrivate } = settings.of(webhooksConfig);
  return {
    isProduction,
    isWhole: role.ROLE === 'all',
    isWorker: role.ROLE === 'worker',
    issuerUrl: settings.of(oauthConfig).ISSUER_URL,
    publicUrl: settings.of(usersConfig).PUBLIC_URL.replace(/\/$/, ''),
    databaseUrl: appUrl,
    dataDir: settings.of(databaseConfig).DATA_DIR,
    ownHosts: ownHosts(settings),
    firstTenant: settings.bootstrap.BOOTSTRAP_TENANT,
    serviceToken: role.CONTROL_PLANE_TOKEN,
    secretVariables: settings.secretVariables,
    receiverRules: { mayBePrivate, mayBePlain: mayBePrivate && !isProduction },
    tenantData: TENANT_DATA,
  };
}

function ownHosts(settings: Settings): readonly string[] {
  const { CORESDK_SIDECAR_ADDR: sidecar } = settings.of(grpcConfig);
  const urls = [
    settings.of(oauthConfig).ISSUER_URL,
    settings.role.CONTROL_PLANE_URL,
    settings.of(databaseConfig).DATABASE_URL?.reveal(),
    settings.of(rateLimitConfig).REDIS_URL?.reveal(),
    settings.of(secretsConfig).CORESDK_VAULT_ADDR,
    sidecar === null ? null : `http://${sidecar}`,
  ];
  return urls.flatMap((url) => {
    const host = url === null || url === undefined ? '' : (URL.parse(url)?.hostname ?? '');
    return host === '' ? [] : [host];
  });
}
