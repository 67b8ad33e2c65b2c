import { eventually } from '../support/eventually';
import { type Application, PublishedWorld, SIDECARS, SLUGS } from '../support/published-world';
import { queryAs } from '../support/test-database';

/** The error from a gRPC library, or from the client that implements HTTP/2 itself. */
const UNAUTHENTICATED = /UNAUTHENTICATED|failed with 16:/;
const NOT_FOUND = /NOT_FOUND|failed with 5:/;

const CLIENTS = ['TypeScript', 'Python', 'Go', 'Java'];

let installation: PublishedWorld;

beforeAll(async () => {
  installation = await PublishedWorld.open();
});

afterAll(() => installation.close());

const READ = { action: 'project.get', resource: 'projects/prj-1' };
const eventOf = async (id: string) => {
  const sql = `SELECT tenant_id, action, actor_type, resource_type, outcome, metadata FROM audit.events WHERE id = $1`;
  return (await queryAs<Record<string, unknown>>(installation.database.adminUrl, sql, [id]))[0];
};

describe.each(SLUGS)('the tenant %s', (slug) => {
  describe.each(SIDECARS)('at a sidecar %s', (kind) => {
    let world: Application;

    beforeAll(async () => {
      world = await installation.at(kind, slug);
      await eventually(async () => expect(await world.python.evaluate('shop.allow', { for: slug })).toBe(true));
    });

    afterAll(() => world.close());

    // Java's client cannot send a service token, so calls without a user token are refused.
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

    it.each(CLIENTS.filter((name) => name !== 'Go'))('authorizes the actions of %s', async (name) => {
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
      // Python does not name a tenant here.
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

    it.each(CLIENTS)('counts requests for %s', async (name) => {
      const answer = await world.client(name).rateLimit(`key-${name}`);
      expect(answer).toMatchObject({ allowed: isService(name), third: 0 });
      expect(answer.remaining).toBeGreaterThanOrEqual(0);
    });

    it.each(CLIENTS)('records the events of %s', async (name) => {
      const emitted = world.client(name).emit('invoice.pay', 'usr-7', 'denied', { amount: '7', note: 'a=b' });
      if (!isService(name)) return expect(emitted).rejects.toThrow(UNAUTHENTICATED);
      const id = await emitted;
      expect(await eventOf(id)).toMatchObject({
        tenant_id: world.tenant.id,
        action: 'invoice.pay',
        // The user's name is encrypted.
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
  });

  describe('at a sidecar with a service token that the application does not have', () => {
    let world: Application;

    beforeAll(async () => {
      world = await installation.application(slug, {}, { tenant: slug });
    });

    afterAll(() => world.close());

    it.each(CLIENTS)('does not let %s choose a tenant, and never drops an event silently', async (name) => {
      const client = world.client(name);
      expect(await client.evaluate('shop.allow', { for: slug })).toBe(false);
      expect(await client.rateLimit('key')).toMatchObject({ allowed: false });
      await expect(client.emit('invoice.pay', 'usr-7', 'success', {})).rejects.toThrow(UNAUTHENTICATED);
      expect(await client.flag('beta', `user-of-${slug}`)).toMatchObject({ enabled: false });
    });

    it.each(CLIENTS)('still validates the tokens of %s', async (name) => {
      const token = await world.tenant.issueToken();
      expect(await world.client(name).validate({ token, ...READ })).toMatchObject({ allowed: true });
      expect((await world.client(name).authorize({ token, ...READ })) ?? { allowed: true }).toMatchObject({
        allowed: true,
      });
    });
  });
});

describe('a sidecar in development', () => {
  it('acts only for its own tenant, whichever tenant a client names', async () => {
    const settings = { CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: 'test' };
    const world = await installation.application('acme', settings, { tenant: 'acme' });
    for (const name of CLIENTS) {
      const client = world.client(name);
      expect(await client.evaluate('shop.allow', { for: 'acme' })).toBe(false);
      expect(await client.evaluate('shop.allow', { for: 'test' })).toBe(false);
      await expect(client.emit('invoice.pay', 'usr-7', 'success', {})).rejects.toThrow(NOT_FOUND);
    }
    await world.close();
  });
});
