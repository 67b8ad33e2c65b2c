import { type CommandCallers, openCommandCallers } from '../support/command-callers';
import { makePerson } from '../support/people';
import { AUDIENCE, ENTITY_ID, IDP, RECIPIENT } from '../support/saml';

const CHANGED = 'Someone else changed it in the meantime';

let callers: CommandCallers;
let { app, appThere, owner, person, service, serviceThere, world, printed, json, refused, run } = {} as CommandCallers;

beforeAll(async () => {
  callers = await openCommandCallers();
  ({ app, appThere, owner, person, service, serviceThere, world, printed, json, refused, run } = callers);
});

afterAll(async () => {
  await world.close();
});

it('creates groups, changes their members, and sets the roles that groups grant', async () => {
  const { user } = await makePerson(world.core, world.tenant.id);
  const { id } = await json<{ id: string }>('groups create', 'Support', '--role', 'viewer', ...owner);
  await printed('groups add-member', id, user.id, ...owner);
  expect(await printed('groups members', id, '--only', 'userId', ...owner)).toBe(`${user.id}\n`);
  expect(await json('groups get', id, ...owner)).toMatchObject({ members: [user.id], memberCount: 1 });
  expect(await json('groups update', id, '--name', 'Help', ...owner)).toMatchObject({ displayName: 'Help' });
  expect(await refused('groups update', id, '--name', 'X', '--if-match', '"1"', ...owner)).toContain(CHANGED);
  await printed('groups remove-member', id, user.id, '--yes', ...owner);
  expect(await printed('groups list', '--role', 'viewer', '--only', 'memberCount', ...owner)).toBe('0\n');
  await printed('groups delete', id, '--yes', ...owner);
  expect(await refused('groups get', id, ...owner)).toContain('404 not_found');

  const rules = JSON.stringify([{ group: 'Engineering', role: 'member' }]);
  const set = ['--rules', rules, '--default-role', 'viewer'];
  expect(await refused('group-roles set', ...set, ...appThere)).toContain('Use --yes to confirm.');
  expect(await json('group-roles set', ...set, '--yes', ...appThere)).toMatchObject({ defaultRole: 'viewer' });
  expect(await printed('group-roles get', '--only', 'defaultRole', ...appThere)).toBe('viewer\n');
});

it('shows and changes the signed-in user, the sessions and the grants', async () => {
  expect(await printed('users me', '--only', 'id', ...owner)).toBe(`${person.user.id}\n`);
  const dark = await json('users update-me', '--preferences', '{"theme":"dark"}', ...owner);
  expect(dark).toMatchObject({ preferences: { theme: 'dark' } });
  expect(await refused('users update-me', '--preferences', '{', ...owner)).toContain('--preferences is not JSON');
  // The export is a job, and no worker runs here.
  expect(await refused('users export', '--format', 'csv', ...app)).toContain('kind users/export');
  const { id: invitation } = await json<{ id: string }>('users invite', 'eve@example.com', ...app);
  expect(await printed('users get-invitation', invitation, '--only', 'email', ...app)).toBe('eve@example.com\n');

  expect(await printed('grants list', '--only', 'id', ...owner)).toBe('');
  expect(await refused('grants revoke', 'grt-none', '--yes', ...owner)).toContain('404 not_found');
  expect(await printed('sessions list', '--only', 'id', ...owner)).toBe(`${person.session.id}\n`);
  expect(await refused('sessions end', 'ses-none', '--yes', ...owner)).toContain('404 not_found');
  expect(await json('tokens authorize', 'project.get', 'project', ...app)).toMatchObject({ allowed: true });
});

it('creates scopes, and tokens with which apps register themselves', async () => {
  await printed('scopes create', 'invoices.read', '--description', 'Read your invoices', ...appThere);
  expect(await printed('scopes list', '--all', '--only', 'name', ...appThere)).toContain('invoices.read\n');
  expect(await run('scopes delete', 'invoices.read', '--yes', ...appThere)).toMatchObject({ code: 0 });
  expect(await refused('scopes delete', 'projects.read', '--yes', ...appThere)).toMatch(/ returned 4\d\d /);

  expect(await json('client-registration set', '--enabled', 'true', ...app)).toMatchObject({ enabled: true });
  expect(await printed('client-registration get', '--only', 'enabled', ...app)).toBe('true\n');
  const made = await run('client-registration create-token', 'Partners', '--max-uses', '2', '--json', ...app);
  expect(made.err).toBe('Store the token: it is shown only once.\n');
  const { id } = JSON.parse(made.out) as { id: string };
  expect(await printed('client-registration tokens', '--only', 'id', ...app)).toBe(`${id}\n`);
  await printed('client-registration delete-token', id, '--yes', ...app);
  expect(await refused('client-registration delete-token', id, '--yes', ...app)).toContain('404 not_found');
});

it('connects identity providers over SCIM and SAML', async () => {
  const made = await run('scim-connections create', 'Okta', '--preset', 'okta', '--json', ...appThere);
  expect(made.err).toBe('Store the token: it is shown only once.\n');
  const { id } = JSON.parse(made.out) as { id: string };
  expect(await json('scim-connections update', id, '--enabled', 'false', ...appThere)).toMatchObject({
    enabled: false,
  });
  const stale = ['--enabled', 'true', '--if-match', '"1"'];
  expect(await refused('scim-connections update', id, ...stale, ...appThere)).toContain(CHANGED);
  expect(await printed('scim-connections get', id, '--only', 'preset', ...appThere)).toBe('okta\n');
  expect(await printed('scim-connections rotate', id, '--only', 'token', ...appThere)).toMatch(/^\S{20,}\n$/);
  expect(await printed('scim-connections list', '--only', 'id', ...appThere)).toBe(`${id}\n`);
  await printed('scim-connections delete', id, '--yes', ...appThere);

  const urn = 'urn:example:hr:1.0:User';
  const attribute = { name: 'badge', type: 'string', multiValued: false, description: '', caseExact: false };
  const attributes = JSON.stringify([{ ...attribute, returned: 'default' }]);
  const extension = ['--resource', 'User', '--name', 'HR', '--attributes', attributes];
  expect(await json('scim-extensions set', urn, ...extension, ...appThere)).toMatchObject({ urn, version: 1 });
  expect(await printed('scim-extensions list', '--only', 'urn', ...appThere)).toBe(`${urn}\n`);
  expect(await printed('scim-extensions get', urn, '--only', 'name', ...appThere)).toBe('HR\n');
  await printed('scim-extensions delete', urn, '--yes', ...appThere);
  expect(await refused('scim-extensions get', urn, ...appThere)).toContain('404 not_found');

  const provider = ['--entity-id', ENTITY_ID, '--audience', AUDIENCE, '--recipient', RECIPIENT];
  const certificates = ['--certificate-file', world.file('idp.pem', IDP.certificate)];
  const saml = await json('saml-providers create', 'Example', ...provider, ...certificates, ...appThere);
  const samlId = String(saml['id']);
  expect(await json('saml-providers update', samlId, '--enabled', 'false', ...appThere)).toMatchObject({
    enabled: false,
  });
  expect(await printed('saml-providers get', samlId, '--only', 'name', ...appThere)).toBe('Example\n');
  expect(await printed('saml-providers list', '--only', 'id', ...appThere)).toBe(`${samlId}\n`);
  expect(
    await refused('saml-providers update', samlId, '--certificate-file', world.file('wrong.pem', 'x'), ...appThere),
  ).toContain('400 invalid_request');
  await printed('saml-providers delete', samlId, '--yes', ...appThere);
});

describe.each([
  ['config', () => appThere],
  ['config-defaults', () => service],
])('%s', (group, caller) => {
  it('sets, changes, replaces, reverts and removes values', async () => {
    const as = caller();
    await printed(`${group} set`, 'theme.color', 'blue', ...as);
    expect(await json(`${group} get`, 'theme.color', ...as)).toMatchObject({ value: 'blue', source: 'own' });
    const changed = await json(`${group} change`, '--values', '{"theme.color":"red","theme.font":"Inter"}', ...as);
    expect(changed).toMatchObject({ own: { 'theme.color': 'red', 'theme.font': 'Inter' } });
    const stale = ['--values', '{}', '--yes', '--if-match', '"v1"'];
    expect(await refused(`${group} replace`, ...stale, ...as)).toContain(CHANGED);
    await printed(`${group} replace`, '--values', '{"theme.size":"12"}', '--yes', ...as);
    expect(await printed(`${group} show`, '--only', 'own', ...as)).toBe('{"theme.size":"12"}\n');
    const versions = (await printed(`${group} versions`, '--only', 'version', ...as)).trim().split('\n');
    const [, before = ''] = versions;
    expect(await json(`${group} get-version`, before, ...as)).toMatchObject({ own: { 'theme.color': 'red' } });
    expect(await refused(`${group} revert`, before, ...as)).toContain('Use --yes to confirm.');
    await printed(`${group} revert`, before, '--yes', ...as);
    expect(await run(`${group} delete`, 'theme.font', '--yes', ...as)).toMatchObject({
      err: 'theme.font is removed.\n',
    });
    expect(await refused(`${group} get`, 'theme.size', ...as)).toContain('404 not_found');
  });
});

it('shows entitlements, and sets plans, licenses and exceptions', async () => {
  const limits = ['--limits', '{"files.bytes":1000000}', '--feature', 'sso'];
  expect(await refused('plans set', 'team', ...limits, ...service)).toContain('Use --yes to confirm.');
  await printed('plans set', 'team', ...limits, '--yes', ...service);
  expect(await json('plans get', 'team', ...service)).toMatchObject({ features: ['sso'] });
  expect(await printed('plans list', '--all', '--only', 'name', ...service)).toContain('team\n');
  expect(await json('entitlements set-license', 'team', ...serviceThere)).toMatchObject({ plan: 'team' });
  expect(await printed('entitlements license', '--only', 'plan', ...appThere)).toBe('team\n');
  expect(await json('entitlements list', ...appThere)).toMatchObject({ plan: 'team', licence: { plan: 'team' } });
  expect(await printed('entitlements get', 'files.bytes', '--only', 'limit', ...appThere)).toBe('1000000\n');
  await printed('entitlements set-override', 'files.bytes', '--quota', '5', ...serviceThere);
  expect(await refused('entitlements set-override', 'sso', '--entitled', 'false', ...appThere)).toMatch(/ returned 4/);
  expect(await printed('entitlements overrides', '--only', 'key', ...appThere)).toBe('files.bytes\n');
  expect(await printed('entitlements get-override', 'files.bytes', '--only', 'limit', ...appThere)).toBe('5\n');
  const stale = ['--quota', '6', '--if-match', '"9-x"'];
  expect(await refused('entitlements set-override', 'files.bytes', ...stale, ...serviceThere)).toContain(CHANGED);
  await printed('entitlements delete-override', 'files.bytes', '--yes', ...serviceThere);
  await printed('entitlements delete-license', '--yes', ...serviceThere);
  await printed('plans delete', 'team', '--yes', ...service);
  expect(await refused('plans get', 'team', ...service)).toContain('404 not_found');
});

it('sets rate limits for a tenant and for a plan', async () => {
  const limit = ['--calls', '100', '--window', '60'];
  await printed('rate-limits set', 'jobs', '--route', '/v1/jobs', ...limit, ...appThere);
  expect(await json('rate-limits get', 'jobs', ...appThere)).toMatchObject({ limit: 100, windowSeconds: 60 });
  expect(await printed('rate-limits list', '--only', 'name', ...appThere)).toBe('jobs\n');
  expect(await refused('rate-limits set', 'jobs', '--calls', '1', ...appThere)).toBe('Set --window.');
  expect(await refused('rate-limits set', 'jobs', ...limit, '--if-match', '"9-x"', ...appThere)).toContain(CHANGED);
  await printed('rate-limits delete', 'jobs', '--yes', ...appThere);
  expect(await refused('rate-limits get', 'jobs', ...appThere)).toContain('404 not_found');

  await printed('plan-rate-limits set', 'free-jobs', '--plan', 'free', ...limit, ...service);
  expect(await json('plan-rate-limits get', 'free-jobs', ...service)).toMatchObject({ plan: 'free' });
  expect(await printed('plan-rate-limits list', '--only', 'name', ...service)).toBe('free-jobs\n');
  expect(await refused('plan-rate-limits list', ...appThere)).toMatch(/ returned 4/);
  await printed('plan-rate-limits delete', 'free-jobs', '--yes', ...service);
});

it('shows and changes the tenant of the caller', async () => {
  expect(await printed('tenants current', '--only', 'slug', ...appThere)).toBe(`${world.tenant.slug}\n`);
  expect(await json('tenants update-current', '--color', '#112233', ...appThere)).toMatchObject({ color: '#112233' });
  expect(await refused('tenants update-current', '--color', 'red', ...appThere)).toContain('400 invalid_request');
  expect(await refused('tenants get-erasure', 'ers-none', ...service)).toContain('404 not_found');
});

it('ends all sessions of the signed-in user', async () => {
  const { session } = person;
  await printed('sessions end', session.id, '--yes', ...owner);
  expect(await refused('sessions end-all', '--yes', ...owner)).toContain('401 unauthorized');
  expect(await refused('sessions end-all', ...owner)).toBe('End all your sessions? Use --yes to confirm.');
});
