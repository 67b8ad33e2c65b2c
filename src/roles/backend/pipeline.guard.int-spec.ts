import { setTimeout as sleep } from 'node:timers/promises';
import { openBackend, type TestBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { type Answer, call, type ErrorMembers } from '../../../test/support/http-client';
import { activateBundle } from '../../../test/support/policy-bundle';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import {
  claimsOf,
  makeTenant,
  signToken,
  type TestTenant,
  tokenOf as tokenOfTenant,
} from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId, newUlid } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { AuthPort } from '../../modules/auth/contract/auth.port';

const MAX_AGE_MS = 1_500;
const AUDIENCE = 'https://api.example';

let database: TestDatabase;
let core: TestCore;
let surface: TestBackend;
let url: string;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { CHANGE_FEED_MAX_AGE_MS: String(MAX_AGE_MS), AUDIENCES: AUDIENCE });
  surface = await openBackend(core);
  url = surface.url;
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const tokenOf = (tenant: TestTenant, claims: object = {}): Promise<string> => tokenOfTenant(core, tenant, claims);

const list = (token: string) => call<ErrorMembers>(`${url}/v1/projects`, { token });

const audited = ({ requestId }: Answer<unknown>) =>
  queryAs(database.adminUrl, 'SELECT tenant_id, action, outcome, reason FROM audit.events WHERE request_id = $1', [
    requestId,
  ]);

async function activate(tenant: TestTenant, source: string): Promise<void> {
  await activateBundle(database.adminUrl, tenant.id, { modules: { 'authz.rego': source } });
  await core.feed.catchUp();
}

describe('the pipeline', () => {
  it('allows calls that the scope and the base policy permit', async () => {
    expect((await list(await tokenOf(a))).status).toBe(200);
    const created = await call(`${url}/v1/projects`, {
      token: await tokenOf(a, { scope: 'projects.write' }),
      json: { key: 'PRJ', name: 'A project' },
    });
    expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  });

  it('checks the scope first, and names the missing scope', async () => {
    const answer = await list(await tokenOf(a, { scope: 'files.read' }));
    expect(answer).toMatchObject({
      status: 403,
      body: {
        error: 'forbidden',
        error_description: expect.stringContaining('This call needs the scope "projects.read". '),
      },
    });
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="coresdk", error="insufficient_scope", scope="projects.read"',
    );
    expect(await audited(answer)).toEqual([
      { tenant_id: a.id, action: 'project.list', outcome: 'denied', reason: 'insufficient_scope' },
    ]);
  });

  it('says how to get a missing scope', async () => {
    const refusal = async (token: string): Promise<unknown> => (await list(token)).body.error_description;
    const needs = 'This call needs the scope "projects.read". ';
    expect(await refusal(await tokenOf(a, { scope: 'files.read' }))).toBe(
      `${needs}The app ${a.clientId} declares it: request it with the token (scope=projects.read).`,
    );
    const small = await core.context
      .get(AppsPort)
      .register(systemContext(newId('req'), a.id), newApp.parse({ name: 'Small', declared_scopes: ['files.read'] }));
    const { client_id: id } = small;
    expect(await refusal(await tokenOf(a, { app_id: id, sub: id, client_id: id, scope: 'files.read' }))).toBe(
      `${needs}The app ${id} does not declare it. To add it: npx coresdk apps add-scope ${id} projects.read`,
    );
  });

  it('rejects a token that is only for other resources, and accepts a token that is also for this resource', async () => {
    const other = await list(await tokenOf(a, { aud: AUDIENCE }));
    expect(other).toMatchObject({
      status: 401,
      body: { error_description: 'The token is for a different audience.' },
    });
    expect(await audited(other)).toEqual([
      { tenant_id: 'system', action: 'project.list', outcome: 'denied', reason: 'token_wrong_audience' },
    ]);
    const { iss } = claimsOf(await a.issueToken());
    expect((await list(await tokenOf(a, { aud: [AUDIENCE, iss] }))).status).toBe(200);
    // A resource server of the company queries the sidecar, which accepts the token.
    const query = { token: await tokenOf(a, { aud: AUDIENCE }), tenant: null, expectedAudience: AUDIENCE };
    expect(await core.context.get(AuthPort).validateToken(null, query)).toMatchObject({ valid: true });
  });

  it('limits a person by role, regardless of the scope', async () => {
    const viewer = await tokenOf(a, { scope: 'projects.read projects.write', roles: ['viewer'] });
    expect((await list(viewer)).status).toBe(200);
    const id = 'prj-01jd0000000000000000000000';
    const answer = await call<ErrorMembers>(`${url}/v1/projects/${id}`, { token: viewer, method: 'DELETE' });
    expect(answer).toMatchObject({
      status: 403,
      body: { error_description: 'insufficient_role: This call needs one of these roles: owner, admin.' },
    });
  });

  it('lets members read flags, and lets owners, admins and apps with the scope change them', async () => {
    const json = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
    const put = async (claims: object) =>
      call<ErrorMembers>(`${url}/v1/flags/dark-mode`, {
        ...{ method: 'PUT', json, token: await tokenOf(a, { scope: 'flags.read flags.write', ...claims }) },
      });
    const ofPerson = (role: string) => ({ sub: 'usr-1', user_id: 'usr-1', roles: [role] });
    for (const role of ['member', 'viewer']) {
      expect(await put(ofPerson(role))).toMatchObject({
        status: 403,
        body: { error_description: 'insufficient_role: This call needs one of these roles: owner, admin.' },
      });
    }
    expect((await put(ofPerson('admin'))).status).toBe(200);
    expect((await put({})).status).toBe(200);
    const token = await tokenOf(a, { scope: 'flags.read', ...ofPerson('member') });
    expect((await call(`${url}/v1/flags`, { token })).status).toBe(200);
  });

  it('prevents applications from using the names of the product’s own events', async () => {
    const token = await tokenOf(a, { scope: 'audit.write', sub: 'usr-1', user_id: 'usr-1', roles: ['member'] });
    const record = (action: string) => call<ErrorMembers>(`${url}/v1/audit`, { token, json: { action } });
    for (const action of ['user.suspend', 'FLAG.put', 'tenant.anything']) {
      const answer = await record(action);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/action' }] } });
    }
    expect((await record('invoice.approve')).status).toBe(201);
  });

  it('evaluates the tenant’s own policy with claims, action, resource and method, and returns its reason', async () => {
    await activate(
      b,
      `package authz

default allow := false

allow if {
  input.claims.client_id == "${b.clientId}"
  input.action == "project.list"
  input.resource == "project"
  input.context.method == "GET"
}

deny_reason := "projects may only be listed"`,
    );
    expect((await list(await b.issueToken())).status).toBe(200);
    const id = 'prj-01jd0000000000000000000000';
    const answer = await call<ErrorMembers>(`${url}/v1/projects/${id}`, { token: await b.issueToken() });
    expect(answer).toMatchObject({
      status: 403,
      body: { error: 'forbidden', error_description: 'projects may only be listed' },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="coresdk"');
    // Recorded once: the guard records it, so the policy module does not.
    expect(await audited(answer)).toEqual([
      { tenant_id: b.id, action: 'project.get', outcome: 'denied', reason: 'denied' },
    ]);
    expect((await list(await tokenOf(a))).status).toBe(200);
  });

  it('denies a call for which the policy is undefined', async () => {
    await activate(b, 'package authz\n\nallow if input.nothing');
    expect(await list(await b.issueToken())).toMatchObject({ status: 403, body: { error: 'forbidden' } });
  });

  it.each([
    ['evaluation_error', 'fails', 'allow := 1\n\nallow := 2 if input.subject'],
    ['not_boolean', 'returns no boolean', 'allow := {"yes": true}'],
    ['no_such_rule', 'has no such rule', 'other := true'],
  ])('returns 503 with %s, and records it, when the policy %s', async (reason, _name, rules) => {
    await activate(b, `package authz\n\n${rules}`);
    const answer = await list(await b.issueToken());
    expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable', reason } });
    expect(await audited(answer)).toEqual([{ tenant_id: b.id, action: 'project.list', outcome: 'denied', reason }]);
  });

  it('returns 503 if the policy exceeds the limits of a decision', async () => {
    const loop = 'some i in numbers.range(1, 9000)\n  some j in numbers.range(1, 9000)\n  i + j == -1';
    await activate(b, `package authz\n\nallow if {\n  ${loop}\n}`);
    const token = await b.issueToken();
    // Retry until the policy's thread has started: on a busy machine, this takes longer than a request waits.
    const answer = await eventually(async () => {
      const asked = await list(token);
      expect(asked).toMatchObject({ status: 503, body: { error: 'unavailable', reason: 'limit' } });
      return asked;
    });
    expect(answer.headers.get('retry-after')).toBe('60');
  });
});

describe('POST /v1/authorize', () => {
  const ask = (token: string, json: object) => call(`${url}/v1/authorize`, { token, json });

  it('decides according to the policy, and returns the claims if the policy allows the action', async () => {
    const token = await tokenOf(a);
    const allowed = await ask(token, { action: 'read', resource: 'projects/1' });
    expect(allowed).toMatchObject({ status: 200, body: { allowed: true, claims: claimsOf(token), reason: '' } });
    const denied = await ask(token, { action: 'delete', resource: 'projects/1' });
    const reason = 'insufficient_scope: This call needs the scope "projects.write".';
    expect(denied).toMatchObject({ status: 200, body: { allowed: false, claims: {}, reason } });
    await eventually(async () =>
      expect(await audited(denied)).toEqual(
        expect.arrayContaining([
          { tenant_id: a.id, action: 'policy.evaluate', outcome: 'denied', reason: 'denied' },
          { tenant_id: a.id, action: 'authorize', outcome: 'success', reason: '' },
        ]),
      ),
    );
  });

  it('passes the context on unchanged, but does not let it override any fact', async () => {
    const viewer = await tokenOf(a, { scope: 'documents.*', roles: ['viewer'] });
    const remove = (context: object) => ask(viewer, { action: 'delete', resource: 'documents/1', context });
    expect((await remove({})).body).toMatchObject({
      allowed: false,
      reason: 'insufficient_role: This call needs one of these roles: owner, admin.',
    });
    expect((await remove({ roles: ['owner'] })).body).toMatchObject({ allowed: false });
    expect((await remove({ resource_owner: a.clientId })).body).toMatchObject({ allowed: true });
    expect((await remove({ resource_owner: a.clientId, resource_tenant: b.slug })).body).toMatchObject({
      allowed: false,
      reason: 'The input names another tenant in context.resource_tenant, resource_tenant.',
    });
  });

  it('accepts every token from its caller, but evaluates a different token only within the same tenant', async () => {
    const bare = await tokenOf(a, { scope: '' });
    const other = await tokenOf(a);
    const asked = { action: 'read', resource: 'projects/1' };
    expect((await ask(bare, { ...asked, token: other })).body).toMatchObject({ allowed: true });
    const foreign = signToken(core, { ...claimsOf(await b.issueToken()), jti: newUlid() });
    expect((await ask(bare, { ...asked, token: foreign })).body).toEqual({
      allowed: false,
      claims: {},
      reason: 'tenant_mismatch',
    });
  });
});

describe('the pipeline of a process with stale caches', () => {
  it('returns 503 for every call', async () => {
    const token = await tokenOf(a);
    expect((await list(token)).status).toBe(200);
    await core.feed.stop();
    await sleep(MAX_AGE_MS + 100);
    expect((await list(token)).status).toBe(503);
  });
});
