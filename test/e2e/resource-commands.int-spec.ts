import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../../src/cli/command';
import { COMMANDS } from '../../src/cli/commands';
import { type CommandCallers, openCommandCallers } from '../support/command-callers';
import { eventually } from '../support/eventually';
import { openInterruptingProxy } from '../support/interrupting-proxy';
import { makePerson } from '../support/people';
import { WebhookReceiver } from '../support/webhook-receiver';

let callers: CommandCallers;
let { app, appThere, owner, person, world, printed, json, refused, run } = {} as CommandCallers;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  callers = await openCommandCallers({ WEBHOOKS_PRIVATE_ADDRESSES: 'true' });
  ({ app, appThere, owner, person, world, printed, json, refused, run } = callers);
});

afterAll(async () => {
  await world.close();
  await receiver.close();
});

it('creates, changes, transfers, deletes and restores projects, and manages their members', async () => {
  const made = await json('projects create', 'APOLLO', 'Apollo', '--priority', 'high', '--label', 'a b', ...owner);
  expect(made).toMatchObject({ key: 'APOLLO', priority: 'high', labels: ['a', 'b'], ownerId: person.user.id });
  const id = String(made['id']);
  expect(await printed('projects list', '--label', 'a', '--only', 'id', ...owner)).toBe(`${id}\n`);
  expect(await printed('projects get', id, '--only', 'etag', ...owner)).toBe('"1"\n');
  expect(await json('projects update', id, '--status', 'on_hold', ...owner)).toMatchObject({ status: 'on_hold' });
  const stale = await refused('projects update', id, '--name', 'Lost', '--if-match', '"1"', ...owner);
  expect(stale).toBe(
    'Someone else changed it in the meantime, so nothing was done. Look at it again, then repeat the command.',
  );
  const { user: bob } = await makePerson(world.core, world.tenant.id);
  expect(await json('projects set-member', id, bob.id, '--role', 'viewer', ...owner)).toMatchObject({ role: 'viewer' });
  expect(await printed('projects members', id, '--only', 'userId', ...owner)).toBe(`${bob.id}\n`);
  await printed('projects remove-member', id, bob.id, '--yes', ...owner);
  expect(await printed('projects members', id, '--only', 'userId', ...owner)).toBe('');
  await eventually(async () => {
    expect(await printed('projects activity', id, '--only', 'action', ...owner)).toContain('project.update\n');
  });
  expect(await refused('projects delete', id, ...owner)).toBe(`Delete the project ${id}? Use --yes to confirm.`);
  expect(await run('projects delete', id, '--yes', ...owner)).toEqual({
    code: 0,
    out: '',
    err: `${id} is deleted. You can restore it for 30 days.\n`,
  });
  expect(await printed('projects list', '--deleted', '--only', 'id', ...owner)).toBe(`${id}\n`);
  expect(await printed('projects restore', id, '--only', 'deletedAt', ...owner)).toBe('-\n');
  expect(await json('projects transfer', id, bob.id, '--yes', ...owner)).toMatchObject({ ownerId: bob.id });
  expect(await refused('projects get', '../users', ...owner)).toContain('404 not_found');
  expect(await refused('projects get', '..', ...owner)).toContain('names must not be empty, "." or ".."');
});

describe('files', () => {
  const path = (name: string): string => join(world.folder, name);

  it('are uploaded in parts, resumed after a lost connection, and downloaded as they were', async () => {
    const content = randomBytes(9 * 1024 * 1024);
    writeFileSync(path('large.bin'), content);
    const proxy = await openInterruptingProxy(world.surface.url, 4 * 1024 * 1024);
    try {
      const through = ['--url', proxy.url, ...app.slice(2)];
      const uploaded = await run('files upload', 'shared', 'a b/large.bin', path('large.bin'), '--json', ...through);
      expect([proxy.interruptions(), uploaded.err]).toEqual([1, expect.stringMatching(/ Resuming\.\n$/)]);
      expect(JSON.parse(uploaded.out)).toMatchObject({ key: 'a b/large.bin', size: content.length, version: 1 });
    } finally {
      await proxy.close();
    }
    const target = path('copy.bin');
    expect(await printed('files download', 'shared', 'a b/large.bin', '--output', target, ...app)).toBe('');
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(existsSync(`${target}.partial`)).toBe(false);
    const missing = path('missing');
    expect(await refused('files download', 'shared', 'none', '--output', missing, ...app)).toContain('404 not_found');
    expect(existsSync(missing)).toBe(false);
    const nowhere = path('none/x');
    expect(await refused('files download', 'shared', 'a b/large.bin', '--output', nowhere, ...app)).toContain(
      'cannot be written',
    );
  });

  it('are listed, shown, copied, moved, shared and deleted', async () => {
    const put = (text: string) =>
      printed(
        'files upload',
        'shared',
        'notes.txt',
        world.file('notes.txt', text),
        '--content-type',
        'text/plain',
        ...app,
      );
    await put('one');
    expect(await put('two')).toMatch(/^version +2$/m);
    expect(await printed('files download', 'shared', 'notes.txt', ...app)).toBe('two');
    expect(await printed('files download', 'shared', 'notes.txt', '--version', '1', ...app)).toBe('one');
    expect(await printed('files versions', 'shared', 'notes.txt', '--only', 'version', ...app)).toBe('2\n1\n');
    expect(await json('files get', 'shared', 'notes.txt', ...app)).toMatchObject({
      contentType: 'text/plain',
      size: 3,
    });
    await printed('files copy', 'shared', 'notes.txt', 'old.txt', '--version', '1', ...app);
    expect(await printed('files download', 'shared', 'old.txt', ...app)).toBe('one');
    expect(await refused('files move', 'shared', 'notes.txt', 'old.txt', ...app)).toBe(
      'A file named old.txt already exists. Use --overwrite to replace it.',
    );
    await printed('files move', 'shared', 'notes.txt', 'old.txt', '--overwrite', ...app);
    expect(await printed('files list', 'shared', '--prefix', 'old', '--only', 'key', ...app)).toBe('old.txt\n');
    const signed = await printed('files sign-url', 'shared', 'old.txt', '--method', 'GET', '--only', 'url', ...app);
    const { pathname, search } = new URL(signed.trim());
    expect(await (await fetch(`${world.surface.url}${pathname}${search}`)).text()).toBe('two');
    await printed('files delete', 'shared', 'old.txt', '--versions', 'drop', '--yes', ...app);
    expect(await refused('files get', 'shared', 'old.txt', ...app)).toBe(
      'There is no file "old.txt" in the tier shared.',
    );
    const empty = await json('files upload', 'private', 'empty', world.file('empty', ''), ...app);
    expect(empty).toMatchObject({ size: 0 });
    expect(await refused('files upload', 'shared', 'x', world.folder, ...app)).toContain('it is not a file');
    expect(await refused('files upload', 'public', 'x', path('large.bin'), ...app)).toBe(
      '--tier must be one of private, user, shared.',
    );
    expect(await refused('files delete', 'shared', 'a/../b', '--yes', ...app)).toContain('is not valid here');
  });
});

it('creates webhooks, shows their deliveries and sends events again', async () => {
  const type = ['--type', 'coresdk.project.created'];
  const made = await run('webhooks create', `${receiver.url}/in`, ...type, '--json', ...app);
  expect(made.err).toBe('Store the secret: it is shown only once.\n');
  const { id } = JSON.parse(made.out) as { id: string };
  expect(await json('webhooks test', id, ...app)).toMatchObject({ delivered: true, status: 204 });
  await printed('projects create', 'HOOKED', 'Hooked', ...owner);
  const delivered = () => printed('webhooks deliveries', id, '--status', 'delivered', '--only', 'id', ...app);
  const delivery = await eventually(async () => {
    const [first = ''] = (await delivered()).split('\n');
    expect(first).not.toBe('');
    return first;
  });
  expect(await json('webhooks replay', id, delivery, ...app)).toMatchObject({ type: 'coresdk.project.created' });
  await eventually(() => {
    expect(receiver.received.filter(({ event }) => event.subject.startsWith('project/')).length).toBeGreaterThan(1);
  });
  await printed('webhooks update', id, '--status', 'paused', ...app);
  expect(await printed('webhooks get', id, '--only', 'pausedReason', ...app)).toBe('request\n');
  expect(await printed('webhooks list', '--status', 'paused', '--only', 'id', ...app)).toBe(`${id}\n`);
  expect(await printed('webhooks replay-dead', id, '--only', 'replayed', ...app)).toMatch(/^\d\n$/);
  expect(await printed('webhooks rotate-secret', id, '--overlap', '60', '--only', 'secret', ...app)).toMatch(/^whsec_/);
  expect(await refused('webhooks create', 'ftp://x', ...app)).toContain('400 invalid_request');
  await printed('webhooks delete', id, '--yes', ...app);
  expect(await printed('webhooks list', '--only', 'id', ...app)).toBe('');
});

it('lists events, and follows them as they happen', async () => {
  const { id } = await json<{ id: string }>('projects create', 'SEEN', 'Seen', ...owner);
  const types = await eventually(async () => {
    const listed = await printed('events list', '--type', 'coresdk.project.created', '--all', '--only', 'type', ...app);
    expect(listed).not.toBe('');
    return listed;
  });
  expect(new Set(types.trim().split('\n'))).toEqual(new Set(['coresdk.project.created']));
  let seen = '';
  const enough = {
    out: (text: string): void => {
      seen = text;
      throw new CommandFault('enough');
    },
    err: (): void => undefined,
  };
  const watch = await COMMANDS.find(({ name }) => name === 'events watch')?.load();
  const watching = Promise.resolve(watch?.run(['--type', 'coresdk.project.updated', '--json', ...app], enough));
  const ended = expect(watching).rejects.toThrow('enough');
  // The stream begins at an unknown time, so the project is changed until it shows an event.
  for (let at = 0; seen === ''; at += 1) await printed('projects update', id, '--name', `Name ${at}`, ...owner);
  await ended;
  expect(JSON.parse(seen)).toMatchObject({ type: 'coresdk.project.updated', specversion: '1.0' });
  expect(await refused('events watch', 'more', ...app)).toContain('accepts only options');
});

it('masks values, restores them, and changes the rules', async () => {
  const ann = { email: 'ann@example.com' };
  const masked = await json('masking mask', '--value', JSON.stringify(ann), '--strategy', 'tokenise', ...app);
  const { email: token } = masked['maskedValue'] as { email: string };
  expect(token).toMatch(/^tok_/);
  const tokens = world.file('tokens', `${token}\n`);
  expect(await printed('masking detokenise', '--tokens-file', tokens, ...app)).toBe('ann@example.com\n');
  const unknown = world.file('unknown', `${token}\ntok_unknown\n`);
  expect(await run('masking detokenise', '--tokens-file', unknown, ...app)).toMatchObject({
    code: 2,
    out: 'ann@example.com\n-\n',
  });
  const line = ['--value', 'mail ann@example.com', '--strategy', 'redact', '--only', 'maskedValue'];
  expect(await printed('masking mask-string', ...line, ...app)).not.toContain('ann@');
  expect(await json('masking set-rules', '--strategy', 'hash', ...appThere)).toMatchObject({ strategy: 'hash' });
  expect(await printed('masking rules', '--only', 'strategy', ...appThere)).toBe('hash\n');
  const old = ['--strategy', 'mask', '--if-match', '"0"'];
  expect(await refused('masking set-rules', ...old, ...appThere)).toContain('Someone else changed it');
  await printed('masking reset-rules', '--yes', ...appThere);
  expect(await printed('masking entities', '--only', 'name', ...appThere)).toMatch(/EMAIL/);
  expect(await json('masking rotate-key', '--yes', ...appThere)).toMatchObject({ current: true });
  expect(await printed('masking keys', '--only', 'current', ...appThere)).toBe('true\nfalse\n');
  expect(await refused('masking set-rules', '--strategy', 'eat', ...appThere)).toContain('--strategy must be one of');
});
