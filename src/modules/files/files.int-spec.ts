import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import { AppError } from '../../kernel/errors/app-error';
import { newId, newUlid } from '../../kernel/ids/ids';
import { EntitlementsAdminPort } from '../entitlements/contract/entitlements-admin.port';
import { newOverride } from '../entitlements/contract/entitlements-admin.types';
import { ProjectsPort } from '../projects/contract/projects.port';
import { newProject } from '../projects/contract/projects.types';
import type { ProjectState } from './contract/file-projects.port';
import { FilesPort, type FileUpload, type Reauthorize } from './contract/files.port';
import type { FilePlace } from './contract/files.types';
import { FilesCleanupTask } from './files-cleanup-task';

const QUOTA = 1_000_000;
const POOL_SIZE = 10;

let database: TestDatabase;
let folder: string;
let core: TestCore;
let files: FilesPort;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'coresdk-files-'));
  core = await openAllCore(database, {
    FILES_URL: `file://${folder}`,
    FILES_VERSIONS_KEPT: '2',
    FILES_SWEEP_SECONDS: '3600',
    DATABASE_POOL_SIZE: String(POOL_SIZE),
  });
  files = core.context.get(FilesPort);
});

afterAll(async () => {
  await core.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Creates a tenant whose files can have {@link QUOTA} bytes in total. */
async function newTenant(limit = QUOTA): Promise<CallContext> {
  const tenant = await makeTenant(core, 'files');
  const context: CallContext = {
    ...systemContext(newId('req'), tenant.id),
    actor: { type: 'service', id: tenant.clientId },
    appId: tenant.clientId,
  };
  const condition = { ifMatch: null, ifNoneMatch: null };
  await core.context
    .get(EntitlementsAdminPort)
    .putOverride(systemContext(newId('req'), tenant.id), 'files.bytes', newOverride.parse({ limit }), condition);
  await core.feed.catchUp();
  return context;
}

async function* zeros(size: number, between: () => Promise<void> = () => Promise.resolve()): AsyncIterable<Buffer> {
  for (let left = size; left > 0; left -= 50_000) {
    await between();
    yield Buffer.alloc(Math.min(left, 50_000));
  }
}

/** Does not check anything, because no other caller writes here. */
const reauthorize = (): Promise<void> => Promise.resolve();

const shared = (path: string): FilePlace => ({ tier: 'shared', path });

function upload(bytes: AsyncIterable<Buffer>, more: Partial<FileUpload> = {}): FileUpload {
  return {
    bytes,
    sizeBytes: null,
    contentType: 'application/octet-stream',
    sha256: null,
    conditions: {},
    projectId: undefined,
    action: 'file.put',
    maxBytes: null,
    reauthorize,
    ...more,
  };
}

const usage = async ({ tenantId }: CallContext) => {
  const [row] = await queryAs<{ used: string; reserved: string; uploads: number; kept: string }>(
    database.adminUrl,
    `SELECT used_bytes AS used, reserved_bytes AS reserved, uploads,
       (SELECT coalesce(sum(c.size_bytes), 0) FROM files.versions v JOIN files.contents c
        ON c.tenant_id = v.tenant_id AND c.id = v.content_id WHERE v.tenant_id = $1) AS kept
     FROM files.usage WHERE tenant_id = $1`,
    [tenantId],
  );
  return (
    row && { used: Number(row.used), reserved: Number(row.reserved), uploads: row.uploads, kept: Number(row.kept) }
  );
};

/** Returns the names of a tenant's objects in the storage. */
async function objectsOf({ tenantId }: CallContext): Promise<string[]> {
  const found = await readdir(join(folder, tenantId ?? ''), { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const sweep = () => core.context.get(FilesCleanupTask).sweep();

describe('the authorization of a write', () => {
  it('does not hold a database connection, so that a slow policy does not block other tenants', async () => {
    const context = await newTenant();
    const paths = Array.from({ length: POOL_SIZE }, (_, n) => `asked/${n}`);
    const store = core.context.get(Database);
    // All writes are authorized at the same time, and each decision queries the store.
    const asking = (): Reauthorize => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let left = POOL_SIZE;
      return async () => {
        if (--left === 0) resolve();
        await promise;
        await store.platform().run('SELECT 1');
      };
    };
    const putAsked = asking();
    await Promise.all(
      paths.map((path) => files.put(context, shared(path), upload(zeros(10), { reauthorize: putAsked }))),
    );
    const removeAsked = asking();
    const options = { dropsVersions: true, conditions: {}, reauthorize: removeAsked };
    await Promise.all(paths.map((path) => files.remove(context, shared(path), options)));
    expect(await usage(context)).toMatchObject({ used: 0, reserved: 0, uploads: 0 });
  });

  it('is repeated when the file changes project before it is locked', async () => {
    const context = await newTenant();
    const actor = { type: 'user', id: `usr-${newUlid().toLowerCase()}` } as const;
    const person = { ...context, actor };
    const { id } = await core.context.get(ProjectsPort).create(context, newProject.parse({ key: 'P1', name: 'One' }));
    await queryAs(
      database.adminUrl,
      `INSERT INTO projects.members (tenant_id, project_id, user_id, role, added_by) VALUES ($1, $2, $3, 'member', 'test')`,
      [context.tenantId, id, actor.id],
    );
    const asked: (ProjectState | null)[] = [];
    const order = upload(zeros(10), {
      projectId: id,
      reauthorize: async (_act, standing) => {
        asked.push(standing);
        if (standing === null) throw new AppError('forbidden', 'She can write only in her project.');
        await files.put(context, shared('free'), upload(zeros(20)));
      },
    });
    await expect(files.put(person, shared('free'), order)).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toEqual([{ id, role: 'member' }, null]);
    expect(await usage(context)).toMatchObject({ used: 20, reserved: 0, uploads: 0 });
  });
});

describe('a quota', () => {
  it.each([
    ['announced', 100_000],
    ['not announced', null],
  ])('is exact under 50 concurrent uploads whose sizes are %s', async (_name, sizeBytes) => {
    const context = await newTenant();
    // All uploads are in progress before the first upload ends.
    let waiting = 0;
    let release = (): void => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    const arrive = async (): Promise<void> => {
      if (++waiting === 10) release();
      await all;
    };
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        files.put(
          context,
          shared(`parallel/${n}`),
          upload(zeros(100_000, sizeBytes === null ? undefined : arrive), { sizeBytes }),
        ),
      ),
    );
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    for (const reason of refused) expect(reason).toMatchObject({ code: 'payload_too_large' });
    const kept = 50 - refused.length;
    if (sizeBytes !== null) expect(kept).toBe(10);
    expect(kept).toBeLessThanOrEqual(10);
    expect(await usage(context)).toEqual({ used: kept * 100_000, reserved: 0, uploads: 0, kept: kept * 100_000 });
    expect(await objectsOf(context)).toHaveLength(kept);
    // No capacity is lost: the remaining bytes can be filled.
    await files.put(context, shared('rest'), upload(zeros(QUOTA - kept * 100_000)));
  });

  it('can be filled to the last byte, but not beyond', async () => {
    const context = await newTenant();
    for (const sizeBytes of [null, 400_000]) {
      await files.put(context, shared(`fill/${sizeBytes}`), upload(zeros(400_000), { sizeBytes }));
    }
    const one = (size: number) => files.put(context, shared('fill/last'), upload(zeros(size)));
    await expect(one(200_001)).rejects.toMatchObject({ code: 'payload_too_large' });
    await one(200_000);
    await expect(files.put(context, shared('fill/more'), upload(zeros(1)))).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    await files.put(context, shared('fill/nothing'), upload(zeros(0)));
    expect(await usage(context)).toMatchObject({ used: QUOTA, reserved: 0, kept: QUOTA });
    await files.remove(context, shared('fill/last'), { dropsVersions: true, conditions: {}, reauthorize });
    expect(await usage(context)).toMatchObject({ used: QUOTA - 200_000 });
  });

  it('counts copies and stored versions', async () => {
    const context = await newTenant();
    for (let n = 0; n < 5; n++) await files.put(context, shared('versions'), upload(zeros(100_000)));
    // The current version and two previous versions.
    expect(await usage(context)).toMatchObject({ used: 300_000, kept: 300_000 });
    const order = { source: shared('versions'), target: shared('copy') };
    await files.copy(context, order, reauthorize);
    expect(await usage(context)).toMatchObject({ used: 400_000, kept: 400_000 });
    await sweep();
    expect(await objectsOf(context)).toHaveLength(3);
    await files.put(context, shared('big'), upload(zeros(550_000)));
    await expect(files.copy(context, order, reauthorize)).rejects.toMatchObject({ code: 'payload_too_large' });
    expect(await usage(context)).toMatchObject({ used: 950_000, kept: 950_000 });
  });

  it('of zero bytes refuses every file', async () => {
    const context = await newTenant(0);
    await expect(files.put(context, shared('x'), upload(zeros(1)))).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('an incomplete upload', () => {
  it('leaves the file unchanged, and leaves no data behind', async () => {
    const context = await newTenant();
    await files.put(context, shared('file'), upload(zeros(10)));
    const before = await objectsOf(context);
    const broken = async function* (): AsyncIterable<Buffer> {
      yield Buffer.alloc(70_000);
      await Promise.resolve();
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    };
    await expect(files.put(context, shared('file'), upload(broken()))).rejects.toThrow('aborted');
    await expect(files.put(context, shared('file'), upload(zeros(5), { sizeBytes: 6 }))).rejects.toMatchObject({
      code: 'invalid_request',
    });
    const request = { version: null, range: undefined, conditions: {}, wantsBytes: false };
    expect((await files.open(context, shared('file'), request)).file).toMatchObject({ size: 10, version: 1 });
    expect(await objectsOf(context)).toEqual(before);
    expect(await usage(context)).toEqual({ used: 10, reserved: 0, uploads: 0, kept: 10 });
  });

  it('is removed, together with its reservation and data, after its process has died', async () => {
    const context = await newTenant();
    // The process stops forever in the middle of the upload, and its lease expires.
    let stuck = (): void => undefined;
    const halfway = new Promise<void>((resolve) => (stuck = resolve));
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const bytes = async function* (): AsyncIterable<Buffer> {
      yield Buffer.alloc(500_000);
      stuck();
      await held;
      yield Buffer.alloc(1);
    };
    const put = files.put(context, shared('half'), upload(bytes(), { sizeBytes: 500_001 }));
    put.catch(() => undefined);
    await halfway;
    expect(await usage(context)).toMatchObject({ reserved: 500_001, uploads: 1 });
    await sweep();
    expect(await usage(context)).toMatchObject({ reserved: 500_001, uploads: 1 });
    await queryAs(database.adminUrl, `UPDATE files.uploads SET expires_at = now() WHERE tenant_id = $1`, [
      context.tenantId,
    ]);
    await sweep();
    expect(await usage(context)).toEqual({ used: 0, reserved: 0, uploads: 0, kept: 0 });
    expect(await objectsOf(context)).toEqual([]);
    // The process was not dead after all, and finds that its upload was removed.
    goOn();
    await expect(put).rejects.toMatchObject({ code: 'unavailable' });
    expect(await objectsOf(context)).toEqual([]);
    expect(await usage(context)).toEqual({ used: 0, reserved: 0, uploads: 0, kept: 0 });
  });
});

describe('the sweep', () => {
  it('removes expired versions, and what remains of a deleted file', async () => {
    const context = await newTenant();
    await files.put(context, shared('kept'), upload(zeros(10)));
    await files.put(context, shared('kept'), upload(zeros(20)));
    await files.put(context, shared('deleted'), upload(zeros(30)));
    await files.remove(context, shared('deleted'), { dropsVersions: false, conditions: {}, reauthorize });
    await sweep();
    expect(await usage(context)).toMatchObject({ used: 60 });
    await queryAs(
      database.adminUrl,
      `UPDATE files.versions SET expires_at = now() WHERE tenant_id = $1 AND expires_at IS NOT NULL`,
      [context.tenantId],
    );
    await sweep();
    expect(await usage(context)).toEqual({ used: 20, reserved: 0, uploads: 0, kept: 20 });
    expect(await objectsOf(context)).toHaveLength(1);
    const rows = await queryAs(database.adminUrl, 'SELECT path FROM files.files WHERE tenant_id = $1', [
      context.tenantId,
    ]);
    expect(rows).toEqual([{ path: 'kept' }]);
  });

  it('empties the prefix of an erased tenant', async () => {
    const context = await newTenant();
    const other = await newTenant();
    for (const each of [context, other]) await files.put(each, shared('x'), upload(zeros(10)));
    for (const table of ['objects', 'uploads', 'versions', 'files', 'contents', 'usage']) {
      await queryAs(database.adminUrl, `DELETE FROM files.${table} WHERE tenant_id = $1`, [context.tenantId]);
    }
    expect(await objectsOf(context)).toHaveLength(1);
    await sweep();
    expect(await objectsOf(context)).toEqual([]);
    expect(await objectsOf(other)).toHaveLength(1);
    expect(await queryAs(database.adminUrl, 'SELECT FROM files.erased')).toEqual([]);
  });
});

describe('two concurrent writers of a file', () => {
  it('do not lose updates in 100 pairs of conditional writes', async () => {
    const context = await newTenant();
    const place = shared('counter');
    const put = (ifMatch: string | undefined, n: number) =>
      files.put(
        context,
        place,
        upload(
          (async function* () {
            yield await Promise.resolve(Buffer.from(String(n)));
          })(),
          { conditions: { ifMatch } },
        ),
      );
    let { file } = await put(undefined, 0);
    for (let pair = 1; pair <= 100; pair++) {
      const results = await Promise.allSettled([put(file.etag, 2 * pair), put(file.etag, 2 * pair + 1)]);
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.file] : []));
      expect(won).toHaveLength(1);
      file = won[0] ?? file;
      expect(file.version).toBe(pair + 1);
    }
  });
});
