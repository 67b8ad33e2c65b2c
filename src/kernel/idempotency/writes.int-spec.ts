import { rotateDataKey } from '../../../test/support/data-keys';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { type CallContext, systemContext } from '../context/call-context';
import type { Tx } from '../database/sql';
import { AppError } from '../errors/app-error';
import { Writes } from './writes';
import { WritesRepository } from './writes.repository';

const SECRET = 'cs_shown-once-and-never-again';

let database: TestDatabase;
/** Two processes that share a store. */
let cores: readonly [TestCore, TestCore];
let effects = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  cores = [await openAllCore(database), await openAllCore(database)];
});

afterAll(async () => {
  for (const core of cores) await core.close();
  await database.drop();
});

const writes = (process: 0 | 1 = 0): Writes => cores[process].context.get(Writes);

function contextOf(idempotencyKey: string | null, more: Partial<CallContext> = {}): CallContext {
  return { ...systemContext('req-1', 'tnt-a'), idempotencyKey, notes: { isReplayed: false }, ...more };
}

/** Makes a visible change in the store: a new scope. */
async function effect(tx: Tx, tenantId = 'tnt-a'): Promise<{ readonly name: string; readonly secret: string }> {
  const name = `scope.${++effects}`;
  await tx.run('INSERT INTO apps.scopes (tenant_id, name, description) VALUES ($1, $2, $2)', [tenantId, name]);
  return { name, secret: SECRET };
}

async function scopes(names: readonly string[]): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM apps.scopes WHERE name = ANY ($1)';
  const [row] = await queryAs<{ count: number }>(database.adminUrl, sql, [names]);
  return row?.count ?? 0;
}

async function effectsSince(before: number): Promise<number> {
  return scopes(Array.from({ length: effects - before }, (_, index) => `scope.${before + index + 1}`));
}

const CREATE = { action: 'scope.create', input: { name: 'a' } };

describe('a write', () => {
  it('without a key is executed every time', async () => {
    const before = effects;
    const context = contextOf(null);
    await writes().once(context, CREATE, effect);
    await writes().once(context, CREATE, effect);
    expect(await effectsSince(before)).toBe(2);
    expect(context.notes).toEqual({ isReplayed: false });
  });

  it('with a key is executed once, and every process repeats its response', async () => {
    const before = effects;
    const first = await writes().once(contextOf('once'), CREATE, effect);
    for (const process of [0, 1, 0] as const) {
      const context = contextOf('once');
      expect(await writes(process).once(context, CREATE, effect)).toEqual(first);
      expect(context.notes).toEqual({ isReplayed: true });
    }
    expect(await effectsSince(before)).toBe(1);
  });

  it('without a response is repeated without a response', async () => {
    const nothing = async (tx: Tx): Promise<void> => void (await effect(tx));
    expect(await writes().once(contextOf('nothing'), CREATE, nothing)).toBeUndefined();
    expect(await writes(1).once(contextOf('nothing'), CREATE, nothing)).toBeUndefined();
  });

  it('with a different action or input is refused under the same key', async () => {
    await writes().once(contextOf('other'), CREATE, effect);
    for (const request of [
      { ...CREATE, input: { name: 'b' } },
      { ...CREATE, action: 'scope.delete' },
    ]) {
      await expect(writes().once(contextOf('other'), request, effect)).rejects.toMatchObject({ code: 'unprocessable' });
    }
    // The same members in a different order are the same input.
    const members = { action: 'x', input: { a: 1, b: [2] } };
    await writes().once(contextOf('order'), members, effect);
    const context = contextOf('order');
    await writes().once(context, { action: 'x', input: { b: [2], a: 1 } }, effect);
    expect(context.notes?.isReplayed).toBe(true);
  });

  it('that fails leaves no data behind and can be retried with its key', async () => {
    const before = effects;
    const fail = async (tx: Tx): Promise<never> => {
      await effect(tx);
      throw new AppError('conflict', 'The name is taken.');
    };
    await expect(writes().once(contextOf('fails'), CREATE, fail)).rejects.toMatchObject({ code: 'conflict' });
    expect(await effectsSince(before)).toBe(0);
    const context = contextOf('fails');
    await writes(1).once(context, CREATE, effect);
    expect(context.notes).toEqual({ isReplayed: false });
    expect(await effectsSince(before)).toBe(1);
  });

  it('is a different write for each tenant and caller', async () => {
    const before = effects;
    await writes().once(contextOf('mine'), CREATE, effect);
    await writes().once(contextOf('mine', { tenantId: 'tnt-b' }), CREATE, (tx) => effect(tx, 'tnt-b'));
    await writes().once(contextOf('mine', { appId: 'app-1' }), CREATE, effect);
    await writes().once(contextOf('mine', { actor: { type: 'user', id: 'usr-1' } }), CREATE, effect);
    expect(await effectsSince(before)).toBe(4);
  });

  it('of the installation itself can also have a key', async () => {
    const answer = async (): Promise<object> => Promise.resolve({ made: ++effects });
    const first = await writes().once(contextOf('platform', { tenantId: null }), CREATE, answer);
    expect(await writes(1).once(contextOf('platform', { tenantId: null }), CREATE, answer)).toEqual(first);
  });

  it('is executed again with its key after a day', async () => {
    const before = effects;
    await writes().once(contextOf('day'), CREATE, effect);
    await queryAs(database.adminUrl, `UPDATE kernel.idempotent_writes SET expires_at = now() - interval '1 s'`);
    const context = contextOf('day');
    await writes().once(context, { ...CREATE, input: 'another' }, effect);
    expect(context.notes).toEqual({ isReplayed: false });
    expect(await effectsSince(before)).toBe(2);
    await queryAs(database.adminUrl, 'SELECT kernel.prune_idempotent_writes()');
    const left = await queryAs(database.adminUrl, 'SELECT FROM kernel.idempotent_writes');
    expect(left).toHaveLength(1);
  });

  it('is stored without a readable key, input or response', async () => {
    await writes().once(contextOf('readable-key'), { ...CREATE, input: 'readable-input' }, effect);
    const [row] = await queryAs<{ row: string }>(
      database.adminUrl,
      `SELECT string_agg(encode(convert_to(w::text, 'UTF8'), 'escape') || encode(sealed_answer, 'escape'), '') AS row
       FROM kernel.idempotent_writes w`,
    );
    expect(row?.row).toContain('scope.create');
    for (const text of [SECRET, 'readable-key', 'readable-input']) expect(row?.row).not.toContain(text);
  });

  it("is replayed after the tenant's data key is rotated", async () => {
    const first = await writes().once(contextOf('rotated'), CREATE, effect);
    await rotateDataKey(cores[0].context, 'tnt-a');
    await cores[1].feed.catchUp();
    for (const process of [0, 1] as const) {
      expect(await writes(process).once(contextOf('rotated'), CREATE, effect)).toEqual(first);
    }
  });

  it('with an input that cannot be hashed is refused', async () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown;
    for (const input of [{ name: 'a\ud800b' }, deep]) {
      const refused = writes().once(contextOf('hash'), { action: 'scope.create', input }, effect);
      await expect(refused).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });

  it('also runs its preparation only once', async () => {
    let asked = 0;
    const before = async (): Promise<number> => {
      if (++asked > 1) throw new AppError('conflict', 'It was allowed only once.');
      return Promise.resolve(asked);
    };
    const run = (process: 0 | 1, context: CallContext) =>
      writes(process).onceAfter(context, CREATE, before, async (tx, prepared) => ({ ...(await effect(tx)), prepared }));
    const first = await run(0, contextOf('after'));
    expect(first.prepared).toBe(1);
    const again = contextOf('after');
    expect(await run(1, again)).toEqual(first);
    expect(again.notes).toEqual({ isReplayed: true });
    await expect(run(0, contextOf(null))).rejects.toMatchObject({ code: 'conflict' });
    const other = writes().onceAfter(contextOf('after'), { ...CREATE, input: 1 }, before, (tx) => effect(tx));
    await expect(other).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('is replayed if its response was lost after the commit', async () => {
    const before = effects;
    const lost = writes()
      .once(contextOf('lost'), CREATE, effect)
      .then(() => Promise.reject(new Error('The process died before it answered.')));
    await expect(lost).rejects.toThrow('died');
    const context = contextOf('lost');
    expect(await writes(1).once(context, CREATE, effect)).toEqual({ name: `scope.${before + 1}`, secret: SECRET });
    expect(context.notes).toEqual({ isReplayed: true });
    expect(await effectsSince(before)).toBe(1);
  });
});

describe('concurrent duplicates', () => {
  it('have a single effect, even if two hundred run in two processes', async () => {
    const before = effects;
    const contexts = Array.from({ length: 200 }, () => contextOf('many'));
    const answers = await Promise.all(
      contexts.map((context, index) => writes(index % 2 === 0 ? 0 : 1).once(context, CREATE, effect)),
    );
    expect(new Set(answers.map(({ name }) => name)).size).toBe(1);
    expect(contexts.filter(({ notes }) => notes?.isReplayed === false)).toHaveLength(1);
    expect(await effectsSince(before)).toBe(1);
  });

  it('query the store once each if they fail, and are refused if too many wait', async () => {
    const find = jest.spyOn(WritesRepository.prototype, 'find');
    try {
      const fail = (): Promise<never> => Promise.reject(new AppError('not_found', 'It is not there.'));
      const settled = await Promise.allSettled(
        Array.from({ length: 300 }, () => writes().once(contextOf('failing'), CREATE, fail)),
      );
      const codes = settled.map((one) => (one.status === 'rejected' ? (one.reason as AppError).code : 'done'));
      expect(codes.filter((code) => code === 'not_found')).toHaveLength(101);
      expect(codes.filter((code) => code === 'conflict')).toHaveLength(199);
      expect(find).toHaveBeenCalledTimes(100);
    } finally {
      find.mockRestore();
    }
  });

  it('are tried one by one until one succeeds', async () => {
    const before = effects;
    let tries = 0;
    const third = async (tx: Tx) => {
      const done = await effect(tx);
      if (++tries < 3) throw new AppError('conflict', 'Not yet, it is taken.');
      return done;
    };
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => writes(index % 2 === 0 ? 0 : 1).once(contextOf('third'), CREATE, third)),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(await effectsSince(before)).toBe(1);
  });
});
