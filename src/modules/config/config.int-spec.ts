import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { ConfigAdminPort } from './contract/config-admin.port';
import { CONFIG_LIMITS } from './contract/config-admin.types';
import { TenantConfigPort } from './contract/config.port';
import type { ConfigSnapshot } from './contract/config.types';

const NONE = { ifMatch: null, ifNoneMatch: null };
const PAGE = { limit: 50 };

let database: TestDatabase;
let core: TestCore;
let admin: ConfigAdminPort;
let config: TenantConfigPort;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  admin = core.context.get(ConfigAdminPort);
  config = core.context.get(TenantConfigPort);
});

beforeEach(async () => {
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  await admin.replace(installation(), {}, NONE);
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const installation = (): CallContext => systemContext(newId('req'));
const of = ({ id }: TestTenant): CallContext => systemContext(newId('req'), id);
const seen = ({ id }: TestTenant): Promise<ConfigSnapshot> => config.snapshot(installation(), id);
const put = (tenant: TestTenant, values: Record<string, string>) => admin.replace(of(tenant), values, NONE);
const putDefaults = (values: Record<string, string>) => admin.replace(installation(), values, NONE);

/** Collects the snapshots of a watch, one by one. */
function follow(tenant: TestTenant, last: string | null) {
  const ended = new AbortController();
  const messages = config.watch(installation(), tenant.id, last, ended.signal)[Symbol.asyncIterator]();
  return {
    next: async (): Promise<ConfigSnapshot> => {
      const { value, done } = await messages.next();
      if (done === true) throw new Error('The watch has ended.');
      return value;
    },
    /** Returns true if no further snapshots arrive for now, and ends the watch. */
    isQuiet: async (): Promise<boolean> => {
      const next = messages.next();
      const quiet = await Promise.race([
        next.then(() => false),
        new Promise<true>((r) => setTimeout(() => r(true), 150)),
      ]);
      ended.abort();
      await next;
      return quiet;
    },
    end: () => {
      ended.abort();
    },
  };
}

describe('a configuration', () => {
  it('combines tenant values with the defaults of the installation', async () => {
    const before = Number.parseFloat((await seen(a)).version);
    await putDefaults({ theme: 'light', lang: 'en' });
    await put(a, { theme: 'dark', size: '10' });
    expect(await seen(a)).toMatchObject({ values: { theme: 'dark', lang: 'en', size: '10' } });
    expect(await seen(b)).toMatchObject({ values: { theme: 'light', lang: 'en' } });
    expect(await admin.get(of(a))).toMatchObject({
      version: 1,
      own: { theme: 'dark', size: '10' },
      values: { theme: 'dark', lang: 'en', size: '10' },
    });
    expect(await admin.entry(of(a), 'lang')).toMatchObject({ entry: { value: 'en', source: 'default' } });
    expect(await admin.entry(of(a), 'theme')).toMatchObject({ entry: { value: 'dark', source: 'own' } });
    expect(Number.parseFloat((await seen(a)).version)).toBeGreaterThan(before + 1);
    expect(Date.now() - (await seen(a)).updatedAtMs).toBeLessThan(60_000);
  });

  it('does not affect other tenants', async () => {
    await put(a, { only: 'a' });
    const { version } = await seen(b);
    expect((await seen(b)).values).toEqual({});
    await put(a, { only: 'again' });
    expect((await seen(b)).version).toBe(version);
    await expect(admin.entry(of(b), 'only')).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.version(of(b), 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.remove(of(b), 'only', NONE)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('changes single values, and does not create a version if nothing differs', async () => {
    await put(a, { x: '1', y: '2' });
    expect(await admin.change(of(a), { x: '3', y: null, z: '4' }, NONE)).toMatchObject({
      version: 2,
      own: { x: '3', z: '4' },
    });
    expect(await admin.change(of(a), { x: '3', unknown: null }, NONE)).toMatchObject({ version: 2 });
    await admin.remove(of(a), 'x', NONE);
    expect((await seen(a)).values).toEqual({ z: '4' });
    for (const key of ['x', 'toString', '__proto__']) {
      await expect(admin.remove(of(a), key, NONE)).rejects.toMatchObject({ code: 'not_found' });
      await expect(admin.entry(of(a), key)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('has a history of versions that can be restored', async () => {
    await put(a, { x: '1' });
    await put(a, { x: '2' });
    expect(await admin.revert(of(a), 1, NONE)).toMatchObject({ version: 3, own: { x: '1' } });
    const { items } = await admin.versions(of(a), PAGE);
    expect(
      items.map(({ version, action, restoredFrom, changedKeys }) => [version, action, restoredFrom, changedKeys]),
    ).toEqual([
      [3, 'config.revert', 1, ['x']],
      [2, 'config.put', null, ['x']],
      [1, 'config.put', null, ['x']],
    ]);
    const page = await admin.versions(of(a), { limit: 2 });
    expect(page.items).toHaveLength(2);
    const rest = await admin.versions(of(a), { limit: 2, cursor: page.nextCursor ?? '' });
    expect([rest.items.map(({ version }) => version), rest.nextCursor]).toEqual([[1], null]);
    expect(await admin.version(of(a), 2)).toMatchObject({ own: { x: '2' } });
    await expect(admin.revert(of(a), 9, NONE)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('can be changed only with the current version', async () => {
    await put(a, { x: '1' });
    const late = { ifMatch: '"v0"', ifNoneMatch: null };
    await expect(admin.change(of(a), { x: '2' }, late)).rejects.toMatchObject({ code: 'precondition_failed' });
    await admin.change(of(a), { x: '2' }, { ifMatch: '"v1"', ifNoneMatch: null });
    const same = { ifMatch: '"v2"', ifNoneMatch: null };
    const writers = await Promise.allSettled(
      Array.from({ length: 5 }, (_, index) => admin.change(of(a), { x: `w${index}` }, same)),
    );
    expect(writers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses invalid values without changing anything', async () => {
    await put(a, { x: '1' });
    const tooMany = Object.fromEntries(
      Array.from({ length: CONFIG_LIMITS.maxKeys + 1 }, (_, index) => [`k${index}`, 'v']),
    );
    const tooLarge = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, 'v'.repeat(16_000)]));
    await expect(put(a, tooMany)).rejects.toMatchObject({ code: 'payload_too_large' });
    await expect(put(a, tooLarge)).rejects.toMatchObject({ code: 'payload_too_large' });
    await expect(put(a, { 'db.password': 'x' })).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer: '/values/db.password', code: 'secret' }],
    });
    expect(await admin.get(of(a))).toMatchObject({ version: 1, own: { x: '1' } });
  });

  it('is audited with its keys but without its values', async () => {
    await put(a, { colour: 'very-blue' });
    await putDefaults({ colour: 'very-red' });
    const staged = await queryAs<{ row: string }>(
      database.adminUrl,
      `SELECT row_to_json(o)::text AS row FROM kernel.outbox o UNION ALL SELECT row_to_json(e)::text FROM audit.events e`,
    );
    const rows = staged.map(({ row }) => row).filter((row) => row.includes('colour'));
    expect(rows.some((row) => row.includes('config.put') && row.includes(a.id))).toBe(true);
    expect(rows.some((row) => row.includes('config.defaults.put'))).toBe(true);
    expect(rows.join()).not.toMatch(/very-(blue|red)/);
  });

  it('keeps only the newest versions', async () => {
    for (let n = 0; n < CONFIG_LIMITS.keptVersions + 3; n++) await put(a, { n: String(n) });
    const { items } = await admin.versions(of(a), { limit: 500 });
    expect([items.length, items.at(-1)?.version]).toEqual([CONFIG_LIMITS.keptVersions, 4]);
    const watch = follow(a, '1.0');
    // The versions in between are no longer stored, so the watch continues with the current state.
    expect((await watch.next()).values).toMatchObject({ n: String(CONFIG_LIMITS.keptVersions + 2) });
    watch.end();
  });
});

describe('a watch', () => {
  it('starts with the current values, even if empty, and continues with each change', async () => {
    const watch = follow(a, null);
    expect((await watch.next()).values).toEqual({});
    await put(a, { x: '1' });
    expect((await watch.next()).values).toEqual({ x: '1' });
    await putDefaults({ y: '2' });
    expect((await watch.next()).values).toEqual({ x: '1', y: '2' });
    await put(b, { z: '3' });
    expect(await watch.isQuiet()).toBe(true);
  });

  it("resumes from the caller's version, with every change in order", async () => {
    const { version } = await seen(a);
    await put(a, { x: '1' });
    await putDefaults({ d: '1' });
    await putDefaults({ d: '2' });
    await put(a, { x: '2' });
    await putDefaults({ d: '3' });
    const watch = follow(a, version);
    const values: object[] = [];
    const versions: string[] = [];
    for (let n = 0; n < 5; n++) {
      const message = await watch.next();
      values.push(message.values);
      versions.push(message.version);
    }
    expect(values).toEqual([
      { x: '1' },
      { x: '1', d: '1' },
      { x: '1', d: '2' },
      { x: '2', d: '2' },
      { x: '2', d: '3' },
    ]);
    expect([...versions].sort((one, other) => Number.parseInt(one) - Number.parseInt(other))).toEqual(versions);
    expect(versions.at(-1)).toBe((await seen(a)).version);
    expect(await watch.isQuiet()).toBe(true);
  });

  it('does not send anything to a caller that has the current version', async () => {
    await put(a, { x: '1' });
    expect(await follow(a, (await seen(a)).version).isQuiet()).toBe(true);
  });

  it('does not miss any concurrent change to tenant values or defaults', async () => {
    const { version } = await seen(a);
    const writes = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0
        ? admin.change(of(a), { [`own${n}`]: '1' }, NONE)
        : admin.change(installation(), { [`d${n}`]: '1' }, NONE),
    );
    const watch = follow(a, version);
    const changes = Number.parseInt(version);
    const received: ConfigSnapshot[] = [];
    for (let n = 0; n < writes.length; n++) received.push(await watch.next());
    await Promise.all(writes);
    expect(received.map((message) => Number.parseInt(message.version))).toEqual(
      Array.from({ length: writes.length }, (_, n) => changes + n + 1),
    );
    // Each snapshot adds one key to the previous one.
    expect(received.map(({ values }) => Object.keys(values).length)).toEqual(
      Array.from({ length: writes.length }, (_, n) => n + 1),
    );
    watch.end();
  });

  it('refuses an invalid version', () => {
    expect(() => follow(a, 'yesterday')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
