import { createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandCallers, openCommandCallers } from '../support/command-callers';
import { eventually } from '../support/eventually';
import { makeSigningKey, type SigningKeyFile } from '../support/signing-key';

const MODULE = 'package app\n\nallow if input.user in data.members\n';
const TEST = 'package app_test\n\nimport data.app\n\ntest_ann if app.allow with input as {"user": "ann"}\n';

let callers: CommandCallers;
let { app, appThere, owner, person, service, world, printed, json, refused, run } = {} as CommandCallers;
let signing: SigningKeyFile;
let sinks: string;

beforeAll(async () => {
  signing = makeSigningKey();
  sinks = mkdtempSync(join(tmpdir(), 'coresdk-sinks-'));
  callers = await openCommandCallers({ AUDIT_SIGNING_KEY_FILE: signing.file, AUDIT_SINKS_DIR: sinks });
  ({ app, appThere, owner, person, service, world, printed, json, refused, run } = callers);
});

afterAll(async () => {
  await world.close();
  signing.remove();
  rmSync(sinks, { recursive: true });
});

/** Writes a policy folder. Returns its path. */
function policyFolder(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(world.folder, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

describe('policy', () => {
  it('is checked before it is sent, and pushed, rolled back and deleted', async () => {
    const { slug } = world.tenant;
    const there = ['--tenant', slug, ...appThere];
    const good = policyFolder('good', {
      'app.rego': MODULE,
      'app_test.rego': TEST,
      'data.json': '{"members":["ann"]}',
    });
    const failing = policyFolder('failing', { 'app.rego': MODULE, 'app_test.rego': TEST });
    const wrong = await run('policy push', failing, ...there);
    const place = `${join(failing, 'app_test.rego')}:5: test_failed: data.app_test.test_ann`;
    expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringContaining(place) as string });
    const broken = world.file('broken.rego', 'package app\n\nallow if {\n');
    const findings = await run('policy check', broken);
    expect(findings).toMatchObject({
      code: 1,
      err: expect.stringMatching(/broken\.rego:4:1: rego_parse_error: /) as string,
    });
    // The same text and the same code, for a file and for a folder.
    expect(await run('policy push', broken, ...there)).toEqual(findings);
    const folder = policyFolder('broken', {
      'a.rego': 'package a\n\np if x > 1\n',
      'b.rego': 'package b\n\nq := unknown(1)\n',
    });
    expect(await run('policy push', folder, ...there)).toEqual(await run('policy check', folder));
    const damaged = policyFolder('damaged', { 'app.rego': MODULE, 'data.json': '{"a":' });
    expect(await run('policy push', damaged, ...there)).toEqual(await run('policy check', damaged));
    expect(await refused('policy push', broken, '--skip-check', ...there)).toContain('422 unprocessable');
    expect(await refused('policy get', ...there)).toContain('404 not_found');
    expect(await refused('policy get', ...appThere)).toContain('Name the tenant: use --tenant');
    expect(await refused('policy push', good, ...appThere)).toContain('Name the tenant: use --tenant');

    const first = await json('policy push', good, ...there);
    expect(first).toMatchObject({ status: 'active', modules: ['app.rego', 'app_test.rego'], tests: { passed: 1 } });
    const [data, module] = [join(good, 'data.json'), join(good, 'app.rego')];
    expect(await json('policy push', module, data, '--stage', ...there)).toMatchObject({ status: 'staged' });
    const versions = (await printed('policy versions', '--only', 'version', ...there)).trim().split('\n');
    expect(versions).toHaveLength(2);
    expect(await json('policy activate', versions[0] ?? '', '--yes', ...there)).toMatchObject({
      status: 'active',
    });
    expect(await printed('policy get', '--only', 'modules', ...there)).toBe('app.rego\n');
    const archive = join(world.folder, 'policy.tar.gz');
    await printed('policy download', '--output', archive, ...there);
    expect(readFileSync(archive).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    const stale = ['--yes', '--if-match', '"1-x"'];
    expect(await refused('policy rollback', ...stale, ...there)).toContain('Someone else changed it');
    const back = ['--version', versions[1] ?? '', '--yes'];
    expect(await json('policy rollback', ...back, ...there)).toMatchObject({
      restoredFrom: Number(versions[1]),
    });
    expect(await json('policy push', archive, ...there)).toMatchObject({ modules: ['app.rego'] });

    const input = ['--input', '{"user":"ann"}', '--json'];
    const dry = await run('policy dry-run', 'app/allow', ...input, ...there);
    expect(dry).toMatchObject({ code: 0 });
    expect(await printed('policy decisions', '--limit', '1', ...there)).toMatch(/^Ts +Rule/);
    expect(await run('policy delete', '--yes', ...there)).toEqual({
      code: 0,
      out: '',
      err: `The policy of ${slug} is deleted.\n`,
    });
    expect(await printed('policy versions', '--limit', '2', ...there)).toMatch(
      /^.*\n5 +active +none: base policy .*\n4 +superseded +1 module .*\n$/,
    );
    const prompt = `Roll back the policy of ${slug}? Use --yes to confirm.`;
    const now = 'version 5 (none: base policy) is active, and';
    expect(await refused('policy rollback', ...there)).toContain(
      `${now} version 4 (1 module) replaces it as a new version. ${prompt}`,
    );
    expect(await refused('policy rollback', '--version', '1', ...there)).toContain(
      `${now} version 1 (2 modules) replaces it as a new version. ${prompt}`,
    );
    expect(await refused('policy rollback', '--version', '99', ...there)).toContain(prompt);
    expect(await refused('policy push', policyFolder('empty', {}), ...there)).toContain('There is no .rego file');
  });

  it('can require signatures', async () => {
    const there = ['--tenant', world.tenant.slug, ...appThere];
    const publicKey = String(createPublicKey(readFileSync(signing.file)).export({ type: 'spki', format: 'pem' }));
    const key = ['--algorithm', 'EdDSA', '--public-key-file', world.file('release.pem', publicKey)];
    expect(await json('policy set-key', 'release', ...key, ...there)).toMatchObject({ id: 'release' });
    expect(await printed('policy keys', '--only', 'id', ...there)).toBe('release\n');
    const unsigned = await run('policy push', world.file('app.rego', MODULE), ...there);
    expect(unsigned).toMatchObject({ code: 1, err: expect.stringContaining('sign the bundle') as string });
    await printed('policy delete-key', 'release', '--yes', ...there);
    expect(await printed('policy keys', '--only', 'id', ...there)).toBe('');
  });
});

it('searches, exports, proves and erases audit records', async () => {
  const { id } = await json<{ id: string }>('audit record', 'invoice.approve', '--resource-id', 'i-1', ...app);
  await eventually(async () => {
    expect(await printed('audit search', '--action', 'invoice.approve', '--only', 'id', ...app)).toBe(`${id}\n`);
  });
  expect(await refused('audit search', '--outcome', 'odd', ...app)).toContain('--outcome must be one of');
  expect(await printed('audit export', '--action', 'invoice.approve', ...app)).toContain(id);
  const target = join(world.folder, 'audit.csv');
  await printed('audit export', '--format', 'csv', '--output', target, ...app);
  expect(readFileSync(target, 'utf8')).toContain('invoice.approve');
  await eventually(async () => {
    expect(await json('audit proof', id, ...app)).toMatchObject({ id });
  });
  expect(await printed('audit checkpoints', '--limit', '1', ...appThere)).toMatch(/^Size +Root hash/);
  expect(await printed('audit key', '--only', 'key', ...appThere)).toMatch(/\S/);
  expect(await printed('audit export-proofs', ...appThere)).toContain(id);
  const retention = ['--keep-days', '365', '--legal-hold', 'null'];
  expect(await refused('audit set-retention', ...retention, ...appThere)).toContain('Use --yes to confirm.');
  expect(await json('audit set-retention', ...retention, '--yes', ...appThere)).toMatchObject({ keepDays: 365 });
  expect(await printed('audit retention', '--only', 'keepDays', ...appThere)).toBe('365\n');
  expect(await refused('audit erase', 'usr-none', '--yes', ...appThere)).toContain('404 not_found');
  await printed('users me', ...owner);
  await eventually(async () => {
    expect(await run('audit erase', person.user.id, '--yes', '--only', 'name', ...appThere)).toMatchObject({ code: 0 });
  });
});

it('sends the audit log to files', async () => {
  const { id } = await json<{ id: string }>('audit-sinks create', 'Archive', '--kind', 'file', ...appThere);
  expect(await json('audit-sinks update', id, '--paused', 'true', ...appThere)).toMatchObject({ paused: true });
  expect(await printed('audit-sinks get', id, '--only', 'state', ...appThere)).toBe('paused\n');
  expect(await printed('audit-sinks list', '--only', 'id', ...appThere)).toBe(`${id}\n`);
  expect(await printed('audit-sinks dead-letters', id, '--only', 'reason', ...appThere)).toBe('');
  expect(await printed('audit-sinks replay', id, '--only', 'replayed', ...appThere)).toBe('0\n');
  expect(await refused('audit-sinks create', 'X', '--kind', 'webhook', ...appThere)).toContain('400 invalid_request');
  await printed('audit-sinks delete', id, '--yes', ...appThere);
});

it('replaces, compares and schedules all flags', async () => {
  const flags = { dark: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } };
  const document = world.file('flags.json', JSON.stringify({ flags }));
  expect(await refused('flags set-document', '--body-file', document, ...appThere)).toContain('Use --yes to confirm.');
  await printed('flags set-document', '--body-file', document, '--yes', ...appThere);
  expect(JSON.parse(await printed('flags document', ...appThere))).toMatchObject({ flags });
  expect(await json('flags evaluate-all', '--context', '{"targetingKey":"u"}', ...app)).toMatchObject({
    evaluations: [{ key: 'dark', value: true }],
  });
  const [version = ''] = (await printed('flags versions', '--only', 'version', ...appThere)).split('\n');
  expect(await json('flags get-version', version, ...appThere)).toMatchObject({ document: { flags } });
  await printed('flags disable', 'dark', ...appThere);
  expect(await json('flags diff', version, ...appThere)).toMatchObject({ from: Number(version) });
  const change = ['--change', '{"op":"enable","key":"dark"}'];
  const at = new Date(Date.now() + 86_400_000).toISOString();
  const { id } = await json<{ id: string }>('flags schedule', at, ...change, ...appThere);
  expect(await printed('flags scheduled', '--only', 'id', ...appThere)).toBe(`${id}\n`);
  expect(await json('flags get-scheduled', id, ...appThere)).toMatchObject({ status: 'pending' });
  await printed('flags cancel-scheduled', id, '--yes', ...appThere);
});

it('shows single bundles and grants of secrets, and reseals values', async () => {
  await printed('secrets set', 'DB', '--value-file', world.file('value', 'x'), ...app);
  await printed('secrets bundle', 'web', '--refs', '[{"name":"PG","path":"DB"}]', ...appThere);
  expect(await printed('secrets get-bundle', 'web', '--only', 'name', ...appThere)).toBe('web\n');
  const principal = JSON.stringify({ type: 'client', id: callers.clientId });
  const grant = await json<{ id: string }>('secrets grant', '--principal', principal, '--bundle', 'web', ...appThere);
  expect(await printed('secrets get-grant', grant.id, '--only', 'bundle', ...appThere)).toBe('web\n');
  expect(await refused('secrets delete-bundle', 'web', '--if-match', '"x"', '--yes', ...appThere)).toContain('Someone');
  await printed('secrets delete-bundle', 'web', '--yes', ...appThere);
  expect(await refused('secrets get-bundle', 'web', ...appThere)).toContain('404 not_found');
  expect(await json('secrets rotate-data-key', '--yes', ...appThere)).toMatchObject({ total: 1 });
  await printed('secrets reseal', ...appThere);
  await eventually(async () => {
    expect(await printed('secrets data-key', '--only', 'remaining', ...appThere)).toBe('0\n');
  });
  expect(await json('secrets rewrap', ...service)).toMatchObject({ remaining: expect.any(Number) as number });
  expect(await json('secrets rewrap-progress', ...service)).toMatchObject({ stores: expect.any(Array) as unknown });
});

it('manages the versions and aliases of skills', async () => {
  const folder = join(world.folder, 'hello');
  await printed('skills init', folder);
  await printed('skills push', folder, ...app);
  expect(await printed('skills list', '--runtime', 'javascript', '--only', 'name', ...app)).toBe('hello\n');
  expect(await json('skills set-alias', 'hello', 'prod', '1', ...app)).toMatchObject({ aliases: { prod: 1 } });
  expect(await printed('skills versions', 'hello', '--only', 'version', ...app)).toBe('1\n');
  expect(await json('skills get-version', 'hello', '1', ...app)).toMatchObject({
    definition: { runtime: 'javascript' },
  });
  expect(JSON.parse(await printed('skills openapi', 'hello', ...app))).toMatchObject({ openapi: /^3\.1/ });
  expect(await refused('skills rollback-alias', 'hello', 'prod', '--yes', ...app)).toMatch(/ returned 4/);
  expect(await refused('skills rotate-secret', 'hello', ...app)).toMatch(/ returned 4/);
  const stale = ['--yes', '--if-match', '"999"'];
  expect(await refused('skills delete', 'hello', ...stale, ...app)).toContain('Someone else changed it');
  expect(await json('skills delete-alias', 'hello', 'prod', '--yes', ...app)).toMatchObject({ aliases: {} });
  await printed('skills delete', 'hello', '--yes', ...app);
  expect(await refused('skills get', 'hello', ...app)).toContain('404 not_found');
});

it('compares and restores versions of workflows, approves steps and cancels runs', async () => {
  const step = { id: 'release', type: 'approval', role: 'admin', expiresSeconds: 3600 };
  const push = (description: string) =>
    printed(
      'workflows push',
      world.file('ship.json', JSON.stringify({ name: 'ship', description, steps: [step] })),
      ...app,
    );
  await push('one');
  await push('two');
  const id = (await printed('workflows list', '--only', 'id', ...app)).trim();
  expect(await printed('workflows get', id, '--only', 'description', ...app)).toBe('two\n');
  expect(await printed('workflows versions', id, '--only', 'version', ...app)).toBe('2\n1\n');
  expect(await json('workflows get-version', id, '1', ...app)).toMatchObject({ definition: { description: 'one' } });
  expect(await json('workflows diff', id, '1', '2', ...app)).toMatchObject({ members: ['description'] });
  expect(await json('workflows restore', id, '1', '--yes', ...app)).toMatchObject({ version: 3, description: 'one' });
  const stale = ['--yes', '--if-match', '"1"'];
  expect(await refused('workflows restore', id, '2', ...stale, ...app)).toContain('Someone else changed it');
  const job = (await printed('workflows run', 'ship', ...app)).trim();
  expect(await printed('workflows runs', id, '--only', 'id', ...app)).toBe(`${job}\n`);
  expect(await json('workflows get-run', job, ...app)).toMatchObject({ workflow: 'ship' });
  expect(await refused('workflows approve', job, 'none', ...app)).toMatch(/ returned 4/);
  expect(await json('workflows cancel-run', job, '--yes', ...app)).toMatchObject({ run: { status: 'cancelled' } });
  expect(await refused('workflows rotate-secret', id, ...app)).toMatch(/ returned 4/);
  await printed('workflows delete', id, '--yes', ...app);
  expect(await refused('jobs get-schedule', 'none', ...app)).toContain('404 not_found');
});
