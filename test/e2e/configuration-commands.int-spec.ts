import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type ConfigurationWorld, filesIn, openConfigurationWorld, writeFiles } from '../support/configuration-world';
import { readMadeSecrets } from '../support/made-secrets';

let on: ConfigurationWorld;
let { run, printed, refused, json, service, world, platform, folderWith } = {} as ConfigurationWorld;

beforeAll(async () => {
  on = await openConfigurationWorld();
  ({ run, printed, refused, json, service, world, platform, folderWith } = on);
});

afterAll(async () => {
  await on.close();
});

const POLICY = 'package app.authz\n\ndefault allow := false\n\nallow if input.user.role == "admin"\n';

/** A configuration of one tenant with an object of every kind of the control plane. */
const acme = (slug: string, more = ''): string => `version: 1
name: test
tenants:
  ${slug}:
    name: Acme
    plan: pro
    branding:
      color: "#123456"
    settings:
      locale: en
    scopes:
      orders:read:
        description: Read orders
    apps:
      Web shop:
        app_type: spa
        redirect_uris: [https://shop.example.com/callback]
        declared_scopes: [openid, orders:read]
      Importer:
        declared_scopes: [files.write, orders:read]
        access_token_ttl_seconds: 600
    groupRoles:
      rules: [{ group: Engineering, role: member }]
      defaultRole: viewer
    config:
      values:
        shop.currency: EUR
    masking:
      threshold: 0.7
    auditRetention:
      keepDays: 400
      legalHold: null
    rateLimits:
      importer:
        client: Importer
        limit: 10
        windowSeconds: 60
    entitlements:
      reports:
        limit: 5
    scimConnections:
      Okta:
        preset: okta
    flagEvaluators:
      isStaff:
        ends_with: [{ var: email }, "@example.com"]
    flags:
      checkout:
        state: ENABLED
        variants: { new: true, old: false }
        defaultVariant: old
        targeting: { if: [{ $ref: isStaff }, new, old] }
    policy:
      folder: policy
${more}`;

it('applies a configuration, after which a plan and an export show the same', async () => {
  const folder = folderWith({ 'platform.yaml': acme('acme-one'), 'policy/authz.rego': POLICY });
  const file = ['-f', folder, ...platform];
  const plan = await run('plan', ...file);
  expect({ code: plan.code, err: plan.err }).toEqual({ code: 2, err: '' });
  expect(plan.out).toContain('+ acme-one/apps/Web shop\n    app_type: "spa"\n');
  expect(plan.out).toContain('Plan: 14 to create, 0 to change, 0 to delete.\n');

  expect(await refused('apply', ...file, '--yes')).toContain('Say where to store them: --secrets-out <file>');
  const secrets = join(folder, 'secrets.jsonl');
  const applied = await run('apply', ...file, '--yes', '--secrets-out', secrets);
  expect(applied.err).toContain('created acme-one/flags/checkout');
  expect(applied).toMatchObject({ code: 0 });
  expect(applied.out).toMatch(/^Done: 14 of 14 changes. Change set: [0-9a-f-]{36}\n$/);
  expect(statSync(secrets).mode & 0o777).toBe(0o600);
  const made = readMadeSecrets(secrets);
  expect(made).toEqual(
    expect.arrayContaining([
      {
        tenant: 'acme-one',
        section: 'apps',
        key: 'Importer',
        client_id: expect.stringMatching(/^app-/) as string,
        client_secret: expect.any(String) as string,
      },
      { tenant: 'acme-one', section: 'scimConnections', key: 'Okta', token: expect.any(String) as string },
    ]),
  );

  expect(await printed('plan', ...file)).toBe('No changes: the installation is as the configuration says.\n');
  const [one, other] = [join(folder, 'export-1'), join(folder, 'export-2')];
  expect(await run('export', '--out', one, '--name', 'test', ...platform)).toMatchObject({ code: 0 });
  await run('export', '--out', other, '--name', 'test', ...platform);
  expect(filesIn(one)).toEqual(filesIn(other));
  expect(filesIn(one)['policies/acme-one/authz.rego']).toBe(POLICY);
  const text = filesIn(one)['platform.yaml'] ?? '';
  expect(text).toContain('client: Importer');
  expect(text).not.toMatch(/client_secret:|app-01/);
  expect(await run('plan', '-f', one, ...platform)).toEqual({
    code: 0,
    err: '',
    out: 'No changes: the installation is as the configuration says.\n',
  });
});

it('changes only what differs', async () => {
  const folder = folderWith({ 'platform.yaml': acme('acme-two'), 'policy/authz.rego': POLICY });
  const file = ['-f', folder, ...platform];
  await run('apply', ...file, '--yes', '--secrets-out', join(folder, 'secrets.jsonl'));
  writeFiles(folder, {
    'platform.yaml': acme('acme-two')
      .replace('limit: 10', 'limit: 20')
      .replace('defaultVariant: old', 'defaultVariant: new'),
    'policy/authz.rego': `${POLICY}\nallow if input.user.role == "owner"\n`,
  });
  const { out } = await run('plan', ...file);
  expect(out).toContain('~ acme-two/rateLimits/importer\n    limit: 10 → 20\n');
  expect(out).toContain('Plan: 0 to create, 3 to change, 0 to delete.\n');
  const outcome = await json<{ readonly done: readonly object[] }>('apply', ...file, '--yes');
  expect(outcome).toMatchObject({ changeSet: expect.any(String) as string, failed: [], notTried: 0 });
  expect(outcome.done).toContainEqual({
    action: 'update',
    tenant: 'acme-two',
    section: 'rateLimits',
    key: 'importer',
  });
  expect(await json('apply', ...file, '--yes')).toEqual({ changeSet: null, done: [], failed: [], notTried: 0 });
  expect(await printed('plan', ...file)).toContain('No changes');
  expect(await json('rate-limits get', 'importer', ...service, '--tenant', 'acme-two')).toMatchObject({
    limit: 20,
    windowSeconds: 60,
  });
});

it('creates a policy again that it deleted', async () => {
  const whole = 'version: 1\nname: again\ntenants: { acme-again: { name: Acme, policy: { folder: policy } } }\n';
  const folder = folderWith({ 'platform.yaml': whole, 'policy/authz.rego': POLICY });
  const file = ['-f', folder, ...platform];
  expect(await run('apply', ...file, '--yes')).toMatchObject({ code: 0 });
  writeFiles(folder, { 'platform.yaml': 'version: 1\nname: again\ntenants: { acme-again: { name: Acme } }\n' });
  expect(await run('apply', ...file, '--prune', '--yes')).toMatchObject({ code: 0 });
  expect(await printed('plan', ...file)).toBe('No changes: the installation is as the configuration says.\n');
  writeFiles(folder, { 'platform.yaml': whole });
  expect((await run('plan', ...file)).out).toContain('+ acme-again/policy\n');
  expect(await run('apply', ...file, '--yes')).toMatchObject({ code: 0 });
  expect(await printed('plan', ...file)).toContain('No changes');
});

const SKILL = {
  'skills/greet/skill.json': '{ "name": "greet", "inputSchema": { "type": "object" } }',
  'skills/greet/main.ts': 'export default ({ name }: { name: string }) => `Hello, ${name}`;\n',
};

/** A configuration of one tenant with an object of every kind of the public surface. */
const team = (slug: string, app = 'Deployer'): string => `version: 1
name: team
tenants:
  ${slug}:
    name: Team
    credentials: { app: ${app}, secretRef: env:TEST_DEPLOYER_SECRET }
    apps:
      Deployer:
        declared_scopes: [webhooks.read, webhooks.write, jobs.read, jobs.write, skills.read, skills.write, skills.run,
          workflows.read, workflows.write]
    webhooks:
      https://hooks.example.com/team:
        types: [coresdk.project.*]
    skills:
      greet: { folder: skills/greet, aliases: [prod] }
    workflows:
      welcome:
        steps: [{ id: greet, type: skill, skill: greet, input: { name: Ada } }]
    schedules:
      nightly:
        cron: 0 3 * * *
        job: { type: skill, kind: greet }
`;

it('acts on the public surface with an app that the same configuration creates', async () => {
  const folder = folderWith({ 'platform.yaml': team('team-one', 'Nobody'), ...SKILL });
  const file = ['-f', folder, ...platform];
  expect(await refused('plan', ...file)).toContain(
    '/tenants/team-one/skills/greet needs the app "Nobody" of "credentials", which neither the configuration nor the tenant has in apps',
  );
  // The tenant exists, but not its app, as after an application that failed at the start.
  writeFiles(folder, { 'platform.yaml': 'version: 1\nname: team\ntenants: { team-one: { name: Team } }\n' });
  await run('apply', ...file, '--yes');
  writeFiles(folder, { 'platform.yaml': team('team-one') });
  expect((await run('plan', ...file)).out).toContain('Plan: 5 to create, 0 to change, 0 to delete.\n');
  const secrets = join(folder, 'secrets.jsonl');
  expect(await run('apply', ...file, '--yes', '--secrets-out', secrets)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Done: 5 of 5 changes\./) as string,
  });
  const made = readMadeSecrets(secrets);
  expect(made.map(({ section }) => section)).toEqual(['apps', 'webhooks']);

  expect(await refused('plan', ...file)).toContain('The variable TEST_DEPLOYER_SECRET is not set');
  process.env['TEST_DEPLOYER_SECRET'] = made[0]?.client_secret;
  try {
    expect(await printed('plan', ...file)).toContain('No changes');
    const out = join(folder, 'export');
    expect(await run('export', '--out', out, '--like', folder, ...platform)).toMatchObject({ code: 0 });
    expect(filesIn(out)['skills/team-one/greet/main.ts']).toBe(SKILL['skills/greet/main.ts']);
    // The other tenants belong to another configuration.
    const exported = parse(filesIn(out)['platform.yaml'] ?? '') as { readonly tenants: Record<string, unknown> };
    writeFiles(out, {
      'platform.yaml': stringify({ ...exported, tenants: { 'team-one': exported.tenants['team-one'] } }),
    });
    expect(await run('plan', '-f', out, ...platform)).toMatchObject({ code: 0, err: '' });
  } finally {
    delete process.env['TEST_DEPLOYER_SECRET'];
  }
});

it('refuses credentials of a tenant other than that of --tenant, and a configuration without this tenant', async () => {
  const folder = folderWith({ 'platform.yaml': 'version: 1\nname: own\ntenants: { elsewhere: {} }\n' });
  const own = ['-f', folder, '--control-plane-url', world.controlPlane.url, '--url', world.surface.url];
  const caller = on.appThere.slice(2);
  const { slug } = world.tenant;
  expect(await refused('plan', ...own, ...caller, '--tenant', 'elsewhere', '--prune')).toContain(
    `belong to the tenant "${slug}", not to "elsewhere". Use a token of "elsewhere".`,
  );
  expect(await refused('plan', ...own, ...caller, '--tenant', slug, '--prune')).toContain(
    `The configuration does not contain the tenant "${slug}".`,
  );
});
