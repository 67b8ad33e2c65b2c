import type { Type } from '@nestjs/common';
import { isController, isModule } from '../kernel/adapters/nest-metadata';
import type { Load, Manifest, Surface } from '../kernel/composition/manifest';
import { agentsManifest } from '../modules/agents/agents.manifest';
import { appsManifest } from '../modules/apps/apps.manifest';
import { auditManifest } from '../modules/audit/audit.manifest';
import { auditSinksManifest } from '../modules/audit-sinks/audit-sinks.manifest';
import { authManifest } from '../modules/auth/auth.manifest';
import { configManifest } from '../modules/config/config.manifest';
import { connectionsManifest } from '../modules/connections/connections.manifest';
import { consoleManifest } from '../modules/console/console.manifest';
import { credentialsManifest } from '../modules/credentials/credentials.manifest';
import { entitlementsManifest } from '../modules/entitlements/entitlements.manifest';
import { eventsManifest } from '../modules/events/events.manifest';
import { factorsManifest } from '../modules/factors/factors.manifest';
import { filesManifest } from '../modules/files/files.manifest';
import { flagsManifest } from '../modules/flags/flags.manifest';
import { gatesManifest } from '../modules/gates/gates.manifest';
import { jobsManifest } from '../modules/jobs/jobs.manifest';
import { keysManifest } from '../modules/keys/keys.manifest';
import { managedObjectsManifest } from '../modules/managed-objects/managed-objects.manifest';
import { maskingManifest } from '../modules/masking/masking.manifest';
import { oauthManifest } from '../modules/oauth/oauth.manifest';
import { platformContextManifest } from '../modules/platform-context/platform-context.manifest';
import { policyManifest } from '../modules/policy/policy.manifest';
import { projectsManifest } from '../modules/projects/projects.manifest';
import { rateLimitManifest } from '../modules/rate-limit/rate-limit.manifest';
import { revocationManifest } from '../modules/revocation/revocation.manifest';
import { samlManifest } from '../modules/saml/saml.manifest';
import { scimManifest } from '../modules/scim/scim.manifest';
import { secretsManifest } from '../modules/secrets/secrets.manifest';
import { signInPagesManifest } from '../modules/sign-in-pages/sign-in-pages.manifest';
import { skillsManifest } from '../modules/skills/skills.manifest';
import { tenantsManifest } from '../modules/tenants/tenants.manifest';
import { tokenEventsManifest } from '../modules/token-events/token-events.manifest';
import { userTransfersManifest } from '../modules/user-transfers/user-transfers.manifest';
import { usersManifest } from '../modules/users/users.manifest';
import { webhooksManifest } from '../modules/webhooks/webhooks.manifest';
import { workflowsManifest } from '../modules/workflows/workflows.manifest';
import type { Role } from './role.config';

type SplitRole = Exclude<Role, 'all'>;

/** The names of a module's Nest modules; `remote` for its ports over the network. */
type PartOf<M extends Manifest> =
  (keyof M['hosted'] & string) | (M extends { readonly remote: Load } ? 'remote' : never);

interface Row {
  readonly manifest: Manifest;
  readonly parts: Readonly<Partial<Record<Role, readonly string[]>>>;
}

function row<M extends Manifest>(manifest: M, parts: Partial<Record<Role, readonly PartOf<M>[]>>): Row {
  return { manifest, parts };
}

/**
 * The modules that each role hosts: a row per module and a column per role. Each cell names Nest modules in the module's manifest. `all`
 * hosts the modules of every role except remote modules, and the modules in its own column. A tenant's data is imported in the order of the
 * rows.
 */
export const HOSTING = {
  tenants: row(tenantsManifest, {
    backend: ['tenants'],
    'control-plane': ['tenants', 'tenantLifecycle'],
    sidecar: ['tenants'],
  }),
  users: row(usersManifest, {
    backend: ['userLookup', 'peopleBase', 'sessions', 'accounts', 'groups'],
    'control-plane': [
      ...(['userLookup', 'peopleBase', 'sessions', 'accounts', 'users'] as const),
      ...(['groups', 'directory', 'federation'] as const),
    ],
    sidecar: ['userLookup', 'groups'],
    worker: ['userLookup', 'userRows'],
  }),
  factors: row(factorsManifest, { 'control-plane': ['factors'] }),
  apps: row(appsManifest, {
    backend: ['appOrigins'],
    'control-plane': ['clients', 'clientRegistrations', 'apps', 'appOrigins'],
    sidecar: ['clients', 'clientRegistrations'],
  }),
  oauth: row(oauthManifest, {
    'control-plane': ['accessTokens', 'refresh', 'oauth', 'tokenClaims'],
    sidecar: ['accessTokens', 'refresh'],
  }),
  policy: row(policyManifest, { 'control-plane': ['policy', 'policyBundles'], sidecar: ['policy'] }),
  flags: row(flagsManifest, {
    backend: ['remote'],
    'control-plane': ['flagsAdmin'],
    sidecar: ['flags'],
    worker: ['remote'],
  }),
  config: row(configManifest, { 'control-plane': ['configAdmin'], sidecar: ['config'] }),
  entitlements: row(entitlementsManifest, {
    backend: ['remote'],
    'control-plane': ['entitlements', 'entitlementsAdmin'],
    sidecar: ['entitlements'],
  }),
  masking: row(maskingManifest, { backend: ['remote'], 'control-plane': ['maskingRules'], sidecar: ['masking'] }),
  'managed-objects': row(managedObjectsManifest, { 'control-plane': ['managedObjects'] }),
  saml: row(samlManifest, { 'control-plane': ['samlProviders'], sidecar: ['saml'] }),
  connections: row(connectionsManifest, { 'control-plane': ['connections'] }),
  scim: row(scimManifest, { 'control-plane': ['scim'] }),
  secrets: row(secretsManifest, {
    backend: ['remote'],
    'control-plane': ['secretStore', 'secretAccess'],
    sidecar: ['secretStore', 'secrets'],
    worker: ['remote'],
  }),
  'rate-limit': row(rateLimitManifest, {
    backend: ['remote'],
    'control-plane': ['rateLimitRules'],
    sidecar: ['rateLimit'],
  }),
  projects: row(projectsManifest, { backend: ['projects'] }),
  files: row(filesManifest, {
    backend: ['keptObjects', 'objectUrls', 'files'],
    sidecar: ['objectUrls'],
    worker: ['keptObjects'],
  }),
  credentials: row(credentialsManifest, {
    backend: ['credentials'],
    'control-plane': ['apiKeys'],
    sidecar: ['apiKeys'],
  }),
  audit: row(auditManifest, { backend: ['remote'], 'control-plane': ['audit', 'checkpoints'], sidecar: ['audit'] }),
  'token-events': row(tokenEventsManifest, {
    'control-plane': ['tokenEvents', 'tokenEventMover'],
    sidecar: ['tokenEvents'],
  }),
  'audit-sinks': row(auditSinksManifest, { 'control-plane': ['auditSinks'] }),
  events: row(eventsManifest, { backend: ['events'], 'control-plane': ['events'] }),
  webhooks: row(webhooksManifest, { backend: ['webhooks'] }),
  skills: row(skillsManifest, { backend: ['skills'], worker: ['skillsRunner'] }),
  jobs: row(jobsManifest, {
    backend: ['jobsBase', 'jobs', 'ownedSchedules'],
    'control-plane': ['ownedSchedules'],
    sidecar: ['jobsBase', 'jobs'],
    worker: ['jobsBase', 'jobsWorker', 'jobRunners'],
    all: ['inlineJobs'],
  }),
  workflows: row(workflowsManifest, {
    backend: ['workflows', 'ownedTriggers'],
    'control-plane': ['ownedTriggers'],
    worker: ['workflowsWorker'],
  }),
  'user-transfers': row(userTransfersManifest, { backend: ['userTransfers'], worker: ['userTransfersWorker'] }),
  keys: row(keysManifest, { 'control-plane': ['keys', 'signing', 'signer'], sidecar: ['keys', 'signing'] }),
  revocation: row(revocationManifest, {
    backend: ['revocation'],
    'control-plane': ['revocation'],
    sidecar: ['revocation'],
  }),
  auth: row(authManifest, {
    backend: ['remote'],
    'control-plane': ['auth'],
    sidecar: ['auth', 'admission'],
    worker: ['remote'],
  }),
  agents: row(agentsManifest, { sidecar: ['agents'] }),
  'platform-context': row(platformContextManifest, { sidecar: ['platformContext'] }),
  gates: row(gatesManifest, { backend: ['remote'], sidecar: ['gates'], worker: ['remote'] }),
  'sign-in-pages': row(signInPagesManifest, {}),
  console: row(consoleManifest, {}),
} as const satisfies Readonly<Record<string, Row>>;

const ROWS: readonly Row[] = Object.values(HOSTING);

/** The manifests of all modules. */
export const MANIFESTS: readonly Manifest[] = ROWS.map(({ manifest }) => manifest);

const SPLIT_ROLES: readonly SplitRole[] = ['backend', 'control-plane', 'sidecar', 'worker'];

/** The names of a module's Nest modules that a role hosts. */
export function partsOf({ parts }: Row, role: Role): readonly string[] {
  if (role !== 'all') return parts[role] ?? [];
  const everywhere = [...SPLIT_ROLES, 'all' as const].flatMap((one) => parts[one] ?? []);
  return [...new Set(everywhere)].filter((part) => part !== 'remote');
}

/** Loads the Nest modules that a role hosts. */
export function hostedModules(role: Role): Promise<readonly Type[]> {
  const loads = ROWS.flatMap((one) => partsOf(one, role).map((part) => loadOf(one.manifest, part)));
  return classesIn(loads, isModule);
}

/** Loads the controllers of a surface. The internal surface also has the controllers to which the public surface forwards requests. */
export async function controllersOf(surface: Surface, manifests = MANIFESTS): Promise<readonly Type[]> {
  const own = await controllersIn(manifests, surface);
  return surface === 'internal' ? [...own, ...(await proxiedControllers(manifests))] : own;
}

/** Loads the controllers of the internal surface to which the public surface forwards requests. */
export function proxiedControllers(manifests = MANIFESTS): Promise<readonly Type[]> {
  return controllersIn(manifests, 'proxied');
}

function controllersIn(manifests: readonly Manifest[], kind: Surface | 'proxied'): Promise<readonly Type[]> {
  const loads = manifests.flatMap(({ controllers }) => controllers?.[kind] ?? []);
  return classesIn(loads, isController);
}

function loadOf({ hosted, remote }: Manifest, part: string): Load {
  const load = part === 'remote' ? remote : hosted?.[part];
  if (load === undefined) throw new Error(`The part "${part}" is not in the manifest.`);
  return load;
}

async function classesIn(loads: readonly Load[], isMeant: (exported: object) => boolean): Promise<readonly Type[]> {
  const files = await Promise.all(loads.map((load) => load()));
  const classes = files.flatMap((file) => {
    const exported: readonly unknown[] = Object.values(file);
    const meant = exported.filter((one): one is Type => typeof one === 'function' && isMeant(one));
    if (meant.length === 0)
      throw new Error(`A manifest names a file that exports only ${Object.keys(file).join(', ')}.`);
    return meant;
  });
  return [...new Set(classes)];
}
