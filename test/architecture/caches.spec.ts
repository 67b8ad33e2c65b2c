import { sourceFiles } from '../support/source-files';

/**
 * Memory that is not a TenantCache, with the reason. Data that tenants can change is in a TenantCache. Other memory contains values that
 * depend only on their keys, values that never change, or counts of this process's work. Each file states its limit.
 */
const REASONS: Readonly<Record<string, string>> = {
  'src/kernel/changes/tenant-cache.ts': 'The cache itself.',
  'src/kernel/http/callers/known-callers.ts':
    'Callers by token (about 1 kB each). An entry determines only whose limit a request counts against, never what the request may do.',
  'src/kernel/json-schema/json-schema.ts': 'Compiled schemas, by schema text.',
  'src/kernel/sealing/stored-tenant-keys.ts': 'Data keys by id: a key never changes.',
  'src/modules/apps/remote-jwks.ts':
    'Keys from the JWKS URLs of apps. They have a time to live, because no change feed announces changes.',
  'src/modules/audit/checkpoints/checkpoint-signer.ts': 'For each log, the last checkpoint that this process signed.',
  'src/modules/audit/known-heads.ts': 'Log heads as this process left them; the store refuses an outdated head.',
  'src/modules/audit/person-keys.ts':
    'Keys, many of which are read at a time; an erasure names a person, not the key in this cache.',
  'src/modules/auth/grpc/admit-message.ts': 'Claims by token text.',
  'src/modules/connections/upstream/upstream-configurations.ts':
    'Metadata and keys of identity providers, by version of the connection. They have a time to live.',
  'src/modules/credentials/key-use.ts': 'The times at which this process noted the use of a key.',
  'src/modules/jobs/job-admission.ts': 'Counts that are at most a second old.',
  'src/modules/masking/domain/call-patterns.ts': 'Compiled patterns, by pattern text.',
  'src/modules/masking/worker/masking.handler.ts': 'Compiled rules in a thread, by rule text.',
  'src/modules/oauth/access-tokens.service.ts': 'Verified signatures, by token text; each call checks the revocation.',
  'src/modules/oauth/api-key-claims.ts': 'The claims of API keys; each call looks up the key itself.',
  'src/modules/oauth/storage/recent-families.ts':
    'Families that this process rotated; the store refuses an outdated family.',
  'src/modules/policy/base-layers.ts': 'Compiled layers, by their sources.',
  'src/modules/policy/domain/main-thread-share.ts': 'The shares of the main thread that tenants used.',
  'src/modules/policy/allow-cache.ts': 'Decisions, by all their inputs.',
  'src/modules/policy/threads/thread-policies.ts': 'Policies that a thread has compiled, by version and base.',
  'src/modules/rate-limit/buckets/leased-tokens.ts': 'Tokens that this process took from a limit in advance.',
  'src/modules/rate-limit/quotas.ts': 'Counts that this process has not written yet.',
  'src/modules/rate-limit/rules-cache.ts': 'The last known limits, for use while the store is unavailable.',
  'src/modules/skills/runner/runnable-versions.ts': 'Skill versions, which never change.',
  'src/modules/tenants/tenants.service.ts': 'Tenant ids by slug: a slug always names the same tenant.',
  'src/modules/users/sessions.service.ts':
    'Sessions, for half a minute; a change names a user, who can have several sessions.',
};

it('memory outside TenantCache has a documented reason', () => {
  const keeping = sourceFiles().filter(({ text }) => /new LRUCache\b/.test(text));
  expect(keeping.map(({ path }) => path).sort()).toEqual(Object.keys(REASONS).sort());
});
