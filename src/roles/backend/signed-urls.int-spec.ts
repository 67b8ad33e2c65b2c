import { eventually } from '../../../test/support/eventually';
import { type FilesWorld, openFilesWorld } from '../../../test/support/files-world';
import { type Answer, call, expectError } from '../../../test/support/http-client';
import { queryAs } from '../../../test/support/test-database';
import { claimsOf, makeTenant, suspendTenant, type TestTenant } from '../../../test/support/two-tenants';
import { publishChanges } from '../../kernel/changes/publish';
import { systemContext } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import { newId, newUlid } from '../../kernel/ids/ids';
import { stagedAuditEvent, auditEvent } from '../../modules/audit/contract/audit.types';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import type { SignedUrl } from '../../modules/files/contract/files.types';
import { markUntilNow, roleChange } from '../../modules/revocation/contract/revocation.types';
import { RevocationsPort } from '../../modules/revocation/contract/revocations.port';

let world: FilesWorld;
let token: string;

beforeAll(async () => {
  world = await openFilesWorld();
  token = await world.tokenOf(world.a);
});

afterAll(() => world.close());

const TEXT = { 'content-type': 'text/plain' };

async function put(path: string, body: string, by = token): Promise<void> {
  const answer = await call(`${world.url}/v1/files/${path}`, { method: 'PUT', token: by, body, headers: TEXT });
  expect([200, 201]).toContain(answer.status);
}

const sign = (order: object, by = token): Promise<Answer<SignedUrl>> =>
  call<SignedUrl>(`${world.url}/v1/files/signed-urls`, { token: by, json: order });

/** Returns a signed URL with the port of the test instead of PUBLIC_URL. */
async function urlOf(order: object, by = token): Promise<string> {
  const { status, body, text } = await sign(order, by);
  expect([status, text]).toEqual([201, expect.any(String)]);
  return body.url.replace('http://localhost:8000', world.url);
}

const user = (id: string, tenant = world.a, claims: object = {}) =>
  world.tokenOf(tenant, { sub: id, user_id: id, roles: ['member'], ...claims });

describe('a signed URL', () => {
  it('returns a file to any holder of the URL, as the pipeline would', async () => {
    await put('private/gift.txt', 'for you');
    const url = await urlOf({ method: 'GET', tier: 'private', path: 'gift.txt', download: 'gift' });
    const answer = await call(url);
    expect([answer.status, answer.text]).toEqual([200, 'for you']);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="gift"');
    expect((await call(url, { headers: { range: 'bytes=0-2' } })).text).toBe('for');
    expect((await call(url, { method: 'HEAD' })).status).toBe(200);
    const events = await queryAs(
      world.database.adminUrl,
      'SELECT tenant_id, action, actor_id, resource_id FROM audit.events WHERE request_id = $1',
      [answer.requestId],
    );
    expect(events).toEqual([
      { tenant_id: world.a.id, action: 'file.signed.get', actor_id: world.a.clientId, resource_id: 'private/gift.txt' },
    ]);
  });

  it('accepts a file that meets the size limit and the condition of the URL', async () => {
    const url = await urlOf({ method: 'PUT', tier: 'shared', path: 'inbox/new', maxBytes: 5, ifNoneMatch: '*' });
    const send = (body: string) => call(url, { method: 'PUT', body, headers: TEXT });
    expectError(await send('too long'), 413, 'payload_too_large');
    expect((await send('fits')).status).toBe(201);
    expectError(await send('again'), 412, 'precondition_failed');
    const read = await call(`${world.url}/v1/files/shared/inbox/new`, { token });
    expect(read.text).toBe('fits');
    const recorded = await queryAs(
      world.database.adminUrl,
      `SELECT action FROM audit.events WHERE resource_id = 'shared/inbox/new' AND outcome = 'success' AND action LIKE '%.put'`,
    );
    expect(recorded).toEqual([{ action: 'file.signed.put' }]);
  });

  it('for a version returns that version, even if later versions exist', async () => {
    await put('shared/versioned', 'old');
    const url = await urlOf({ method: 'GET', tier: 'shared', path: 'versioned', version: 1 });
    await put('shared/versioned', 'new');
    expect((await call(url)).text).toBe('old');
  });

  it('is valid only for its method, path and tenant, and only until it expires', async () => {
    await put('shared/bound', 'x');
    const url = await urlOf({ method: 'GET', tier: 'shared', path: 'bound' });
    expectError(await call(url, { method: 'PUT', body: 'y', headers: TEXT }), 403, 'forbidden');
    const [payload = '', mac = ''] = new URL(url).searchParams.get('signature')?.split('.') ?? [];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const forged = (change: object): string =>
      `${world.url}/v1/files/signed?signature=${Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')}.${mac}`;
    const changes = [{ path: 'other' }, { tenant: world.b.id }, { exp: 4_102_444_800 }, { method: 'PUT' }];
    for (const change of changes) {
      expectError(await call(forged(change)), 403, 'forbidden');
    }
    const toWrite = await urlOf({ method: 'PUT', tier: 'shared', path: 'bound' });
    for (const method of ['GET', 'HEAD']) expect((await call(toWrite, { method })).status).toBe(403);
    for (const bad of ['', 'x', '.', `${payload}.`, `.${mac}`, `${payload}.${mac}.x`, `${payload}.${mac}=`]) {
      expectError(await call(`${world.url}/v1/files/signed?signature=${bad}`), 403, 'forbidden');
    }
    for (let at = 0; at < mac.length; at += 7) {
      const other = mac[at] === 'A' ? 'B' : 'A';
      const changed = mac.slice(0, at) + other + mac.slice(at + 1);
      expectError(await call(`${world.url}/v1/files/signed?signature=${payload}.${changed}`), 403, 'forbidden');
    }
  });

  it('expires', async () => {
    await put('shared/short', 'x');
    const url = await urlOf({ method: 'GET', tier: 'shared', path: 'short', expiresInSeconds: 1 });
    await eventually(async () => {
      expectError(await call(url), 403, 'forbidden');
    });
    for (const expiresInSeconds of [0, 86_401, 1.5]) {
      const refused = await sign({ method: 'GET', tier: 'shared', path: 'short', expiresInSeconds });
      expectError(refused, 400, 'invalid_request');
    }
  });

  it('is issued only to callers who can perform the operation themselves', async () => {
    const reader = await world.tokenOf(world.a, { scope: 'files.read' });
    const order = { tier: 'shared', path: 'bound' };
    expect((await sign({ ...order, method: 'GET' }, reader)).status).toBe(201);
    expectError(await sign({ ...order, method: 'PUT' }, reader), 403, 'forbidden');
    expectError(await sign({ ...order, tier: 'user', method: 'GET' }), 403, 'forbidden');
    expectError(await sign({ ...order, path: '../x', method: 'GET' }), 400, 'invalid_request');
    expectError(
      await call(`${world.url}/v1/files/signed-urls`, { json: { ...order, method: 'GET' } }),
      401,
      'unauthorized',
    );
  });
});

describe('a revocation of tokens invalidates signed URLs', () => {
  const revocations = () => world.core.context.get(RevocationsPort);

  async function revoke(
    kind: 'user' | 'session' | 'grant' | 'client',
    subject: string,
    tenant: TestTenant,
  ): Promise<void> {
    const nowMs = Date.now();
    const context = systemContext(newId('req'), tenant.id);
    const event = { id: newId('aud'), action: 'test.revoke', resourceType: kind, resourceId: subject };
    await revocations().revoke(
      markUntilNow(kind, subject, tenant.id, nowMs),
      stagedAuditEvent(auditEvent(context, event, nowMs)),
      { tenantId: tenant.id, type: 'token.revoked', clientId: tenant.clientId, userId: null, details: {} },
    );
  }

  async function revokeToken(of: string): Promise<void> {
    expect(await world.core.context.get(AuthPort).revokeToken(null, of, null, '')).toBe(true);
  }

  it.each(['user', 'session', 'grant', 'client'] as const)('of a %s', async (kind) => {
    const tenant = await makeTenant(world.core, kind);
    const id = newId('usr');
    const [sid, grant] = [newId('ses'), newId('grt')];
    const by = await user(id, tenant, { sid, grant_id: grant });
    await put('shared/mine', 'mine', by);
    const url = await urlOf({ method: 'GET', tier: 'shared', path: 'mine' }, by);
    expect((await call(url)).status).toBe(200);
    await revoke(kind, { user: id, session: sid, grant, client: tenant.clientId }[kind], tenant);
    expectError(await call(url), 403, 'forbidden');
  });

  it('of a user whose role changes', async () => {
    const id = newId('usr');
    const by = await user(id);
    const order = { method: 'PUT', tier: 'shared', path: 'demoted' };
    const url = await urlOf(order, by);
    const send = (to: string) => call(to, { method: 'PUT', body: 'x', headers: TEXT });
    expect((await send(url)).status).toBe(201);
    const change = roleChange(id, 'viewer', world.a.id, Date.now());
    await world.core.context.get(Database).tenantTransaction(world.a.id, (tx) => publishChanges(tx, [change]));
    await world.core.feed.catchUp();
    expectError(await send(url), 403, 'forbidden');
    expectError(await sign(order, by), 401, 'unauthorized');
    // A viewer can sign only operations that a viewer can perform.
    const read = await urlOf({ ...order, method: 'GET' }, await user(id, world.a, { roles: ['viewer'] }));
    expect((await call(read)).status).toBe(200);
  });

  describe('of an agent', () => {
    /** Returns the token of an agent that acts for a user through the token with this ID. */
    const agentOf = (userId: string, parent: string, claims: object = {}) =>
      user(userId, world.a, {
        sub: `agent:helper@user:${userId}@tenant:${world.a.id}`,
        principal_type: 'agent',
        act: { sub: 'agent:helper' },
        parent_jtis: [parent],
        ...claims,
      });
    const order = { method: 'GET', tier: 'shared', path: 'of-an-agent' };

    beforeAll(() => put('shared/of-an-agent', 'x'));

    it('together with the URLs of its user', async () => {
      const id = newId('usr');
      const url = await urlOf(order, await agentOf(id, newUlid()));
      expect((await call(url)).status).toBe(200);
      await revoke('user', id, world.a);
      expectError(await call(url), 403, 'forbidden');
    });

    it('when the role of its user changes', async () => {
      const id = newId('usr');
      const url = await urlOf(order, await agentOf(id, newUlid()));
      const change = roleChange(id, 'viewer', world.a.id, Date.now());
      await world.core.context.get(Database).tenantTransaction(world.a.id, (tx) => publishChanges(tx, [change]));
      await world.core.feed.catchUp();
      expectError(await call(url), 403, 'forbidden');
    });

    it('when its own token or the parent of that token is revoked', async () => {
      const id = newId('usr');
      const parent = await user(id);
      const own = await agentOf(id, claimsOf(parent).jti);
      const [url, other] = [await urlOf(order, own), await urlOf(order, own)];
      await revokeToken(parent);
      expectError(await call(url), 403, 'forbidden');
      const lone = await agentOf(id, newUlid());
      const loneUrl = await urlOf(order, lone);
      await revokeToken(lone);
      expectError(await call(loneUrl), 403, 'forbidden');
      expectError(await call(other), 403, 'forbidden');
    });

    it('at the expiry of its token', async () => {
      const exp = Math.floor(Date.now() / 1_000) + 120;
      const token = await agentOf(newId('usr'), newUlid(), { exp });
      const { body } = await sign({ ...order, expiresInSeconds: 86_400 }, token);
      expect(body.expiresAt).toBe(new Date(exp * 1_000).toISOString());
    });
  });

  it('of an app’s token, which stays revoked for as long as the URLs could be valid', async () => {
    const machine = await world.tokenOf(world.a);
    await put('shared/of-a-machine', 'x', machine);
    const order = { method: 'GET', tier: 'shared', path: 'of-a-machine', expiresInSeconds: 86_400 };
    const { body } = await sign(order, machine);
    const url = body.url.replace('http://localhost:8000', world.url);
    expect((await call(url)).status).toBe(200);
    await revokeToken(machine);
    expectError(await call(url), 403, 'forbidden');
    const kept = await queryAs<{ keep_until: Date }>(
      world.database.adminUrl,
      'SELECT keep_until FROM kernel.changes WHERE key = $1',
      [`token:${claimsOf(machine).jti}`],
    );
    expect(kept).toHaveLength(1);
    expect(kept.every(({ keep_until: until }) => until.getTime() >= Date.parse(body.expiresAt))).toBe(true);
  });

  it('of a suspended tenant', async () => {
    const tenant = await makeTenant(world.core, 'suspended');
    const by = await world.tokenOf(tenant);
    await put('shared/mine', 'mine', by);
    const url = await urlOf({ method: 'GET', tier: 'shared', path: 'mine' }, by);
    await suspendTenant(world.core, tenant.id);
    await eventually(async () => {
      expectError(await call(url), 403, 'forbidden');
    });
  });
});
