import { callPython, installPythonPackage, type PythonCall } from '../support/python-package';
import { type Application, PublishedWorld } from '../support/published-world';
import { eventually } from '../support/eventually';
import { tokenOf } from '../support/two-tenants';

const SLUG = 'acme';
const ACT = ['read', 'documents/1'] as const;

const installed = installPythonPackage();
if ('missing' in installed) process.stderr.write(`Skipped: the published Python client (${installed.missing}).\n`);

/** The package as installed by pip: its library, its wire format, and its handling of responses. */
('missing' in installed ? describe.skip : describe)('the published Python client 0.2.1', () => {
  const folder = 'folder' in installed ? installed.folder : '';
  let installation: PublishedWorld;
  let world: Application;

  beforeAll(async () => {
    installation = await PublishedWorld.open();
    // The package cannot send a service token, so its sidecar acts for one tenant.
    world = await installation.at('in development', SLUG);
    await eventually(async () => expect(await world.python.evaluate('shop.allow', { for: SLUG })).toBe(true));
  });

  afterAll(async () => {
    await world.close();
    await installation.close();
  });

  const call = (mode: 'open' | 'closed', calls: readonly PythonCall[], address = world.address) =>
    callPython(folder, { sidecar_addr: address, tenant_id: SLUG, fail_mode: mode }, calls);

  describe.each(['open', 'closed'] as const)('with fail_mode %s', (mode) => {
    it('admits the bearer of a valid token, with tenant and roles, however long its claims are', async () => {
      const claims = { roles: ['owner', 'billing'], scope: 'projects.read '.repeat(20).trim() };
      const token = await tokenOf(installation.core, world.tenant, claims);
      const [own, prefixed] = await call(mode, [
        ['authorize', token, ...ACT],
        ['authorize', `Bearer ${token}`, ...ACT],
      ]);
      const { id, clientId } = world.tenant;
      const person = { sub: clientId, tenant_id: id, roles: ['owner', 'billing'], exp: 0, extra: {} };
      expect(own).toEqual({ allowed: true, reason: '', claims: person });
      expect(prefixed).toEqual(own);
    });

    it('refuses an invalid token, and returns the reason', async () => {
      const token = await world.tenant.issueToken();
      const bad = [`${token}x`, 'not-a-token', '', await world.other.issueToken()];
      const answers = await call(
        mode,
        bad.map((shown) => ['authorize', shown, ...ACT] as const),
      );
      for (const answer of answers) {
        // A request admitted by its Django middleware has no subject.
        expect(answer).toMatchObject({ allowed: false, claims: { sub: '', roles: [] } });
        expect(answer).toMatchObject({ reason: expect.stringMatching(/./) as unknown });
      }
    });

    it('evaluates the policy of the tenant', async () => {
      const answers = await call(mode, [
        ['evaluate_policy', 'data.shop.allow', { for: SLUG }],
        ['evaluate_policy', 'data.shop.allow', { for: 'another' }],
        ['evaluate_policy', 'data.no.such.rule', {}],
      ]);
      expect(answers).toEqual([true, false, false]);
    });
  });

  it('without a sidecar, admits every caller in open mode and no caller in closed mode', async () => {
    const calls: PythonCall[] = [
      ['authorize', 'not-a-token', ...ACT],
      ['evaluate_policy', 'data.shop.allow', {}],
    ];
    expect(await call('open', calls, '127.0.0.1:1')).toMatchObject([{ allowed: true, reason: 'fail-open' }, true]);
    const raised = { raised: 'ProblemDetailError' };
    expect(await call('closed', calls, '127.0.0.1:1')).toEqual([raised, raised]);
  });
});
