import { openBackend, type TestBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { call, type Call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { makePerson, type Person } from '../../../test/support/people';
import { activateBundle } from '../../../test/support/policy-bundle';
import { STANDING_SCOPES } from '../../../test/support/standing-work';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId, newUlid } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import type { ScheduleView } from '../../modules/jobs/rest/schedule-view';
import type { UserRole } from '../../modules/users/contract/users.types';
import type { UserRemoval } from '../../modules/users/contract/accounts.types';
import { AccountsPort } from '../../modules/users/contract/accounts.port';
import type { WorkflowTriggerState } from '../../modules/workflows/contract/workflow-triggers.port';
import type { Workflow } from '../../modules/workflows/contract/workflows.types';

let database: TestDatabase;
let core: TestCore;
let backend: TestBackend;
let tenant: TestTenant;
let clientId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  backend = await openBackend(core);
  tenant = await makeTenant(core, 'owners');
  const app = newApp.parse({ name: 'Desk', declared_scopes: [...STANDING_SCOPES, 'users.write'] });
  clientId = (await core.context.get(AppsPort).register(inTenant(), app)).client_id;
});

afterAll(async () => {
  await backend.close();
  await core.close();
  await database.drop();
});

const inTenant = () => systemContext(newId('req'), tenant.id);

/** Returns a token for a person, or for the app itself, signed in the same way as a token from the installation. */
async function tokenOf(person: Person | null, more: object = {}): Promise<string> {
  const { sub: _sub, ...claims } = claimsOf(await tenant.issueToken());
  const scope = [...STANDING_SCOPES, 'users.write'].join(' ');
  const own = { ...claims, jti: newUlid(), scope, client_id: clientId, app_id: clientId };
  if (person === null) return signToken(core, { ...own, sub: clientId, ...more });
  const { id, role } = person.user;
  return signToken(core, { ...own, sub: id, user_id: id, roles: [role], ...more });
}

async function somebody(role: UserRole) {
  const person = await makePerson(core, tenant.id, role);
  return { id: person.user.id, token: await tokenOf(person), person };
}

const ask = <T = ErrorMembers>(path: string, token: string, options: Call = {}) =>
  call<T>(`${backend.url}/v1${path}`, { token, ...options });
const post = <T>(path: string, token: string, json: object = {}) => ask<T>(path, token, { method: 'POST', json });

const steps = [{ id: 'a', type: 'wait', seconds: 0 }];
let names = 0;

async function workflow(token: string, trigger: object): Promise<Workflow> {
  const { status, body } = await post<Workflow>('/workflows', token, { name: `flow-${(names += 1)}`, trigger, steps });
  expect(status).toBe(201);
  return body;
}

async function schedule(token: string): Promise<string> {
  const { id: image, name: kind } = await workflow(token, { type: 'manual' });
  const name = `nightly-${(names += 1)}`;
  const json = { cron: '0 0 1 1 *', job: { type: 'workflow', kind, image } };
  const { status } = await ask(`/jobs/schedules/${name}`, token, { method: 'PUT', json });
  expect(status).toBe(200);
  return name;
}

/** Kinds of triggers; each function creates one and returns its path. */
const TRIGGERS = [
  ['a schedule', async (token: string) => `/jobs/schedules/${await schedule(token)}`],
  ['the cron trigger of a workflow', (token: string) => triggerOf(token, { type: 'schedule', cron: '0 0 1 1 *' })],
  ['an event trigger', (token: string) => triggerOf(token, { type: 'event', event: 'coresdk.group.deleted' })],
  ['a hook', (token: string) => triggerOf(token, { type: 'webhook' })],
] as const;

async function triggerOf(token: string, trigger: object): Promise<string> {
  return `/workflows/${(await workflow(token, trigger)).id}/trigger`;
}

type Shown = Pick<ScheduleView & WorkflowTriggerState, 'owner' | 'pendingOwner' | 'pauseReason'>;
const shown = async (path: string, token: string): Promise<Shown> => (await ask<Shown>(path, token)).body;

describe.each(TRIGGERS)('%s', (_name, make) => {
  it('can be offered to a new owner, who takes it over by resuming it', async () => {
    const [owner, admin, heir] = [await somebody('member'), await somebody('admin'), await somebody('member')];
    const path = await make(owner.token);
    const to = { type: 'user', id: heir.id };
    const offered = await post<Shown>(`${path}/transfer`, admin.token, to);
    expect(offered.status).toBe(200);
    expect(offered.body).toMatchObject({ owner: { type: 'user', id: owner.id }, pendingOwner: to });
    expect((await post(`${path}/resume`, heir.token)).status).toBe(200);
    expect(await shown(path, admin.token)).toMatchObject({
      owner: { type: 'user', id: heir.id, appId: clientId },
      pendingOwner: null,
      pauseReason: null,
    });
  });

  it('cannot be offered by a member or to a user who cannot own it', async () => {
    const [owner, admin, viewer] = [await somebody('member'), await somebody('admin'), await somebody('viewer')];
    const path = await make(owner.token);
    const refused = await post<ErrorMembers>(`${path}/transfer`, owner.token, { type: 'user', id: admin.id });
    expectError(refused, 403, 'forbidden');
    for (const to of [
      { type: 'user', id: viewer.id },
      { type: 'user', id: newId('usr') },
      { type: 'app', id: 'app-nobody' },
    ]) {
      expectError(await post<ErrorMembers>(`${path}/transfer`, admin.token, to), 422, 'unprocessable');
    }
    expectError(await post<ErrorMembers>(`${path}/resume`, viewer.token), 403, 'forbidden');
    expect(await shown(path, admin.token)).toMatchObject({ owner: { id: owner.id }, pendingOwner: null });
  });

  it('is listed when its user or its app is deleted', async () => {
    const owner = await somebody('member');
    const path = await make(owner.token);
    const { status, body } = await ask<UserRemoval>(`/users/${owner.id}?dryRun=true`, await tokenOf(null), {
      method: 'DELETE',
    });
    expect(status).toBe(200);
    const named = body.belongings.flatMap(({ what, items = [] }) =>
      ['jobSchedules', 'workflowTriggers'].includes(what) ? items : [],
    );
    expect(named).toHaveLength(1);
    const [item] = named;
    expect(path).toContain(item?.name.startsWith('flow') === true ? item.id : (item?.name.split('/').at(-1) ?? '-'));
    const removal = await core.context.get(AppsPort).remove(inTenant(), clientId, true);
    expect(removal.removed).toBe(false);
    expect(removal.belongings.flatMap(({ items = [] }) => items)).toContainEqual(item);
  });

  it('cannot belong to an agent unless the policy of its tenant allows it', async () => {
    const owner = await somebody('member');
    const act = { sub: 'agent:helper' };
    const sub = `agent:helper@user:${owner.id}@tenant:${tenant.id}`;
    const agent = await tokenOf(owner.person, { sub, principal_type: 'agent', act, parent_jtis: [newUlid()] });
    const path = await make(owner.token);
    expectError(await post<ErrorMembers>(`${path}/resume`, agent), 403, 'forbidden');
    expect(await shown(path, owner.token)).toMatchObject({ owner: { type: 'user', id: owner.id } });
    const rego = `package authz\n\nimport data.coresdk.authz as base\n\ndefault allow := false\n\nallow if base.allow\n
allow if endswith(input.action, ".trigger.create")\n`;
    await activateBundle(database.adminUrl, tenant.id, { modules: { 'authz.rego': rego } });
    try {
      await core.feed.catchUp();
      expect((await post(`${path}/resume`, agent)).status).toBe(200);
      expect(await shown(path, owner.token)).toMatchObject({ owner: { type: 'agent', id: sub } });
    } finally {
      await activateBundle(database.adminUrl, tenant.id, {
        modules: { 'authz.rego': rego.replace(/allow if endswith.*/, '') },
      });
      await core.feed.catchUp();
    }
  });
});

describe('a schedule from before principals were stored', () => {
  const fire = (name: string) =>
    queryAs(
      database.adminUrl,
      `UPDATE jobs.schedules SET principal = NULL, next_at = now() - interval '1 minute' WHERE name = $1`,
      [name],
    );

  it('runs for its submitter, with the declared scopes of their app', async () => {
    const owner = await somebody('member');
    const name = await schedule(owner.token);
    await fire(name);
    await eventually(async () =>
      expect((await ask<ScheduleView>(`/jobs/schedules/${name}`, owner.token)).body.lastJobId).not.toBeNull(),
    );
  });

  it('is paused once its submitter is suspended', async () => {
    const owner = await somebody('member');
    const admin = await somebody('admin');
    const name = await schedule(owner.token);
    await core.context.get(AccountsPort).setStatus(inTenant(), owner.id, 'suspended');
    await core.feed.catchUp();
    await fire(name);
    await eventually(async () =>
      expect((await ask<ScheduleView>(`/jobs/schedules/${name}`, admin.token)).body).toMatchObject({
        paused: true,
        nextAt: null,
        pauseReason: expect.stringContaining('suspended') as string,
      }),
    );
  });
});
