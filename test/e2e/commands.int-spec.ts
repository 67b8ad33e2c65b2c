import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../../src/cli/command';
import { COMMANDS } from '../../src/cli/commands';
import { type CommandsWorld, openCommandsWorld } from '../support/commands-world';
import { CuttingProxy } from '../support/cutting-proxy';
import { eventually } from '../support/eventually';
import { type CommandRun, runCommand } from '../support/run-command';
import { makeSigningKey, type SigningKeyFile } from '../support/signing-key';
import { makeTenant, tokenOf } from '../support/two-tenants';

const SCOPES =
  'users.read users.write credentials.read credentials.write flags.read flags.write secrets.read secrets.write ' +
  'jobs.read jobs.write skills.run workflows.read workflows.write projects.read';

let world: CommandsWorld;
let { core, controlPlane, surface, tenant, folder, file } = {} as CommandsWorld;
let signing: SigningKeyFile;
/** The options of each caller: an administrator of the tenant, the platform and an app. */
let admin: readonly string[];
let adminThere: readonly string[];
let service: readonly string[];
let app: readonly string[];
let clientId: string;

beforeAll(async () => {
  signing = makeSigningKey();
  world = await openCommandsWorld({ AUDIT_SIGNING_KEY_FILE: signing.file });
  ({ core, controlPlane, surface, tenant, folder, file } = world);
  const adminKey = file('admin', `${await tokenOf(core, tenant, { scope: 'admin' })}\n`);
  admin = ['--url', surface.url, '--api-key-file', adminKey];
  adminThere = ['--url', controlPlane.url, '--api-key-file', adminKey];
  service = ['--url', controlPlane.url, '--api-key-file', file('service', controlPlane.serviceToken)];
  const made = await run('apps create', 'Commands', '--scope', SCOPES, ...admin, '--json');
  const { client_id: id, client_secret: secret } = JSON.parse(made.out) as { client_id: string; client_secret: string };
  clientId = id;
  app = ['--url', surface.url, '--client-id', id, '--client-secret-file', file('secret', secret)];
});

afterAll(async () => {
  await world.close();
  signing.remove();
});

function commandOf(name: string) {
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) throw new Error(`There is no command ${name}.`);
  return command;
}

const run = (name: string, ...args: readonly string[]): Promise<CommandRun> => runCommand(commandOf(name), args);

/** Returns the output of a command that succeeds. */
async function printed(name: string, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(name, ...args);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^(?!.* returned )/) as string });
  return out;
}

const json = async <T = Record<string, unknown>>(name: string, ...args: readonly string[]): Promise<T> =>
  JSON.parse(await printed(name, ...args, '--json')) as T;

describe('api', () => {
  it('calls any path with a method, a query, a body and headers', async () => {
    const key = file('writer', await tokenOf(core, tenant, { scope: 'projects.read projects.write' }));
    const writer = ['--url', surface.url, '--api-key-file', key];
    const made = await printed('api', '/v1/projects', '--json', '{"key":"RAW","name":"Raw"}', ...writer);
    const { id } = JSON.parse(made) as { id: string };
    // An app requests the scopes itself.
    const reader = [...app, '--scope', 'projects.read'];
    expect(JSON.parse(await printed('api', '/v1/projects?limit=500', ...reader))).toMatchObject({
      items: [{ id }],
    });
    const changed = await printed(
      'api',
      'patch',
      `/v1/projects/${id}`,
      '--json',
      '{"name":"Cooked"}',
      '--include',
      ...writer,
    );
    expect(changed).toMatch(/^200 OK\n[\s\S]*^etag: "[\s\S]*\n\n\{.*"name":"Cooked"/m);
    const stale = await run('api', 'DELETE', `/v1/projects/${id}`, '--header', 'If-Match: "0"', ...writer);
    expect(stale).toMatchObject({ code: 1, err: expect.stringContaining('412 precondition_failed') as string });
    expect(JSON.parse(await printed('api', '/api/v1/tenants', ...service))).toMatchObject({
      items: expect.any(Array) as unknown,
    });
  });

  it.each([
    [[], 'Specify a path'],
    [['/v1/projects', '--header', 'no colon'], 'does not have the form name: value'],
    [['FETCH', '/v1/projects'], 'The method must be one of GET,'],
    [['v1/projects'], 'The path must begin with a slash'],
  ])('rejects %j', async (args, message) => {
    expect(await run('api', ...args, ...app)).toMatchObject({
      code: 1,
      err: expect.stringContaining(message) as string,
    });
  });
});

describe('audit', () => {
  it('anchors the newest checkpoint and verifies an export, with results as JSON', async () => {
    const [checkpoints, exported] = [join(folder, 'checkpoints'), join(folder, 'export')];
    const from = ['--from', controlPlane.url, '--token-file', file('anchor-token', controlPlane.serviceToken)];
    const anchor = ['audit anchor', ...from, '--tenant', tenant.id, '--to', checkpoints] as const;
    const anchored = await eventually(() => json<{ size: number }>(...anchor));
    expect(anchored).toMatchObject({ isNew: true, size: expect.any(Number) as number });
    const path = `/api/v1/audit/export?tenant=${tenant.id}`;
    writeFileSync(exported, await printed('api', path, ...service));
    const { key } = JSON.parse(await printed('api', `/api/v1/audit/key?tenant=${tenant.id}`, ...service)) as {
      key: string;
    };
    const verify = ['audit verify', exported, '--key', key, '--checkpoint', checkpoints] as const;
    const verified = await json<{ size: number }>(...verify);
    expect(verified).toMatchObject({ ok: true, from: 0, checkpointAt: expect.stringMatching(/Z$/) as string });
    expect(verified.size).toBeGreaterThanOrEqual(anchored.size);
    writeFileSync(exported, readFileSync(exported, 'utf8').replace('"action":"', '"action":"x'));
    const failed = await run(...verify, '--json');
    expect([failed.code, JSON.parse(failed.out)]).toEqual([2, { ok: false, sequence: 0, reason: expect.any(String) }]);
  });
});

describe('apps', () => {
  it('are registered with a secret shown once, changed, listed in pages, and deleted after confirmation', async () => {
    const made = await run('apps create', 'Demo', '--id', 'app-demo', '--scope', 'projects.read', ...admin);
    expect(made).toMatchObject({ code: 0, err: 'Store the client secret: it is shown only once.\n' });
    expect(made.out).toMatch(/^client_id +app-demo\n.*\n*[\s\S]*client_secret +cs_\S+\n$/);
    const rotated = await run(
      'apps rotate-secret',
      'app-demo',
      '--overlap',
      '0',
      '--yes',
      '--only',
      'client_secret',
      ...admin,
    );
    expect(rotated.out).toMatch(/^cs_\S+\n$/);
    expect(made.out).not.toContain(rotated.out.trim());
    const changed = await json('apps update', 'app-demo', '--name', 'Renamed', '--token-ttl', '60', ...admin);
    expect(changed).toMatchObject({
      name: 'Renamed',
      access_token_ttl_seconds: 60,
      declared_scopes: ['projects.read'],
    });
    expect(await printed('apps get', 'app-demo', ...admin)).toMatch(/^name +Renamed$/m);
    const all = (await printed('apps list', '--all', '--only', 'client_id', ...admin)).trim().split('\n');
    expect(all).toEqual(expect.arrayContaining(['app-demo', clientId]));
    const first = await run('apps list', '--limit', '1', ...admin);
    expect(first.out.split('\n')).toHaveLength(3);
    const [, cursor = ''] = /--cursor (\S+), or --all/.exec(first.err) ?? [];
    const second = await printed('apps list', '--limit', '1', '--cursor', cursor, '--only', 'client_id', ...admin);
    expect(second.trim()).toBe(all[1]);
    const page = await json<{ items: unknown[]; nextCursor: string }>('apps list', '--limit', '2', ...admin);
    expect([page.items.length, typeof page.nextCursor]).toEqual([2, 'string']);

    const added = await printed('apps add-scope', 'app-demo', 'files.read', 'projects.read', ...admin);
    expect(added).toBe('projects.read\nfiles.read\n');
    expect(await json('apps add-scope', 'app-demo', 'files.write', '--default', ...admin)).toMatchObject({
      client_id: 'app-demo',
      default_scopes: ['projects.read', 'files.write'],
    });
    expect(await json('apps get', 'app-demo', ...admin)).toMatchObject({
      declared_scopes: ['projects.read', 'files.read', 'files.write'],
      default_scopes: ['projects.read', 'files.write'],
    });

    // Neither of two callers loses its scopes to the other.
    const both = ['jobs.read', 'jobs.write'].map((scope) => printed('apps add-scope', 'app-demo', scope, ...admin));
    await Promise.all(both);
    expect((await json<{ declared_scopes: string[] }>('apps get', 'app-demo', ...admin)).declared_scopes).toEqual(
      expect.arrayContaining(['projects.read', 'files.read', 'files.write', 'jobs.read', 'jobs.write']),
    );
    const tag = (await printed('apps get', 'app-demo', '--only', 'etag', ...admin)).trim();
    await printed('apps update', 'app-demo', '--name', 'Again', '--if-match', tag, ...admin);
    expect(await run('apps update', 'app-demo', '--name', 'Lost', '--if-match', tag, ...admin)).toMatchObject({
      code: 1,
      err: 'Someone else changed it in the meantime, so nothing was done. Look at it again, then repeat the command.',
    });

    const unasked = await run('apps delete', 'app-demo', ...admin);
    expect(unasked).toMatchObject({
      code: 1,
      err: 'Delete app-demo, and immediately revoke all its tokens? Use --yes to confirm.',
    });
    const asked = await runCommand(commandOf('apps delete'), ['app-demo', ...admin], () => 'no');
    expect(asked).toMatchObject({ code: 1, err: 'Nothing was done.' });
    const meant = await runCommand(commandOf('apps delete'), ['app-demo', ...admin], () => 'y');
    expect(meant).toEqual({ code: 0, out: '', err: 'app-demo is deleted.\n' });
    const gone = await run('apps get', 'app-demo', ...admin);
    expect(gone).toMatchObject({ code: 1, out: '', err: expect.stringContaining('404 not_found') as string });
  });

  it('can be managed for a different tenant only with the platform’s token', async () => {
    const there = ['--url', surface.url, ...service.slice(2), '--tenant', tenant.slug];
    expect(await printed('apps get', clientId, '--only', 'client_id', ...there)).toBe(`${clientId}\n`);
    const other = await makeTenant(core, 'b');
    expect(await run('apps get', clientId, ...admin, '--tenant', other.slug)).toMatchObject({ code: 1, out: '' });
  });
});

it('creates, suspends, activates, exports, imports and deletes tenants', async () => {
  const slug = `acme-${tenant.id.slice(-8)}`;
  const made = await json('tenants create', slug, '--name', 'Acme', '--plan', 'pro', ...service);
  expect(made).toMatchObject({ slug, name: 'Acme', plan: 'pro', status: 'active' });
  expect(await printed('tenants suspend', slug, '--yes', '--only', 'status', ...service)).toBe('suspended\n');
  expect(await printed('tenants activate', slug, '--only', 'status', ...service)).toBe('active\n');
  expect(await printed('tenants update', slug, '--color', '#112233', '--only', 'color', ...service)).toBe('#112233\n');
  expect(await printed('tenants isolation', slug, '--only', 'isolated', ...service)).toBe('true\n');
  expect(await printed('tenants list', '--all', '--only', 'slug', ...service)).toContain(`${slug}\n`);

  const archive = join(folder, 'acme.gz');
  expect(await run('tenants export', slug, archive, ...service)).toMatchObject({ code: 1, out: '' });
  await printed('tenants export', slug, archive, '--without-secrets', ...service);
  expect(statSync(archive).mode & 0o777).toBe(0o600);
  expect(readFileSync(archive).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  const refused = await run('tenants import', archive, ...service);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('409 conflict') as string });
  const wrong = await run('tenants delete', slug, '--confirm', 'other', '--grace', '0', '--yes', ...service);
  expect(wrong.code).toBe(1);
  const deleted = await json('tenants delete', slug, '--confirm', slug, '--yes', ...service);
  expect(deleted).toMatchObject({ status: 'pending_deletion', eraseAfter: expect.any(String) as string });
});

it('invites users, and checks an import before running it', async () => {
  const invited = await json('users invite', 'ann@example.com', '--role', 'viewer', ...app);
  expect(invited).toMatchObject({ email: 'ann@example.com', role: 'viewer', status: 'pending' });
  const ids = await printed('users invitations', '--status', 'pending', '--only', 'id', ...app);
  expect(ids).toBe(`${String(invited['id'])}\n`);
  expect(await printed('users revoke-invitation', ids.trim(), '--yes', '--only', 'status', ...app)).toBe('revoked\n');
  const people = file('people.csv', 'email,displayName,role\nbob@example.com,Bob,member\neve@example.com,Eve,viewer\n');
  const trial = await json('users import', '--body-file', people, '--dry-run', ...app);
  expect(trial).toMatchObject({ dryRun: true, rows: 2, imported: 0, faulty: 0 });
  expect(await printed('users import', '--body-file', people, '--only', 'imported', ...app)).toBe('2\n');
  const bob = (await printed('users list', '--search', 'bob', '--only', 'id', ...app)).trim();
  expect(await printed('users update', bob, '--name', 'Robert', '--only', 'displayName', ...app)).toBe('Robert\n');
  expect(await printed('users deactivate', bob, '--yes', '--only', 'status', ...app)).toBe('deactivated\n');
  expect(await json('users delete', bob, '--dry-run', ...app)).toMatchObject({ id: bob, removed: false });
  expect(await run('users delete', bob, ...app)).toMatchObject({ code: 1, out: '' });
  expect(await json('users delete', bob, '--yes', ...app)).toMatchObject({ id: bob, removed: true });
  expect(await run('users list', '--role', 'king', ...app)).toMatchObject({
    err: '--role must be one of owner, admin, member, viewer.',
  });
});

it('issues, introspects and revokes tokens without passing them as arguments, and follows their events', async () => {
  const from = new Date().toISOString();
  const token = file('token', await printed('tokens issue', '--scope', 'projects.read', ...app));
  const known = await json('tokens introspect', '--token-file', token, ...app);
  expect(known).toMatchObject({ active: true, client_id: clientId, scope: 'projects.read' });
  expect(await printed('tokens introspect', '--token-file', token, ...admin)).toMatch(/^active +true$/m);
  expect(await run('tokens revoke', '--token-file', token, '--yes', ...app)).toMatchObject({ code: 0, out: '' });
  expect(await run('tokens introspect', '--token-file', token, ...app)).toMatchObject({
    code: 2,
    out: 'active  false\n',
  });
  expect(await run('tokens issue', '--scope', 'scim', ...app)).toMatchObject({
    code: 1,
    err: expect.stringContaining('400 invalid_scope') as string,
  });
  const revoked = ['--type', 'token.revoked', '--client', clientId, '--from', from, ...adminThere];
  const listed = await eventually(async () => {
    const { items } = await json<{ items: { jti: string }[] }>('tokens events', ...revoked);
    expect(items).toHaveLength(1);
    return items;
  });
  let seen = '';
  const enough = {
    out: (text: string): void => {
      seen = text;
      throw new CommandFault('enough');
    },
    err: (): void => undefined,
  };
  const watch = await commandOf('tokens watch').load();
  await expect(watch.run([...revoked, '--json'], enough)).rejects.toThrow('enough');
  expect(JSON.parse(seen)).toMatchObject({ type: 'token.revoked', jti: listed[0]?.jti });
});

it('sets flags from a file, evaluates, switches, reverts and deletes them', async () => {
  const flag = {
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'on',
    metadata: { name: 'Dark' },
  };
  const definition = file('dark.json', JSON.stringify(flag));
  expect(await json('flags set', 'dark', '--body-file', definition, ...app)).toMatchObject({
    key: 'dark',
    name: 'Dark',
  });
  expect(await printed('flags evaluate', 'dark', '--context', '{"targetingKey":"u"}', '--only', 'value', ...app)).toBe(
    'true\n',
  );
  expect(await json('flags disable', 'dark', ...adminThere)).toMatchObject({ state: 'DISABLED', ...{ name: 'Dark' } });
  expect(await json('flags get', 'dark', ...adminThere)).toMatchObject({ ...flag, state: 'DISABLED' });
  expect(await printed('flags enable', 'dark', ...adminThere)).toMatch(/^state +ENABLED$/m);
  const [newest, before] = (await printed('flags versions', '--only', 'version', ...adminThere)).trim().split('\n');
  await printed('flags revert', before ?? '', '--yes', ...adminThere);
  expect(await printed('flags list', ...app)).toMatch(/^Key +Name +State .*\ndark +Dark +DISABLED /);
  expect(Number(newest)).toBe(Number(before) + 1);
  const broken = await run('flags set', 'dark', '--body-file', file('broken.json', '{\n "state": 1 }'), ...app);
  expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('/state') as string });
  await printed('flags delete', 'dark', '--yes', ...adminThere);
  expect(await printed('flags list', '--only', 'key', ...app)).toBe('');
});

it('sets secrets from files, resolves them for granted clients, and restores deleted ones', async () => {
  const set = (value: string, ...more: readonly string[]) =>
    run('secrets set', 'DB_PASSWORD', '--value-file', file('value', value), ...more, ...app);
  const first = await set('first\n', '--description', 'of the database');
  expect(first.code).toBe(0);
  expect(first.out + first.err).not.toContain('first\n');
  expect(await set('lost', '--cas', '0')).toMatchObject({ code: 1, err: expect.stringContaining('409') as string });
  expect(await set('second')).toMatchObject({ code: 0 });
  expect(await run('secrets resolve', 'DB_PASSWORD', ...app)).toMatchObject({ code: 1, out: '' });
  const principal = JSON.stringify({ type: 'client', id: clientId });
  const grant = await printed(
    'secrets grant',
    '--principal',
    principal,
    '--path',
    '{"path":"DB_PASSWORD"}',
    '--only',
    'id',
    ...adminThere,
  );
  expect(await printed('secrets resolve', 'DB_PASSWORD', ...app)).toBe('second\n');
  expect(await json('secrets resolve', 'DB_PASSWORD', ...app)).toEqual({ DB_PASSWORD: 'second' });
  expect(await printed('secrets grants', '--only', 'principal.id', ...adminThere)).toBe(`${clientId}\n`);
  await printed('secrets bundle', 'web', '--refs', '[{"name":"PGPASSWORD","path":"DB_PASSWORD"}]', ...adminThere);
  await printed('secrets grant', '--principal', principal, '--bundle', 'web', ...adminThere);
  expect(await printed('secrets resolve', '--bundle', 'web', ...app)).toBe('PGPASSWORD=second\n');
  const versions = await printed('secrets versions', 'DB_PASSWORD', '--only', 'version', ...app);
  expect(versions).toBe('2\n1\n');
  expect(await run('secrets delete', 'DB_PASSWORD', '--yes', ...app)).toEqual({
    code: 0,
    out: '',
    err: 'DB_PASSWORD is deleted.\n',
  });
  await printed('secrets undelete', 'DB_PASSWORD', ...adminThere);
  expect(await printed('secrets get', 'DB_PASSWORD', '--only', 'currentVersion', ...app)).toBe('2\n');
  await printed('secrets revoke-grant', grant.trim(), '--yes', ...adminThere);
  expect(await run('secrets resolve', 'DB_PASSWORD', ...app)).toMatchObject({ code: 1 });
  await printed('secrets destroy', 'DB_PASSWORD', '--versions', '[1]', '--yes', ...adminThere);
  expect(await printed('secrets versions', 'DB_PASSWORD', '--only', 'state', ...app)).toMatch(/^\w+\ndestroyed\n$/);
});

it('creates, rotates and revokes keys, and shows each key only once', async () => {
  const made = await run('keys create', 'CI', '--scope', 'projects.read', ...app, '--json');
  expect(made.err).toBe('Store the key: it is shown only once.\n');
  const { id, key } = JSON.parse(made.out) as { id: string; key: string };
  expect(key).toMatch(/^cpod_/);
  const asKey = ['--url', surface.url, '--api-key-file', file('key', key)];
  expect((await json('tokens issue', '--scope', 'projects.read', ...asKey))['scope']).toBe('projects.read');
  const rotated = await printed('keys rotate', id, '--overlap', '0', '--yes', '--only', 'key', ...app);
  expect(rotated).toMatch(/^cpod_/);
  expect(await run('tokens issue', ...asKey)).toMatchObject({ code: 1, out: '' });
  expect(await printed('keys list', '--status', 'active', '--only', 'name', ...app)).toBe('CI\n');
  expect(await printed('keys revoke', id, '--yes', '--only', 'status', ...app)).toBe('revoked\n');
  expect(await run('keys create', 'CI', ...app)).toMatchObject({ err: 'Set --scope.' });
  expect(await printed('signing-keys list', '--only', 'status', ...service)).toMatch(/^active$/m);
  const emergency = await run('signing-keys rotate', '--emergency', ...service);
  expect(emergency.err).toContain('Invalidate every issued token of every tenant');
});

it('submits jobs, and follows them and their logs to the end, even after interruptions', async () => {
  const steps = ['a', 'b', 'c'].map((id, at) => ({
    id,
    type: 'wait',
    seconds: 0,
    dependsOn: at === 0 ? [] : [['a', 'b'][at - 1]],
  }));
  const flow = file('steps.json', JSON.stringify({ name: 'steps', steps }));
  await printed('workflows push', flow, ...app);
  const proxy = await CuttingProxy.open(surface.url, 'data:', 2);
  const broken = ['--url', proxy.url, ...app.slice(2)];
  try {
    const id = (await printed('workflows run', 'steps', ...app)).trim();
    const watched = await run('jobs watch', id, ...broken);
    expect(proxy.cuts).toBe(2);
    expect(watched.err).toMatch(/cannot be reached: .* Reconnecting\.\n/);
    const types = watched.out
      .trim()
      .split('\n')
      .map((line) => line.split('  ')[1]);
    expect([watched.code, types[0], types.at(-1)]).toEqual([0, 'created', 'succeeded']);
    const events = await printed('jobs watch', id, '--json', ...app);
    const seqs = events
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(types).toHaveLength(seqs.length);
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));

    proxy.cuts = 0;
    const log = await printed('jobs logs', id, '--follow', ...broken);
    expect(proxy.cuts).toBe(2);
    expect(
      log
        .trim()
        .split('\n')
        .filter((line) => line.endsWith('succeeded')),
    ).toEqual(['a succeeded', 'b succeeded', 'c succeeded']);
    expect(await printed('jobs logs', id, '--tail', '1', ...app)).toBe(`${log.trim().split('\n').at(-1)}\n`);
    expect(await printed('jobs get', id, ...app)).toMatch(/^status +completed$/m);
    expect(await printed('jobs list', '--status', 'completed', '--kind', 'steps', '--only', 'id', ...app)).toBe(
      `${id}\n`,
    );
    expect(await printed('jobs output', id, '--only', 'key', ...app)).toBe('');
  } finally {
    await proxy.close();
  }
});

it('cancels, requeues and schedules waiting jobs, and shows the current state of a running job', async () => {
  const flow = file('long.json', JSON.stringify({ name: 'long', steps: [{ id: 'a', type: 'wait', seconds: 3600 }] }));
  await printed('workflows push', flow, ...app);
  const id = (await printed('workflows run', 'long', ...app)).trim();
  expect(await run('jobs logs', id, ...app)).toMatchObject({ code: 0 });
  await printed('jobs cancel', id, '--reason', 'enough', '--yes', ...app);
  const watched = await run('jobs watch', id, ...app);
  expect(watched).toMatchObject({ code: 2, out: expect.stringMatching(/ {2}cancelled {2}enough\n$/) as string });
  const submit = ['--input', '{"n":1}', '--timeout', '60', '--only', 'id'];
  const failed = (await printed('jobs submit', 'skill', 'nobody', ...submit, ...app)).trim();
  expect(await run('jobs watch', failed, ...app)).toMatchObject({
    code: 2,
    out: expect.stringContaining('  failed  ') as string,
  });
  const requeued = await json('jobs requeue', failed, ...app);
  expect(requeued).toMatchObject({ requeuedFrom: failed, kind: 'nobody', input: { n: 1 } });
  const schedule = ['--cron', '0 3 * * *', '--time-zone', 'Europe/Berlin', '--paused'];
  const job = JSON.stringify({ type: 'skill', kind: 'nobody' });
  expect(await json('jobs schedule', 'nightly', ...schedule, '--job', job, ...app)).toMatchObject({ paused: true });
  expect(await printed('jobs schedules', '--only', 'name', ...app)).toBe('nightly\n');
  expect(await run('jobs unschedule', 'nightly', '--yes', ...app)).toMatchObject({ code: 0, out: '' });
  const nowhere = await run('jobs watch', id, ...app, '--url', 'http://127.0.0.1:1');
  expect(nowhere).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1 cannot be reached/) as string,
  });
  expect(await run('jobs watch', 'job-none', ...app)).toMatchObject({
    code: 1,
    err: expect.stringContaining('404 not_found') as string,
  });
});
