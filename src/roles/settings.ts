import { isIP, SocketAddress } from 'node:net';
import { changesConfig, type ChangesConfig } from '../kernel/changes/changes.config';
import { ConfigReader, type ConfigSection, type Environment } from '../kernel/config/config-section';
import type { Secret } from '../kernel/config/secret';
import { databaseConfig, type DatabaseConfig } from '../kernel/database/database.config';
import { grpcConfig, type GrpcConfig } from '../kernel/grpc/grpc.config';
import { type TlsConfig, tlsConfig, type TlsFiles, tlsFiles } from '../kernel/grpc/tls.config';
import { isProxyEntry } from '../kernel/http/trusted-proxies';
import { limitsConfig, type LimitsConfig } from '../kernel/limits/limits.config';
import { sealingConfig, type SealingConfig } from '../kernel/sealing/sealing.config';
import { telemetryConfig, type TelemetryConfig } from '../kernel/telemetry/telemetry.config';
import { agentsConfig, type AgentsConfig } from '../modules/agents/agents.config';
import { egressConfig, type EgressConfig } from '../modules/gates/egress.config';
import { filesConfig, type FilesConfig } from '../modules/files/files.config';
import { auditConfig, type AuditConfig } from '../modules/audit/audit.config';
import { eventsConfig, type EventsConfig } from '../modules/events/events.config';
import { jobsConfig, type JobsConfig } from '../modules/jobs/jobs.config';
import { faultyDefaults } from '../modules/jobs/runners/image-rules';
import { jobRunnersConfig, type JobRunnersConfig } from '../modules/jobs/runners/job-runners.config';
import { keysConfig, type KeysConfig } from '../modules/keys/keys.config';
import { oauthConfig, type OauthConfig } from '../modules/oauth/oauth.config';
import { policyConfig, type PolicyConfig } from '../modules/policy/policy.config';
import { rateLimitConfig, type RateLimitConfig } from '../modules/rate-limit/rate-limit.config';
import { secretsConfig, type SecretsConfig } from '../modules/secrets/secrets.config';
import { auditSinksConfig, type AuditSinksConfig } from '../modules/audit-sinks/audit-sinks.config';
import { tokenEventsConfig, type TokenEventsConfig } from '../modules/token-events/token-events.config';
import { tenantsConfig, type TenantsConfig } from '../modules/tenants/tenants.config';
import { webhooksConfig, type WebhooksConfig } from '../modules/webhooks/webhooks.config';
import { skillsConfig, type SkillsConfig } from '../modules/skills/skills.config';
import { usersConfig, type UsersConfig } from '../modules/users/users.config';
import {
  bootstrapConfig,
  type BootstrapConfig,
  firstTenant,
  type Role,
  roleConfig,
  type RoleSettings,
} from './role.config';
import { checkSidecarAddress, sidecarPort } from './sidecar-address';

/** Every section of every role, in the order of `.env.example`. */
export const ALL_SECTIONS: readonly ConfigSection[] = [
  roleConfig,
  bootstrapConfig,
  databaseConfig,
  sealingConfig,
  oauthConfig,
  keysConfig,
  tenantsConfig,
  auditConfig,
  usersConfig,
  limitsConfig,
  rateLimitConfig,
  grpcConfig,
  tlsConfig,
  agentsConfig,
  policyConfig,
  egressConfig,
  secretsConfig,
  filesConfig,
  jobsConfig,
  jobRunnersConfig,
  skillsConfig,
  tokenEventsConfig,
  auditSinksConfig,
  eventsConfig,
  webhooksConfig,
  changesConfig,
  telemetryConfig,
];

/** The settings of this process, checked. */
export interface Settings {
  readonly role: RoleSettings;
  readonly bootstrap: BootstrapConfig;
  readonly database: DatabaseConfig;
  readonly sealing: SealingConfig;
  readonly oauth: OauthConfig;
  readonly keys: KeysConfig;
  readonly tenants: TenantsConfig;
  readonly audit: AuditConfig;
  readonly users: UsersConfig;
  readonly limits: LimitsConfig;
  readonly rateLimit: RateLimitConfig;
  readonly grpc: GrpcConfig;
  readonly tls: TlsConfig;
  /** `null`: without TLS. */
  readonly tlsFiles: TlsFiles | null;
  readonly agents: AgentsConfig;
  readonly policy: PolicyConfig;
  readonly egress: EgressConfig;
  readonly secrets: SecretsConfig;
  /** What the provider `env` may give out: variables that begin with `SECRETS_ENV_PREFIX`, without it. */
  readonly secretVariables: ReadonlyMap<string, Secret>;
  readonly files: FilesConfig;
  readonly jobs: JobsConfig;
  readonly jobRunners: JobRunnersConfig;
  readonly skills: SkillsConfig;
  readonly tokenEvents: TokenEventsConfig;
  readonly auditSinks: AuditSinksConfig;
  readonly events: EventsConfig;
  readonly webhooks: WebhooksConfig;
  readonly changes: ChangesConfig;
  readonly telemetry: TelemetryConfig;
}

/** Reads and checks everything; throws `ConfigError` with every fault at once. */
export function readSettings(environment: Environment): Settings {
  const reader = new ConfigReader(environment);
  const settings = settingsFrom(reader);
  reader.finish();
  return settings;
}

/** The same for who looks on in spite of faults: what has one reads as its default. */
export function inspectSettings(environment: Environment): {
  readonly settings: Settings;
  readonly faults: readonly string[];
} {
  const reader = new ConfigReader(environment);
  return { settings: settingsFrom(reader), faults: reader.faults };
}

function settingsFrom(reader: ConfigReader): Settings {
  const secrets = reader.read(secretsConfig);
  const bootstrap = reader.read(bootstrapConfig);
  const grpc = reader.read(grpcConfig);
  const tls = reader.read(tlsConfig);
  const role = withLocalBackend(withEnvironment(reader.read(roleConfig), reader), reader);
  const settings: Settings = {
    role,
    bootstrap: { ...bootstrap, BOOTSTRAP_TENANT: firstTenant(bootstrap, grpc) },
    database: reader.read(databaseConfig),
    sealing: reader.read(sealingConfig),
    oauth: atOwnPort(role, reader.read(oauthConfig), 'ISSUER_URL', reader),
    keys: reader.read(keysConfig),
    tenants: reader.read(tenantsConfig),
    audit: reader.read(auditConfig),
    users: atOwnPort(role, reader.read(usersConfig), 'PUBLIC_URL', reader),
    limits: reader.read(limitsConfig),
    rateLimit: reader.read(rateLimitConfig),
    grpc,
    tls,
    tlsFiles: tlsFiles(tls, reader),
    agents: reader.read(agentsConfig),
    policy: reader.read(policyConfig),
    egress: reader.read(egressConfig),
    secrets,
    secretVariables: reader.secretsBeginningWith(secrets.SECRETS_ENV_PREFIX),
    files: reader.read(filesConfig),
    jobs: reader.read(jobsConfig),
    jobRunners: reader.read(jobRunnersConfig),
    skills: reader.read(skillsConfig),
    tokenEvents: reader.read(tokenEventsConfig),
    auditSinks: reader.read(auditSinksConfig),
    events: reader.read(eventsConfig),
    webhooks: reader.read(webhooksConfig),
    changes: reader.read(changesConfig),
    telemetry: reader.read(telemetryConfig),
  };
  checkRole(settings, reader);
  return settings;
}

/** A process that has every role knows where its backend is; split ones share an address that none of them can know. */
function atOwnPort<Name extends string, Values extends Readonly<Record<Name, string>>>(
  { ROLE, PORT }: RoleSettings,
  values: Values,
  name: Name,
  reader: ConfigReader,
): Values {
  return ROLE !== 'all' || reader.isSet(name) ? values : { ...values, [name]: `http://localhost:${PORT}` };
}

/** `CORESDK_ENV` is `NODE_ENV` by another name; every word but those of development means production (wire contract §2.11). */
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
 * A control plane in a process of its own believes the backend on its own machine, which tells whose requests it hands on:
 * else all callers would be one in the limits by address. Production names the backends.
 */
function withLocalBackend(role: RoleSettings, reader: ConfigReader): RoleSettings {
  const isNamed = role.NODE_ENV === 'production' || reader.isSet('TRUSTED_PROXIES');
  return role.ROLE !== 'control-plane' || isNamed ? role : { ...role, TRUSTED_PROXIES: LOOPBACK };
}

/** A section with its values, to be injected. */
interface ProvidedConfig {
  readonly section: ConfigSection;
  readonly values: unknown;
}

/** The sections that modules inject. */
export function providedConfigs(settings: Settings): readonly ProvidedConfig[] {
  return [
    { section: oauthConfig, values: settings.oauth },
    { section: keysConfig, values: settings.keys },
    { section: tenantsConfig, values: settings.tenants },
    { section: auditConfig, values: settings.audit },
    { section: usersConfig, values: settings.users },
    { section: limitsConfig, values: settings.limits },
    { section: rateLimitConfig, values: settings.rateLimit },
    { section: agentsConfig, values: settings.agents },
    { section: policyConfig, values: settings.policy },
    { section: egressConfig, values: settings.egress },
    { section: secretsConfig, values: settings.secrets },
    { section: filesConfig, values: settings.files },
    { section: jobsConfig, values: settings.jobs },
    { section: jobRunnersConfig, values: settings.jobRunners },
    { section: skillsConfig, values: settings.skills },
    { section: auditSinksConfig, values: settings.auditSinks },
    { section: tokenEventsConfig, values: settings.tokenEvents },
    { section: eventsConfig, values: settings.events },
    { section: webhooksConfig, values: settings.webhooks },
    { section: changesConfig, values: settings.changes },
  ];
}

/** Whether a role makes the schema, the keys and the first tenant. */
export function isControlPlane(role: Role): boolean {
  return role === 'all' || role === 'control-plane';
}

/** What no variable can see alone: a split role without what it needs, a bind that is open to the network. */
function checkRole(settings: Settings, reader: ConfigReader): void {
  const { ROLE: role, NODE_ENV, CORESDK_FAIL_MODE } = settings.role;
  const needs = (names: readonly string[], why: string): void => {
    for (const name of names) if (!reader.isSet(name)) reader.fault(`${name} must be set ${why}.`);
  };
  // A certificate proves a service too.
  const serviceToken = (settings.tlsFiles?.caFile ?? null) === null ? ['CORESDK_SERVICE_TOKEN'] : [];
  if (role === 'backend') {
    needs(['CONTROL_PLANE_URL', 'CORESDK_SIDECAR_ADDR', ...serviceToken, 'MASTER_KEY'], 'with ROLE=backend');
  }
  if (role === 'worker') needs(['CORESDK_SIDECAR_ADDR', ...serviceToken], 'with ROLE=worker');
  if (role === 'sidecar') needs([...serviceToken, 'MASTER_KEY'], 'with ROLE=sidecar');
  if (role === 'control-plane') needs(['MASTER_KEY', 'CONTROL_PLANE_TOKEN'], 'with ROLE=control-plane');
  if (role === 'all' && NODE_ENV === 'production') {
    needs(['MASTER_KEY', 'CONTROL_PLANE_TOKEN'], 'with NODE_ENV=production');
  }
  if (role === 'backend' && NODE_ENV === 'production') {
    needs(['TRUSTED_PROXIES'], 'with ROLE=backend in production, to the addresses of what forwards requests to it');
  }
  if (role === 'control-plane' && NODE_ENV === 'production') {
    needs(['TRUSTED_PROXIES'], 'with ROLE=control-plane in production, to the addresses of the backends');
  }
  if (isControlPlane(role) && NODE_ENV === 'production') {
    needs(['AUDIT_SIGNING_KEY_FILE'], 'where the control plane is, with NODE_ENV=production');
  }
  if (reader.isSet('DATABASE_URL') && isControlPlane(role)) {
    needs(['DATABASE_MIGRATION_URL'], 'beside DATABASE_URL where the schema is made (ROLE=all or control-plane)');
  }
  if (reader.isSet('DATABASE_MIGRATION_URL')) needs(['DATABASE_URL'], 'beside DATABASE_MIGRATION_URL');
  if (settings.rateLimit.RATE_LIMIT_STORE === 'redis') needs(['REDIS_URL'], 'with RATE_LIMIT_STORE=redis');
  if (CORESDK_FAIL_MODE === 'open' && NODE_ENV === 'production') {
    reader.fault(
      'CORESDK_FAIL_MODE=open is not for production: what cannot be decided is denied there, without exception.',
    );
  }
  checkVault(settings.secrets, reader);
  checkJobRunners(settings, reader);
  checkSidecarAddress(role, settings.grpc, settings.tlsFiles, reader);
  for (const server of settings.egress.EGRESS_DNS_SERVERS) {
    const host = SocketAddress.parse(server)?.address ?? '';
    if (isIP(host) === 0) reader.fault(`EGRESS_DNS_SERVERS has "${server}", which is no IP address.`);
  }
  for (const proxy of settings.role.TRUSTED_PROXIES) {
    if (!isProxyEntry(proxy)) reader.fault(`TRUSTED_PROXIES has "${proxy}", which is no IP address or range.`);
  }
  checkPorts(settings, reader);
}

function checkVault(secrets: SecretsConfig, reader: ConfigReader): void {
  const hasRole = secrets.CORESDK_VAULT_ROLE_ID !== null && secrets.CORESDK_VAULT_SECRET_ID !== null;
  if (secrets.CORESDK_VAULT_ADDR === null || secrets.CORESDK_VAULT_TOKEN !== null || hasRole) return;
  const either = 'CORESDK_VAULT_TOKEN, or CORESDK_VAULT_ROLE_ID and CORESDK_VAULT_SECRET_ID,';
  reader.fault(`${either} must be set beside CORESDK_VAULT_ADDR.`);
}

function checkJobRunners({ jobRunners, role }: Settings, reader: ConfigReader): void {
  if (jobRunners.JOBS_ALLOW_LOCAL_PROCESS && role.NODE_ENV === 'production') {
    reader.fault('JOBS_ALLOW_LOCAL_PROCESS=true is not for production: it runs what tenants send without a wall.');
  }
  for (const text of faultyDefaults(jobRunners.JOBS_DEFAULT_IMAGES)) {
    reader.fault(`JOBS_DEFAULT_IMAGES has "${text}", which is no kind=image.`);
  }
  if (jobRunners.JOBS_NETWORK_IMAGES.length > 0 && jobRunners.JOBS_CONTAINER_NETWORK === null) {
    reader.fault('JOBS_CONTAINER_NETWORK must be set beside JOBS_NETWORK_IMAGES.');
  }
  for (const [most, usual] of [
    ['JOBS_MAX_CPU_MILLIS', 'JOBS_CPU_MILLIS'],
    ['JOBS_MAX_MEMORY_BYTES', 'JOBS_MEMORY_BYTES'],
  ] as const) {
    if (jobRunners[usual] > jobRunners[most]) reader.fault(`${usual} must not be above ${most}.`);
  }
}

/** The variables of the ports at which a role listens, beside its sidecar's address. */
export const PORTS_OF = {
  all: ['PORT', 'CONTROL_PLANE_PORT', 'HEALTH_PORT'],
  backend: ['PORT', 'HEALTH_PORT'],
  'control-plane': ['CONTROL_PLANE_PORT', 'HEALTH_PORT'],
  sidecar: ['HEALTH_PORT'],
  worker: ['HEALTH_PORT'],
} as const satisfies Record<Role, readonly (keyof RoleSettings)[]>;

function checkPorts({ role, grpc }: Settings, reader: ConfigReader): void {
  const names: readonly (keyof RoleSettings)[] = PORTS_OF[role.ROLE];
  const numbers: unknown[] = names.map((name) => role[name]);
  const port = sidecarPort(grpc.CORESDK_SIDECAR_ADDR);
  const serves = role.ROLE === 'all' || role.ROLE === 'sidecar';
  if (port !== null && !(port >= 1 && port <= 65_535)) {
    reader.fault('CORESDK_SIDECAR_ADDR must end in a port from 1 to 65535.');
  }
  if (serves && port !== null) numbers.push(port);
  if (new Set(numbers).size < numbers.length) {
    reader.fault(`${[...names, ...(serves ? ['CORESDK_SIDECAR_ADDR'] : [])].join(', ')} must be different ports.`);
  }
}
