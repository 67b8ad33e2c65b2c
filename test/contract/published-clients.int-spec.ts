import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { FlagsAdminPort } from '../../src/modules/flags/contract/flags-admin.port';
import { UNCONDITIONAL } from '../../src/modules/flags/contract/flags.types';
import { eventually } from '../support/eventually';
import { activateBundle } from '../support/policy-bundle';
import { type PublishedClient, publishedClients, type PythonClient } from '../support/published-clients';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

/** Slugs of every kind that raw bytes read differently (wire contract §2.5): a decode error, or a tenant that is lost. */
const SLUGS = ['default', 'acme', 'acme-corp', 'test', '7d444840-9dc0-4d1b-b245-5ffdce74fad2', 'p1'];
const CLIENTS = ['TypeScript', 'Python', 'Go', 'Java'];

let database: TestDatabase;
let core: TestCore;
const tenants = new Map<string, TestTenant>();

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  for (const slug of SLUGS) {
    const tenant = await makeTenant(core, slug, slug);
    tenants.set(slug, tenant);
    const rule = `package shop\n\nallow if input.for == "${slug}"\n`;
    await activateBundle(database.adminUrl, tenant.id, { modules: { 'shop.rego': rule } });
    const targeting = { if: [{ '==': [{ var: 'targetingKey' }, `user-of-${slug}`] }, 'on'] };
    const flags = { beta: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting } };
    const context = systemContext(newId('req'), tenant.id);
    await core.context.get(FlagsAdminPort).putDocument(context, JSON.stringify({ flags }), UNCONDITIONAL);
  }
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

interface World {
  readonly tenant: TestTenant;
  readonly other: TestTenant;
  readonly client: (name: string) => PublishedClient;
  readonly python: PythonClient;
  readonly close: () => Promise<void>;
}

function tenantOf(slug: string): TestTenant {
  const tenant = tenants.get(slug);
  if (!tenant) throw new Error(`There is no tenant ${slug}.`);
  return tenant;
}

/** A sidecar of its own, and the four clients of an application. */
async function open(
  slug: string,
  sidecar: Parameters<typeof openSidecarSurface>[1],
  application: { readonly tenant: string; readonly serviceToken?: string },
): Promise<World> {
  const surface = await openSidecarSurface(core, sidecar);
  const { clients, python, close } = publishedClients({ address: surface.address, ...application });
  return {
    tenant: tenantOf(slug),
    other: tenantOf(slug === 'default' ? 'acme' : 'default'),
    client(name) {
      const found = clients.find((client) => client.name === name);
      if (!found) throw new Error(`There is no client ${name}.`);
      return found;
    },
    python,
    async close() {
      close();
      await surface.close();
    },
  };
}

const READ = { action: 'project.get', resource: 'projects/prj-1' };
const eventOf = async (id: string) => {
  const sql = `SELECT tenant_id, action, actor_type, resource_type, outcome, metadata FROM audit.events WHERE id = $1`;
  return (await queryAs<Record<string, unknown>>(database.adminUrl, sql, [id]))[0];
};

/** A sidecar in development speaks for one tenant; a proper one, for the tenant that a service names. */
const sidecars: [string, (slug: string) => Promise<World>][] = [
  ['in development', (slug) => open(slug, { CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: slug }, { tenant: slug })],
  ['with a service token', (slug) => open(slug, {}, { tenant: slug, serviceToken: SERVICE_TOKEN })],
];

describe.each(SLUGS)('the tenant %s', (slug) => {
  describe.each(sidecars)('at a sidecar %s', (kind, openWorld) => {
    let world: World;

    beforeAll(async () => {
      world = await openWorld(slug);
      await eventually(async () => expect(await world.python.evaluate('shop.allow', { for: slug })).toBe(true));
    });

    afterAll(() => world.close());

    // Java's client cannot send a service token: what no token of a user decides is refused to it.
    const isService = (name: string) => kind === 'in development' || name !== 'Java';

    it.each(CLIENTS)('validates the tokens of %s', async (name) => {
      const client = world.client(name);
      const token = await world.tenant.issueToken();
      for (const shown of [token, `Bearer ${token}`]) {
        const verdict = await client.validate({ token: shown, ...READ });
        expect(verdict).toMatchObject({ allowed: true, subject: world.tenant.clientId });
      }
      const foreign = await world.other.issueToken();
      const bad = [`${token}x`, 'not-a-token', '', ...(name === 'TypeScript' ? [] : [foreign])];
      for (const shown of bad)
        expect(await client.validate({ token: shown, ...READ })).toMatchObject({ allowed: false });
    });

    it.each(CLIENTS.filter((name) => name !== 'Go'))('authorizes what %s asks', async (name) => {
      const client = world.client(name);
      const token = await world.tenant.issueToken();
      const allowed = await client.authorize({ token: `Bearer ${token}`, ...READ });
      expect(allowed).toMatchObject({ allowed: true, subject: '', ...(name === 'Java' ? {} : { reason: '' }) });
      expect(allowed).toMatchObject({ tenant: name === 'Java' ? slug : world.tenant.id });
      const refused = [
        { token, ...READ, action: 'project.delete' },
        { token: `${token}x`, ...READ },
        { token: 'not-a-token', ...READ },
        ...(name === 'Java' ? [{ token: await world.other.issueToken(), ...READ }] : []),
      ];
      for (const act of refused) expect(await client.authorize(act)).toMatchObject({ allowed: false });
    });

    it.each(CLIENTS)('revokes for %s', async (name) => {
      const client = world.client(name);
      const token = await world.tenant.issueToken();
      expect(await client.isRevoked(token)).not.toBe(true);
      expect(await client.revoke(await world.other.issueToken())).toBe(false);
      expect(await client.revoke(`Bearer ${token}`)).toBe(true);
      expect(await client.isRevoked(token)).not.toBe(false);
      expect(await client.validate({ token, ...READ })).toMatchObject({ allowed: false });
      const foreign = await world.other.issueToken();
      // Python names no tenant here.
      if (name !== 'Java') expect(await client.isRevoked(foreign)).toBe(name !== 'Python');
    });

    it.each(CLIENTS)('evaluates the policy of the tenant for %s', async (name) => {
      const client = world.client(name);
      expect(await client.evaluate('data.shop.allow', { for: slug })).toBe(isService(name));
      expect(await client.evaluate('shop.allow', { for: 'another' })).toBe(false);
      expect(await client.evaluate('data.no.such.rule', {})).toBe(false);
      if (name === 'Python') {
        expect(await world.python.dryRun('data.shop.allow', { for: slug })).toBe(true);
        expect(await world.python.dryRun('data.shop.allow', { for: 'another' })).toBe(false);
      }
    });

    it.each(CLIENTS)('counts for %s', async (name) => {
      const answer = await world.client(name).rateLimit(`key-${name}`);
      expect(answer).toMatchObject({ allowed: isService(name), third: 0 });
      expect(answer.remaining).toBeGreaterThanOrEqual(0);
    });

    it.each(CLIENTS)('records what %s tells', async (name) => {
      const id = await world.client(name).emit('invoice.pay', 'usr-7', 'denied', { amount: '7', note: 'a=b' });
      if (!isService(name)) return expect(id).toBe('');
      expect(await eventOf(id)).toMatchObject({
        tenant_id: world.tenant.id,
        action: 'invoice.pay',
        // The user's own name is sealed.
        actor_type: 'user',
        resource_type: name === 'Python' ? 'document' : '',
        outcome: 'denied',
        metadata: { amount: '7', note: 'a=b' },
      });
    });

    it.each(CLIENTS)('evaluates the flags of the tenant for %s', async (name) => {
      const client = world.client(name);
      const known = isService(name);
      expect(await client.flag('beta', `user-of-${slug}`)).toEqual({ enabled: known, second: known ? 'on' : '' });
      expect(await client.flag('beta', 'somebody')).toEqual({ enabled: false, second: known ? 'off' : '' });
      expect(await client.flag('unknown', `user-of-${slug}`)).toMatchObject({ enabled: false });
    });

    it('masks for Python, and never gives back what it was asked to mask, or nothing', async () => {
      expect(await world.python.maskString('write to ada@example.com')).toBe('write to [REDACTED]');
    });
  });

  describe('at a sidecar with a service token that the application does not have', () => {
    let world: World;

    beforeAll(async () => {
      world = await open(slug, {}, { tenant: slug });
    });

    afterAll(() => world.close());

    it.each(CLIENTS)('lets %s choose no tenant, in answers that deny', async (name) => {
      const client = world.client(name);
      expect(await client.evaluate('shop.allow', { for: slug })).toBe(false);
      expect(await client.rateLimit('key')).toMatchObject({ allowed: false });
      expect(await client.emit('invoice.pay', 'usr-7', 'success', {})).toBe('');
      expect(await client.flag('beta', `user-of-${slug}`)).toMatchObject({ enabled: false });
    });

    it.each(CLIENTS)('judges the tokens of %s all the same', async (name) => {
      const token = await world.tenant.issueToken();
      expect(await world.client(name).validate({ token, ...READ })).toMatchObject({ allowed: true });
      expect((await world.client(name).authorize({ token, ...READ })) ?? { allowed: true }).toMatchObject({
        allowed: true,
      });
    });
  });
});

describe('a sidecar in development', () => {
  it('speaks for no tenant but its own, whichever a client names', async () => {
    const world = await open('acme', { CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: 'test' }, { tenant: 'acme' });
    for (const name of CLIENTS) {
      const client = world.client(name);
      expect(await client.evaluate('shop.allow', { for: 'acme' })).toBe(false);
      expect(await client.evaluate('shop.allow', { for: 'test' })).toBe(false);
      expect(await client.emit('invoice.pay', 'usr-7', 'success', {})).toBe('');
    }
    await world.close();
  });
});
