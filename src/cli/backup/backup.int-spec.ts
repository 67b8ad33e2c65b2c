import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { filesConfig } from '../../modules/files/files.config';
import { openBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { call } from '../../../test/support/http-client';
import { openAllCore } from '../../../test/support/test-core';
import { createEmptyDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { type FilledTenant, fillTenant } from '../../../test/support/walls/fill-tenant';
import { openWallsWorld } from '../../../test/support/walls/walls-world';
import { LEFT_OUT } from '../../kernel/backup/left-out';
import { EventsPort } from '../../modules/events/contract/events.port';
import { callFor } from '../../../test/support/secrets';
import { systemContext } from '../../kernel/context/call-context';
import { isBaseline } from '../../kernel/database/baselines';
import { loadMigrations, migrate } from '../../kernel/database/schema';
import { CheckpointKey } from '../../modules/audit/checkpoints/checkpoint-key';
import { CheckpointSigner } from '../../modules/audit/checkpoints/checkpoint-signer';
import { AuditProofsPort } from '../../modules/audit/contract/audit-proofs.port';
import { ExportVerifier } from '../../modules/audit/domain/verify-export';
import { makeBackup } from './make-backup';
import { restoreBackup } from './restore-backup';

const MASTER_KEY = 'master-key-of-the-tests-0123456789abcdef';
const terminal = { out: () => undefined, err: () => undefined };
const WHOLE = { check: false, force: false };

const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-backup-'));
const taken = path.join(folder, 'taken');
const keyFile = path.join(folder, 'audit-key.pem');
let source: TestDatabase;
let target: TestDatabase;
let tenant: FilledTenant;
let close: () => Promise<void>;
let sourceFiles: string;
let rows: Readonly<Record<string, string>>;
/** The position at the end of the tenant's events when the backup was taken. */
let place: string;

const environment = (database: TestDatabase, files: string) => ({
  DATABASE_URL: database.appUrl,
  DATABASE_MIGRATION_URL: database.ownerUrl,
  DATABASE_BACKUP_URL: database.adminUrl,
  FILES_URL: `file://${files}`,
  MASTER_KEY,
});
const targetFiles = path.join(folder, 'files');
const restore = (options = WHOLE, from = taken, more: object = {}) =>
  restoreBackup({ ...environment(target, targetFiles), ...more }, from, options, terminal);

/** Returns a digest of each table, without the columns that the server sets during a restore. */
async function digests({ adminUrl }: TestDatabase): Promise<Readonly<Record<string, string>>> {
  const tables = await queryAs<{ name: string; renewed: string[] }>(
    adminUrl,
    `SELECT n.nspname || '.' || c.relname AS name, (SELECT coalesce(array_agg(attname::text), '{}') FROM pg_attribute
       WHERE attrelid = c.oid AND atttypid = 'xid8'::regtype AND atthasdef) AS renewed
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspowner = 'coresdk_owner'::regrole ORDER BY 1`,
  );
  const found: Record<string, string> = {};
  for (const { name, renewed } of tables.filter(({ name: table }) => !(table in LEFT_OUT))) {
    const [row] = await queryAs<{ digest: string }>(
      adminUrl,
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t, '|' ORDER BY t)), '') AS digest
       FROM (SELECT (to_jsonb(r) - $1::text[])::text AS t FROM ${name} AS r) AS all_rows`,
      [renewed],
    );
    found[name] = row?.digest ?? '';
  }
  return found;
}

/** Writes an event for a day for which a new schema has no partition. */
async function writeEarlierDay({ ownerUrl, adminUrl }: TestDatabase): Promise<void> {
  const days = `FOR VALUES FROM ('${dayAgo(3)}Z') TO ('${dayAgo(2)}Z')`;
  await queryAs(ownerUrl, `CREATE TABLE ${earlierDay} PARTITION OF events.events ${days}`);
  await queryAs(
    adminUrl,
    `INSERT INTO events.events (tenant_id, number, position, at, id, type, subject, data)
     VALUES ('tnt-earlier', 1, 0, $1, 'evt-earlier', 'coresdk.x.created', 'x/1', '{}')`,
    [`${dayAgo(3)}T12:00:00Z`],
  );
}

const dayAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const earlierDay = `events.events_${dayAgo(3).replaceAll('-', '')}`;

/** The objects in on-disk storage, with their contents. */
const objectsOf = (place: string): readonly (readonly [string, string])[] =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(path.join(parentPath, name), 'utf8')] as const)
    .sort();

beforeAll(async () => {
  writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const world = await openWallsWorld();
  source = world.database;
  close = () => world.close();
  tenant = await fillTenant(world, 'kept', 'kept-word');
  sourceFiles = new URL(world.core.settings.of(filesConfig).FILES_URL ?? '').pathname;
  await writeEarlierDay(source);
  // Staged rows have moved into their logs.
  await eventually(async () => {
    for (const table of ['kernel.outbox', 'events.staged', 'token_events.staged']) {
      expect(await queryAs(source.adminUrl, `SELECT FROM ${table}`)).toEqual([]);
    }
  });
  place = await world.core.context.get(EventsPort).end(callFor(tenant.id));
  const before = await digests(source);
  await makeBackup(environment(source, sourceFiles), taken, terminal);
  const after = await digests(source);
  // The platform keeps running during the backup, so only tables that did not change meanwhile can be compared.
  const still = Object.entries(before).filter(([table, digest]) => after[table] === digest);
  expect(Object.keys(before).length - still.length).toBeLessThan(6);
  rows = Object.fromEntries(still);
  target = await createEmptyDatabase();
});

afterAll(async () => {
  await close();
  await target.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a backup', () => {
  it('is created while the platform is running, and contains every table and every object', async () => {
    expect(await restore({ ...WHOLE, check: true })).toMatchObject({ objects: expect.any(Number), migrations: [] });
    expect(Object.keys(rows).length).toBeGreaterThan(80);
    const parts = readdirSync(path.join(taken, 'tables'));
    expect(parts.sort()).toEqual(Object.keys(await digests(source)).map((name) => `${name}.copy.gz`));
  });

  it('is refused for a folder that is not empty, and for a role that is subject to row security', async () => {
    await expect(makeBackup(environment(source, sourceFiles), taken, terminal)).rejects.toThrow('is not empty');
    const bound = { ...environment(source, sourceFiles), DATABASE_BACKUP_URL: source.ownerUrl };
    await expect(makeBackup(bound, path.join(folder, 'bound'), terminal)).rejects.toThrow(
      'Row security hides all rows from the role',
    );
  });
});

describe('a restore', () => {
  it('is refused with a different master key before anything changes', async () => {
    const other = { MASTER_KEY: 'another-master-key-0123456789abcdefgh' };
    await expect(restore(WHOLE, taken, other)).rejects.toThrow('MASTER_KEY does not open');
    expect(await queryAs(target.adminUrl, `SELECT FROM pg_namespace WHERE nspname = 'kernel'`)).toEqual([]);
  });

  it('runs the missing migrations on a backup of an older build, and refuses a backup of a newer build', async () => {
    const older = await createEmptyDatabase();
    try {
      const all = loadMigrations();
      await migrate(older.ownerUrl, all.slice(0, -1));
      const place = path.join(folder, 'older');
      await makeBackup(environment(older, path.join(folder, 'no-files')), place, terminal);
      expect(await restore(WHOLE, place)).toMatchObject({ migrations: all.slice(-1).map(({ name }) => name) });
      await queryAs(older.ownerUrl, `INSERT INTO kernel.migrations (timestamp, name) VALUES (1, 'Tomorrow')`);
      const newer = path.join(folder, 'newer');
      await makeBackup(environment(older, path.join(folder, 'no-files')), newer, terminal);
      await expect(restore(WHOLE, newer)).rejects.toThrow('is from a newer build');
    } finally {
      await older.drop();
    }
  });

  it('creates the schema from the baselines for a backup from the version before them, and refuses an older backup', async () => {
    const older = await createEmptyDatabase();
    const write = async (name: string): Promise<string> => {
      const place = path.join(folder, name);
      await makeBackup(environment(older, path.join(folder, 'no-files')), place, terminal);
      return place;
    };
    try {
      const [baselines, later] = [true, false].map((is) => loadMigrations().filter((one) => isBaseline(one) === is));
      await migrate(older.ownerUrl, baselines);
      await queryAs(older.ownerUrl, `DELETE FROM kernel.migrations WHERE name LIKE '%Baseline%'`);
      const names = later?.map(({ name }) => name);
      expect(await restore(WHOLE, await write('before-baselines'))).toMatchObject({ migrations: names });
      await queryAs(older.ownerUrl, 'DELETE FROM kernel.migrations WHERE id > 59');
      await expect(restore(WHOLE, await write('too-old'))).rejects.toThrow(
        /Restore the backup with the build that created it/,
      );
    } finally {
      await older.drop();
    }
  });

  it('restores every row of every table and every object', async () => {
    const restored = await restore();
    expect(restored).toMatchObject({ migrations: [] });
    expect(await digests(target)).toMatchObject(rows);
    expect(objectsOf(targetFiles)).toEqual(objectsOf(sourceFiles));
    expect(objectsOf(targetFiles).length).toBeGreaterThan(1);
    const sql = `SELECT relowner::regrole::text AS owner, relrowsecurity AND relforcerowsecurity AS "isWalled"
      FROM pg_class WHERE oid = '${earlierDay}'::regclass AND relispartition`;
    expect(await queryAs(target.adminUrl, sql)).toEqual([{ owner: 'coresdk_owner', isWalled: true }]);
    expect(await queryAs(target.adminUrl, `SELECT id FROM ${earlierDay}`)).toEqual([{ id: 'evt-earlier' }]);
  });

  it('is refused over an installation that has tenants unless it is forced', async () => {
    await expect(restore()).rejects.toThrow('--force');
    expect(await restore({ ...WHOLE, force: true })).toMatchObject({ migrations: [] });
    expect(await digests(target)).toMatchObject(rows);
  });

  it('produces a working installation: tokens work, files exist and the audit log verifies', async () => {
    const core = await openAllCore(target, { FILES_URL: `file://${targetFiles}`, AUDIT_SIGNING_KEY_FILE: keyFile });
    const backend = await openBackend(core);
    try {
      await expect(restore({ ...WHOLE, force: true })).rejects.toThrow('Stop all its processes first');
      const [token = ''] = tenant.callers;
      const list = await call<{ items: { id: string; path?: string }[] }>(`${backend.url}/v1/projects`, { token });
      expect([list.status, list.body.items.length]).toEqual([200, 2]);
      const [file = ''] = tenant.handles['files'] ?? [];
      const content = await call(`${backend.url}/v1/files/shared/${file}`, { token });
      expect([content.status, content.text]).toEqual([200, 'kept-word, again']);
      const made = await call(`${backend.url}/v1/projects`, { token, json: { key: 'AFTER', name: 'After' } });
      expect(made.status).toBe(201);
      // A reader that was at the end of the events can continue.
      await core.context.init();
      await eventually(async () => {
        const { events } = await core.context.get(EventsPort).read(callFor(tenant.id), place, {}, 10);
        expect(events.map(({ event }) => event.type)).toEqual(['coresdk.project.created']);
      });
      await core.context.get(CheckpointSigner, { strict: false }).signAll();
      const verifier = new ExportVerifier(CheckpointKey.read(keyFile).verifier, null);
      const lines = core.context.get(AuditProofsPort).export(systemContext('req-1', tenant.id), null);
      for await (const line of lines) verifier.take(Buffer.from(line.slice(0, -1)));
      expect(verifier.finish()).toMatchObject({ ok: true, shown: { from: 0 } });
    } finally {
      await backend.close();
      await core.close();
    }
  });

  it('changes nothing if a part is damaged, and names that part', async () => {
    const part = path.join(taken, 'tables', 'projects.projects.copy.gz');
    appendFileSync(part, 'x');
    const before = await digests(target);
    expect(await restore({ ...WHOLE, force: true })).toEqual({
      damage: expect.stringContaining('projects.projects.copy.gz is damaged'),
    });
    expect(await digests(target)).toEqual(before);
  });
});
