import type { CheckRateLimitResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/ratelimit';
import type { Page } from '../../../src/kernel/lists/page';
import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { RateLimitRule } from '../../../src/modules/rate-limit/contract/rate-limit-rules.types';
import type { Tenant } from '../../../src/modules/tenants/contract/tenants.types';
import { expectNoCanary } from '../../support/canary';
import { eventually } from '../../support/eventually';
import type { GrpcClient } from '../../support/grpc-client';
import { type Answer, type Call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

const HOUR = 3_600;
const LIMIT = /^"([a-z0-9._-]+)";r=(\d+);t=(\d+)$/;
const POLICY = /^"([a-z0-9._-]+)";q=(\d+);w=(\d+)$/;

/** Returns the limit in the headers of a response (RFC 9651 items with parameters). */
function limitOf({ headers }: Answer<unknown>): Readonly<Record<'policy' | 'q' | 'w' | 'r' | 't', unknown>> {
  const [, name, remaining, reset] = LIMIT.exec(headers.get('ratelimit') ?? '') ?? [];
  const [, policy, quota, window] = POLICY.exec(headers.get('ratelimit-policy') ?? '') ?? [];
  expect(name).toBe(policy);
  return { policy, q: Number(quota), w: Number(window), r: Number(remaining), t: Number(reset) };
}

/** @param borrow returns the installation, once it is running. */
export const rateLimitsStory = (borrow: () => Installation): void =>
  describe('rate limits', () => {
    let installation: Installation;
    let admin: string;
    let sidecars: readonly GrpcClient[];

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      sidecars = installation.everySidecar();
    });

    async function newClient(): Promise<{ app: AppWithSecret; token: string }> {
      const app = await installation.register(admin);
      return { app, token: await installation.token(app.client_id, app.client_secret) };
    }

    function rule(path: string, call: Call = {}): Promise<Answer<RateLimitRule>> {
      return installation.controlPlane<RateLimitRule>(`/api/v1/rate-limits${path}`, { token: admin, ...call });
    }

    async function put(
      name: string,
      json: object,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<RateLimitRule> {
      const answer = await rule(`/${name}`, { method: 'PUT', json: { windowSeconds: HOUR, ...json }, headers });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
      expect(answer.headers.get('etag')).toMatch(/^"/);
      return answer.body;
    }

    function check(index: number, request: object): Promise<CheckRateLimitResponse> {
      const client = sidecars[index % sidecars.length];
      if (!client) throw new Error('There is no sidecar.');
      return client.call('RateLimitService', 'CheckRateLimit', { tenantId: 'default', ...request });
    }

    const list = (token: string, query = '') => installation.backend(`/v1/projects${query}`, { token });

    test('a new installation has generous limits, and every response states them', async () => {
      expect(await check(0, { key: 'fresh', limit: 0, windowSeconds: 0 })).toMatchObject({
        allowed: true,
        remaining: 59_999,
        retryAfterMs: 0,
        error: null,
      });
      const { token } = await newClient();
      const answer = await list(token);
      expect(answer.status).toBe(200);
      expect(limitOf(answer)).toEqual({ policy: 'default', q: 60_000, w: 60, r: 59_999, t: 1 });
      // Handler errors count too; unauthenticated and unauthorized calls do not.
      expect(limitOf(await list(token, '?limit=no'))).toMatchObject({ policy: 'default', r: 59_999 });
      for (const refused of [await list('not a token'), await installation.backend('/v1/projects/x/y', { token })]) {
        expect(refused.headers.get('ratelimit')).toBeNull();
      }
    });

    test('a burst at the backend gets 429 with headers and a record; other clients and routes are unaffected', async () => {
      const { app, token } = await newClient();
      const other = await newClient();
      await put('few-lists', { client: app.client_id, route: 'GET /v1/projects', limit: 5 });
      await eventually(async () => {
        expect(limitOf(await list(token))).toMatchObject({ policy: 'few-lists' });
      });
      const answers = await Promise.all(Array.from({ length: 20 }, () => list(token)));
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(4);
      const refused = answers.find(({ status }) => status === 429);
      if (!refused) throw new Error('Nothing was refused.');
      expectError(refused, 429, 'rate_limited');
      expect(limitOf(refused)).toMatchObject({ policy: 'few-lists', q: 5, w: HOUR, r: 0 });
      const retryAfter = Number(refused.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(600);
      expect(retryAfter).toBeLessThanOrEqual(720);
      const problem = await installation.backend('/v1/projects', {
        token,
        headers: { accept: 'application/problem+json' },
      });
      expect(problem.headers.get('content-type')).toBe('application/problem+json');
      expect(limitOf(problem)).toMatchObject({ r: 0 });
      // HEAD costs as much as GET.
      const head = await installation.backend('/v1/projects', { token, method: 'HEAD' });
      expect([head.status, limitOf(head)['policy']]).toEqual([429, 'few-lists']);
      expect((await list(other.token)).status).toBe(200);
      const created = await installation.backend('/v1/projects', { token, json: { key: 'RATE', name: 'Other route' } });
      expect([created.status, limitOf(created)['policy']]).toEqual([201, 'default']);
      const [event] = await installation.query<{ metadata: object }>(
        `SELECT tenant_id, actor_id, action, outcome, reason, metadata FROM audit.events
       WHERE reason = 'rate_limited' AND app_id = $1 ORDER BY ts LIMIT 1`,
        [app.client_id],
      );
      expect(event).toMatchObject({ action: 'project.list', outcome: 'denied', metadata: { policy: 'few-lists' } });
    });

    test('all sidecars together enforce one limit exactly', async () => {
      const answers = await Promise.all(
        Array.from({ length: 900 }, (_, index) => check(index, { key: 'shared', limit: 90, windowSeconds: HOUR })),
      );
      const allowed = answers.filter((answer) => answer.allowed);
      expect(allowed).toHaveLength(90);
      expect(allowed.filter(({ remaining }) => remaining === 0)).toHaveLength(1);
      const refused = answers.find((answer) => !answer.allowed);
      expect(refused).toMatchObject({ remaining: 0, error: { status: 429, extensions: { reason: 'rate' } } });
      expect(refused?.retryAfterMs).toBeGreaterThan(30_000);
      expect(refused?.retryAfterMs).toBeLessThanOrEqual(40_000);
    });

    test('creating, changing and deleting a rule takes effect everywhere through the change feed', async () => {
      const made = await put('logins', { key: 'login:*', limit: 3 });
      expect(made).toMatchObject({ name: 'logins', version: 1, limit: 3, burst: null, shadow: false });
      let tries = 0;
      // Each attempt has a new key, because the next rule would also count the calls that the previous rule counted.
      const remaining = async (index: number): Promise<number> =>
        (await check(index, { key: `login:${++tries}` })).remaining;
      for (const index of sidecars.keys()) {
        await eventually(async () => expect(await remaining(index)).toBe(2));
      }
      // A caller can request a lower limit than the rule's, never a higher limit.
      expect(await check(0, { key: 'login:more', limit: 50 })).toMatchObject({ remaining: 2 });
      expect(await check(0, { key: 'login:less', limit: 1 })).toMatchObject({ remaining: 0 });
      await put('logins', { key: 'login:*', limit: 10 });
      for (const index of sidecars.keys()) {
        await eventually(async () => expect(await remaining(index)).toBe(9));
      }
      expect((await rule('/logins', { method: 'DELETE' })).status).toBe(204);
      for (const index of sidecars.keys()) {
        await eventually(async () => expect(await remaining(index)).toBe(59_999));
      }
    });

    test('a reset applies only to its tenant and key, on every sidecar', async () => {
      const asked = { key: 'reset', limit: 1, windowSeconds: HOUR };
      for (const index of sidecars.keys()) await check(index, asked);
      for (const index of sidecars.keys()) expect(await check(index, asked)).toMatchObject({ allowed: false });
      const reset = await sidecars[0]?.call('RateLimitService', 'ResetRateLimit', {
        tenantId: 'default',
        key: 'reset',
      });
      expect(reset).toEqual({ success: true });
      const last = sidecars.length - 1;
      await eventually(async () => expect(await check(last, asked)).toMatchObject({ allowed: true }));
      await eventually(async () => {
        const sql = `SELECT resource_id FROM audit.events WHERE action = 'rate_limit.reset'`;
        expect(await installation.query(sql)).toEqual([{ resource_id: 'reset' }]);
      });
    });

    test('no log and no table contains a counted key', async () => {
      const canary = 'canary-4f1d9b7a';
      for (const index of sidecars.keys()) await check(index, { key: canary, limit: 2, windowSeconds: HOUR });
      for (const index of [0, 1, 2]) await check(index, { key: canary, limit: 2, windowSeconds: HOUR });
      await expectNoCanary(installation, canary);
    });

    test('invalid requests are refused in an OK response, with a message', async () => {
      for (const request of [
        { key: '' },
        { key: 'x'.repeat(300) },
        { key: 'a\u0000b' },
        { key: 'k', windowSeconds: 4_294_967_295 },
        { key: 'k', tenantId: 'no-such-tenant' },
        { key: 'k', tenantId: '' },
      ]) {
        const answer = await check(0, request);
        expect(answer).toMatchObject({ allowed: false, remaining: 0 });
        expect(answer.error?.detail).toMatch(/^.{10,}$/);
      }
      const stranger = installation.sidecar(0, null);
      expect(
        await stranger.call('RateLimitService', 'CheckRateLimit', { key: 'k', tenantId: 'default' }),
      ).toMatchObject({
        allowed: false,
        error: { status: 401 },
      });
      for (const [client, request] of [
        [stranger, { key: 'k', tenantId: 'default' }],
        [sidecars[0], { key: '', tenantId: 'default' }],
        [sidecars[0], { key: 'k', tenantId: 'no-such-tenant' }],
      ] as const) {
        expect(await client?.call('RateLimitService', 'ResetRateLimit', request)).toEqual({ success: false });
      }
      const malformed = await sidecars[0]?.raw(
        '/coresdk.v1.RateLimitService/CheckRateLimit',
        Buffer.from([0xff, 0xff]),
      );
      expect(malformed?.code).toBe(0);
      const huge = await check(0, { key: 'huge', limit: 4_294_967_295, windowSeconds: 1 });
      expect(huge).toMatchObject({ allowed: true, error: null });
    });

    test('rules are managed with conditional requests, and invalid rules are refused with JSON Pointers', async () => {
      const made = await put('managed', { limit: 7, burst: 2, cost: 2 });
      expect(made).toMatchObject({ client: null, route: null, key: null, perTenant: false, concurrency: null });
      const got = await rule('/managed');
      expect(got.body).toEqual(made);
      const etag = got.headers.get('etag') ?? '';
      const json = { limit: 8, windowSeconds: HOUR };
      const putIf = (headers: Readonly<Record<string, string>>) => rule('/managed', { method: 'PUT', json, headers });
      expectError(await putIf({ 'if-match': '"other"' }), 412, 'precondition_failed');
      expectError(await putIf({ 'if-none-match': '*' }), 412, 'precondition_failed');
      expect((await putIf({ 'if-match': etag })).body).toMatchObject({ version: 2, limit: 8, burst: null });
      expectError(await putIf({ 'if-match': etag }), 412, 'precondition_failed');
      const listed = await installation.controlPlane<Page<RateLimitRule>>('/api/v1/rate-limits?limit=500', {
        token: admin,
      });
      expect(listed.body.items.map(({ name }) => name)).toContain('managed');
      for (const [wrong, pointer] of [
        [{ limit: 0 }, '/limit'],
        [{ limit: -1 }, '/limit'],
        [{ limit: 1.5 }, '/limit'],
        [{ limit: 1e12 }, '/limit'],
        [{ limit: 1_000_000, windowSeconds: 1 }, '/limit'],
        [{ windowSeconds: 0 }, '/windowSeconds'],
        [{ windowSeconds: 1e9 }, '/windowSeconds'],
        [{ cost: 0 }, '/cost'],
        [{ cost: 9 }, '/cost'],
        [{ burst: 0 }, '/burst'],
        [{ route: 'projects' }, '/route'],
        [{ route: 'HEAD /v1/projects' }, '/route'],
        [{ route: '/v1/Projects' }, '/route'],
        [{ key: 'k', concurrency: { limit: 1 } }, '/concurrency'],
        [{ key: 'k', client: 'app-x' }, '/key'],
        [{ key: 'a\nb' }, '/key'],
        [{ monthlyQuota: 0 }, '/monthlyQuota'],
        [{ concurrency: { limit: 0 } }, '/concurrency/limit'],
        [{ plan: 'free' }, '/plan'],
        [{ unknown: 1 }, '/unknown'],
      ] as const) {
        const refused = await rule('/wrong', { method: 'PUT', json: { ...json, ...wrong } });
        const pointers = expectError(refused, 400, 'invalid_request').errors?.map((fault) => fault.pointer);
        expect(new Set(pointers)).toEqual(new Set([pointer]));
      }
      for (const name of ['default', 'plans', 'Upper', 'a%20b', '__proto__', 'x'.repeat(65)]) {
        const refused = await rule(`/${name}`, { method: 'PUT', json });
        expect([400, 404, 405]).toContain(refused.status);
      }
      expect((await rule('/managed', { method: 'DELETE' })).status).toBe(204);
      expectError(await rule('/managed'), 404, 'not_found');
      expectError(await rule('/managed', { method: 'DELETE' }), 404, 'not_found');
      expectError(await installation.controlPlane('/api/v1/rate-limits'), 401, 'unauthorized');
      const { token } = await newClient();
      expectError(await rule('', { token }), 403, 'forbidden');
    });

    test('only the platform manages plan rules, which apply in addition to each tenant’s own', async () => {
      const platform = { token: installation.secrets.controlPlaneToken };
      const json = { plan: 'pro', key: 'plan:*', limit: 4, windowSeconds: HOUR };
      expectError(await rule('/plans/pro-keys', { method: 'PUT', json }), 403, 'forbidden');
      expect((await rule('/plans/pro-keys', { ...platform, method: 'PUT', json })).status).toBe(200);
      const tenant = await installation.controlPlane<Tenant>('/api/v1/tenants', {
        ...platform,
        json: { slug: 'pro-tenant', name: 'Pro', plan: 'pro' },
      });
      expect(tenant.status).toBe(201);
      // The sidecar learns of the tenant over the change feed. Until then, only the general rule applies.
      await eventually(async () => {
        expect(await check(0, { key: 'plan:1', tenantId: 'pro-tenant' })).toMatchObject({ remaining: 3 });
      });
      expect(await check(0, { key: 'plan:1' })).toMatchObject({ remaining: 59_999 });
      // A tenant's own rule with a higher limit than the plan's has no effect.
      const wide = { key: 'plan:*', limit: 100, windowSeconds: HOUR };
      expect((await rule('/wide?tenant=pro-tenant', { ...platform, method: 'PUT', json: wide })).status).toBe(200);
      await eventually(async () => {
        const answer = await check(0, { key: 'plan:1', tenantId: 'pro-tenant' });
        expect(answer).toMatchObject({ allowed: false });
      });
      // A different plan has a different limit.
      const moved = await installation.controlPlane(`/api/v1/tenants/pro-tenant`, {
        ...platform,
        method: 'PATCH',
        json: { plan: 'enterprise' },
      });
      expect(moved.status).toBe(200);
      await eventually(async () => {
        expect(await check(0, { key: 'plan:2', tenantId: 'pro-tenant' })).toMatchObject({
          remaining: expect.any(Number),
        });
        const { remaining } = await check(0, { key: 'plan:3', tenantId: 'pro-tenant' });
        expect(remaining).toBeGreaterThan(90);
      });
      expect((await rule('/plans', platform)).body).toMatchObject({ items: [{ name: 'pro-keys', plan: 'pro' }] });
      expect((await rule('/plans/pro-keys', { ...platform, method: 'DELETE' })).status).toBe(204);
    });

    test('a concurrency slot is free again after the response ends', async () => {
      const { app, token } = await newClient();
      await put('one-at-a-time', { client: app.client_id, limit: 1_000, concurrency: { limit: 1, leaseSeconds: 600 } });
      await eventually(async () => {
        expect(limitOf(await list(token))).toMatchObject({ policy: 'one-at-a-time' });
      });
      for (let call = 0; call < 5; call++) {
        await eventually(async () => expect((await list(token)).status).toBe(200));
        // The slot is also free after an error.
        await eventually(async () => expect((await list(token, '?limit=no')).status).toBe(400));
      }
      const together = await Promise.all(Array.from({ length: 20 }, () => list(token)));
      expect(new Set(together.map(({ status }) => status))).toContain(200);
    });
  });
