import type { Installation } from '../kernel/config/installation';
import { kernelTenantData, sealingTenantData } from '../kernel/tenant-data/kernel.tenant-data';
import type { TenantData } from '../kernel/tenant-data/tenant-data';
import { MANIFESTS } from './hosting';
import type { Settings } from './settings';
import type { Store } from './store';

const ofModules = MANIFESTS.flatMap(({ tenantData }) => tenantData ?? []);

/**
 * What every module stores of a tenant, whichever process hosts it: the control plane exports, imports and erases it all.
 * The tenant itself comes first, and so goes last.
 */
export const TENANT_DATA: readonly TenantData[] = [
  ...ofModules.slice(0, 1),
  sealingTenantData,
  ...ofModules.slice(1),
  kernelTenantData,
];

export function installationOf(settings: Settings, { appUrl }: Pick<Store, 'appUrl'>): Installation {
  const { role, oauth, users, bootstrap, webhooks, database, secretVariables } = settings;
  const isProduction = role.NODE_ENV === 'production';
  const mayBePrivate = webhooks.WEBHOOKS_PRIVATE_ADDRESSES;
  return {
    isProduction,
    isWhole: role.ROLE === 'all',
    isWorker: role.ROLE === 'worker',
    issuerUrl: oauth.ISSUER_URL,
    publicUrl: users.PUBLIC_URL.replace(/\/$/, ''),
    databaseUrl: appUrl,
    dataDir: database.DATA_DIR,
    ownHosts: ownHosts(settings),
    firstTenant: bootstrap.BOOTSTRAP_TENANT,
    serviceToken: role.CONTROL_PLANE_TOKEN,
    secretVariables,
    receiverRules: { mayBePrivate, mayBePlain: mayBePrivate && !isProduction },
    tenantData: TENANT_DATA,
  };
}

function ownHosts({ oauth, role, grpc, database, rateLimit, secrets }: Settings): readonly string[] {
  const urls = [
    oauth.ISSUER_URL,
    role.CONTROL_PLANE_URL,
    database.DATABASE_URL?.reveal(),
    rateLimit.REDIS_URL?.reveal(),
    secrets.CORESDK_VAULT_ADDR,
    grpc.CORESDK_SIDECAR_ADDR === null ? null : `http://${grpc.CORESDK_SIDECAR_ADDR}`,
  ];
  return urls.flatMap((url) => {
    const host = url === null || url === undefined ? '' : (URL.parse(url)?.hostname ?? '');
    return host === '' ? [] : [host];
  });
}
