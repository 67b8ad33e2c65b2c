import { eventually } from '../../../test/support/eventually';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { newId } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { createControlPlaneSurface } from './control-plane.surface';

const AUDIENCE = 'https://api.example';
/** More failures than the other tests cause, so that only the last test reaches the limit. */
const FAILURES = 40;

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { AUDIENCES: AUDIENCE, LIMIT_PER_ADDRESS: String(FAILURES) });
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    trustedProxies: new Set(),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

/** Returns a token with these scopes for an app of the tenant. */
async function tokenWith(tenant: TestTenant, ...scopes: readonly string[]): Promise<string> {
  const { client_id, client_secret = '' } = await core.context
    .get(AppsPort)
    .register(
      systemContext(newId('req'), tenant.id),
      newApp.parse({ name: 'Admin', declared_scopes: scopes, default_scopes: scopes }),
      { allowPlatformScope: true },
    );
  const answer = await core.context.get(OauthPort).token({
    form: { grant_type: 'client_credentials' },
    authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
    requestId: newId('req'),
    ip: '192.0.2.1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  return answer.access_token;
}

/** Returns the status and the message for a list of the tenant's signing keys, the simplest route whose path names the tenant. */
async function ask(
  tenant: string,
  token: string | null,
): Promise<{ readonly status: number; readonly words: unknown }> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/v1/tenants/${tenant}/policy/keys`, { headers });
  const body = (await answer.json()) as { error_description?: unknown };
  return { status: answer.status, words: body.error_description };
}

describe('a route whose path names the tenant', () => {
  it('accepts an administrator of that tenant, by ID and by slug', async () => {
    const token = await tokenWith(a, 'admin');
    expect((await ask(a.id, token)).status).toBe(200);
    expect((await ask(a.slug, token)).status).toBe(200);
  });

  it('returns the same response for a different tenant as for an unknown tenant', async () => {
    const token = await tokenWith(a, 'admin');
    const missing = await ask(newId('tnt'), token);
    expect(missing).toEqual({ status: 404, words: 'There is no such tenant.' });
    for (const other of [b.id, b.slug, 'nobody', `${a.slug}x`, `${a.id}%00`])
      expect(await ask(other, token)).toEqual(missing);
    // The path takes precedence over the query.
    const answer = await fetch(`${url}/api/v1/tenants/${b.id}/policy/keys?tenant=${a.id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(404);
  });

  it('accepts the service token and a platform administrator for any existing tenant', async () => {
    // Access to all tenants does not replace the scope that the route requires.
    const platform = await tokenWith(a, 'platform.admin');
    expect((await ask(b.id, platform)).status).toBe(403);
    const both = await tokenWith(a, 'admin', 'platform.admin');
    for (const tenant of [a.id, b.id, b.slug]) expect((await ask(tenant, both)).status).toBe(200);
    const service = 'control-plane-token-of-the-tests';
    for (const tenant of [a.id, b.slug]) expect((await ask(tenant, service)).status).toBe(200);
    expect(await ask('nobody', service)).toEqual({ status: 404, words: 'There is no such tenant.' });
  });

  it('rejects all other callers', async () => {
    expect((await ask(a.id, null)).status).toBe(401);
    expect((await ask(a.id, 'not-a-token')).status).toBe(401);
    expect((await ask(a.id, await a.issueToken())).status).toBe(403);
  });

  it('records why it rejected a caller, with the reason that the response contains', async () => {
    const reasonOf = async (token: string | null): Promise<unknown> => {
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(`${url}/api/v1/tenants/${a.id}/policy/keys`, { headers });
      const { reason } = (await answer.json()) as { readonly reason?: unknown };
      const sql = `SELECT outcome, reason FROM audit.events WHERE request_id = $1`;
      expect(await queryAs(database.adminUrl, sql, [answer.headers.get('x-request-id')])).toEqual([
        { outcome: 'denied', reason },
      ]);
      return reason;
    };
    expect(await reasonOf(null)).toBe('token_missing');
    expect(await reasonOf('not-a-token')).toBe('token_malformed');
    expect(await reasonOf(await a.issueToken())).toBe('insufficient_scope');
  });

  it('rejects an administrator’s token that is only for other resources', async () => {
    const claims = claimsOf(await tokenWith(a, 'admin'));
    expect(await ask(a.id, signToken(core, { ...claims, aud: AUDIENCE }))).toEqual({
      status: 401,
      words: 'The token is for a different audience.',
    });
    expect((await ask(a.id, signToken(core, { ...claims, aud: [AUDIENCE, claims.iss] }))).status).toBe(200);
  });
});

const evaluate = (token: string | null) =>
  questionOf('/api/v1/policy/evaluate', token, { method: 'POST', body: '{"rule":"data.authz.allow","input":{}}' });
const flags = (token: string | null) => questionOf('/api/v1/flags', token, {});

async function questionOf(path: string, token: string | null, request: RequestInit) {
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(url + path, { ...request, headers });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

describe('a query from existing clients, which treat an error as an outage', () => {
  it('returns 200 and a denial if its caller has no access', async () => {
    for (const token of [null, 'not-a-token', await a.issueToken()]) {
      const reason = expect.any(String) as unknown;
      expect(await evaluate(token)).toEqual({
        status: 200,
        body: { allowed: false, result: false, reason, tenant_id: '' },
      });
      expect(await flags(token)).toEqual({ status: 200, body: { flags: [], version: 0, allowed: false, reason } });
    }
  });

  it('returns an administrator the same response as before', async () => {
    const token = await tokenWith(a, 'admin');
    expect(await evaluate(token)).toMatchObject({ status: 200, body: { tenant_id: a.id } });
    expect(await flags(token)).toEqual({ status: 200, body: { flags: [], version: 0 } });
  });

  it('has one audit record for a denied decision, and no record for an allowed decision', async () => {
    const tenant = await makeTenant(core, 'decisions');
    const token = await tokenWith(tenant, 'admin');
    const modules = { 'own.rego': 'package own\n\ndefault allow := false\n\nallow if input.ok\n' };
    const path = `/api/v1/tenants/${tenant.id}/policy`;
    expect((await questionOf(path, token, { method: 'PUT', body: JSON.stringify({ modules }) })).status).toBe(200);
    const decide = (ok: boolean) => {
      const body = JSON.stringify({ rule: 'data.own.allow', input: { ok } });
      return questionOf('/api/v1/policy/evaluate', token, { method: 'POST', body });
    };
    // Until the policy has arrived, the call fails and is recorded as a failure.
    await eventually(async () => expect(await decide(true)).toMatchObject({ status: 200, body: { allowed: true } }));
    expect(await decide(false)).toMatchObject({ status: 200, body: { allowed: false } });
    const recorded = (action: string) =>
      queryAs<{ outcome: string }>(
        database.adminUrl,
        `SELECT outcome FROM audit.events WHERE tenant_id = $1 AND action = $2 AND outcome <> 'failure'`,
        [tenant.id, action],
      );
    await eventually(async () => expect(await recorded('policy.evaluate')).toEqual([{ outcome: 'denied' }]));
    // Once a later record of the tenant is written, a record of the allowed decision would also have been written.
    expect((await questionOf(`${path}/versions`, token, {})).status).toBe(200);
    await eventually(async () => expect(await recorded('policy.versions')).toHaveLength(1));
    expect(await recorded('policy.evaluate')).toEqual([{ outcome: 'denied' }]);
  });
});

describe('guesses at the service token', () => {
  it('are limited by address on every path, even with the right token', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < FAILURES + 5; guess += 1) {
      const guessed = guess % 2 === 0 ? await ask(a.id, `guess-${guess}`) : await flags(`guess-${guess}`);
      statuses.push(guessed.status);
    }
    expect(statuses.slice(-5)).toEqual([429, 429, 429, 429, 429]);
    expect((await ask(a.id, 'control-plane-token-of-the-tests')).status).toBe(429);
  });
});
