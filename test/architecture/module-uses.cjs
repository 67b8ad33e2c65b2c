/**
 * Lists the modules whose contracts each module uses. dependency-rules.cjs forbids every use that is
 * missing here; module-uses.spec.ts proves that each listed use occurs and that the list has no cycle. A new use is one
 * line here. If it creates a cycle, reconsider the design.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const moduleUses = {
  agents: ['apps', 'audit', 'auth', 'keys', 'oauth', 'policy', 'token-events'],
  apps: ['audit', 'revocation'],
  audit: [],
  'audit-sinks': ['audit'],
  auth: ['apps', 'audit', 'credentials', 'keys', 'oauth', 'policy', 'rate-limit', 'revocation', 'tenants', 'users'],
  config: ['audit'],
  connections: ['audit', 'factors', 'users'],
  console: ['audit', 'auth', 'jobs', 'rate-limit', 'revocation', 'users', 'workflows'],
  credentials: ['apps', 'audit', 'revocation', 'token-events', 'users'],
  entitlements: ['audit', 'tenants'],
  files: ['audit', 'auth', 'entitlements', 'projects', 'revocation', 'users'],
  events: [],
  factors: ['apps', 'audit', 'tenants', 'users'],
  flags: ['audit'],
  gates: ['audit', 'auth', 'oauth', 'policy', 'secrets'],
  jobs: ['apps', 'audit', 'auth', 'files', 'secrets', 'users'],
  keys: ['audit', 'revocation', 'token-events'],
  masking: ['audit'],
  oauth: [
    'apps',
    'audit',
    'credentials',
    'factors',
    'keys',
    'policy',
    'revocation',
    'tenants',
    'token-events',
    'users',
  ],
  'platform-context': ['apps', 'revocation'],
  policy: ['audit'],
  projects: ['audit', 'entitlements', 'users'],
  'rate-limit': ['audit', 'tenants'],
  revocation: ['token-events'],
  'managed-objects': ['audit'],
  saml: ['audit'],
  scim: ['apps', 'audit', 'oauth', 'users'],
  secrets: ['apps', 'audit', 'auth', 'oauth', 'users'],
  'sign-in-pages': ['apps', 'connections', 'factors', 'oauth', 'tenants', 'users'],
  tenants: ['apps', 'audit', 'keys', 'revocation'],
  skills: ['audit', 'auth', 'entitlements', 'files', 'flags', 'gates', 'jobs', 'oauth', 'secrets', 'users'],
  'token-events': ['audit'],
  'user-transfers': ['jobs', 'users'],
  users: ['audit', 'revocation', 'tenants'],
  webhooks: ['audit', 'events'],
  workflows: ['apps', 'audit', 'auth', 'events', 'gates', 'jobs', 'rate-limit', 'skills', 'users'],
};

/**
 * Imports that currently bypass a module's contract or break a contract's limits: the file under src/modules, and its import.
 * The list can only shrink: never add an entry. module-uses.spec.ts fails when an entry is no longer needed.
 *
 * @type {readonly { readonly from: string, readonly to: string, readonly why: string }[]}
 */
const breaches = [
  { from: 'keys/contract/keys.types.ts', to: 'crypto', why: 'A verification key in memory is a KeyObject; type only.' },
];

module.exports = { moduleUses, breaches };
