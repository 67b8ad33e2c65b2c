import { status as Grpc } from '@grpc/grpc-js';
import { eventually } from '../../../test/support/eventually';
import { GrpcClient } from '../../../test/support/grpc-client';
import { type NameServer, openNameServer } from '../../../test/support/name-server';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import type { CheckEgressRequest, CheckEgressResponse } from '../../kernel/grpc/generated/cpod/clients/v1/egress';
import { newId } from '../../kernel/ids/ids';
import { PolicyBundlesPort } from '../policy/contract/policy-bundles.port';

const ALLOWED = { allowed: true, reason: '' };

let names: NameServer;
let database: TestDatabase;
let core: TestCore;
let surface: { readonly address: string; readonly close: () => Promise<void> };
let service: GrpcClient;
let stranger: GrpcClient;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  names = await openNameServer({
    'api.example.com': { A: ['93.184.215.14'], AAAA: ['2606:4700:4700::1111'] },
    'rebind.example.com': { A: ['93.184.215.14', '10.0.0.1'] },
    'mapped.example.com': { A: ['93.184.215.14'], AAAA: ['0:0:0:0:0:ffff:a00:1'] },
    'meta.example.com': { A: ['169.254.169.254'] },
    'alias.example.com': { A: ['93.184.215.99'] },
    'empty.example.com': {},
    'fails.example.com': 'fails',
    'silent.example.com': 'silent',
  });
  database = await createTestDatabase();
  core = await openAllCore(database, {
    EGRESS_DNS_SERVERS: names.address,
    EGRESS_DNS_TIMEOUT_MS: '400',
    ISSUER_URL: 'https://id.example.net',
    RATE_LIMIT_STORE: 'memory',
    // The first decision that uses a policy compiles it, and the machine may be busy with other work.
    POLICY_CPU_MS: '3000',
    REDIS_URL: 'redis://93.184.215.99:6379',
  });
  surface = await openSidecarSurface(core);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  stranger = new GrpcClient(surface.address);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  const source = `package coresdk.egress
default allow := false
allow if {
	input.host == "api.example.com"
	input.scheme == "https"
	input.port == 443
	input.service_name == "billing"
}
deny_reason := "the list of tenant b — only"`;
  await core.context
    .get(PolicyBundlesPort)
    .put(
      systemContext(newId('req'), b.id),
      { kind: 'module', text: source },
      { ifMatch: null, ifNoneMatch: null },
      false,
    );
  await core.feed.catchUp();
});

afterAll(async () => {
  service.close();
  stranger.close();
  await surface.close();
  await core.close();
  await database.drop();
  await names.close();
});

beforeEach(() => {
  names.asked.length = 0;
});

const check = (request: Partial<CheckEgressRequest>, client = service): Promise<CheckEgressResponse> =>
  client.call('EgressService', 'CheckEgress', { tenantId: a.id, ...request });

describe('CheckEgress', () => {
  it.each([
    'https://api.example.com/v1?key=x',
    'http://api.example.com:8080',
    'https://8.8.8.8/',
    'wss://api.example.com',
  ])('allows %s', async (url) => {
    expect(await check({ url })).toEqual(ALLOWED);
  });

  it.each<[string, string]>([
    ['http://10.0.0.1/', 'address_not_public'],
    ['http://169.254.169.254/latest/meta-data', 'address_not_public'],
    ['http://2852039166/', 'address_not_public'],
    ['http://[::ffff:192.168.1.1]/', 'address_not_public'],
    ['http://rebind.example.com/', 'address_not_public'],
    ['http://mapped.example.com/', 'address_not_public'],
    ['http://meta.example.com/', 'address_not_public'],
    ['http://localhost:8000/', 'name_not_public'],
    ['http://metadata.google.internal/', 'name_not_public'],
    ['https://id.example.net/oauth/authorize', 'own_host'],
    ['https://93.184.215.99:6379/', 'own_host'],
    ['https://alias.example.com/', 'own_host'],
    ['https://none.example.com/', 'host_unknown'],
    ['https://empty.example.com/', 'host_unknown'],
    ['https://fails.example.com/', 'resolution_failed'],
    ['https://silent.example.com/', 'resolution_failed'],
    ['https://user:secret@api.example.com/', 'user_info'],
    ['ftp://api.example.com/', 'scheme_not_allowed'],
    ['', 'url_invalid'],
    ['api.example.com', 'url_invalid'],
  ])('refuses %j as %s', async (url, code) => {
    const { allowed, reason } = await check({ url });
    expect({ allowed, code: reason.split(':')[0] }).toEqual({ allowed: false, code });
    expect(reason).toMatch(/^[\x20-\x7E]{1,200}$/);
    expect(reason).not.toContain('secret');
  });

  it('evaluates the tenant’s policy for all other URLs before it resolves the name', async () => {
    const ask = (url: string, serviceName = 'billing') => check({ url, serviceName, tenantId: b.slug });
    expect(await ask('https://api.example.com/')).toEqual(ALLOWED);
    names.asked.length = 0;
    const refused = { allowed: false, reason: 'denied: the list of tenant b ? only' };
    expect(await ask('https://data.leaks.example.org/')).toEqual(refused);
    expect(await ask('http://api.example.com/')).toEqual(refused);
    expect(await ask('https://api.example.com:8443/')).toEqual(refused);
    expect(await ask('https://api.example.com/', 'mail')).toEqual(refused);
    expect(names.asked).toEqual([]);
  });

  it('refuses internal targets even if the policy allows everything', async () => {
    const everything = { kind: 'module', text: 'package coresdk.egress\nallow := true' } as const;
    const c = await makeTenant(core, 'c');
    const none = { ifMatch: null, ifNoneMatch: null };
    await core.context.get(PolicyBundlesPort).put(systemContext(newId('req'), c.id), everything, none, false);
    await core.feed.catchUp();
    expect(await check({ url: 'https://api.example.com/', tenantId: c.id })).toEqual(ALLOWED);
    for (const url of [
      'http://10.0.0.1/',
      'http://localhost/',
      'http://rebind.example.com/',
      'https://id.example.net/',
    ]) {
      expect(await check({ url, tenantId: c.id })).toMatchObject({ allowed: false });
    }
  });

  it.each<[string, Partial<CheckEgressRequest>, string]>([
    ['no tenant', { tenantId: '' }, 'not_found'],
    ['an unknown tenant', { tenantId: 'nobody' }, 'not_found'],
  ])('refuses %s', async (_name, request, code) => {
    const { allowed, reason } = await check({ url: 'https://8.8.8.8/', ...request });
    expect({ allowed, code: reason.split(':')[0] }).toEqual({ allowed: false, code });
  });

  it('accepts only services, and responds to invalid request bytes', async () => {
    expect(await check({ url: 'https://8.8.8.8/' }, stranger)).toMatchObject({ allowed: false });
    const garbage = await service.raw('/coresdk.v1.EgressService/CheckEgress', Buffer.from([0x0a, 0x7f, 0x61]));
    expect(garbage.code).toBe(Grpc.OK);
    // Field 1 is false.
    expect([...garbage.bytes.subarray(0, 2)]).toEqual([0x08, 0]);
  });

  it("records refusals in the tenant's log, with the host but without the URL", async () => {
    await check({ url: 'http://10.9.8.7/path?token=abc', serviceName: 'crawler' });
    await eventually(async () => {
      const events = await queryAs<{ event: object }>(
        database.adminUrl,
        `SELECT to_jsonb(e) AS event FROM audit.events e WHERE tenant_id = '${a.id}' AND action = 'egress.check'`,
      );
      const text = JSON.stringify(events);
      expect(text).toContain('address_not_public');
      expect(text).not.toContain('token=abc');
    });
  });

  it('records the policy revision of a refusal', async () => {
    await check({ url: 'https://unlisted.example.org/', tenantId: b.id });
    await eventually(async () => {
      const [event] = await queryAs<{ revision: string | null }>(
        database.adminUrl,
        `SELECT policy_revision AS revision FROM audit.events WHERE tenant_id = '${b.id}' AND action = 'egress.check'
           AND resource_id = 'unlisted.example.org'`,
      );
      expect(event).toEqual({ revision: '1' });
    });
  });
});
