import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigurationWorld, openConfigurationWorld, writeFiles } from '../support/configuration-world';
import { openLosingProxy } from '../support/losing-proxy';
import { readMadeSecrets } from '../support/made-secrets';

let on: ConfigurationWorld;

beforeAll(async () => {
  on = await openConfigurationWorld();
});

afterAll(() => on.close());

/** Returns the text of a configuration. @param tenants YAML whose first level is the slugs of tenants, indented by two spaces. */
const file = (tenants: string, name = 'faults'): string => `version: 1\nname: ${name}\ntenants:\n${tenants}`;

/** Returns the message of a plan that is refused, in which `<folder>` stands for the folder. */
async function refusedPlan(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = on.folderWith(files);
  return (await on.refused('plan', '-f', folder, ...on.platform)).replaceAll(folder, '<folder>');
}

const FLAG = '{ state: ENABLED, variants: { on: true }, defaultVariant: on }';
const POLICY = 'package app.authz\n\ndefault allow := false\n';

describe('a file', () => {
  const faults: readonly (readonly [string, string, string])[] = [
    [
      'an unknown member of a tenant, and one of an object',
      file('  fault-a:\n    nmae: A\n    apps:\n      Shop: { app_type: spa, shade: red }\n'),
      '<folder>/platform.yaml:5:5: /tenants/fault-a/nmae is not a member of this object\n' +
        '<folder>/platform.yaml:7:30: /tenants/fault-a/apps/Shop/shade is not a member of this object',
    ],
    [
      'a name that occurs twice',
      file(`  fault-a:\n    flags:\n      one: ${FLAG}\n      one: ${FLAG}\n`),
      '<folder>/platform.yaml:7:7: /tenants/fault-a/flags/one is defined twice',
    ],
    [
      'aliases',
      file(`  fault-a:\n    flags:\n      one: &flag ${FLAG}\n      two: *flag\n`),
      '<folder>/platform.yaml:7:12: /tenants/fault-a/flags/two must not be an alias',
    ],
    [
      'a name that YAML reads as a number',
      file(`  fault-a:\n    flags:\n      1.10: ${FLAG}\n`),
      '<folder>/platform.yaml:6:7: /tenants/fault-a/flags/1.1 must be in quotes, because YAML does not read 1.10 as a string',
    ],
    [
      'a name that JavaScript reserves',
      file(`  fault-a:\n    flags:\n      __proto__: ${FLAG}\n`),
      '<folder>/platform.yaml:6:7: /tenants/fault-a/flags/__proto__ is a reserved name',
    ],
    ['a tag', file('  fault-a:\n    name: !vault secret\n'), '<folder>/platform.yaml:5:11: Unresolved tag: !vault'],
    [
      'text that is not YAML',
      'version: 1\nname: [',
      '<folder>/platform.yaml:2:8: Flow sequence in block collection must be',
    ],
    [
      'two documents',
      `${file('  fault-a: {}\n')}---\nversion: 1\n`,
      '<folder>/platform.yaml:5:1: Source contains multiple documents',
    ],
    ['another version', 'version: 2\nname: faults\n', '<folder>/platform.yaml:1:1: /version must be 1'],
    [
      'deep nesting',
      `version: 1\nname: faults\ntenants: ${'['.repeat(50_000)}`,
      ': is nested more than 100 levels deep',
    ],
    [
      'a value of more than 100 levels',
      file(`  fault-a:\n    settings: ${'{a: '.repeat(200)}1${'}'.repeat(200)}\n`),
      'platform.yaml:5:407: /tenants/fault-a/settings is nested more than 100 levels deep',
    ],
    ['an empty file', '', '<folder>/platform.yaml:1:1: must be an object'],
  ];

  it.each(faults)('with %s is refused with line, column and pointer', async (_name, text, message) => {
    expect(await refusedPlan({ 'platform.yaml': text })).toContain(message);
  });

  it('that does not exist is named', async () => {
    expect(await on.refused('plan', '-f', '/nowhere.yaml', ...on.platform)).toBe('/nowhere.yaml does not exist.');
  });

  it('shows control characters of names as escapes', async () => {
    const text = file('  fault-a:\n    flags:\n      "a\\e[31m": { shade: red }\n');
    const message = await refusedPlan({ 'platform.yaml': text });
    expect(message).toContain('/tenants/fault-a/flags/a\\x1b[31m/shade is not a member');
    expect(message).not.toContain('\x1b');
  });
});

describe('a folder', () => {
  it('in which two files define the same object is refused with both places', async () => {
    const one = file(`  fault-b:\n    name: B\n    flags:\n      one: ${FLAG}\n`);
    const other = file(`  fault-b:\n    flags:\n      two: ${FLAG}\n      one: ${FLAG}\n`);
    expect(await refusedPlan({ 'a.yaml': one, 'b.yaml': other })).toBe(
      '<folder>/b.yaml:7:7: /tenants/fault-b/flags/one is already defined in <folder>/a.yaml:7',
    );
  });

  it('can divide a tenant between files', async () => {
    const files = {
      'a.yaml': file(`  fault-l:\n    name: L\n    flags:\n      one: ${FLAG}\n`),
      'b.yaml': file(`  fault-l:\n    flags:\n      two: ${FLAG}\n`),
    };
    const plan = await on.run('plan', '-f', on.folderWith(files), ...on.platform);
    expect(plan.out).toContain('Plan: 3 to create, 0 to change, 0 to delete.');
  });

  it('is refused if its files have different names', async () => {
    const files = { 'a.yaml': file('  fault-b: {}\n'), 'b.yaml': file('  fault-c: {}\n', 'other') };
    expect(await refusedPlan(files)).toBe(
      '<folder>/b.yaml:2:1: /name must be "faults", as in the other files of the folder',
    );
  });

  it('is refused if its policy does not exist or does not compile', async () => {
    const text = file('  fault-b:\n    name: B\n    policy:\n      folder: policy\n');
    expect(await refusedPlan({ 'platform.yaml': text })).toContain(
      '<folder>/platform.yaml:6:5: /tenants/fault-b/policy',
    );
    const files = { 'platform.yaml': text, 'policy/authz.rego': `${POLICY}\nallow if nonsense(input)\n` };
    expect(await refusedPlan(files)).toContain('<folder>/policy/authz.rego:5:10: /tenants/fault-b/policy ');
  });
});

describe('a reference', () => {
  it('to an object that does not exist is refused where it stands', async () => {
    const app = '  fault-d:\n    name: D\n    apps:\n      Shop:\n        declared_scopes: [files.read, orders:read]\n';
    const limit = '    rateLimits:\n      shop:\n        client: Shpo\n        limit: 1\n        windowSeconds: 1\n';
    expect(await refusedPlan({ 'platform.yaml': file(app + limit) })).toBe(
      '<folder>/platform.yaml:8:39: /tenants/fault-d/apps/Shop/declared_scopes/1 refers to "orders:read", which neither the configuration nor the tenant has in scopes\n' +
        '<folder>/platform.yaml:11:9: /tenants/fault-d/rateLimits/shop/client refers to "Shpo", which neither the configuration nor the tenant has in apps',
    );
  });

  it('that closes a circle is refused once', async () => {
    const call = (workflow: string): string => `{ steps: [{ id: call, type: workflow, workflow: ${workflow} }] }`;
    const workflows = `      one: ${call('two')}\n      two: ${call('three')}\n      three: ${call('one')}\n`;
    const text = file(
      `  ${on.world.tenant.slug}:\n    credentials: { app: Commands, secretRef: "env:FAULTS_SECRET" }\n    workflows:\n${workflows}`,
    );
    process.env['FAULTS_SECRET'] = readFileSync(secretOf(on), 'utf8');
    try {
      expect(await refusedPlan({ 'platform.yaml': text })).toBe(
        `<folder>/platform.yaml:7:7: /tenants/${on.world.tenant.slug}/workflows/one refers to itself: one → two → three → one`,
      );
    } finally {
      delete process.env['FAULTS_SECRET'];
    }
  });
});

/** Returns the file with the secret of the app of the world. */
function secretOf({ app }: ConfigurationWorld): string {
  return app[app.indexOf('--client-secret-file') + 1] ?? '';
}

describe('an existing object', () => {
  it('of another configuration is refused', async () => {
    const folder = on.folderWith({
      'platform.yaml': file(`  fault-e:\n    name: E\n    flags:\n      one: ${FLAG}\n`),
    });
    expect(await on.run('apply', '-f', folder, '--yes', ...on.platform)).toMatchObject({ code: 0 });
    const other = file(`  fault-e:\n    flags:\n      one: ${FLAG}\n      two: ${FLAG}\n`, 'other');
    expect(await refusedPlan({ 'platform.yaml': other })).toBe(
      '<folder>/platform.yaml:6:7: /tenants/fault-e/flags/one is managed by the configuration "faults"',
    );
  });

  it('is refused at a fixed member that differs', async () => {
    const text = (type: string): string =>
      file(
        `  fault-f:\n    name: F\n    apps:\n      Shop:\n        redirect_uris: [https://shop.example.com/cb]\n        app_type: ${type}\n`,
      );
    const folder = on.folderWith({ 'platform.yaml': text('spa') });
    expect(await on.run('apply', '-f', folder, '--yes', ...on.platform)).toMatchObject({ code: 0 });
    expect(await refusedPlan({ 'platform.yaml': text('web') })).toBe(
      '<folder>/platform.yaml:9:9: /tenants/fault-f/apps/Shop/app_type cannot change: delete the app, or give the new one another name',
    );
  });
});

describe('a saved plan', () => {
  const text = (slug: string, name: string): string =>
    file(`  ${slug}:\n    name: ${name}\n    flags:\n      one: ${FLAG}\n`);

  it('is refused after someone has changed an object, and nothing is done', async () => {
    const folder = on.folderWith({ 'platform.yaml': text('fault-g', 'G') });
    const file = ['-f', join(folder, 'platform.yaml'), ...on.platform];
    expect(await on.run('apply', ...file, '--yes')).toMatchObject({ code: 0 });
    writeFiles(folder, { 'platform.yaml': text('fault-g', 'G').replace('ENABLED', 'DISABLED') });
    const saved = join(folder, 'saved.plan');
    expect(await on.run('plan', ...file, '--out', saved)).toMatchObject({ code: 2 });
    const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
    await on.admin('PUT', '/api/v1/flags/one?tenant=fault-g', flag);
    expect(await on.refused('apply', saved, ...file)).toBe(
      'The installation or the configuration has changed since the plan was made, so nothing was done. Make a new plan with "coresdk plan".',
    );
    expect(await on.admin('GET', '/api/v1/flags/one?tenant=fault-g')).toMatchObject({ state: 'ENABLED' });
  });

  it('is applied from another folder with the same files', async () => {
    const policy = { 'policy/authz.rego': POLICY };
    const platform = file('  fault-h:\n    name: H\n    policy:\n      folder: policy\n');
    const [one, other] = [
      on.folderWith({ ...policy, 'platform.yaml': platform }),
      on.folderWith({ ...policy, 'platform.yaml': platform }),
    ];
    const saved = join(on.folderWith({}), 'saved.plan');
    expect(await on.run('plan', '-f', one, ...on.platform, '--out', saved)).toMatchObject({ code: 2 });
    expect(await on.run('apply', saved, '-f', other, ...on.platform)).toMatchObject({ code: 0 });
  });

  it('is refused on another installation, also if its tenants do not exist on either', async () => {
    const elsewhere = await openConfigurationWorld();
    try {
      for (const slug of ['fault-i', 'fault-j']) {
        const folder = on.folderWith({ 'platform.yaml': text(slug, 'I') });
        const saved = join(folder, 'saved.plan');
        if (slug === 'fault-i')
          expect(await elsewhere.run('apply', '-f', folder, '--yes', ...elsewhere.platform)).toMatchObject({ code: 0 });
        if (slug === 'fault-i')
          expect(await on.run('apply', '-f', folder, '--yes', ...on.platform)).toMatchObject({ code: 0 });
        if (slug === 'fault-i') writeFiles(folder, { 'platform.yaml': text(slug, 'Renamed') });
        expect(await on.run('plan', '-f', folder, ...on.platform, '--out', saved)).toMatchObject({ code: 2 });
        expect(await elsewhere.refused('apply', saved, '-f', folder, ...elsewhere.platform)).toBe(
          'The plan was made for another installation: its tenants have other IDs.',
        );
      }
    } finally {
      await elsewhere.close();
    }
  });

  it('that is not a plan is refused', async () => {
    const folder = on.folderWith({ 'platform.yaml': text('fault-g', 'G'), 'saved.plan': '{"format":1}' });
    const saved = join(folder, 'saved.plan');
    expect(await on.refused('apply', saved, '-f', folder, ...on.platform)).toContain(`${saved} is not a plan.`);
  });
});

describe('a lost connection', () => {
  const apps = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'];
  const text = file(
    `  fault-k:\n    name: K\n    apps:\n${apps.map((app) => `      ${app}: { declared_scopes: [files.read] }\n`).join('')}    flags:\n      one: ${FLAG}\n`,
  );

  it('is reported with what was done, and applying again makes the rest', async () => {
    const folder = on.folderWith({ 'platform.yaml': text });
    const secrets = ['--secrets-out', join(folder, 'secrets.jsonl')];
    const [, url = '', ...rest] = on.platform;
    const proxy = await openLosingProxy(url, 4);
    try {
      const cut = await on.run('apply', '-f', folder, '--yes', ...secrets, '--control-plane-url', proxy.url, ...rest);
      expect(cut.code).toBe(1);
      expect(cut.err).toContain('created fault-k/tenants');
      expect(cut.err).toMatch(
        /platform\.yaml:\d+:\d+: fault-k\/apps\/\w+ failed: http:\/\/127\.0\.0\.1:\d+ cannot be reached/,
      );
      expect(cut.err).toContain('Apply the configuration again to make the rest.');
      expect(cut.out).toMatch(/^Done: \d of 8 changes, \d failed, \d not tried\. Change set: /);
    } finally {
      await proxy.close();
    }
    const again = await on.run('apply', '-f', folder, '--yes', ...secrets, ...on.platform);
    expect(again).toMatchObject({ code: 0 });
    expect(await on.printed('plan', '-f', folder, ...on.platform)).toContain('No changes');
    const kept = readMadeSecrets(join(folder, 'secrets.jsonl'));
    const listed = await on.admin<{ readonly items: readonly { readonly name: string; readonly client_id: string }[] }>(
      'GET',
      '/api/v1/apps?tenant=fault-k',
    );
    expect(listed.items.map(({ name }) => name).sort()).toEqual([...apps].sort());
    for (const app of listed.items) {
      expect(new Set(kept.filter(({ key }) => key === app.name).map(({ client_id }) => client_id))).toEqual(
        new Set([app.client_id]),
      );
    }
  });
});

describe('a file for secrets that cannot be written', () => {
  it('stops the application with a report, and the next one stores the secret of the app', async () => {
    const text = file('  fault-m:\n    name: M\n    apps:\n      Shop: { declared_scopes: [files.read] }\n');
    const folder = on.folderWith({ 'platform.yaml': text });
    const failed = await on.run('apply', '-f', folder, '--yes', '--secrets-out', '/dev/full', ...on.platform);
    expect(failed.err).toContain('fault-m/apps/Shop failed: ENOSPC');
    expect(failed.out).toContain('Done: 1 of 2 changes, 1 failed, 0 not tried.');
    const secrets = join(folder, 'secrets.jsonl');
    expect(await on.run('apply', '-f', folder, '--yes', '--secrets-out', secrets, ...on.platform)).toMatchObject({
      code: 0,
    });
    const kept = JSON.parse(readFileSync(secrets, 'utf8')) as { readonly client_id: string };
    expect(await on.admin('GET', `/api/v1/apps/${kept.client_id}?tenant=fault-m`)).toMatchObject({ name: 'Shop' });
  });
});
