import {
  agreeTo,
  answerOf,
  authorizationParameters,
  authorizationRequest,
  clientRequest,
  codeForm,
  makeApp,
  makePerson,
  type Person,
  pkce,
} from '../../../test/support/people';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, suspendTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { AppsPort } from '../apps/contract/apps.port';
import { newApp } from '../apps/contract/apps.types';
import { CLI_SCOPES, cliClientId } from '../apps/contract/cli-app';
import { ClientsPort } from '../apps/contract/clients.port';
import type { UserRole } from '../users/contract/users.types';
import { AuthorizationPort } from './contract/authorization.port';
import { OauthPort } from './contract/oauth.port';

const REDIRECT = 'http://127.0.0.1:51004/callback';

let database: TestDatabase;
let core: TestCore;
let tenant: TestTenant;
let clientId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

beforeEach(async () => {
  tenant = await makeTenant(core, 'cli');
  clientId = cliClientId(tenant.slug) ?? '';
});

const port = (): AuthorizationPort => core.context.get(AuthorizationPort);
const apps = (): AppsPort => core.context.get(AppsPort);
const { verifier, challenge } = pkce();
const requestOf = (person: Person | null, changes: Readonly<Record<string, string | undefined>> = {}) =>
  authorizationRequest(
    authorizationParameters(clientId, challenge, { redirect_uri: REDIRECT, scope: undefined, ...changes }),
    person?.session ?? null,
  );

/** Returns the scopes that a new user of a role gets from a sign-in without scopes, and from its refresh token. */
async function scopesOf(role: UserRole): Promise<readonly (readonly string[])[]> {
  const { code = '' } = answerOf(await agreeTo(port(), requestOf(await makePerson(core, tenant.id, role))));
  const client = { client_id: clientId } as Awaited<ReturnType<typeof makeApp>>;
  const oauth = core.context.get(OauthPort);
  const form = codeForm(code, verifier, { redirect_uri: REDIRECT });
  const first = await oauth.token(clientRequest(client, form));
  const refreshed = await oauth.token(
    clientRequest(client, { grant_type: 'refresh_token', refresh_token: first.refresh_token }),
  );
  return [first, refreshed].map(({ scope }) => scope?.split(' ') ?? []);
}

it('creates the app of a tenant once, even for simultaneous sign-ins', async () => {
  const steps = await Promise.all([1, 2, 3].map(() => port().authorize(requestOf(null))));
  expect(steps.map(({ step }) => step)).toEqual(['sign_in', 'sign_in', 'sign_in']);
  expect(await core.context.get(ClientsPort).find(clientId)).toMatchObject({
    tenantId: tenant.id,
    appType: 'native',
    tokenEndpointAuthMethod: 'none',
    refreshRotation: true,
    declaredScopes: CLI_SCOPES,
  });
  // An event waits in the outbox before it reaches the log.
  const rows = await queryAs(
    database.adminUrl,
    `SELECT id FROM audit.events WHERE resource_id = $1 AND action = 'app.register' UNION
     SELECT id FROM kernel.outbox WHERE payload->>'resourceId' = $1 AND payload->>'action' = 'app.register'`,
    [clientId],
  );
  expect(rows).toHaveLength(1);
});

it('accepts the id of the tenant instead of its slug', async () => {
  clientId = cliClientId(tenant.id) ?? '';
  expect(await port().authorize(requestOf(null))).toMatchObject({ step: 'sign_in', client: { tenantId: tenant.id } });
  expect(cliClientId('x'.repeat(57))).toBeNull();
});

it('asks each time for consent, and accepts any loopback port but no other path', async () => {
  const owner = await makePerson(core, tenant.id, 'owner');
  expect(answerOf(await agreeTo(port(), requestOf(owner)))).toHaveProperty('code');
  expect((await port().authorize(requestOf(owner))).step).toBe('consent');
  expect((await port().authorize(requestOf(owner, { redirect_uri: 'http://[::1]:4/callback' }))).step).toBe('consent');
  expect(await port().authorize(requestOf(owner, { redirect_uri: 'http://127.0.0.1:4/other' }))).toMatchObject({
    step: 'error',
  });
});

it.each([
  ['owner', true],
  ['admin', true],
  ['member', false],
  ['viewer', false],
] as const)('grants a user with the role %s only the scopes that the role covers', async (role, isAdministrator) => {
  const expected = CLI_SCOPES.filter((scope) => scope !== 'admin' || isAdministrator);
  for (const scopes of await scopesOf(role)) expect([...scopes].sort()).toEqual([...expected].sort());
});

it('refuses a scope that the request names but the role does not cover', async () => {
  const member = await makePerson(core, tenant.id, 'member');
  expect(answerOf(await port().authorize(requestOf(member, { scope: 'admin' })))).toMatchObject({
    error: 'access_denied',
  });
});

it('ignores the session of a user of another tenant', async () => {
  const stranger = await makePerson(core, (await makeTenant(core, 'other')).id, 'owner');
  expect((await port().authorize(requestOf(stranger))).step).toBe('sign_in');
});

it('creates no app for an unknown or a suspended tenant', async () => {
  await suspendTenant(core, tenant.id);
  for (const id of [clientId, 'app-cli-no-such-tenant', 'app-cli-']) {
    clientId = id;
    expect(await port().authorize(requestOf(null))).toMatchObject({ step: 'error', error: 'invalid_request' });
    expect(await core.context.get(ClientsPort).find(id)).toBeNull();
  }
});

it('belongs to the installation: administrators cannot register, change or delete it', async () => {
  await port().authorize(requestOf(null));
  const admin = { ...systemContext('req-1', tenant.id), actor: { type: 'service', id: 'app-x' } as const };
  for (const attempt of [
    () => apps().register(admin, newApp.parse({ client_id: 'app-cli-someone-else', name: 'Mine' })),
    () => apps().update(admin, clientId, { redirect_uris: ['https://evil.example/cb'] }),
    () => apps().remove(admin, clientId),
  ]) {
    // Begins only now: a promise that is rejected before it is awaited fails the test.
    await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
  }
});

it('gets the scopes of this version at the next sign-in', async () => {
  const outdated = { client_id: clientId, app_type: 'native', redirect_uris: ['http://127.0.0.1/callback'] };
  await makeApp(core, tenant.id, { ...outdated, declared_scopes: ['openid', 'jobs.read'] });
  const owner = await makePerson(core, tenant.id, 'owner');
  const step = await port().authorize(requestOf(owner));
  if (step.step !== 'consent') throw new Error(`Expected a consent page: ${JSON.stringify(step)}`);
  expect(step.scopes.map(({ name }) => name)).toEqual(CLI_SCOPES);
});

it('is refused while a different tenant owns an app with its id', async () => {
  const evil = await makeTenant(core, 'evil');
  await makeApp(core, evil.id, { client_id: clientId, app_type: 'native', redirect_uris: [REDIRECT] });
  expect(await port().authorize(requestOf(null))).toMatchObject({
    step: 'error',
    error: 'unauthorized_client',
    description: expect.stringContaining('belongs to a different organization') as string,
  });
});
