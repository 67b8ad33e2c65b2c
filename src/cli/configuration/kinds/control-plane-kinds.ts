import { z } from 'zod';
import { isInstallationApp, newApp } from '../../../modules/apps/contract/apps.types';
import { isBuiltIn } from '../../../modules/apps/contract/platform-scopes';
import { newScope } from '../../../modules/apps/contract/scopes.types';
import { auditRetention } from '../../../modules/audit/contract/audit-retention.types';
import { newConfig } from '../../../modules/config/contract/config-admin.types';
import { newOverride } from '../../../modules/entitlements/contract/entitlements-admin.types';
import { DEFAULT_RULES, newMaskingRules } from '../../../modules/masking/contract/masking-rules.types';
import { newRateLimitRule } from '../../../modules/rate-limit/contract/rate-limit-rules.types';
import { newSamlProvider } from '../../../modules/saml/contract/saml-providers.types';
import { newScimConnection } from '../../../modules/scim/contract/scim-connections.types';
import { scimExtensionBody } from '../../../modules/scim/contract/scim-extensions.types';
import { newGroupRoles } from '../../../modules/users/contract/directory.types';
import { appNameIn, appReference, clientIdIn } from './app-names';
import type { Kind, Members } from './kind';
import { keyedKind, listedKind, singleKind, without } from './rest-kinds';

const ADMIN = { surface: 'control-plane', scopes: ['admin'] } as const;
const namesOf = (schema: { readonly shape: object }): readonly string[] => Object.keys(schema.shape);
/** A generated client ID: the prefix and a ULID. It is different in each installation, so it is not exported. */
const GENERATED_ID = /^app-[0-9a-hjkmnp-tv-z]{26}$/;

const scopeMembers = newScope.omit({ name: true });
const appMembers = newApp.omit({ name: true });
const connectionMembers = newScimConnection.omit({ name: true, expiresInDays: true }).extend({
  enabled: z.boolean().default(true),
});
const samlMembers = newSamlProvider.omit({ name: true });

const scopesOf = (members: Members): readonly string[] => {
  const names = members['declared_scopes'];
  return Array.isArray(names) ? names.map(String) : [];
};

const scopes: Kind = {
  ...listedKind({
    ...ADMIN,
    section: 'scopes',
    title: 'scope',
    order: 1,
    path: '/api/v1/scopes',
    key: 'name',
    id: 'name',
    members: namesOf(scopeMembers),
    schema: scopeMembers,
    fixed: namesOf(scopeMembers),
    isBuiltIn: ({ custom }) => custom !== true,
  }),
  // A scope has no page of its own: it can only be created and deleted.
  refresh: (_api, found) => Promise.resolve(found),
};

const apps = listedKind({
  ...ADMIN,
  section: 'apps',
  title: 'app',
  order: 2,
  path: '/api/v1/apps',
  key: 'name',
  id: 'client_id',
  members: namesOf(appMembers),
  schema: appMembers,
  fixed: ['app_type', 'client_id'],
  secrets: ['client_id', 'client_secret'],
  makesSecret: (members) => {
    const { app_type: type = 'service', token_endpoint_auth_method: method } = members;
    if (method !== undefined) return method === 'client_secret_basic' || method === 'client_secret_post';
    return type === 'service' || type === 'web';
  },
  isBuiltIn: (app) => isInstallationApp(String(app['client_id'])),
  note: (api, name, clientId) => api.clientIds.set(name, clientId),
  toFile: (app) => (GENERATED_ID.test(String(app['client_id'])) ? without(app, ['client_id']) : app),
  references: (members) =>
    scopesOf(members).flatMap((key, at) =>
      isBuiltIn(key) ? [] : [{ path: ['declared_scopes', at], section: 'scopes', key }],
    ),
});

const groupRoles = singleKind({
  ...ADMIN,
  section: 'groupRoles',
  title: 'roles of groups',
  order: 2,
  path: '/api/v1/group-roles',
  members: namesOf(newGroupRoles),
  schema: newGroupRoles,
  unset: { rules: [], defaultRole: 'member' },
});

const settings = singleKind({
  ...ADMIN,
  section: 'config',
  title: 'configuration of applications',
  order: 2,
  path: '/api/v1/config',
  members: ['own'],
  schema: newConfig,
  unset: { values: {} },
  toFile: ({ own }) => ({ values: own }),
});

const masking = singleKind({
  ...ADMIN,
  section: 'masking',
  title: 'masking rules',
  order: 2,
  path: '/api/v1/masking',
  members: namesOf(newMaskingRules),
  schema: newMaskingRules,
  unset: DEFAULT_RULES,
});

const retention = singleKind({
  ...ADMIN,
  section: 'auditRetention',
  title: 'retention of the audit log',
  order: 2,
  path: '/api/v1/audit/retention',
  members: namesOf(auditRetention),
  schema: auditRetention,
  unset: { keepDays: null, legalHold: null, reads: 'each' },
  toFile: (members) => ({ reads: 'each', ...members }),
});

const rateLimits = keyedKind({
  ...ADMIN,
  section: 'rateLimits',
  title: 'rate limit',
  order: 3,
  path: '/api/v1/rate-limits',
  key: 'name',
  createdAt: 'createdAt',
  members: [
    'client',
    'route',
    'key',
    'perTenant',
    'limit',
    'windowSeconds',
    'burst',
    'cost',
    'shadow',
    'concurrency',
    'monthlyQuota',
  ],
  schema: newRateLimitRule,
  toFile: appNameIn('client'),
  toApi: clientIdIn('client'),
  references: appReference('client'),
});

const entitlements = keyedKind({
  ...ADMIN,
  section: 'entitlements',
  title: 'entitlement',
  order: 2,
  path: '/api/v1/entitlements/overrides',
  key: 'key',
  createdAt: 'createdAt',
  members: ['entitled', 'limit', 'expiresAt', 'note'],
  schema: newOverride,
});

const scimConnections: Kind = listedKind({
  ...ADMIN,
  section: 'scimConnections',
  title: 'SCIM connection',
  order: 3,
  path: '/api/v1/scim-connections',
  key: 'name',
  id: 'id',
  members: namesOf(connectionMembers),
  schema: connectionMembers,
  secrets: ['token'],
  onlyChanged: ['enabled'],
  makesSecret: () => true,
  toFile: appNameIn('clientId'),
  toApi: clientIdIn('clientId'),
  references: appReference('clientId'),
});

const scimExtensions = keyedKind({
  ...ADMIN,
  section: 'scimExtensions',
  title: 'SCIM extension',
  order: 2,
  path: '/api/v1/scim-extensions',
  key: 'urn',
  members: namesOf(scimExtensionBody),
  schema: scimExtensionBody,
});

const samlProviders = listedKind({
  ...ADMIN,
  section: 'samlProviders',
  title: 'SAML provider',
  order: 2,
  path: '/api/v1/saml-providers',
  key: 'name',
  id: 'id',
  members: namesOf(samlMembers),
  schema: samlMembers,
  fixed: ['entityId'],
});

/** The kinds that the control plane administers through ordinary REST resources. */
export const CONTROL_PLANE_KINDS: readonly Kind[] = [
  scopes,
  apps,
  groupRoles,
  settings,
  masking,
  retention,
  rateLimits,
  entitlements,
  scimConnections,
  scimExtensions,
  samlProviders,
];
