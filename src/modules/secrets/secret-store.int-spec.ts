import { callFor, inputOf, putSecret } from '../../../test/support/secrets';
import { UNCONDITIONAL } from '../../kernel/http/conditions/conditions';
import { moveClock } from '../../../test/support/accounts';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { SecretStorePort } from './contract/secret-store.port';
import { SECRET_LIMITS } from './contract/secrets.types';

let database: TestDatabase;
let core: TestCore;
let store: SecretStorePort;
let a: string;
let b: string;
let names = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  store = core.context.get(SecretStorePort);
  [a, b] = [(await makeTenant(core, 'a')).id, (await makeTenant(core, 'b')).id];
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

afterEach(() => {
  moveClock(core, 0);
});

/** Returns a name that no other test uses. */
const newName = (): string => `SECRET_${++names}`;
const put = (name: string, value: string, members = {}) => putSecret(core, a, name, value, members);
const states = async (name: string) =>
  (await store.versions(callFor(a), name, { limit: 50 })).items.map(({ version, state }) => [version, state]);

describe('the secret store', () => {
  it('numbers versions and lists them without their values', async () => {
    const name = newName();
    const first = await put(name, 'one', { description: 'The first' });
    expect(first.secret).toMatchObject({ name, currentVersion: 1, description: 'The first', deletedAt: null });
    const second = await put(name, 'two');
    expect(second.secret).toMatchObject({ currentVersion: 2, description: 'The first' });
    expect(second.entityTag).not.toBe(first.entityTag);
    expect(await states(name)).toEqual([
      [2, 'current'],
      [1, 'grace'],
    ]);
    const shown = JSON.stringify([second, await store.versions(callFor(a), name, { limit: 50 })]);
    expect(shown).not.toContain('two');
  });

  it('stores values only in sealed form', async () => {
    await put(newName(), 'canary-of-the-store-7f3a');
    const rows = await queryAs<{ text: string }>(
      database.adminUrl,
      'SELECT t::text AS text FROM secrets.versions AS t UNION ALL SELECT t::text FROM kernel.outbox AS t UNION ALL SELECT t::text FROM kernel.changes AS t',
    );
    const hex = Buffer.from('canary-of-the-store').toString('hex');
    expect(rows.filter(({ text }) => text.includes('canary-of') || text.includes(hex))).toEqual([]);
  });

  it.each(['', 'lower', 'A/B', 'A.B', '../A', 'A\nB', 'A\0', '__PROTO__', '1A', 'A-B', 'A'.repeat(129), 'É', 'A '])(
    'refuses the name %j',
    async (name) => {
      await expect(put(name, 'x')).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(store.get(callFor(a), name)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('accepts values up to 64 KiB, but not empty ones', async () => {
    const name = newName();
    await put(name, 'x'.repeat(SECRET_LIMITS.maxValueBytes));
    await expect(put(name, 'x'.repeat(SECRET_LIMITS.maxValueBytes + 1))).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(put(name, '')).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await states(name)).toEqual([[1, 'current']]);
  });

  it('lets only one of 1,000 writers with the same expected version succeed', async () => {
    const name = newName();
    const race = async (cas: number): Promise<number> => {
      let winners = 0;
      // A hundred concurrent writes, because more writes would wait for a connection longer than the pool permits.
      for (let wave = 0; wave < 10; wave++) {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 100 }, (_, index) => put(name, `value ${wave}-${index}`, { cas })),
        );
        const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
        const codes = new Set(losers.map(({ reason }) => (reason as { code: string }).code));
        expect([...codes]).toEqual(['conflict']);
        winners += outcomes.length - losers.length;
      }
      return winners;
    };
    expect(await race(0)).toBe(1);
    expect(await race(1)).toBe(1);
    expect(await states(name)).toEqual([
      [2, 'current'],
      [1, 'grace'],
    ]);
  });

  it('enforces cas and conditional request headers', async () => {
    const name = newName();
    const write = (condition: object, cas: number | null = null) =>
      store.put(callFor(a), name, inputOf('x', { cas }), { ...UNCONDITIONAL, ...condition });
    await expect(write({}, 3)).rejects.toMatchObject({ code: 'conflict' });
    await expect(write({ ifMatch: '*' })).rejects.toMatchObject({ code: 'precondition_failed' });
    await expect(store.get(callFor(a), name)).rejects.toMatchObject({ code: 'not_found' });
    const { entityTag } = await write({ ifNoneMatch: '*' });
    await expect(write({ ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'precondition_failed' });
    await expect(write({ ifMatch: '"another"' })).rejects.toMatchObject({ code: 'precondition_failed' });
    const { secret } = await write({ ifMatch: entityTag });
    expect(secret.currentVersion).toBe(2);
    await expect(write({ ifMatch: entityTag })).rejects.toMatchObject({ code: 'precondition_failed' });
  });

  it('keeps at most `maxVersions` versions and deletes the bytes of older versions', async () => {
    const name = newName();
    for (const value of ['one', 'two', 'three', 'four']) await put(name, value, { maxVersions: 2 });
    expect(await states(name)).toEqual([
      [4, 'current'],
      [3, 'grace'],
    ]);
    const rows = await queryAs(database.adminUrl, 'SELECT version FROM secrets.versions WHERE name = $1', [name]);
    expect(rows).toHaveLength(2);
  });

  it('ends the grace period of the previous version on time', async () => {
    const name = newName();
    await put(name, 'one');
    await put(name, 'two', { graceSeconds: 60 });
    moveClock(core, 59_000);
    expect(await states(name)).toContainEqual([1, 'grace']);
    moveClock(core, 61_000);
    expect(await states(name)).toContainEqual([1, 'superseded']);
  });

  it('deletes and restores secrets, and continues the version numbers after a deletion', async () => {
    const name = newName();
    await put(name, 'one');
    await store.remove(callFor(a), name, UNCONDITIONAL);
    expect(await states(name)).toEqual([[1, 'deleted']]);
    await expect(store.remove(callFor(a), name, UNCONDITIONAL)).rejects.toMatchObject({ code: 'not_found' });
    expect((await store.undelete(callFor(a), name)).secret.deletedAt).toBeNull();
    await expect(store.undelete(callFor(a), name)).rejects.toMatchObject({ code: 'not_found' });
    await store.remove(callFor(a), name, UNCONDITIONAL);
    // `cas` treats a deleted secret like a secret that does not exist.
    expect((await put(name, 'two', { cas: 0 })).secret.currentVersion).toBe(2);
    // A new version does not restore a deleted version.
    expect(await states(name)).toContainEqual([1, 'superseded']);
  });

  it('does not restore a deleted secret’s versions when the secret is written again, even within their grace period', async () => {
    const name = newName();
    await put(name, 'one');
    await put(name, 'two', { graceSeconds: 86_400 });
    await store.remove(callFor(a), name, UNCONDITIONAL);
    await put(name, 'three', { graceSeconds: 86_400 });
    expect(await states(name)).toEqual([
      [3, 'current'],
      [2, 'superseded'],
      [1, 'superseded'],
    ]);
  });

  it('keeps the end of a grace period that ended before the deletion', async () => {
    const name = newName();
    await put(name, 'one');
    await put(name, 'two', { graceSeconds: 0 });
    const untilOf = async () =>
      (await store.versions(callFor(a), name, { limit: 50 })).items.find(({ version }) => version === 1)
        ?.resolvableUntil;
    const before = await untilOf();
    moveClock(core, 60_000);
    await store.remove(callFor(a), name, UNCONDITIONAL);
    await put(name, 'three');
    expect(await untilOf()).toBe(before);
  });

  it('destroys single versions and complete secrets', async () => {
    const name = newName();
    await put(name, 'one');
    await put(name, 'two');
    await store.destroy(callFor(a), name, [1]);
    expect(await states(name)).toEqual([
      [2, 'current'],
      [1, 'destroyed'],
    ]);
    const sql = 'SELECT version, sealed IS NULL AS gone FROM secrets.versions WHERE name = $1 ORDER BY 1';
    expect(await queryAs(database.adminUrl, sql, [name])).toEqual([
      { version: 1, gone: true },
      { version: 2, gone: false },
    ]);
    await expect(store.destroy(callFor(a), name, [2, 7])).rejects.toMatchObject({ code: 'not_found' });
    expect(await states(name)).toContainEqual([2, 'current']);
    expect(await store.destroy(callFor(a), name, null)).toBeNull();
    await expect(store.get(callFor(a), name)).rejects.toMatchObject({ code: 'not_found' });
    expect(await queryAs(database.adminUrl, sql, [name])).toEqual([]);
  });

  it("hides a tenant's secrets from other tenants", async () => {
    const name = newName();
    await put(name, 'of a');
    await expect(store.get(callFor(b), name)).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.remove(callFor(b), name, UNCONDITIONAL)).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.versions(callFor(b), name, { limit: 1 })).rejects.toMatchObject({ code: 'not_found' });
    expect((await store.list(callFor(b), { limit: 500 })).items).toEqual([]);
    expect((await putSecret(core, b, name, 'of b')).secret.currentVersion).toBe(1);
  });

  it('lists secrets by name, in pages', async () => {
    const all = (await store.list(callFor(a), { limit: 500 })).items.map(({ name }) => name);
    const first = await store.list(callFor(a), { limit: 2 });
    const second = await store.list(callFor(a), { limit: 500, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(all);
    expect(second.nextCursor).toBeNull();
  });

  it('limits the number of secrets per tenant, but still accepts new versions', async () => {
    const { id } = await makeTenant(core, 'full');
    await queryAs(
      database.adminUrl,
      `INSERT INTO secrets.secrets (tenant_id, name, description, current_version, max_versions, revision, created_at, updated_at)
       SELECT $1, 'S_' || n, '', 0, 10, 0, now(), now() FROM generate_series(1, $2::int) AS n`,
      [id, SECRET_LIMITS.maxSecrets],
    );
    await expect(putSecret(core, id, 'ONE_MORE', 'x')).rejects.toMatchObject({ code: 'conflict' });
    expect((await putSecret(core, id, 'S_1', 'x')).secret.currentVersion).toBe(1);
  });

  it('records each write with the name and version, in the same transaction', async () => {
    const name = newName();
    const context = callFor(a);
    await store.put(context, name, inputOf('x'), UNCONDITIONAL);
    const rows = await queryAs(
      database.adminUrl,
      `SELECT action, metadata->>'version' AS version FROM audit.events WHERE request_id = $1
       UNION ALL SELECT payload->>'action', payload->'metadata'->>'version' FROM kernel.outbox WHERE payload->>'requestId' = $1`,
      [context.requestId],
    );
    expect(rows).toEqual([{ action: 'secret.set', version: '1' }]);
  });
});
