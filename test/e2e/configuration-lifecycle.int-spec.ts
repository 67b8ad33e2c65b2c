import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenOf } from '../support/two-tenants';
import { type ConfigurationWorld, filesIn, openConfigurationWorld, writeFiles } from '../support/configuration-world';

const SECRET = 'LIFECYCLE_SECRET';
const NO_CHANGES = 'No changes: the installation is as the configuration says.\n';

let on: ConfigurationWorld;

beforeAll(async () => {
  on = await openConfigurationWorld();
  const { app } = on;
  process.env[SECRET] = readFileSync(app[app.indexOf('--client-secret-file') + 1] ?? '', 'utf8');
});

afterAll(async () => {
  delete process.env[SECRET];
  await on.close();
});

const file = (tenants: string, name = 'lifecycle'): string => `version: 1\nname: ${name}\ntenants:\n${tenants}`;
const flag = (key: string): string => `      ${key}: { state: ENABLED, variants: { on: true }, defaultVariant: on }\n`;
const FLAG = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' };

async function applied(folder: string, ...options: readonly string[]): Promise<string> {
  const { code, out, err } = await on.run('apply', '-f', folder, '--yes', ...on.platform, ...options);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return out;
}

async function planned(folder: string, ...options: readonly string[]): Promise<string> {
  const { out, err } = await on.run('plan', '-f', folder, ...on.platform, ...options);
  expect(err).toBe('');
  return out;
}

describe('--prune', () => {
  const tenant = (flags: string): string => file(`  prune-a:\n    name: A\n    flags:\n${flags}`);

  it('deletes marked objects that the configuration does not contain, and names them first', async () => {
    const folder = on.folderWith({ 'platform.yaml': tenant(flag('kept') + flag('gone')) });
    await applied(folder);
    await on.admin('PUT', '/api/v1/flags/personal?tenant=prune-a', FLAG);
    writeFiles(folder, { 'platform.yaml': tenant(flag('kept')) });
    expect(await planned(folder)).toBe(
      `${NO_CHANGES}1 managed object that the configuration does not contain any more would be deleted with --prune:\n  prune-a/flags/gone\n`,
    );
    expect(await planned(folder, '--prune')).toBe(
      '- prune-a/flags/gone\n\nPlan: 0 to create, 0 to change, 1 to delete.\n',
    );
    await applied(folder, '--prune');
    const { flags } = await on.admin<{ readonly flags: object }>('GET', '/api/v1/flags/document?tenant=prune-a');
    expect(Object.keys(flags).sort()).toEqual(['kept', 'personal']);
    expect(await planned(folder, '--prune')).toBe(NO_CHANGES);
  });

  it('does not delete an app or a rate limit that a person deleted and created again', async () => {
    const objects =
      '    apps:\n      Shop: { app_type: spa, redirect_uris: [https://shop.example.com/cb] }\n' +
      '    rateLimits:\n      calls: { limit: 1, windowSeconds: 1 }\n';
    const folder = on.folderWith({ 'platform.yaml': file(`  prune-b:\n    name: B\n${objects}`, 'again') });
    await applied(folder);
    const { items } = await on.admin<{ readonly items: readonly { readonly client_id: string }[] }>(
      'GET',
      '/api/v1/apps?tenant=prune-b',
    );
    await on.admin('DELETE', `/api/v1/apps/${items[0]?.client_id}?tenant=prune-b`);
    await on.admin('POST', '/api/v1/apps?tenant=prune-b', {
      name: 'Shop',
      app_type: 'spa',
      redirect_uris: ['https://shop.example.com/cb'],
    });
    await on.admin('DELETE', '/api/v1/rate-limits/calls?tenant=prune-b');
    await on.admin('PUT', '/api/v1/rate-limits/calls?tenant=prune-b', { limit: 5, windowSeconds: 1 });
    writeFiles(folder, { 'platform.yaml': file('  prune-b:\n    name: B\n', 'again') });
    expect(await planned(folder, '--prune')).toBe(NO_CHANGES);
  });

  it('deletes a tenant only if the configuration created or adopted it', async () => {
    const both = file('  prune-c:\n    name: C\n  prune-d:\n    name: D\n', 'tenants');
    const folder = on.folderWith({ 'platform.yaml': both });
    await applied(folder);
    await on.admin('POST', '/api/v1/tenants', { slug: 'prune-e', name: 'E' });
    writeFiles(folder, { 'platform.yaml': file('  prune-c:\n    name: C\n', 'tenants') });
    expect(await planned(folder, '--prune')).toBe(
      '- prune-d/tenants\n\nPlan: 0 to create, 0 to change, 1 to delete.\n',
    );
    await applied(folder, '--prune');
    expect(await on.admin('GET', '/api/v1/tenants/prune-d')).toMatchObject({ status: 'pending_deletion' });
    expect(await on.admin('GET', '/api/v1/tenants/prune-e')).toMatchObject({ status: 'active' });
  });

  it('deletes imported objects, and no others', async () => {
    await on.admin('POST', '/api/v1/tenants', { slug: 'prune-f', name: 'F' });
    for (const key of ['one', 'two', 'three']) await on.admin('PUT', `/api/v1/flags/${key}?tenant=prune-f`, FLAG);
    const folder = on.folderWith({
      'platform.yaml': file(`  prune-f:\n    flags:\n${flag('one')}${flag('two')}${flag('four')}`, 'imported'),
    });
    const adopted = await on.run('import', '-f', folder, ...on.platform);
    expect(adopted).toMatchObject({ code: 0 });
    expect(adopted.err).toContain('adopted prune-f/flags/one');
    expect(adopted.err).not.toContain('four');
    writeFiles(folder, { 'platform.yaml': file(`  prune-f:\n    flags:\n${flag('one')}`, 'imported') });
    expect(await planned(folder, '--prune')).toContain(
      '- prune-f/flags/two\n\nPlan: 0 to create, 0 to change, 1 to delete.',
    );
    await applied(folder, '--prune');
    const { flags } = await on.admin<{ readonly flags: object }>('GET', '/api/v1/flags/document?tenant=prune-f');
    expect(Object.keys(flags).sort()).toEqual(['one', 'three']);
  });
});

describe('a tenant administrator with --tenant', () => {
  let own: readonly string[];
  let slug: string;

  beforeAll(async () => {
    const { world } = on;
    ({ slug } = world.tenant);
    const scope =
      'admin webhooks.read webhooks.write jobs.read jobs.write skills.read skills.write workflows.read workflows.write';
    const key = world.file('tenant-admin', await tokenOf(world.core, world.tenant, { scope }));
    own = [
      '--control-plane-url',
      world.controlPlane.url,
      '--url',
      world.surface.url,
      '--api-key-file',
      key,
      '--tenant',
      slug,
    ];
  });

  it('applies only the section of the tenant', async () => {
    const text = file(
      `  ${slug}:\n    flags:\n${flag('own')}  another-tenant:\n    name: Another\n    flags:\n${flag('theirs')}`,
    );
    const folder = on.folderWith({ 'platform.yaml': text });
    const done = await on.run('apply', '-f', folder, '--yes', ...own);
    expect(done.err).toContain(`created ${slug}/flags/own`);
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/^Done: 1 of 1 changes\./) as string });
    await expect(on.admin('GET', '/api/v1/tenants/another-tenant')).rejects.toThrow('404');
  });

  it('cannot change the plan of the tenant', async () => {
    const folder = on.folderWith({ 'platform.yaml': file(`  ${slug}:\n    plan: enterprise\n`) });
    expect(await on.refused('plan', '-f', folder, ...own)).toBe(
      `${folder}/platform.yaml:4:3: /tenants/${slug} has another plan, which only the platform can change`,
    );
  });

  it('can change the name of the tenant, and keeps it when the objects are pruned', async () => {
    const folder = on.folderWith({ 'platform.yaml': file(`  ${slug}:\n    name: Renamed\n`) });
    expect(await on.run('apply', '-f', folder, '--yes', '--prune', ...own)).toMatchObject({ code: 0 });
    expect(await on.admin('GET', `/api/v1/tenants/${slug}`)).toMatchObject({ name: 'Renamed', status: 'active' });
    expect(await on.run('import', '-f', folder, ...own)).toMatchObject({ code: 0 });
    const marks = await on.admin<{ readonly items: readonly object[] }>(
      'GET',
      `/api/v1/managed-objects?tenant=${slug}&kind=tenants`,
    );
    expect(marks.items).toEqual([]);
    writeFiles(folder, { 'platform.yaml': file(`  ${slug}: {}\n`) });
    expect(await on.run('apply', '-f', folder, '--yes', '--prune', ...own)).toMatchObject({ code: 0 });
    expect(await on.admin('GET', `/api/v1/tenants/${slug}`)).toMatchObject({ status: 'active' });
  });

  it('is refused with the token of another tenant, or with a platform token', async () => {
    const folder = on.folderWith({ 'platform.yaml': file('  prune-a:\n    name: A\n') });
    const other = own.map((option) => (option === slug ? 'prune-a' : option));
    expect(await on.refused('plan', '-f', folder, ...other)).toBe(
      `The credentials for ${on.world.controlPlane.url} belong to the tenant "${slug}", not to "prune-a". Use a token of "prune-a".`,
    );
    expect(await on.refused('export', '--out', join(folder, 'export'), ...other)).toContain(
      'Use a token of "prune-a".',
    );
    expect(await on.refused('plan', '-f', folder, ...on.platform, '--tenant', 'prune-a')).toContain(
      'belong to no tenant, not to "prune-a". Use a token of "prune-a".',
    );
  });

  it('exports only the tenant', async () => {
    const folder = join(on.folderWith({}), 'export');
    expect(await on.run('export', '--out', folder, ...own)).toMatchObject({ code: 0 });
    expect(filesIn(folder)['platform.yaml']).toMatch(
      new RegExp(`^version: 1\\nname: platform\\ntenants:\\n  ${slug}:\\n`),
    );
    expect(filesIn(folder)['platform.yaml']).not.toContain('prune-a');
  });
});

describe('a platform administrator with credentials of the tenant', () => {
  const step = '{ id: call, type: skill, skill: greet, input: {} }';
  const sections: Readonly<Record<string, readonly [string, string]>> = {
    webhooks: [
      'https://hooks.example.com/in: { description: First }',
      'https://hooks.example.com/in: { description: Second }',
    ],
    schedules: [
      'nightly: { cron: "0 3 * * *", job: { type: skill, kind: greet } }',
      'nightly: { cron: "0 4 * * *", job: { type: skill, kind: greet } }',
    ],
    skills: ['greet: { folder: greet, aliases: [prod] }', 'greet: { folder: welcome, aliases: [prod] }'],
    workflows: [`greeting: { steps: [${step}] }`, `greeting: { description: Greets, steps: [${step}] }`],
  };
  const skill = JSON.stringify({
    name: 'greet',
    description: 'Greets',
    inputSchema: { type: 'object' },
    outputSchema: {},
  });
  const files = {
    'greet/skill.json': skill,
    'greet/main.ts': 'export default () => "Hello";\n',
    'welcome/skill.json': skill,
    'welcome/main.ts': 'export default () => "Welcome";\n',
  };
  const head = (): string =>
    `  ${on.world.tenant.slug}:\n    credentials: { app: Commands, secretRef: "env:${SECRET}" }\n`;
  const text = (at: 0 | 1, names: readonly string[] = Object.keys(sections)): string =>
    file(head() + names.map((name) => `    ${name}:\n      ${sections[name]?.[at] ?? ''}\n`).join(''), 'public');

  it('creates, changes and prunes objects of each kind of the public surface', async () => {
    const folder = on.folderWith({ ...files, 'platform.yaml': text(0) });
    const { slug } = on.world.tenant;
    await applied(folder, '--secrets-out', join(folder, 'secrets.jsonl'));
    expect(await planned(folder)).toBe(NO_CHANGES);
    writeFiles(folder, { 'platform.yaml': text(1) });
    const change = await planned(folder);
    for (const name of [
      'webhooks/https://hooks.example.com/in',
      'schedules/nightly',
      'skills/greet',
      'workflows/greeting',
    ]) {
      expect(change).toContain(`~ ${slug}/${name}\n`);
    }
    await applied(folder);
    expect(await planned(folder)).toBe(NO_CHANGES);
    writeFiles(folder, { 'platform.yaml': file(`  ${slug}: {}\n`, 'public') });
    const refusal = await on.refused('plan', '-f', folder, '--prune', ...on.platform);
    expect(refusal).toContain('keep "credentials" in the tenant, and its app, until they are deleted');
    for (const name of ['schedules/nightly', 'skills/greet']) expect(refusal).toContain(`${slug}/${name}`);
    writeFiles(folder, { 'platform.yaml': file(head(), 'public') });
    const removed = await planned(folder, '--prune');
    expect(removed).toContain('Plan: 0 to create, 0 to change, 4 to delete.');
    await applied(folder, '--prune');
    expect(await planned(folder, '--prune')).toBe(NO_CHANGES);
  });

  it('exports skills, so that a plan of the export shows no changes', async () => {
    const { core, tenant, surface } = on.world;
    const authorization = `Bearer ${await tokenOf(core, tenant, { scope: 'skills.write' })}`;
    const skill = { runtime: 'javascript', description: 'Greets', inputSchema: {}, outputSchema: {} };
    const bodies = {
      single: { ...skill, source: 'export default () => 1;', language: 'javascript' },
      several: {
        ...skill,
        modules: { 'main.js': "export { default } from './lib/a.js';", 'lib/a.js': 'export default () => 1;' },
      },
    };
    for (const [name, body] of Object.entries(bodies)) {
      const init = {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      expect((await fetch(`${surface.url}/v1/skills/${name}`, init)).ok).toBe(true);
    }
    const text = file(head(), 'public');
    const like = on.folderWith({ 'platform.yaml': text });
    const out = join(like, 'export');
    expect(await on.run('export', '--out', out, '--like', like, ...on.platform)).toMatchObject({ code: 0 });
    const skills = ['several', 'single'].map(
      (name) => `      ${name}: { folder: export/skills/${tenant.slug}/${name} }\n`,
    );
    expect(filesIn(out)['platform.yaml']).toContain(`folder: skills/${tenant.slug}/several\n`);
    writeFiles(like, { 'platform.yaml': `${text}    skills:\n${skills.join('')}` });
    expect(await planned(like)).toBe(NO_CHANGES);
  });
});
