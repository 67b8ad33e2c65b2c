import { type ConfigOf, configSection } from '../kernel/config/config-section';
import { integer, list, oneOf, secret, text, url } from '../kernel/config/variables';
import type { GrpcConfig } from '../kernel/grpc/grpc.config';
import { LOOPBACK_HOSTS } from '../kernel/network/host';

export const ROLES = ['all', 'backend', 'control-plane', 'sidecar', 'worker'] as const;
export type Role = (typeof ROLES)[number];

const port = (description: string, defaultPort: number) =>
  integer({ description, default: defaultPort, min: 1, max: 65_535 });

export const roleConfig = configSection('Role and addresses', {
  ROLE: oneOf({
    words: ROLES,
    default: 'all',
    description: 'The role of this process: all (everything in one), backend, control-plane, sidecar or worker.',
  }),
  NODE_ENV: oneOf({
    words: ['development', 'test', 'production'],
    default: 'development',
    description: 'In production, no secret is generated: you must set each of them.',
  }),
  CORESDK_ENV: text({
    default: null,
    pattern: /^[A-Za-z][\w-]{0,31}$/,
    patternHint: 'must be a word, such as development or production',
    description:
      'An alias of NODE_ENV, for existing deployments: development (or test). Any other word is production. If both are set, they must agree.',
  }),
  CORESDK_FAIL_MODE: oneOf({
    words: ['closed', 'open'],
    default: 'closed',
    description:
      'Kept for existing deployments. A decision that is unavailable is always a denial. With open, each call that this mode would have allowed elsewhere is counted (coresdk_fail_open_decisions_total) and logged. Production refuses open.',
  }),
  PORT: port('Port of the public backend.', 8000),
  CONTROL_PLANE_PORT: port('Port of the control plane; for the internal network only.', 8080),
  HEALTH_PORT: port('Port of /healthz, /readyz and /metrics.', 9091),
  INTERNAL_ADDRESS: text({
    default: null,
    pattern: /^[0-9A-Fa-f.:]{2,45}$/,
    patternHint: 'must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0',
    description:
      'Address at which the control plane and /healthz, /readyz and /metrics listen. Unset: 127.0.0.1 outside production, so that no other machine reaches them; every address in production, where a network policy must guard them.',
  }),
  CONTROL_PLANE_URL: url({
    default: null,
    protocols: ['http:', 'https:'],
    description: 'Address of the control plane, for a backend in its own process.',
  }),
  CONTROL_PLANE_TOKEN: secret({
    minLength: 16,
    description:
      'Service token of the installation at the control plane. Unset in development: generated into DATA_DIR/secrets and printed at the first start.',
  }),
  TRUSTED_PROXIES: list({
    default: [],
    description:
      "Addresses of proxies, or ranges (10.0.4.0/24), whose Forwarded header is trusted for the caller's address, separated by commas. In production, a backend in its own process and its control plane do not start without it: all callers would count as one address. To the control plane, the backends are proxies. Outside production, it trusts those on its own machine.",
  }),
});

const TENANT_SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const FIRST_TENANT = 'default';

export const bootstrapConfig = configSection('First start', {
  BOOTSTRAP_TENANT: text({
    default: null,
    pattern: TENANT_SLUG,
    patternHint: 'must be lower-case letters, digits and hyphens, at most 63',
    description:
      'Slug of the first tenant. Unset: the one that CORESDK_TENANT_ID names for development, or else "default".',
  }),
  BOOTSTRAP_CLIENT_ID: text({
    default: 'app-admin',
    pattern: /^app-[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/,
    patternHint: 'must be app-, then lower-case letters, digits and hyphens',
    description: 'Client ID of the first administrator app; its client_credentials token is the admin token.',
  }),
  BOOTSTRAP_CLIENT_SECRET: secret({
    minLength: 16,
    description: 'Secret of that app. Unset: generated and printed once, at the first start.',
  }),
  BOOTSTRAP_ADMIN_EMAIL: text({
    default: 'admin@example.com',
    pattern: /^[\w.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/i,
    patternHint: 'must be an email address',
    maxLength: 254,
    description: 'Email address of the first owner of the first tenant, who signs in with it.',
  }),
  BOOTSTRAP_ADMIN_PASSWORD: secret({
    minLength: 12,
    description: 'Password of that owner. Unset: generated and printed once, at the first start.',
  }),
});

export type RoleSettings = ConfigOf<typeof roleConfig>;

/** Returns the address at which the internal surfaces listen; `undefined` for every address of the machine. */
export function internalAddress({
  INTERNAL_ADDRESS: address,
  NODE_ENV,
}: Pick<RoleSettings, 'INTERNAL_ADDRESS' | 'NODE_ENV'>): string | undefined {
  return address ?? (NODE_ENV === 'production' ? undefined : '127.0.0.1');
}

/** The settings of the first start, the tenant that it creates, and the addresses of the API reference. */
export type BootstrapConfig = ConfigOf<typeof bootstrapConfig> & {
  readonly BOOTSTRAP_TENANT: string;
  readonly referenceUrls: readonly string[];
};

/**
 * Returns the addresses at which people open the API reference and sign in to it. A control plane on a developer's machine is one of them;
 * in production, its address is internal and unknown.
 */
export function referenceUrls(issuerUrl: string, controlPlanePort: number): readonly string[] {
  const local = LOOPBACK_HOSTS.includes(new URL(issuerUrl).hostname) ? [`http://localhost:${controlPlanePort}`] : [];
  return [issuerUrl, ...local].map((base) => `${base}/docs/api`);
}

/**
 * Returns the default first tenant: the tenant for which a development sidecar acts. The two settings with which existing applications
 * start a sidecar are then sufficient.
 */
export function firstTenant(
  { BOOTSTRAP_TENANT: slug }: ConfigOf<typeof bootstrapConfig>,
  grpc: Pick<GrpcConfig, 'CORESDK_TENANT_ID' | 'CORESDK_SERVICE_TOKEN'>,
): string {
  if (slug !== null) return slug;
  const spokenFor = grpc.CORESDK_SERVICE_TOKEN === null ? (grpc.CORESDK_TENANT_ID ?? '') : '';
  // An ID names an existing tenant.
  return TENANT_SLUG.test(spokenFor) && !spokenFor.startsWith('tnt-') ? spokenFor : FIRST_TENANT;
}
