import { TokenEventMover } from '../../src/modules/token-events/token-event-mover';
import { type CommandCallers, openCommandCallers } from '../support/command-callers';
import { eventually } from '../support/eventually';
import { activateBundle } from '../support/policy-bundle';
import { claimsOf } from '../support/two-tenants';

let callers: CommandCallers;
let { appThere, service, serviceThere, world, printed, json, refused, run } = {} as CommandCallers;

beforeAll(async () => {
  callers = await openCommandCallers();
  ({ appThere, service, serviceThere, world, printed, json, refused, run } = callers);
});

afterAll(async () => {
  await world.close();
});

const claims = async (): Promise<object> => claimsOf(await world.tenant.issueToken());

it('shows, replaces and tries claim rules, for all apps and for one', async () => {
  const plan = (value: string): string => JSON.stringify([{ claim: 'plan', from: { value }, in: ['access_token'] }]);
  expect(await printed('token-claims get', ...appThere)).toMatch(/^version +0$/m);
  expect(await json('token-claims set', '--rules', plan('pro'), ...appThere)).toMatchObject({ version: 1 });
  expect(await printed('token-claims get', ...appThere)).toMatch(/^claims +plan = \{"value":"pro"\} in access_token$/m);
  expect(await claims()).toMatchObject({ plan: 'pro' });
  const file = world.file('rules.json', `{"rules": ${plan('app')}}`);
  const { clientId } = world.tenant;
  await printed('token-claims set-app', clientId, '--body-file', file, ...appThere);
  expect(await printed('token-claims get-app', clientId, '--only', 'version', ...appThere)).toBe('1\n');
  expect(await claims()).toMatchObject({ plan: 'app' });
  const stale = ['--rules', '[]', '--if-match', '"v0"'];
  expect(await refused('token-claims set', ...stale, ...appThere)).toContain('Someone else changed it');
  const reserved = JSON.stringify([{ claim: 'sub', from: { value: 'root' }, in: ['access_token'] }]);
  expect(await refused('token-claims set', '--rules', reserved, ...appThere)).toContain('"sub" is reserved');

  const draft = world.file('draft.json', plan('draft'));
  const policy = world.file('token.rego', 'package coresdk.token\n\nclaims := {"roles": ["owner"]}\n');
  const app = ['--app', clientId, '--last', '1'];
  await eventually(async () => {
    await world.core.context.get(TokenEventMover, { strict: false }).move();
    const { code, out, err } = await run('token-claims try', '--rules-file', draft, ...app, ...appThere);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/changed +access_token \{"plan":"app"\} +access_token \{"plan":"draft"\}/),
    ]);
    expect(err).toContain('1 issuances, 0 unchanged, 1 changed');
    expect(err).toContain('Note: Users, groups and apps are those of today');
  });
  const failing = await run('token-claims try', '--policy-file', policy, '--json', ...app, ...appThere);
  expect([failing.code, JSON.parse(failing.out)]).toMatchObject([2, { summary: { failed: 1 } }]);
  expect(await refused('token-claims try', ...appThere)).toContain('Set --rules-file, --policy-file or both.');
  const wrong = world.file('wrong.json', '{"rules": [{"claim": 1}]}');
  expect(await refused('token-claims try', '--rules-file', wrong, ...appThere)).toContain('wrong.json');
  expect(await printed('token-claims get', '--only', 'version', ...appThere)).toBe('1\n');
});

it('turns the token policy off and on', async () => {
  const deny = 'package coresdk.token\n\ndeny contains "Never."';
  await activateBundle(world.database.adminUrl, world.tenant.id, { modules: { 'token.rego': deny } });
  await eventually(() => expect(claims()).rejects.toMatchObject({ code: 'access_denied' }));
  expect(await printed('token-claims disable', ...serviceThere)).toMatch(/^enabled +false$/m);
  expect(await claims()).toHaveProperty('sub');
  expect(await json('token-claims policy', ...serviceThere)).toMatchObject({ enabled: false, defined: true });
  expect(await json('token-claims enable', ...serviceThere)).toMatchObject({ enabled: true });
  await expect(claims()).rejects.toMatchObject({ code: 'access_denied' });
  expect(await refused('token-claims disable', ...service)).toContain('Set --tenant.');
});
