import type { Settings } from './settings';

/** Hosts at which this installation serves or keeps what it has, as far as this process is told of them. */
export function ownHosts({ oauth, role, grpc, database, rateLimit, secrets }: Settings): readonly string[] {
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
