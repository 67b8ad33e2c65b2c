import { sourceFiles } from '../support/source-files';

const CALL = /\.platform\(|\bplatformTransaction\(/;

/**
 * Files with statements for which no tenant is set, by purpose. Row security hides every tenant's rows from such a statement: it reaches
 * them only through a SECURITY DEFINER function, which returns what its name says. When a tenant moves to another database, the work that
 * these statements do for it must move, too.
 */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'Lookup of an owner by a hash or a name, before the tenant is known': [
    'src/modules/apps/storage/app-origins.repository.ts',
    'src/modules/apps/storage/apps.repository.ts',
    'src/modules/apps/storage/self-registration.repository.ts',
    'src/modules/credentials/storage/api-keys.repository.ts',
    'src/modules/factors/storage/passkeys.repository.ts',
    'src/modules/oauth/storage/refresh-families.repository.ts',
    'src/modules/scim/storage/scim-connections.repository.ts',
    'src/modules/tenants/storage/tenants.repository.ts',
    'src/modules/users/storage/invitations.repository.ts',
    'src/modules/users/storage/password-links.repository.ts',
    'src/modules/users/storage/sessions.repository.ts',
    'src/modules/users/storage/users.repository.ts',
    'src/modules/workflows/storage/triggers.repository.ts',
  ],
  'The next items of a log or a queue, of any tenant, for one process at a time': [
    'src/modules/audit-sinks/storage/audit-sinks.repository.ts',
    'src/modules/audit/storage/chain.repository.ts',
    'src/modules/audit/storage/checkpoints.repository.ts',
    'src/modules/connections/storage/connection-domains.repository.ts',
    'src/modules/flags/storage/scheduled-changes.repository.ts',
    'src/modules/jobs/storage/dispatch.repository.ts',
    'src/modules/jobs/storage/jobs.repository.ts',
    'src/modules/jobs/storage/logs.repository.ts',
    'src/modules/jobs/storage/schedule-ticks.repository.ts',
    'src/modules/jobs/storage/authorized-work.repository.ts',
    'src/modules/jobs/storage/steps.repository.ts',
    'src/modules/webhooks/storage/webhook-dispatch.repository.ts',
    'src/modules/workflows/storage/firings.repository.ts',
  ],
  'Logs and changes that processes follow for all tenants, and their partitions': [
    'src/kernel/changes/retained-changes.ts',
    'src/kernel/log/log-store.ts',
    'src/modules/events/storage/events.repository.ts',
    'src/modules/revocation/storage/revocations.repository.ts',
    'src/modules/token-events/storage/token-events.repository.ts',
    'src/roles/start-role.ts',
  ],
  'Cleanup of expired rows of all tenants together': [
    'src/kernel/changes/change-cleanup-task.ts',
    'src/modules/audit/storage/retention.repository.ts',
    'src/modules/connections/storage/sign-ins.repository.ts',
    'src/modules/credentials/storage/credentials.repository.ts',
    'src/modules/files/storage/sweep.repository.ts',
    'src/modules/projects/storage/projects.repository.ts',
    'src/modules/saml/storage/shown-assertions.repository.ts',
  ],
  'The installation itself: its keys, plans, defaults, processes and tenants': [
    'src/kernel/database/store-facts.ts',
    'src/kernel/idempotency/writes.repository.ts',
    'src/kernel/sealing/master-key-proof.ts',
    'src/kernel/sealing/tenant-keys.repository.ts',
    'src/kernel/tasks/leases.repository.ts',
    'src/modules/config/storage/config-versions.repository.ts',
    'src/modules/entitlements/storage/plans.repository.ts',
    'src/modules/jobs/storage/notifications.repository.ts',
    'src/modules/jobs/storage/executors.repository.ts',
    'src/modules/keys/storage/signing-keys.repository.ts',
    'src/modules/rate-limit/storage/rules.repository.ts',
    'src/modules/secrets/storage/sealed-versions.repository.ts',
    'src/modules/tenants/storage/erasures.repository.ts',
    'src/modules/tenants/storage/tenant-isolation.repository.ts',
  ],
  'Counters of many tenants, written in one statement for all concurrent callers': [
    'src/modules/rate-limit/storage/buckets.repository.ts',
    'src/modules/rate-limit/storage/usage.repository.ts',
    'src/modules/users/storage/sign-in-failures.repository.ts',
  ],
};

it('every statement without a tenant has a documented reason', () => {
  const asking = sourceFiles().filter(
    ({ path, text }) => CALL.test(text) && path !== 'src/kernel/database/database.ts',
  );
  expect(asking.map(({ path }) => path).sort()).toEqual(Object.values(REASONS).flat().sort());
});
