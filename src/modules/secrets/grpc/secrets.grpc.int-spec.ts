import { Client, credentials, Metadata, type ServiceError, status as Grpc } from '@grpc/grpc-js';
import { makePerson } from '../../../../test/support/people';
import { callFor, grantSecret, putSecret } from '../../../../test/support/secrets';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../../test/support/two-tenants';
import type { ResolveSecretResponse } from '../../../kernel/grpc/generated/coresdk/v1/secrets';
import { loadPackageDefinition } from '../../../kernel/grpc/package-definition';
import { UNCONDITIONAL } from '../../../kernel/http/conditions/conditions';
import { newUlid } from '../../../kernel/ids/ids';
import { GroupsPort } from '../../users/contract/groups.port';
import { newGroup } from '../../users/contract/groups.types';
import { SecretAccessPort } from '../contract/secret-access.port';
import { newSecretBundle } from '../contract/secret-access.types';

/** Another API, for which tokens are also issued. */
const ELSEWHERE = 'https://api.elsewhere.example';
const CANARY = 'canary-of-grpc-secrets-51c0';
const RESOLVE = loadPackageDefinition()['coresdk.v1.SecretsService'];

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let client: Client;
let a: TestTenant;
let b: TestTenant;
let ada: string;
let eve: string;
let group: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { AUDIENCES: ELSEWHERE });
  surface = await openSidecarSurface(core);
  client = new Client(surface.address, credentials.createInsecure());
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  ada = (await makePerson(core, a.id)).user.id;
  eve = (await makePerson(core, a.id)).user.id;
  const made = newGroup.parse({ displayName: 'Engineers', members: [ada] });
  group = (await core.context.get(GroupsPort).create(callFor(a.id), made)).id;
  await putSecret(core, a.id, 'DB_PASSWORD', CANARY);
  const bundle = newSecretBundle.parse({ refs: [{ name: 'DB_PASSWORD' }, { name: 'MISSING' }] });
  await core.context.get(SecretAccessPort).putBundle(callFor(a.id), 'app', bundle, UNCONDITIONAL);
  await grantSecret(core, a.id, { principal: { type: 'group', id: group }, bundle: 'app' });
  await grantSecret(core, a.id, { principal: { type: 'user', id: ada }, path: { path: '*' } });
  await grantSecret(core, a.id, { principal: { type: 'client', id: a.clientId }, path: { path: 'DB_PASSWORD' } });
});

afterAll(async () => {
  client.close();
  await surface.close();
  await core.close();
  await database.drop();
});

interface Asked {
  readonly caller?: object | null;
  readonly bundleNames?: readonly string[];
  readonly refs?: readonly object[];
  readonly contextId?: string;
}

function resolve(request: Asked, headers: Readonly<Record<string, string>>): Promise<ResolveSecretResponse> {
  if (!RESOLVE || 'format' in RESOLVE) throw new Error('There is no such service.');
  const rpc = RESOLVE['ResolveSecret'];
  if (!rpc) throw new Error('There is no such RPC.');
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise((done, fail) => {
    client.makeUnaryRequest(
      rpc.path,
      rpc.requestSerialize,
      rpc.responseDeserialize,
      request,
      metadata,
      { deadline: Date.now() + 10_000 },
      (error, answer) => (error ? fail(error) : done(answer as ResolveSecretResponse)),
    );
  });
}

const service = { 'x-service-token': SERVICE_TOKEN, 'x-service-name': 'chat' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const DB = { refs: [{ name: 'DB_PASSWORD' }] };

/** A valid token of the tenant's application. */
async function appToken(claims: object = {}): Promise<string> {
  return signToken(core, { ...claimsOf(await a.issueToken()), scope: 'secrets.read', jti: newUlid(), ...claims });
}

/** A valid token of one of the tenant's users. */
async function userToken(userId: string, claims: object = {}): Promise<string> {
  return appToken({ sub: userId, user_id: userId, roles: ['viewer'], ...claims });
}

async function codeOf(request: Asked, headers: Readonly<Record<string, string>>): Promise<Grpc> {
  const error = await resolve(request, headers).then(
    () => null,
    (thrown: ServiceError) => thrown,
  );
  expect(error?.details ?? '').not.toContain(CANARY);
  return error?.code ?? Grpc.OK;
}

const valuesOf = ({ resolved }: ResolveSecretResponse) =>
  Object.fromEntries(resolved.map(({ name, value, viaBundle }) => [name, [value.toString(), viaBundle]]));

describe('ResolveSecret with a service token', () => {
  it('returns the secrets granted to the user, with an error for missing ones', async () => {
    const answer = await resolve({ caller: { tenantId: a.slug, userId: ada }, bundleNames: ['app'] }, service);
    expect(valuesOf(answer)).toEqual({ DB_PASSWORD: [CANARY, 'app'] });
    expect(answer.resolved[0]?.spec).toMatchObject({ name: 'DB_PASSWORD', provider: '', path: '', version: '' });
    expect(answer.error).toMatchObject({ status: 404, detail: 'Not resolved: MISSING: The secret does not exist.' });
  });

  it('returns secrets granted to groups, limited to groups that the user belongs to', async () => {
    const caller = { tenantId: a.id, groups: [group] };
    expect(valuesOf(await resolve({ caller, bundleNames: ['app'] }, service))).toHaveProperty('DB_PASSWORD');
    // The message claims that Eve is in the group, but she is not.
    const claimed = { caller: { ...caller, userId: eve }, bundleNames: ['app'] };
    expect(await codeOf(claimed, service)).toBe(Grpc.PERMISSION_DENIED);
  });

  it('denies a call that does not name a valid caller', async () => {
    const callers = [null, { userId: ada }, { tenantId: 'nobody', userId: ada }, { tenantId: a.id }];
    for (const caller of callers) expect(await codeOf({ caller, ...DB }, service)).toBe(Grpc.PERMISSION_DENIED);
  });

  it('returns the status codes of the contract', async () => {
    const caller = { tenantId: a.id, userId: ada };
    expect(await codeOf({ caller, bundleNames: ['nothing'] }, service)).toBe(Grpc.NOT_FOUND);
    expect(await codeOf({ caller, refs: [{ name: 'MISSING' }] }, service)).toBe(Grpc.NOT_FOUND);
    expect(await codeOf({ caller: { ...caller, userId: eve }, ...DB }, service)).toBe(Grpc.PERMISSION_DENIED);
    await grantSecret(core, a.id, { principal: { type: 'user', id: ada }, path: { provider: 'azure', path: '*' } });
    const elsewhere = { caller, refs: [{ name: 'X', provider: 'azure', path: 'x' }] };
    expect(await codeOf(elsewhere, service)).toBe(Grpc.UNAVAILABLE);
    for (const refs of [[], [{ name: 'A/B' }], [{ name: 'A', path: '../x' }], Array(101).fill({ name: 'A' })])
      expect(await codeOf({ caller, refs }, service)).toBe(Grpc.INVALID_ARGUMENT);
  });

  it('denies callers without a valid service token', async () => {
    const request = { caller: { tenantId: a.id, userId: ada }, ...DB };
    expect(await codeOf(request, {})).toBe(Grpc.PERMISSION_DENIED);
    expect(await codeOf(request, { 'x-service-token': 'guessed' })).toBe(Grpc.PERMISSION_DENIED);
  });
});

describe('ResolveSecret with a bearer token', () => {
  it("returns its user's secrets, based on current group membership", async () => {
    const token = await userToken(ada);
    const answer = await resolve({ caller: { tenantId: a.id }, bundleNames: ['app'] }, bearer(token));
    expect(valuesOf(answer)).toHaveProperty('DB_PASSWORD');
    // A groups claim does not prove membership.
    const claimed = await userToken(eve, { groups: [group] });
    expect(await codeOf({ caller: { tenantId: a.id }, bundleNames: ['app'] }, bearer(claimed))).toBe(
      Grpc.PERMISSION_DENIED,
    );
  });

  it('lets the message narrow the caller, but not name a different one', async () => {
    const token = await userToken(ada);
    const ask = (caller: object, headers = bearer(token)) => codeOf({ caller, ...DB }, headers);
    expect(await ask({ tenantId: a.slug, userId: ada, entityId: ada })).toBe(Grpc.OK);
    expect(await ask({ tenantId: a.id, userId: eve })).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask({ tenantId: a.id, entityId: eve })).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask({ tenantId: b.id })).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask({ tenantId: '' })).toBe(Grpc.PERMISSION_DENIED);
    // The bearer token decides, even if there is also a service token.
    expect(await ask({ tenantId: a.id, userId: eve }, { ...service, ...bearer(token) })).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask({ tenantId: a.id }, bearer('rubbish'))).toBe(Grpc.PERMISSION_DENIED);
    const narrowed = { caller: { tenantId: a.id, groups: ['grp-x'] }, bundleNames: ['app'] };
    expect(await codeOf(narrowed, bearer(token))).toBe(Grpc.PERMISSION_DENIED);
  });

  it('returns secrets granted to the application, never those granted to users', async () => {
    const token = await appToken();
    expect(await codeOf({ caller: { tenantId: a.id }, ...DB }, bearer(token))).toBe(Grpc.OK);
    expect(await codeOf({ caller: { tenantId: a.id }, bundleNames: ['app'] }, bearer(token))).toBe(
      Grpc.PERMISSION_DENIED,
    );
    expect(await codeOf({ caller: { tenantId: a.id, userId: ada }, ...DB }, bearer(token))).toBe(
      Grpc.PERMISSION_DENIED,
    );
  });
});

describe('ResolveSecret, like POST /v1/secrets/resolve', () => {
  const ask = async (token: string) => codeOf({ caller: { tenantId: a.id }, ...DB }, bearer(token));

  it('denies a token without the scope', async () => {
    for (const scope of ['', 'projects.read', 'secrets.write'])
      expect(await ask(await userToken(ada, { scope }))).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask(await a.issueToken())).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask(await userToken(ada, { scope: 'openid secrets.read' }))).toBe(Grpc.OK);
  });

  it('denies a token that is only for other resources', async () => {
    const { iss } = claimsOf(await a.issueToken());
    expect(await ask(await userToken(ada, { aud: ELSEWHERE }))).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask(await userToken(ada, { aud: [ELSEWHERE] }))).toBe(Grpc.PERMISSION_DENIED);
    expect(await ask(await userToken(ada, { aud: [ELSEWHERE, iss] }))).toBe(Grpc.OK);
  });

  it("denies requests that the tenant's policy does not allow", async () => {
    // The base policy has no such role.
    expect(await ask(await userToken(ada, { roles: ['guest'] }))).toBe(Grpc.PERMISSION_DENIED);
  });
});

it('does not store the value in plain text anywhere in the database', async () => {
  const tables = await queryAs<{ name: string }>(
    database.adminUrl,
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const hex = Buffer.from(CANARY).toString('hex');
  for (const { name } of tables) {
    const sql = `SELECT 1 FROM ${name} AS t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0`;
    expect([name, await queryAs(database.adminUrl, sql, [CANARY, hex])]).toEqual([name, []]);
  }
});
