import { makeUser } from '../../../../test/support/accounts';
import { makeApp } from '../../../../test/support/people';
import { callFor } from '../../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../../test/support/two-tenants';
import type { CallContext } from '../../../kernel/context/call-context';
import { newId } from '../../../kernel/ids/ids';
import { auditEvent } from '../../audit/contract/audit.types';
import { AuditPort } from '../../audit/contract/audit.port';
import type { Job } from '../../jobs/contract/job.types';
import { GroupsPort } from '../../users/contract/groups.port';
import { newGroup } from '../../users/contract/groups.types';
import type { User } from '../../users/contract/users.types';
import { SkillRunsPort } from '../contract/skill-runs.port';

const YEAR_AGO = new Date(Date.now() - 365 * 86_400_000);

let database: TestDatabase;
let core: TestCore;
let tenant: TestTenant;
let people: readonly User[];
let groupId: string;
let appId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  await core.context.init();
  tenant = await makeTenant(core, 'a');
  people = await Promise.all([1, 2, 3].map(() => makeUser(core, tenant.id)));
  const groups = core.context.get(GroupsPort);
  const group = await groups.create(callFor(tenant.id), newGroup.parse({ displayName: 'Team' }));
  groupId = group.id;
  for (const { id } of people) await groups.addMember(callFor(tenant.id), groupId, id);
  appId = (await makeApp(core, tenant.id)).client_id;
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const grant = (userId: string, clientId: string, scopes: readonly string[], usedAt: Date | null, madeAt = YEAR_AGO) =>
  queryAs(
    database.adminUrl,
    `INSERT INTO oauth.grants (tenant_id, id, user_id, client_id, scopes, remembered_scopes, created_at, last_used_at)
     VALUES ($1, $2, $3, $4, $5, '{}', $6, $7)`,
    [tenant.id, newId('grt'), userId, clientId, scopes, madeAt, usedAt],
  );

/** Runs a skill to completion on behalf of an actor. */
async function run(
  name: string,
  input: object,
  actor: CallContext['actor'],
  client: string | null = null,
): Promise<Job> {
  const runs = core.context.get(SkillRunsPort);
  const context: CallContext = { ...callFor(tenant.id), actor, appId: client };
  return runs.wait(context, await runs.start(context, name, { input, maxAttempts: 1 }), 20_000);
}

describe('the built-in skills', () => {
  const admin = async (): Promise<CallContext['actor']> => ({
    type: 'user',
    id: (await makeUser(core, tenant.id, { role: 'admin' })).id,
  });

  it('report a group’s unused access, and members with far more access than others', async () => {
    const [idle, active, busy] = people as [User, User, User];
    await grant(idle.id, appId, ['projects.read', 'projects.write'], null);
    await grant(active.id, appId, ['projects.read'], new Date());
    // The tokens of `busy` were never renewed, but the audit log shows activity.
    await grant(busy.id, appId, ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'], YEAR_AGO);
    const used: CallContext = { ...callFor(tenant.id), actor: { type: 'user', id: busy.id }, appId };
    const audited = { action: 'project.get', resourceType: 'project', resourceId: 'prj-1' };
    await core.context.get(AuditPort).record(used, auditEvent(used, audited, Date.now()));
    const job = await run('access-review', { groupId, lookbackDays: 30 }, await admin());
    expect(job).toMatchObject({ state: 'succeeded', progress: 100 });
    expect(job.result).toEqual({
      unusedEntitlements: ['projects.read', 'projects.write'].map((entitlement) => ({
        personId: idle.id,
        appId,
        entitlement,
        lastUsedAt: null,
      })),
      riskySpreads: [{ personId: busy.id, entitlementCount: 6 }],
    });
    const seats = await run('license-optimisation', { licenseId: appId, lookbackDays: 30 }, await admin());
    expect(seats.result).toEqual({ reclaimableSeats: 1, candidates: [{ personId: idle.id, lastUsedAt: null }] });
  });

  it('refuse an unknown group, app or entitlement', async () => {
    const none = await run('access-review', { groupId: newId('grp') }, await admin());
    expect(none).toMatchObject({ state: 'failed', error: { code: 'input', message: 'There is no such group.' } });
    const unknown = await run('license-optimisation', { licenseId: 'nothing.at-all' }, await admin());
    expect(unknown).toMatchObject({ state: 'failed', error: { code: 'input' } });
  });

  it('can be run by administrators, and by apps with the required scopes', async () => {
    const [member] = people as [User];
    const refused = await run('access-review', { groupId }, { type: 'user', id: member.id });
    expect(refused).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('needs audit.search') as string },
    });
    const plain = await makeApp(core, tenant.id, { declared_scopes: ['skills.run', 'users.read'] });
    const runner = { type: 'service', id: plain.client_id } as const;
    expect(await run('access-review', { groupId }, runner, plain.client_id)).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('needs audit.search') as string },
    });
    const scopes = ['skills.run', 'audit.read', 'users.read'];
    const auditor = await makeApp(core, tenant.id, { declared_scopes: scopes });
    const actor = { type: 'service', id: auditor.client_id } as const;
    expect((await run('access-review', { groupId }, actor, auditor.client_id)).state).toBe('succeeded');
    // An app of another tenant is refused, regardless of the scopes that it declares.
    const other = await makeTenant(core, 'b');
    const foreign = await makeApp(core, other.id, { declared_scopes: scopes });
    const stranger = { type: 'service', id: foreign.client_id } as const;
    await expect(run('access-review', { groupId }, stranger, foreign.client_id)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
