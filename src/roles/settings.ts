import { changesConfig } from '../kernel/changes/changes.config';
import { type ConfigOf, ConfigReader, type ConfigSection, type Environment } from '../kernel/config/config-section';
import type { Secret } from '../kernel/config/secret';
import { databaseConfig } from '../kernel/database/database.config';
import { grpcConfig } from '../kernel/grpc/grpc.config';
import { tenantsOfServices, tlsConfig, type TlsFiles, tlsFiles } from '../kernel/grpc/tls.config';
import { isProxyEntry } from '../kernel/http/callers/trusted-proxies';
import { corsConfig } from '../kernel/http/routes/cors.config';
import { limitsConfig } from '../kernel/limits/limits.config';
import { splitAddress } from '../kernel/network/host';
import { sealingConfig } from '../kernel/sealing/sealing.config';
import { telemetryConfig } from '../kernel/telemetry/telemetry.config';
import { oauthConfig } from '../modules/oauth/oauth.config';
import { policyConfig } from '../modules/policy/policy.config';
import { secretsConfig } from '../modules/secrets/secrets.config';
import { usersConfig } from '../modules/users/users.config';
import { MANIFESTS } from './hosting';
import {
  bootstrapConfig,
  type BootstrapConfig,
  firstTenant,
  referenceUrls,
  type Role,
  roleConfig,
  type RoleSettings,
} from './role.config';
import { checkSidecarAddress, sidecarPort } from './sidecar-address';

/** Every section of every role, in the order of `.env.example`: the process sections, then the module sections. */
export const ALL_SECTIONS: readonly ConfigSection[] = [
  roleConfig,
  bootstrapConfig,
  databaseConfig,
  sealingConfig,
  corsConfig,
  limitsConfig,
  grpcConfig,
  tlsConfig,
  changesConfig,
  telemetryConfig,
  ...MANIFESTS.flatMap(({ config }) => config ?? []),
];

type Values = ReadonlyMap<ConfigSection, object>;

/** The validated settings of this process. */
export class Settings {
  constructor(
    private readonly values: Values,
    /** `null` without TLS. */
    readonly tlsFiles: TlsFiles | null,
    /** The values that the provider `env` can return: variables that begin with `SECRETS_ENV_PREFIX`, without the prefix. */
    readonly secretVariables: ReadonlyMap<string, Secret>,
  ) {}

  /** Returns the values of a section. */
  of<S extends ConfigSection>(section: S): ConfigOf<S> {
    const values = this.values.get(section);
    if (values === undefined) throw new TypeError(`"${section.title}" is not in any manifest.`);
    // Each section has the types that its variables declare.
    return values as ConfigOf<S>;
  }

  /** Returns these settings with some values of a section replaced. */
  with<S extends ConfigSection>(section: S, changed: Partial<ConfigOf<S>>): Settings {
    const values = new Map(this.values).set(section, { ...this.of(section), ...changed });
    return new Settings(values, this.tlsFiles, this.secretVariables);
  }

  get role(): RoleSettings {
    return this.of(roleConfig);
  }

  get bootstrap(): BootstrapConfig {
    const bootstrap = this.of(bootstrapConfig);
    return {
      ...bootstrap,
      BOOTSTRAP_TENANT: firstTenant(bootstrap, this.of(grpcConfig)),
      referenceUrls: referenceUrls(this.of(oauthConfig).ISSUER_URL, this.role.CONTROL_PLANE_PORT),
    };
  }
}

/** Reads and validates all settings; throws `ConfigError` with all faults together. */
export function readSettings(environment: Environment): Settings {
  const reader = new ConfigReader(environment);
  const settings = settingsFrom(reader);
  reader.finish();
  return settings;
}

/** Reads all settings for inspection despite faults: the default replaces an invalid value. */
export function inspectSettings(environment: Environment): {
  readonly settings: Settings;
  readonly faults: readonly string[];
} {
  const reader = new ConfigReader(environment);
  return { settings: settingsFrom(reader), faults: reader.faults };
}

function settingsFrom(reader: ConfigReader): Settings {
  const values = new Map<ConfigSection, object>(ALL_SECTIONS.map((section) => [section, reader.read(section)]));
  const read = new Settings(values, null, new Map());
  const role = withLocalBackend(withEnvironment(read.role, reader), reader);
  values.set(roleConfig, role);
  values.set(oauthConfig, atOwnPort(role, read.of(oauthConfig), 'ISSUER_URL', reader));
  values.set(usersConfig, atOwnPort(role, read.of(usersConfig), 'PUBLIC_URL', reader));
  const secretVariables = reader.secretsBeginningWith(read.of(secretsConfig).SECRETS_ENV_PREFIX);
  const settings = new Settings(values, tlsFiles(read.of(tlsConfig), reader), secretVariables);
  checkRole(settings, reader);
  const isProduction = role.NODE_ENV === 'production';
  for (const [section, own] of values) section.check?.(own, { isProduction, reader });
  return settings;
}

/** Fills in the backend's own address for a process with every role. Split processes share an address that no process can derive. */
function atOwnPort<Name extends string, Values extends Readonly<Record<Name, string>>>(
  { ROLE, PORT }: RoleSettings,
  values: Values,
  name: Name,
  reader: ConfigReader,
): Values {
  return ROLE !== 'all' || reader.isSet(name) ? values : { ...values, [name]: `http://localhost:${PORT}` };
}

/** Reads `CORESDK_ENV`, an alias of `NODE_ENV`. Every value except development values means production (wire contract §2.11). */
function withEnvironment(role: RoleSettings, reader: ConfigReader): RoleSettings {
  const { CORESDK_ENV, NODE_ENV } = role;
  if (CORESDK_ENV === null) return role;
  const word = CORESDK_ENV.toLowerCase();
  const named = word === 'development' || word === 'test' ? word : 'production';
  if (reader.isSet('NODE_ENV') && (named === 'production') !== (NODE_ENV === 'production')) {
    reader.fault(`CORESDK_ENV=${CORESDK_ENV} and NODE_ENV=${NODE_ENV} contradict each other; set one of them.`);
  }
  return { ...role, NODE_ENV: reader.isSet('NODE_ENV') ? NODE_ENV : named };
}

const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Makes a control plane in its own process trust the backend on its own machine, which forwards callers' addresses. Otherwise, all
 * callers would share one limit by address. In production, you name the backends.
 */
function withLocalBackend(role: RoleSettings, reader: ConfigReader): RoleSettings {
  const isNamed = role.NODE_ENV === 'production' || reader.isSet('TRUSTED_PROXIES');
  return role.ROLE !== 'control-plane' || isNamed ? role : { ...role, TRUSTED_PROXIES: LOOPBACK };
}

/** Returns whether a role creates the schema, the keys and the first tenant. */
export function isControlPlane(role: Role): boolean {
  return role === 'all' || role === 'control-plane';
}

/** Reports which variables must be set, and why. */
type Needs = (names: readonly string[], why: string) => void;

function checkProduction({ ROLE: role, CORESDK_FAIL_MODE }: RoleSettings, reader: ConfigReader, needs: Needs): void {
  if (role === 'all') needs(['MASTER_KEY', 'CONTROL_PLANE_TOKEN'], 'with NODE_ENV=production');
  if (role === 'backend') {
    needs(['TRUSTED_PROXIES'], 'with ROLE=backend in production, to the addresses of the proxies in front of it');
  }
  if (role === 'control-plane') {
    needs(['TRUSTED_PROXIES'], 'with ROLE=control-plane in production, to the addresses of the backends');
  }
  if (isControlPlane(role)) {
    needs(['AUDIT_SIGNING_KEY_FILE'], 'for the control plane with NODE_ENV=production');
  }
  if (CORESDK_FAIL_MODE === 'open') {
    reader.fault(
      'CORESDK_FAIL_MODE=open is not allowed in production, where calls that cannot be decided are always denied.',
    );
  }
}

/** Finds faults across variables: missing settings of a split role, or an address that is open to the network. */
function checkRole(settings: Settings, reader: ConfigReader): void {
  const { ROLE: role, NODE_ENV } = settings.role;
  const needs: Needs = (names, why) => {
    for (const name of names) if (!reader.isSet(name)) reader.fault(`${name} must be set ${why}.`);
  };
  // A certificate also authenticates a service.
  const serviceToken = (settings.tlsFiles?.caFile ?? null) === null ? ['CORESDK_SERVICE_TOKEN'] : [];
  if (role === 'backend') {
    needs(['CONTROL_PLANE_URL', 'CORESDK_SIDECAR_ADDR', ...serviceToken, 'MASTER_KEY'], 'with ROLE=backend');
  }
  if (role === 'worker') needs(['CORESDK_SIDECAR_ADDR', ...serviceToken], 'with ROLE=worker');
  if (role === 'sidecar') needs([...serviceToken, 'MASTER_KEY'], 'with ROLE=sidecar');
  if (role === 'control-plane') needs(['MASTER_KEY', 'CONTROL_PLANE_TOKEN'], 'with ROLE=control-plane');
  if (NODE_ENV === 'production') checkProduction(settings.role, reader, needs);
  if (reader.isSet('DATABASE_URL') && isControlPlane(role)) {
    needs(['DATABASE_MIGRATION_URL'], 'with DATABASE_URL in roles that create the schema (ROLE=all or control-plane)');
  }
  if (reader.isSet('DATABASE_MIGRATION_URL')) needs(['DATABASE_URL'], 'with DATABASE_MIGRATION_URL');
  checkSidecarAddress(role, settings.of(grpcConfig), settings.tlsFiles, reader);
  checkOpaAddress(settings, reader, needs);
  for (const proxy of settings.role.TRUSTED_PROXIES) {
    if (!isProxyEntry(proxy)) reader.fault(`TRUSTED_PROXIES has "${proxy}", which is not an IP address or range.`);
  }
  checkPorts(settings, reader);
}

/** Reports settings that conflict with OPA's API, which speaks plain HTTP and identifies callers only by the service token. */
function checkOpaAddress(settings: Settings, reader: ConfigReader, needs: Needs): void {
  if (!servesSidecar(settings.role.ROLE) || settings.of(policyConfig).CORESDK_OPA_ADDR === null) return;
  needs(['CORESDK_SERVICE_TOKEN'], 'with CORESDK_OPA_ADDR: without it, any page in a browser could call it');
  if (tenantsOfServices(settings.of(tlsConfig)).size > 0) {
    reader.fault('CORESDK_OPA_ADDR does not support certificates: unset it, or CORESDK_TLS_SERVICE_TENANTS.');
  }
}

function servesSidecar(role: Role): boolean {
  return role === 'all' || role === 'sidecar';
}

/** The port variables of a role, without its sidecar's address. */
export const PORTS_OF = {
  all: ['PORT', 'CONTROL_PLANE_PORT', 'HEALTH_PORT'],
  backend: ['PORT', 'HEALTH_PORT'],
  'control-plane': ['CONTROL_PLANE_PORT', 'HEALTH_PORT'],
  sidecar: ['HEALTH_PORT'],
  worker: ['HEALTH_PORT'],
} as const satisfies Record<Role, readonly (keyof RoleSettings)[]>;

function checkPorts(settings: Settings, reader: ConfigReader): void {
  const { role } = settings;
  const { CORESDK_SIDECAR_ADDR: address } = settings.of(grpcConfig);
  const names: readonly (keyof RoleSettings)[] = PORTS_OF[role.ROLE];
  const numbers: unknown[] = names.map((name) => role[name]);
  const port = sidecarPort(address);
  const { CORESDK_OPA_ADDR: opaAddress } = settings.of(policyConfig);
  const serves = servesSidecar(role.ROLE);
  if (port !== null && !(port >= 1 && port <= 65_535)) {
    reader.fault('CORESDK_SIDECAR_ADDR must end in a port from 1 to 65535.');
  }
  if (serves && port !== null) numbers.push(port);
  const opaPort = opaAddress === null ? null : splitAddress(opaAddress).port;
  if (opaPort !== null && !(opaPort >= 1 && opaPort <= 65_535)) {
    reader.fault('CORESDK_OPA_ADDR must end in a port from 1 to 65535.');
  }
  if (serves && opaPort !== null) numbers.push(opaPort);
  if (new Set(numbers).size < numbers.length) {
    reader.fault(
      `${[...names, ...(serves ? ['CORESDK_SIDECAR_ADDR', ...(opaPort === null ? [] : ['CORESDK_OPA_ADDR'])] : [])].join(', ')} must be different ports.`,
    );
  }
}
