import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { ConfigAdminPort } from '../../src/modules/config/contract/config-admin.port';
import { EntitlementsAdminPort } from '../../src/modules/entitlements/contract/entitlements-admin.port';
import { newLicense, newPlan } from '../../src/modules/entitlements/contract/entitlements-admin.types';
import { SamlProvidersPort } from '../../src/modules/saml/contract/saml-providers.port';
import { newSamlProvider } from '../../src/modules/saml/contract/saml-providers.types';
import { CALLERS, type PublishedCalls } from '../support/published-calls';
import { type Application, PublishedWorld, SIDECARS, SLUGS } from '../support/published-world';
import { assertionXml, AUDIENCE, encode, ENTITY_ID, IDP, OTHER_IDP, RECIPIENT, sign } from '../support/saml';

const NONE = { ifMatch: null, ifNoneMatch: null };
const END = '2037-01-01T00:00:00Z';
const READ = { action: 'project.get', resource: 'projects/prj-1' };
const PUBLIC = 'https://93.184.216.34/prices';
/** URLs that are never allowed, in any spelling (wire contract §2.9). */
const PRIVATE = ['http://10.0.0.1/', 'http://192.168.1.1/', 'http://169.254.169.254/', 'http://2130706433/', '', 'x'];
const NOT_ENTITLED = { entitled: false, numericValue: 0, expiresAt: 0, plan: '' };

let installation: PublishedWorld;

beforeAll(async () => {
  installation = await PublishedWorld.open();
  const { core } = installation;
  const entitlements = core.context.get(EntitlementsAdminPort);
  const gold = newPlan.parse({ features: ['sso'], limits: { seats: 12 } });
  await entitlements.putPlan(systemContext(newId('req')), 'gold', gold, NONE);
  for (const slug of SLUGS) {
    const context = systemContext(newId('req'), installation.tenantOf(slug).id);
    await entitlements.putLicense(context, newLicense.parse({ plan: 'gold', expiresAt: END }), NONE);
    await core.context.get(ConfigAdminPort).set(context, 'greeting', `hello ${slug}`, NONE);
    const provider = { entityId: ENTITY_ID, name: 'IdP', certificates: [IDP.certificate], audience: AUDIENCE };
    const more = { recipients: [RECIPIENT], attributeMapping: { groups: 'groups', email: 'mail' } };
    await core.context.get(SamlProvidersPort).create(context, newSamlProvider.parse({ ...provider, ...more }));
  }
  await core.feed.catchUp();
});

afterAll(() => installation.close());

const assertion = (key = IDP.key): string => encode(sign(assertionXml(Date.now()), { key }));

describe.each(SLUGS)('the tenant %s', (slug) => {
  describe.each(SIDECARS)('at a sidecar %s', (kind) => {
    let world: Application;
    let python: PublishedCalls;

    beforeAll(async () => {
      world = await installation.at(kind, slug);
      python = world.calls('Python');
    });

    afterAll(() => world.close());

    it.each(CALLERS.mintAgentToken)('mints agent tokens for %s', async (name) => {
      const calls = world.calls(name);
      const [parentToken, foreign] = [await world.tenant.issueToken(), await world.other.issueToken()];
      const order = { parentToken, targetService: 'reports', scopes: ['projects.read'] };
      const minted = await calls.mintAgentToken({ ...order, parentToken: `Bearer ${parentToken}`, ttlSeconds: 60 });
      expect(minted).toMatchObject({ expiresIn: 60, chain: [`app:${world.tenant.clientId}`, 'agent:reports'] });
      const judged = await world.client(name).validate({ token: minted.token, ...READ });
      expect(judged).toMatchObject({ allowed: true, subject: expect.stringContaining('agent:reports') });
      expect((await calls.mintAgentToken(order)).expiresIn).toBeGreaterThan(0);

      const refused = [
        { ...order, parentToken: `${parentToken}x` },
        { ...order, parentToken: '' },
        { ...order, parentToken: foreign },
        { ...order, scopes: ['projects.write'] },
        { ...order, scopes: [] },
        { ...order, targetService: '' },
      ];
      const nothing = { token: '', expiresIn: 0, chain: [] };
      for (const no of refused) expect(await calls.mintAgentToken(no)).toEqual(nothing);
    });

    it.each(CALLERS.checkEgress)('checks egress for %s', async (name) => {
      expect(await world.calls(name).checkEgress(PUBLIC)).toEqual({ allowed: true, reason: '' });
      for (const url of PRIVATE) {
        const { allowed, reason } = await world.calls(name).checkEgress(url);
        expect([url, allowed]).toEqual([url, false]);
        expect(reason).toMatch(/^[\x20-\x7e]{1,200}$/);
      }
    });

    it.each(CALLERS.checkEntitlement)('checks entitlements of the tenant for %s', async (name) => {
      // Java's client cannot send a service token.
      const known = kind === 'in development' || name !== 'Java';
      const granted = { entitled: true, expiresAt: Date.parse(END) / 1_000, plan: 'gold' };
      const check = (key: string) => world.calls(name).checkEntitlement(key);
      expect(await check('seats')).toEqual(known ? { ...granted, numericValue: 12 } : NOT_ENTITLED);
      expect(await check('sso')).toMatchObject(known ? granted : NOT_ENTITLED);
      for (const key of ['no-such-feature', '']) expect(await check(key)).toMatchObject({ entitled: false });
    });

    it('returns the tenant’s configuration to Python in both message layouts', async () => {
      const values = { greeting: `hello ${slug}` };
      for (const spelling of ['message', 'text'] as const) expect(await python.getConfig(spelling)).toEqual(values);
    });

    it('resolves a token’s tenant for Python, and uses a hint only to narrow it', async () => {
      const token = await world.tenant.issueToken();
      for (const hint of ['', slug, world.tenant.id]) {
        expect(await python.resolveTenant(`Bearer ${token}`, hint)).toBe(world.tenant.id);
      }
      expect(await python.resolveTenant(token, world.other.slug)).toBe('');
      for (const bad of [`${token}x`, '', slug]) expect(await python.resolveTenant(bad, slug)).toBe('');
    });

    it('checks for Python whether a resource belongs to the tenant', async () => {
      expect(await python.isIsolated(slug, slug)).toBe(true);
      expect(await python.isIsolated(slug, world.tenant.id)).toBe(true);
      for (const resource of [world.other.slug, world.other.id, 'nobody', '']) {
        expect(await python.isIsolated(slug, resource)).toBe(false);
      }
      expect(await python.isIsolated('', '')).toBe(false);
    });

    it('returns the public keys to Python without private parts', async () => {
      const { keys } = await python.getJwks();
      expect(keys.map(({ kty, alg }) => [kty, alg])).toContainEqual(['RSA', 'RS256']);
      for (const key of keys) expect(Object.keys(key)).not.toContain('d');
    });

    it('accepts a valid assertion from Python once, and refuses all others', async () => {
      const good = assertion();
      const who = { valid: true, userId: 'ada@example.com', email: 'ada.l@example.com', groups: ['engineers', 'ops'] };
      expect(await python.validateSaml(good, ENTITY_ID)).toEqual(who);
      const nobody = { valid: false, userId: '', email: '', groups: [] };
      expect(await python.validateSaml(good, ENTITY_ID)).toEqual(nobody);
      expect(await python.validateSaml(assertion(OTHER_IDP.key), ENTITY_ID)).toEqual(nobody);
      expect(await python.validateSaml(assertion(), 'https://another.example')).toEqual(nobody);
      for (const bad of ['', 'AAAA', '%']) expect(await python.validateSaml(bad, ENTITY_ID)).toEqual(nobody);
    });

    it('masks for Python, and never returns the input or an empty value', async () => {
      const value = { note: 'write to ada@example.com', db: { password: 'x', badge: 'b-7' }, count: 7 };
      const masked = { note: 'write to [REDACTED]', db: { password: '[REDACTED]', badge: 'b-7' }, count: 7 };
      expect(await python.mask(value)).toEqual(masked);
      expect(await python.mask(value, ['badge'], ['wri..'])).toEqual({
        ...masked,
        note: '[REDACTED] to [REDACTED]',
        db: { password: '[REDACTED]', badge: '[REDACTED]' },
      });
      expect(await python.maskString('write to ada@example.com')).toBe('write to [REDACTED]');
      expect(await python.maskString('nothing to hide')).toBe('nothing to hide');
      expect(await python.maskString('badge b-7', ['b-[0-9]+'])).toBe('badge [REDACTED]');
      expect(await python.maskString('badge b-7', ['('])).toBe('[REDACTED]');
    });
  });

  describe('at a sidecar with a service token that the application does not have', () => {
    let world: Application;

    beforeAll(async () => {
      world = await installation.application(slug, {}, { tenant: slug });
    });

    afterAll(() => world.close());

    it('denies every call that names a tenant', async () => {
      for (const name of CALLERS.checkEgress) {
        expect(await world.calls(name).checkEgress(PUBLIC)).toMatchObject({ allowed: false });
      }
      for (const name of CALLERS.checkEntitlement) {
        expect(await world.calls(name).checkEntitlement('seats')).toEqual(NOT_ENTITLED);
      }
      const python = world.calls('Python');
      for (const spelling of ['message', 'text'] as const) expect(await python.getConfig(spelling)).toBeNull();
      expect(await python.isIsolated(slug, slug)).toBe(false);
      expect(await python.validateSaml(assertion(), ENTITY_ID)).toMatchObject({ valid: false });
    });

    it('still serves calls that need only a token or no credential', async () => {
      const token = await world.tenant.issueToken();
      const order = { parentToken: token, targetService: 'reports', scopes: ['projects.read'] };
      for (const name of CALLERS.mintAgentToken) {
        expect((await world.calls(name).mintAgentToken(order)).token).not.toBe('');
      }
      const python = world.calls('Python');
      expect(await python.resolveTenant(token, '')).toBe(world.tenant.id);
      expect((await python.getJwks()).keys).not.toHaveLength(0);
      expect(await python.maskString('write to ada@example.com')).toBe('write to [REDACTED]');
    });
  });
});

it('a sidecar in development acts only for its own tenant, whichever tenant a client names', async () => {
  const settings = { CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: 'test' };
  const world = await installation.application('acme', settings, { tenant: 'acme' });
  for (const name of CALLERS.checkEgress) {
    expect(await world.calls(name).checkEgress(PUBLIC)).toMatchObject({ allowed: false });
  }
  for (const name of CALLERS.checkEntitlement) {
    expect(await world.calls(name).checkEntitlement('seats')).toEqual(NOT_ENTITLED);
  }
  const python = world.calls('Python');
  expect(await python.getConfig('text')).toBeNull();
  expect(await python.isIsolated('acme', 'acme')).toBe(false);
  expect(await python.validateSaml(assertion(), ENTITY_ID)).toMatchObject({ valid: false });
  await world.close();
});
