import { type ConfigOf, configSection } from '../config/config-section';
import { secret, text } from '../config/variables';

export const grpcConfig = configSection('Sidecar', {
  CORESDK_SIDECAR_ADDR: text({
    default: null,
    pattern: /^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/,
    patternHint: 'must be host:port',
    sentence:
      'host:port of the sidecar: where the sidecar listens (unset: [::1]:50051 and 127.0.0.1:50051), and where a backend in a process of its own finds it.',
  }),
  CORESDK_SERVICE_TOKEN: secret({
    minLength: 16,
    sentence:
      'Shared secret by which a service proves itself to the sidecar (x-service-token). Needed when backend and sidecar are separate processes.',
  }),
  CORESDK_TENANT_ID: text({
    default: null,
    pattern: /^[a-z0-9][a-z0-9-]{0,62}$/,
    patternHint: 'must be a tenant id or slug',
    sentence:
      'Development only: the tenant of gRPC calls without a token when CORESDK_SERVICE_TOKEN is not set. Without either they are refused.',
  }),
});

export type GrpcConfig = ConfigOf<typeof grpcConfig>;
