import { sourceFiles } from '../support/source-files';

/**
 * Memory that is not a TenantCache, with the reason. Data that tenants can change is in a TenantCache. Other memory is
 * computed from its key alone, never changes, or counts the work of this process. The file of each states its limit.
 */
const REASONS: Readonly<Record<string, string>> = {
  'src/kernel/changes/tenant-cache.ts': 'The cache itself.',
  'src/kernel/http/callers/known-callers.ts':
    'Callers by their tokens, of a kilobyte: whose limit a request counts for, never what it may do.',
  'src/kernel/json-schema/json-schema.ts': 'Compiled schemas, by their text.',
  'src/kernel/sealing/stored-tenant-keys.ts': 'Data keys by their ids: a key never changes.',
  'src/modules/apps/remote-jwks.ts': 'Keys at URLs of apps, which have a time to live of their own and no change feed.',
  'src/modules/audit/checkpoints/checkpoint-signer.ts': 'The last checkpoint of each log that this process signed.',
  'src/modules/audit/known-heads.ts': 'Heads of logs as this process left them; the store refuses what is behind.',
  'src/modules/audit/person-keys.ts': 'Keys that are read many at a time; an erasure names a person, not the key here.',
  'src/modules/auth/grpc/admit-message.ts': 'Claims by the text of their token.',
  'src/modules/credentials/key-use.ts': 'When this process noted the use of a key.',
  'src/modules/jobs/job-admission.ts': 'Counts that are a second old at most.',
  'src/modules/masking/domain/call-patterns.ts': 'Compiled patterns, by their text.',
  'src/modules/masking/worker/masking.handler.ts': 'Compiled rules, by their text, in a thread.',
  'src/modules/oauth/access-tokens.service.ts':
    'Signatures that were verified, by the text of the token; revocation is asked each time.',
  'src/modules/oauth/api-key-claims.ts': 'Claims of an API key; each call asks for the key itself.',
  'src/modules/oauth/storage/recent-families.ts':
    'Families that this process rotated; the store refuses what is behind.',
  'src/modules/policy/base-layers.ts': 'Layers that were compiled, by their sources.',
  'src/modules/policy/domain/main-thread-share.ts': 'Shares of the main thread that tenants used.',
  'src/modules/policy/allow-cache.ts': 'Decisions by all of their inputs.',
  'src/modules/policy/threads/thread-policies.ts': 'Policies that a thread has compiled, by version and base.',
  'src/modules/rate-limit/buckets/leased-tokens.ts': 'Tokens that this process took ahead of a limit.',
  'src/modules/rate-limit/quotas.ts': 'Counts that this process has not written yet.',
  'src/modules/rate-limit/rules-cache.ts': 'Limits that were known last, for when the store is away.',
  'src/modules/skills/runner/runnable-versions.ts': 'Versions of skills, which never change.',
  'src/modules/tenants/tenants.service.ts': 'Ids by slugs: a slug never changes its tenant.',
  'src/modules/users/sessions.service.ts':
    'Sessions, which are known for half a minute; a change names a user, who has several.',
};

it('memory outside TenantCache has a documented reason', () => {
  const keeping = sourceFiles().filter(({ text }) => /new LRUCache\b/.test(text));
  expect(keeping.map(({ path }) => path).sort()).toEqual(Object.keys(REASONS).sort());
});
