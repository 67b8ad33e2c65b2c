import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { FlagsAdminPort } from './contract/flags-admin.port';
import { documentEntityTag, type FlagChange } from './contract/flags-admin.types';
import { FlagsPort } from './contract/flags.port';
import { UNCONDITIONAL } from '../../kernel/http/conditions/conditions';
import { ScheduledChangesService } from './scheduled-changes.service';

const SWITCH = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

let database: TestDatabase;
let core: TestCore;
let admin: FlagsAdminPort;
let flags: FlagsPort;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  admin = core.context.get(FlagsAdminPort);
  flags = core.context.get(FlagsPort);
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const of = ({ id }: TestTenant): CallContext => ({ ...systemContext(newId('req'), id), auditEventId: newId('aud') });
const write = (tenant: TestTenant, document: object) =>
  admin.putDocument(of(tenant), JSON.stringify(document), UNCONDITIONAL);
const variantOf = async (tenant: TestTenant, key: string) =>
  (await flags.evaluate(of(tenant), key, {})).evaluation.variant;

describe('the history of flags', () => {
  let a: TestTenant;
  let b: TestTenant;

  beforeAll(async () => {
    a = await makeTenant(core, 'a');
    b = await makeTenant(core, 'b');
  });

  it('is empty at first', async () => {
    expect(await admin.document(of(a))).toMatchObject({ version: 0, document: { flags: {} } });
    expect(await admin.summary(of(a))).toEqual({ flags: [], version: 0 });
    expect(await admin.versions(of(a), { limit: 10 })).toEqual({ items: [], nextCursor: null });
    await expect(admin.get(of(a), 'f')).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.version(of(a), 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.delete(of(a), 'f', UNCONDITIONAL)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('numbers versions, compares them and restores them', async () => {
    const first = await write(a, { flags: { f: SWITCH, g: { ...SWITCH, metadata: { name: 'Gee' } } } });
    expect(first).toMatchObject({ version: 1, flagCount: 2, changedFlags: ['f', 'g'], restoredFrom: null });
    expect(await write(a, { flags: { f: SWITCH, g: { ...SWITCH, metadata: { name: 'Gee' } } } })).toEqual(first);
    await admin.put(of(a), 'f', JSON.stringify({ ...SWITCH, defaultVariant: 'on' }), UNCONDITIONAL);
    await admin.delete(of(a), 'g', UNCONDITIONAL);
    expect(await variantOf(a, 'f')).toBe('on');
    expect(await variantOf(a, 'g')).toBeNull();
    expect(await admin.diff(of(a), 1, null)).toEqual({
      from: 1,
      to: 3,
      differences: [
        { kind: 'changed', pointer: '/flags/f/defaultVariant', from: 'off', to: 'on' },
        { kind: 'removed', pointer: '/flags/g', from: { ...SWITCH, metadata: { name: 'Gee' } } },
      ],
    });
    expect((await admin.diff(of(a), 0, 1)).differences).toMatchObject([
      { kind: 'added', pointer: '/flags/f' },
      { kind: 'added', pointer: '/flags/g' },
    ]);
    const back = await admin.revert(of(a), 1, UNCONDITIONAL);
    expect(back).toMatchObject({ version: 4, restoredFrom: 1, digest: first.digest, action: 'flags.revert' });
    expect(await variantOf(a, 'f')).toBe('off');
    const page = await admin.versions(of(a), { limit: 3 });
    expect(page.items.map(({ version }) => version)).toEqual([4, 3, 2]);
    const next = await admin.versions(of(a), { limit: 3, cursor: page.nextCursor ?? '' });
    expect(next.items.map(({ version }) => version)).toEqual([1]);
    expect((await admin.version(of(a), 2)).document.flags).toHaveProperty('f.defaultVariant', 'on');
    expect(await admin.summary(of(a))).toMatchObject({
      version: 4,
      flags: [
        { key: 'f', name: 'f', enabled: false },
        { key: 'g', name: 'Gee', enabled: false },
      ],
    });
  });

  it('belongs to only one tenant', async () => {
    expect(await admin.versions(of(b), { limit: 10 })).toEqual({ items: [], nextCursor: null });
    await expect(admin.version(of(b), 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.revert(of(b), 1, UNCONDITIONAL)).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.diff(of(b), 0, 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.get(of(b), 'f')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('allows replacing the document only with the entity tag of its current version', async () => {
    const { version } = await admin.document(of(a));
    const put = (ifMatch: string) =>
      admin.putDocument(of(a), JSON.stringify({ flags: { h: SWITCH } }), { ifMatch, ifNoneMatch: null });
    await expect(put(documentEntityTag(version - 1))).rejects.toMatchObject({ code: 'precondition_failed' });
    expect(await put(documentEntityTag(version))).toMatchObject({ version: version + 1 });
    const first = { ifMatch: null, ifNoneMatch: '*' };
    await expect(admin.putDocument(of(a), '{"flags": {}}', first)).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    expect(
      await admin.putDocument(of(b), '{"flags": {"x": {"state": "DISABLED", "variants": {"a": 1}}}}', first),
    ).toMatchObject({ version: 1 });
  });

  it('keeps the last hundred versions', async () => {
    const c = await makeTenant(core, 'c');
    for (let n = 1; n <= 103; n++) await write(c, { flags: { f: { ...SWITCH, metadata: { n } } } });
    const { items } = await admin.versions(of(c), { limit: 500 });
    expect([items.length, items[0]?.version, items.at(-1)?.version]).toEqual([100, 103, 4]);
    await expect(admin.revert(of(c), 3, UNCONDITIONAL)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('has an audit event with the changed flags for each change', async () => {
    const context = of(a);
    await admin.put(context, 'told', JSON.stringify(SWITCH), UNCONDITIONAL);
    const rows = await queryAs<{ payload: { action: string; metadata: object } }>(
      database.adminUrl,
      `SELECT payload FROM kernel.outbox WHERE id = '${context.auditEventId ?? ''}'
       UNION ALL SELECT jsonb_build_object('action', action, 'metadata', metadata) FROM audit.events WHERE id = '${context.auditEventId ?? ''}'`,
    );
    expect(rows[0]?.payload).toMatchObject({ action: 'flag.admin.put', metadata: { changed: ['told'] } });
  });
});

describe('scheduled changes', () => {
  let tenant: TestTenant;

  beforeEach(async () => {
    tenant = await makeTenant(core, 's');
    await write(tenant, { flags: { f: SWITCH } });
  });

  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
  const schedule = (change: FlagChange, at = inAnHour()) => admin.schedule(of(tenant), { at, change });
  /** Moves a change's time to the past, as if an hour had gone by. */
  const becomeDue = () =>
    queryAs(
      database.adminUrl,
      `UPDATE flags.scheduled SET at = now() - interval '1 second' WHERE tenant_id = '${tenant.id}'`,
    );
  /** Applies due changes several times concurrently, like several control planes. */
  const strike = async () => {
    const service = core.context.get(ScheduledChangesService);
    await Promise.all(Array.from({ length: 4 }, () => service.makeDue(50)));
  };
  const list = async () => (await admin.scheduled(of(tenant), { limit: 500 })).items;

  it('are applied once when they are due, with any number of control planes', async () => {
    const { id } = await schedule({ op: 'put', key: 'f', flag: { ...SWITCH, defaultVariant: 'on' } });
    await strike();
    expect(await list()).toMatchObject([{ id, status: 'pending', version: null, doneAt: null }]);
    expect(await variantOf(tenant, 'f')).toBe('off');
    await becomeDue();
    await strike();
    await strike();
    await core.feed.catchUp();
    expect(await variantOf(tenant, 'f')).toBe('on');
    expect(await list()).toMatchObject([{ id, status: 'applied', version: 2, error: null }]);
    const { items } = await admin.versions(of(tenant), { limit: 10 });
    expect(items).toMatchObject([{ version: 2, action: 'flags.scheduled.apply', scheduledId: id }, { version: 1 }]);
    const events = await queryAs<{ n: string }>(
      database.adminUrl,
      `SELECT count(*) AS n FROM (SELECT payload->>'action' AS action, tenant_id FROM kernel.outbox UNION ALL SELECT action, tenant_id FROM audit.events) AS e
       WHERE action = 'flags.scheduled.apply' AND tenant_id = '${tenant.id}'`,
    );
    expect(Number(events[0]?.n)).toBe(1);
  });

  it('turn flags off and on, delete, replace and revert, in order', async () => {
    for (const change of [
      { op: 'disable', key: 'f' },
      { op: 'enable', key: 'f' },
      { op: 'delete', key: 'f' },
      { op: 'replace', document: { flags: { g: SWITCH } } },
      { op: 'revert', version: 1 },
    ] satisfies FlagChange[]) {
      await schedule(change);
      await becomeDue();
      await strike();
    }
    const { items } = await admin.versions(of(tenant), { limit: 10 });
    expect(items.map(({ version, flagCount, restoredFrom }) => [version, flagCount, restoredFrom])).toEqual([
      [6, 1, 1],
      [5, 1, null],
      [4, 0, null],
      [3, 1, null],
      [2, 1, null],
      [1, 1, null],
    ]);
    expect((await admin.version(of(tenant), 2)).document.flags).toHaveProperty('f.state', 'DISABLED');
  });

  it('fail with a reason and change nothing if they are invalid when they are due', async () => {
    await schedule({ op: 'disable', key: 'f' });
    await admin.delete(of(tenant), 'f', UNCONDITIONAL);
    await becomeDue();
    await strike();
    expect(await list()).toMatchObject([{ status: 'failed', version: null, error: 'The flag does not exist.' }]);
    expect((await admin.document(of(tenant))).version).toBe(2);
  });

  it.each<[string, FlagChange, string, object]>([
    ['for a past time', { op: 'disable', key: 'f' }, '2020-01-01T00:00:00Z', { fields: [{ pointer: '/at' }] }],
    ['for a different century', { op: 'disable', key: 'f' }, '2126-01-01T00:00:00Z', { fields: [{ pointer: '/at' }] }],
    ['of a missing flag', { op: 'enable', key: 'nope' }, '', { code: 'not_found' }],
    ['to a missing version', { op: 'revert', version: 9 }, '', { code: 'not_found' }],
    [
      'of an invalid flag',
      { op: 'put', key: 'f', flag: { state: 'ON' } },
      '',
      { fields: [{ pointer: '/change/flag/state' }, { pointer: '/change/flag/variants' }] },
    ],
    [
      'of an invalid document',
      { op: 'replace', document: { flags: [] } },
      '',
      { fields: [{ pointer: '/change/document/flags' }] },
    ],
    [
      'with content that cannot be stored',
      { op: 'put', key: 'f', flag: { ...SWITCH, metadata: { a: 'x\0' } } },
      '',
      { fields: [{ pointer: '/change' }] },
    ],
  ])('are refused %s', async (_name, change, at, error) => {
    await expect(schedule(change, at === '' ? inAnHour() : at)).rejects.toMatchObject(error);
    expect(await list()).toEqual([]);
  });

  it('can be canceled by their own tenant while they are pending', async () => {
    const { id } = await schedule({ op: 'disable', key: 'f' });
    const other = await makeTenant(core, 'o');
    await expect(admin.cancel(of(other), id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await admin.scheduled(of(other), { limit: 10 })).toEqual({ items: [], nextCursor: null });
    await expect(admin.scheduledChange(of(other), id)).rejects.toMatchObject({ code: 'not_found' });
    await admin.cancel(of(tenant), id);
    expect(await list()).toEqual([]);
    await expect(admin.cancel(of(tenant), id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.cancel(of(tenant), 'x')).rejects.toMatchObject({ code: 'not_found' });
    const { id: done } = await schedule({ op: 'disable', key: 'f' });
    await becomeDue();
    await strike();
    await expect(admin.cancel(of(tenant), done)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are limited to a hundred, even with concurrent requests', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 110 }, () => schedule({ op: 'disable', key: 'f' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    await expect(schedule({ op: 'disable', key: 'f' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await list()).toHaveLength(100);
  });

  it('are listed in pages by time without their content, and returned one by one with their content', async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const same = at(2);
    const flag = { ...SWITCH, defaultVariant: 'on' };
    const { id: last } = await schedule({ op: 'replace', document: { flags: { f: flag } } }, at(3));
    const { id: first } = await schedule({ op: 'put', key: 'f', flag }, at(1));
    const middle = [
      await schedule({ op: 'disable', key: 'f' }, same),
      await schedule({ op: 'revert', version: 1 }, same),
    ];
    const page = await admin.scheduled(of(tenant), { limit: 2 });
    const rest = await admin.scheduled(of(tenant), { limit: 2, cursor: page.nextCursor ?? '' });
    const ids = [...middle.map(({ id }) => id)].sort();
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([first, ...ids, last]);
    expect(rest.nextCursor).toBeNull();
    expect(page.items[0]?.change).toEqual({ op: 'put', key: 'f' });
    expect(rest.items[1]?.change).toEqual({ op: 'replace' });
    expect((await admin.scheduledChange(of(tenant), first)).change).toEqual({ op: 'put', key: 'f', flag });
    await expect(admin.scheduledChange(of(tenant), 'x')).rejects.toMatchObject({ code: 'not_found' });
    for (const after of ['x', `${same}`, `2031-02-31T99:00:00.000Z ${first}`]) {
      const cursor = new ListCursors('scheduled flag changes', tenant.id).cursor(after);
      await expect(admin.scheduled(of(tenant), { limit: 2, cursor })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    }
  });

  it('are applied and listed under the actor who scheduled them', async () => {
    const actor = { type: 'user' as const, id: 'usr_1' };
    await admin.schedule({ ...of(tenant), actor }, { at: inAnHour(), change: { op: 'disable', key: 'f' } });
    expect(await list()).toMatchObject([{ createdBy: 'usr_1', createdByType: 'user' }]);
    await becomeDue();
    await strike();
    const { items } = await admin.versions(of(tenant), { limit: 1 });
    expect(items).toMatchObject([{ action: 'flags.scheduled.apply', createdBy: 'usr_1' }]);
    const events = await queryAs<{ actor: object }>(
      database.adminUrl,
      `SELECT actor FROM (
         SELECT payload->>'action' AS action, tenant_id,
           jsonb_build_object('type', payload->'actorType', 'id', payload->'actorId') AS actor FROM kernel.outbox
         UNION ALL
         SELECT action, tenant_id, jsonb_build_object('type', actor_type, 'id', actor_id) FROM audit.events) AS e
       WHERE action = 'flags.scheduled.apply' AND tenant_id = '${tenant.id}'`,
    );
    expect(events).toMatchObject([{ actor }]);
  });
});
