import { type CallContext, systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import type { EgressPort } from '../../src/modules/gates/contract/egress.port';
import { eventually } from '../support/eventually';
import { activateBundle } from '../support/policy-bundle';
import type { TestCore } from '../support/test-core';
import { queryAs } from '../support/test-database';
import type { TestTenant } from '../support/two-tenants';

/** The adapter that a suite of the egress port runs against, with two tenants. */
export interface EgressWorld {
  readonly egress: EgressPort;
  /** Decides: this process, or the process at the other end of the connection. */
  readonly judge: TestCore;
  readonly a: TestTenant;
  /** Its policy allows one user of one platform service to reach one host. */
  readonly b: TestTenant;
  readonly adminUrl: string;
  readonly close: () => Promise<void>;
}

const POLICY = `package coresdk.egress

default allow := false

allow if {
  input.host == "api.example.com"
  input.subject == "usr-1"
  input.client_id == "app-1"
  input.service_name == "workflows"
}

deny_reason := "not on the list"`;

/** The contract of {@link EgressPort}, for any adapter. */
export function egressPortSuite(adapter: string, open: () => Promise<EgressWorld>): void {
  describe(`EgressPort, ${adapter}`, () => {
    let world: EgressWorld;

    beforeAll(async () => {
      world = await open();
      await activateBundle(world.adminUrl, world.b.id, { modules: { 'egress.rego': POLICY } });
    });

    afterAll(async () => {
      await world.close();
    });

    const call = ({ id }: TestTenant, userId = 'usr-1'): CallContext => ({
      ...systemContext(newId('req'), id),
      actor: { type: 'user', id: userId },
      appId: 'app-1',
    });
    const ask = (url: string, { of = world.a, user = 'usr-1', mayBePrivate = false, service = 'workflows' } = {}) =>
      world.egress.authorize(call(of, user), { tenantId: of.id, url, serviceName: service, mayBePrivate });

    it('lets the platform fetch public URLs, and private URLs only where the operator allows them', async () => {
      expect(await ask('https://api.example.com/v1?q=1')).toEqual({ allowed: true });
      for (const url of ['http://127.0.0.1:8080/', 'http://billing.internal/', 'http://localhost/']) {
        expect(await ask(url)).toMatchObject({ allowed: false });
        expect(await ask(url, { mayBePrivate: true })).toEqual({ allowed: true });
      }
      expect(await ask('http://169.254.169.254/', { mayBePrivate: true })).toMatchObject({
        code: 'address_not_public',
      });
      for (const url of ['nonsense', 'https://a@b.example/', 'ftp://api.example.com/', 'http://0x7f.1/']) {
        expect(await ask(url, { mayBePrivate: true })).toMatchObject({ allowed: false });
      }
    });

    it('asks the policy of the tenant with the caller and the URL, and records a refusal with the policy revision', async () => {
      const of = world.b;
      await eventually(async () => expect(await ask('https://api.example.com/', { of })).toEqual({ allowed: true }));
      const refused = { allowed: false, code: 'denied', reason: 'not on the list', policyRevision: '1' };
      expect(await ask('https://api.example.com/', { of, user: 'usr-2' })).toEqual(refused);
      expect(await ask('https://api.example.com/', { of, service: 'skills' })).toEqual(refused);
      expect(await ask('https://other.example.com/', { of })).toEqual(refused);
      await eventually(async () => {
        const sql = `SELECT app_id, reason, resource_id FROM audit.events
          WHERE tenant_id = $1 AND action = 'egress.check' AND resource_id = 'other.example.com'`;
        expect(await queryAs(world.adminUrl, sql, [of.id])).toEqual([
          { app_id: 'app-1', reason: 'denied', resource_id: 'other.example.com' },
        ]);
      });
    });

    it('checks the URLs that tenant code wants to fetch, and returns a code for each refusal', async () => {
      const check = (url: string) =>
        world.egress.check(call(world.a), { tenantId: world.a.id, url, serviceName: 'billing' });
      expect(await check('https://93.184.215.14/')).toEqual({ allowed: true });
      expect(await check('http://127.0.0.1/')).toMatchObject({ allowed: false, code: 'address_not_public' });
      expect(await check('nonsense')).toMatchObject({ allowed: false, code: 'url_invalid' });
    });

    it('throws when no decision is available, and does not allow anything', async () => {
      await world.judge.feed.stop();
      await eventually(async () =>
        expect(ask('https://api.example.com/', { of: world.b })).rejects.toMatchObject({ code: 'unavailable' }),
      );
    });
  });
}
