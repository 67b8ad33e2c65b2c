import { type ConfigOf, configSection } from '../config/config-section';
import { boolean, secret, text } from '../config/variables';

export const grpcConfig = configSection('Sidecar', {
  CORESDK_SIDECAR_ADDR: text({
    default: null,
    pattern: /^(unix:\/[^\0]{1,100}|(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5})$/,
    patternHint: 'must be host:port, or unix: and an absolute path of at most 100 characters',
    description:
      'host:port of the sidecar, or unix:/path of a socket. The sidecar listens there (unset: [::1]:50051 and 127.0.0.1:50051); backends and workers in separate processes connect to it. Addresses other than loopback require CORESDK_TLS_*.',
  }),
  CORESDK_SERVICE_TOKEN: secret({
    minLength: 16,
    description:
      'Shared secret that authenticates a service to the sidecar (x-service-token). Required when backend and sidecar are separate processes, unless certificates authenticate it (CORESDK_TLS_CA_FILE).',
  }),
  CORESDK_TENANT_ID: text({
    default: null,
    pattern: /^[a-z0-9][a-z0-9-]{0,62}$/,
    patternHint: 'must be a tenant id or slug',
    description:
      'Development only: the tenant of gRPC calls without a token when CORESDK_SERVICE_TOKEN is not set. If neither is set, such calls are refused.',
  }),
  CORESDK_LEGACY_CLIENTS: boolean({
    default: true,
    description:
      'Serves the published CoreSDK clients, which use five paths and some bytes that the contract does not declare. With false, the sidecar accepts only the contract.',
  }),
});

export type GrpcConfig = ConfigOf<typeof grpcConfig>;

const UNIX = 'unix:';

/** Returns the path in a `unix:/path` address of the sidecar; `null` for `host:port`. */
export function unixPath(address: string): string | null {
  return address.startsWith(UNIX) ? address.slice(UNIX.length) : null;
}
