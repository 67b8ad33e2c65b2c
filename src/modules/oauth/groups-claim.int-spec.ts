import { makeApp, makePerson, type Person } from '../../../test/support/people';
import { callFor } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { ClientsPort } from '../apps/contract/clients.port';
import { GroupsPort } from '../users/contract/groups.port';
import { GROUP_LIMITS, newGroup } from '../users/contract/groups.types';
import { IssueUserTokens } from './use-cases/token/issue-user-tokens';

let database: TestDatabase;
let core: TestCore;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  tenantId = (await makeTenant(core, 'a')).id;
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

/** Returns the groups claim of a newly issued access token. */
async function claimOf({ user, session }: Person): Promise<readonly string[] | undefined> {
  const { client_id: clientId } = await makeApp(core, tenantId);
  const client = await core.context.get(ClientsPort).find(clientId);
  if (!client) throw new Error('The app does not exist.');
  const { issued } = await core.context.get(IssueUserTokens, { strict: false }).run({
    client: { client, tenantSlug: 'a' },
    user,
    scopes: ['openid'],
    resources: [],
    sessionId: session.id,
    authTimeMs: session.authTimeMs,
    amr: ['pwd'],
    grantId: 'grt-x',
    nonce: null,
    hook: { grant: 'authorization_code', request: { requestId: 'req-x', ip: null, traceparent: null } },
  });
  return issued.claims.groups;
}

const makeGroup = async (displayName: string, members: readonly string[]): Promise<string> =>
  (await core.context.get(GroupsPort).create(callFor(tenantId), newGroup.parse({ displayName, members }))).id;

describe('the groups claim of an access token', () => {
  it('lists the current groups, and is omitted if there are none', async () => {
    const ada = await makePerson(core, tenantId);
    expect(await claimOf(ada)).toBeUndefined();
    const id = await makeGroup('Engineers', [ada.user.id]);
    expect(await claimOf(ada)).toEqual([id]);
    await core.context.get(GroupsPort).removeMember(callFor(tenantId), id, ada.user.id);
    expect(await claimOf(ada)).toBeUndefined();
  });

  it('lists at most 100 groups', async () => {
    const { maxInClaim } = GROUP_LIMITS;
    const bob = await makePerson(core, tenantId);
    const ids: string[] = [];
    for (let index = 0; index <= maxInClaim; index++) ids.push(await makeGroup(`Group ${index}`, [bob.user.id]));
    expect(await claimOf(bob)).toEqual(ids.sort().slice(0, maxInClaim));
  });
});
