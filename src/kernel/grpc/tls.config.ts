import { type ConfigOf, type ConfigReader, configSection } from '../config/config-section';
import { list, text } from '../config/variables';

const file = (description: string) => text({ default: null, maxLength: 4_096, description });

export const tlsConfig = configSection('TLS between services', {
  CORESDK_TLS_CERT_FILE: file(
    'PEM file with the certificate chain that identifies the sidecar to clients, and a backend to the sidecar. Reloaded when it changes, and on SIGHUP.',
  ),
  CORESDK_TLS_KEY_FILE: file('PEM file with its private key.'),
  CORESDK_TLS_CA_FILE: file(
    "PEM file with the authorities that must have issued the peer's certificate. With it, the sidecar accepts only callers with a certificate, and each is a service.",
  ),
  CORESDK_TLS_CERT: file('Alias of CORESDK_TLS_CERT_FILE that some clients use.'),
  CORESDK_TLS_KEY: file('Alias of CORESDK_TLS_KEY_FILE.'),
  CORESDK_TLS_CA: file('Alias of CORESDK_TLS_CA_FILE.'),
  CORESDK_TLS_SERVICE_TENANTS: list({
    default: [],
    description:
      'service=tenant pairs, separated by commas: the tenants (ids or slugs; * for every tenant) that a service can act for. Every URI and DNS name in its certificate is compared. With it, a certificate without an entry is refused.',
  }),
});

export type TlsConfig = ConfigOf<typeof tlsConfig>;

/** Paths of the TLS files of this process. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** If `null`, this process does not request a certificate from the peer. */
  readonly caFile: string | null;
}

/** The wildcard in `CORESDK_TLS_SERVICE_TENANTS` that stands for every tenant. */
export const EVERY_TENANT = '*';

const PAIR = /^[^=\s]{1,256}=(\*|[a-z0-9][a-z0-9-]{0,62})$/;

/**
 * Returns the files that the variables name, in either spelling; `null` if TLS is not configured. Reports two spellings with different
 * values, and the variables that are missing from an incomplete configuration. With an incomplete configuration, clients fall back to plain
 * text, but this product does not start.
 */
export function tlsFiles(config: TlsConfig, reader: Pick<ConfigReader, 'fault'>): TlsFiles | null {
  const either = (name: 'CORESDK_TLS_CERT' | 'CORESDK_TLS_KEY' | 'CORESDK_TLS_CA'): string | null => {
    const [long, short] = [config[`${name}_FILE`], config[name]];
    if (long !== null && short !== null && long !== short) {
      reader.fault(`${name}_FILE and ${name} name different files; set one of them.`);
    }
    return long ?? short;
  };
  const certFile = either('CORESDK_TLS_CERT');
  const keyFile = either('CORESDK_TLS_KEY');
  const caFile = either('CORESDK_TLS_CA');
  for (const pair of config.CORESDK_TLS_SERVICE_TENANTS) {
    if (!PAIR.test(pair)) reader.fault(`CORESDK_TLS_SERVICE_TENANTS has "${pair}", which is not service=tenant.`);
  }
  if (certFile !== null && keyFile !== null) return { certFile, keyFile, caFile };
  if (certFile === null && keyFile === null && caFile === null) return null;
  const missing = [
    ...(certFile === null ? ['CORESDK_TLS_CERT_FILE'] : []),
    ...(keyFile === null ? ['CORESDK_TLS_KEY_FILE'] : []),
  ];
  reader.fault(`TLS is only partly configured: set ${missing.join(' and ')} too.`);
  return null;
}

/** Returns a warning for operators about the peers that a sidecar accepts; `null` if the sidecar does not request certificates. */
export function serviceTenantsWarning(config: TlsConfig, files: TlsFiles | null): string | null {
  const isListSet = config.CORESDK_TLS_SERVICE_TENANTS.length > 0;
  if (files === null || files.caFile === null) {
    return isListSet ? 'CORESDK_TLS_SERVICE_TENANTS has no effect without CORESDK_TLS_CA_FILE.' : null;
  }
  return isListSet
    ? 'CORESDK_TLS_SERVICE_TENANTS is set: peers whose certificates it does not name are refused, including backends and workers.'
    : 'CORESDK_TLS_SERVICE_TENANTS is not set: every peer with a certificate can act for every tenant.';
}

/** Returns the tenants that services are bound to, by the names in their certificates. */
export function tenantsOfServices(config: TlsConfig): ReadonlyMap<string, readonly string[]> {
  const bound = new Map<string, string[]>();
  for (const pair of config.CORESDK_TLS_SERVICE_TENANTS) {
    const equals = pair.lastIndexOf('=');
    const name = pair.slice(0, equals);
    bound.set(name, [...(bound.get(name) ?? []), pair.slice(equals + 1)]);
  }
  return bound;
}
