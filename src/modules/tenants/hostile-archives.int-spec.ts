import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { makePerson } from '../../../test/support/people';
import { makeSigningKey, type SigningKeyFile } from '../../../test/support/signing-key';
import { putSecret, callFor } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { RegisteredTenantData } from '../../kernel/tenant-data/tenant-data';
import { CONSOLE_CLIENT_ID } from '../apps/contract/apps.types';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent } from '../audit/contract/audit.types';
import { NoteSigner } from '../audit/contract/note-signer';
import { TenantLifecyclePort } from './contract/tenant-lifecycle.port';
import type { ExportOrder, ImportReport } from './contract/tenant-lifecycle.types';
import { type ArchiveManifest, provenText } from './domain/archive-lines';

const PASSPHRASE = 'correct horse battery staple';

let source: TestDatabase;
let target: TestDatabase;
let core: TestCore;
let other: TestCore;
let tenant: TestTenant;
let third: TestTenant;
let plain: Buffer;
let sealed: Buffer;
let sourceKey: SigningKeyFile;
let targetKey: SigningKeyFile;
let signer: NoteSigner;

beforeAll(async () => {
  [source, target] = [await createTestDatabase(), await createTestDatabase()];
  [sourceKey, targetKey] = [makeSigningKey(), makeSigningKey()];
  core = await openAllCore(source, { AUDIT_SIGNING_KEY_FILE: sourceKey.file });
  other = await openAllCore(target, { AUDIT_SIGNING_KEY_FILE: targetKey.file, TENANT_ARCHIVE_MAX_MIB: '1' });
  signer = core.context.get(NoteSigner);
  tenant = await makeTenant(core, 'a');
  third = await makeTenant(core, 'd');
  await putSecret(core, tenant.id, 'DB_PASSWORD', 'value');
  await makePerson(core, tenant.id);
  // Its log has started, even if it does not yet contain all events that have been staged.
  const event = auditEvent(callFor(tenant.id), { action: 'a.b', resourceType: 'a', resourceId: '1' }, Date.now());
  await core.context.get(AuditPort).record(callFor(tenant.id), { ...event, id: newId('aud') });
  plain = await exported({ secrets: 'excluded' });
  sealed = await exported({ secrets: 'sealed', passphrase: PASSPHRASE });
});

afterAll(async () => {
  await core.close();
  await other.close();
  await source.drop();
  await target.drop();
  sourceKey.remove();
  targetKey.remove();
});

async function exported(order: ExportOrder, id = tenant.id): Promise<Buffer> {
  const { signal } = new AbortController();
  const { bytes } = await core.context.get(TenantLifecyclePort).export(callFor(id), id, order, signal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* inPieces(archive: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += 60_000) yield archive.subarray(at, at + 60_000);
}

/** Imports an archive with a passphrase. Without a passphrase, accepts the key of the source installation. */
function imported(archive: Buffer, passphrase: string | null = null): Promise<ImportReport> {
  const acceptedKey = passphrase === null ? signer.publicText() : null;
  return other.context
    .get(TenantLifecyclePort)
    .import(systemContext(newId('req')), inPieces(archive), { slug: null, passphrase, acceptedKey });
}

type Line = Record<string, unknown>;
type Row = Record<string, unknown>;

/**
 * Returns an archive with changed lines and correct hashes, like one that an attacker who knows the format could create. Unless `isSigned`
 * is false, an accepted but malicious installation has also signed it.
 */
function forged(archive: Buffer, change: (lines: Line[]) => Line[], isSigned = true): Buffer {
  const lines = gunzipSync(archive)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const manifest = lines.pop() ?? {};
  const sections: Line[] = [];
  const changed = change(lines);
  let rows = 0;
  for (const line of changed) {
    if ('row' in line) rows++;
    if ('table' in line) rows = 0;
    if (!('end' in line)) continue;
    line['rows'] = rows;
    sections.push({ table: line['end'], rows, sha256: line['sha256'] });
  }
  const text = changed.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const said = { manifest: sections, leftOut: manifest['leftOut'], sha256 } as unknown as ArchiveManifest;
  const note = isSigned ? signer.sign(provenText(said)) : manifest['note'];
  return gzipSync(`${text}${JSON.stringify({ ...said, mac: manifest['mac'], note })}\n`);
}

const indexOf = (lines: Line[], table: string): number => lines.findIndex((line) => line['table'] === table);

/** Changes the first row of a table. */
const withRow = (table: string, change: (row: Row) => Row) => (lines: Line[]) => {
  const line = lines[indexOf(lines, table) + 1] ?? {};
  line['row'] = change(line['row'] as Row);
  return lines;
};

/** Appends a section of another table, with one row. */
const withSection = (table: string, row: Row) => (lines: Line[]) => [
  ...lines,
  { table, columns: Object.keys(row) },
  { row },
  { end: table, rows: 1, sha256: '0'.repeat(64) },
];

interface TableCount {
  readonly table: string;
  readonly rows: number;
}

/** Counts tenant rows, except rows written as a side effect (kernel, audit). */
async function everything(): Promise<readonly TableCount[]> {
  const tables = other.context
    .get(RegisteredTenantData)
    .tables.filter(({ table }) => !/^(kernel|audit)\./.test(table))
    .map((table) => `SELECT '${table.table}' AS "table", count(*)::int AS rows FROM ${table.table}`);
  return queryAs<TableCount>(target.adminUrl, tables.join(' UNION ALL '));
}

async function expectRefused(
  code: string,
  words: RegExp,
  archive: Buffer,
  passphrase: string | null = null,
): Promise<void> {
  // The events of earlier writes have been moved to their logs.
  await eventually(async () => {
    expect((await everything()).filter(({ table, rows }) => table.endsWith('.staged') && rows > 0)).toEqual([]);
  });
  const before = await everything();
  await expect(imported(archive, passphrase)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(words) as string,
  });
  expect(await everything()).toEqual(before);
}

describe('an archive is refused without any change when', () => {
  it('a byte of a row was changed', async () => {
    const text = gunzipSync(plain).toString().replace('"name": "App"', '"name": "Abc"');
    await expectRefused('unprocessable', /hash of the archive/, gzipSync(text));
  });

  it('it was modified by someone who recomputed the hashes but lacks the passphrase', async () => {
    const archive = forged(
      sealed,
      withRow('apps.apps', (row) => ({ ...row, name: 'Abc' })),
    );
    await expectRefused('unprocessable', /without the passphrase/, archive, PASSPHRASE);
  });

  it('it was modified by someone who recomputed the hashes but lacks the signing key', async () => {
    const richer = (row: Row): Row => ({ ...row, name: 'Abc' });
    const archive = forged(plain, withRow('apps.apps', richer), false);
    await expectRefused('unprocessable', /not signed by the public key/, archive);
    const words = forged(plain, (lines) => lines, false);
    const text = gunzipSync(words).toString().replace('passphrase does not contain', 'passphrase contains');
    await expectRefused('unprocessable', /not signed by the public key/, gzipSync(text));
    await expectRefused(
      'unprocessable',
      /not valid at \/note/,
      gzipSync(text.replace(/"note":"[^"]*"}\n$/, '"note":null}\n')),
    );
  });

  it('it contains credentials without a passphrase', async () => {
    const archive = forged(
      plain,
      withRow('users.users', (row) => ({ ...row, password_hash: '$argon2id$chosen' })),
    );
    await expectRefused('unprocessable', /the credentials in users.users/, archive);
  });

  it('the passphrase is wrong or missing', async () => {
    await expectRefused('unprocessable', /a different passphrase/, sealed, 'another passphrase of mine');
    await expectRefused('unprocessable', /send its passphrase/, sealed);
  });

  it('it is truncated within the gzip data or between lines', async () => {
    await expectRefused('unprocessable', /cut off/, plain.subarray(0, plain.length - 20));
    const lines = gunzipSync(plain).toString().trimEnd().split('\n');
    await expectRefused('unprocessable', /no manifest/, gzipSync(`${lines.slice(0, -1).join('\n')}\n`));
    await expectRefused('unprocessable', /is incomplete/, gzipSync(lines.slice(0, 5).join('\n')));
    await expectRefused('unprocessable', /no archive/, Buffer.alloc(0));
  });

  it.each([
    ['not gzip', () => Buffer.from('PK\u0003\u0004 this is a zip'), /not a gzip file/],
    ['not JSON', () => gzipSync('hello\n'), /line 1: it is not JSON/],
    ['no UTF-8', () => gzipSync(Buffer.from([0xff, 0xfe, 10])), /not UTF-8/],
    ['in another format', () => gzipSync('{"archive":"other","version":1}\n'), /not valid at \/archive/],
    ['nested too deeply for a parser', () => gzipSync(`${'['.repeat(200_000)}\n`), /not JSON/],
  ])('it is %s', async (_name, archive, words) => {
    await expectRefused('unprocessable', words, archive());
  });

  it('it is too large: compressed, unpacked, or in one line', async () => {
    await expectRefused('payload_too_large', /TENANT_ARCHIVE_MAX_MIB/, randomBytes(1_100_000));
    await expectRefused(
      'payload_too_large',
      /too large when unpacked|line/,
      gzipSync(Buffer.alloc(70 * 1024 * 1024, 32)),
    );
  });

  it.each([
    'kernel.migrations',
    'keys.signing_keys',
    'pg_catalog.pg_authid',
    'kernel.changes',
    'users.sessions',
    '../../etc/passwd',
    'apps.apps; DROP TABLE apps.apps',
  ])('it contains a table that cannot be imported: %s', async (table) => {
    const archive = forged(plain, withSection(table, { tenant_id: tenant.id, id: '1' }));
    await expectRefused('unprocessable', /not a table that can be imported/, archive);
  });

  it('it contains a table that requires a passphrase, but no passphrase is sent', async () => {
    const row = { tenant_id: tenant.id, id: 'dek-1', wrapped: '\\x00', is_current: true, created_at: '2026-01-01Z' };
    await expectRefused('unprocessable', /with a passphrase/, forged(plain, withSection('sealing.tenant_keys', row)));
  });

  it('a row belongs to a different tenant or to no tenant', async () => {
    const to = (tenantId: unknown) =>
      forged(
        plain,
        withRow('apps.apps', (row) => ({ ...row, tenant_id: tenantId })),
      );
    await expectRefused('unprocessable', /a different tenant/, to(newId('tnt')));
    await expectRefused('unprocessable', /a different tenant/, to(null));
    await expectRefused('unprocessable', /a different tenant/, to([tenant.id]));
  });

  it('its columns differ from the declared or existing columns', async () => {
    const more = (row: Row) => ({ ...row, is_superuser: true });
    await expectRefused('unprocessable', /different columns/, forged(plain, withRow('apps.apps', more)));
    const said = forged(plain, (lines) => {
      (lines[indexOf(lines, 'apps.apps')]?.['columns'] as string[]).push('x") SELECT 1 --');
      return withRow('apps.apps', (row) => ({ ...row, 'x") SELECT 1 --': 1 }))(lines);
    });
    await expectRefused('unprocessable', /no column/, said);
  });

  it.each([
    ['of a different type', { created_at: 'no time at all' }],
    ['missing where required', { name: null }],
    ['out of range', { access_token_ttl_seconds: 1e30 }],
  ])('a value is %s', async (_name, change) => {
    const archive = forged(
      plain,
      withRow('apps.apps', (row) => ({ ...row, ...change })),
    );
    await expectRefused('unprocessable', /rows of apps.apps are not valid/, archive);
  });

  it('it contains a duplicate table, two tenants, no tenant, or content after its end', async () => {
    const twice = forged(plain, withSection('apps.scopes', { tenant_id: tenant.id }));
    await expectRefused('unprocessable', /appears twice/, twice);
    const two = forged(plain, (lines) => lines.toSpliced(2, 0, structuredClone(lines[2] ?? {})));
    await expectRefused('unprocessable', /more than one tenant/, two);
    await expectRefused(
      'unprocessable',
      /no row for its tenant/,
      forged(plain, (lines) => lines.toSpliced(2, 1)),
    );
    const text = gunzipSync(plain).toString();
    await expectRefused('unprocessable', /follows the manifest/, gzipSync(`${text}{"row":{}}\n`));
  });

  it.each(['system', 'tnt-x', 'UPPER', 'a b', ''])('its slug is invalid: "%s"', async (slug) => {
    const archive = forged(
      plain,
      withRow('tenants.tenants', (row) => ({ ...row, slug })),
    );
    await expectRefused('unprocessable', /not valid at \/slug/, archive);
  });

  it('one of its apps has the id of a different tenant’s app', async () => {
    const taken = await makeTenant(other, 'b');
    const swap = (line: Line): Line =>
      JSON.parse(JSON.stringify(line).replaceAll(tenant.clientId, taken.clientId)) as Line;
    await expectRefused(
      'conflict',
      /client id/,
      forged(plain, (lines) => lines.map(swap)),
    );
  });

  it.each<[string, (row: Row) => Row]>([
    ['a frontier of a different size', (row) => ({ ...row, frontier: '\\x' })],
    ['half a hash', (row) => ({ ...row, hash: '\\x00' })],
    ['fewer records than there are leaves', (row) => ({ ...row, size: 0, hash: '\\x', frontier: '\\x' })],
    ['more records than can be counted', (row) => ({ ...row, size: '9223372036854775807' })],
    ['a size below zero', (row) => ({ ...row, size: -1 })],
  ])('its audit log cannot be continued because of %s', async (_what, change) => {
    await expectRefused('unprocessable', /audit.heads do not match/, forged(plain, withRow('audit.heads', change)));
  });

  it('its audit log contains leaves without a head, or has a gap', async () => {
    const without = (from: number, count: number) => (lines: Line[]) => lines.toSpliced(from, count);
    const headless = forged(plain, (lines) => without(indexOf(lines, 'audit.heads') + 1, 1)(lines));
    await expectRefused('unprocessable', /audit.heads do not match/, headless);
    const holed = forged(plain, (lines) => without(indexOf(lines, 'audit.leaves') + 1, 1)(lines));
    await expectRefused('unprocessable', /audit.heads do not match/, holed);
  });

  it.each(['infinity', '20000-01-01T00:00:00Z'])('the time of one of its earlier events is %s', async (ts) => {
    const archive = forged(plain, (lines) => {
      const at = indexOf(lines, 'audit.earlier_events');
      const names = lines[at]?.['columns'] as string[];
      const row = Object.fromEntries(names.map((name) => [name, 'x']));
      return lines.toSpliced(at + 1, 0, { row: { ...row, tenant_id: tenant.id, metadata: {}, ts } });
    });
    await expectRefused('unprocessable', /audit.earlier_events do not match/, archive);
  });

  it('one of its data keys is not the key that was sealed', async () => {
    const archive = forged(
      sealed,
      withRow('sealing.tenant_keys', (row) => ({ ...row, wrapped: '\\x0011' })),
    );
    await expectRefused('unprocessable', /without the passphrase/, archive, PASSPHRASE);
  });
});

describe('an imported archive', () => {
  it('does not grant platform administration or add a console app', async () => {
    const archive = forged(plain, (lines) => {
      const at = indexOf(lines, 'apps.apps') + 1;
      const row = lines[at]?.['row'] as Row;
      row['declared_scopes'] = ['projects.read', 'platform.admin'];
      row['default_scopes'] = ['platform.admin'];
      return lines.toSpliced(at, 0, { row: { ...row, client_id: CONSOLE_CLIENT_ID } });
    });
    const report: ImportReport = await imported(archive);
    expect(report.refusedRows).toEqual([{ table: 'apps.apps', rows: 1 }]);
    expect(report.leftOut.map(({ table }) => table)).toContain('secrets.versions');
    const apps = await queryAs(
      target.adminUrl,
      'SELECT client_id, declared_scopes, default_scopes FROM apps.apps WHERE tenant_id = $1',
      [tenant.id],
    );
    expect(apps).toEqual([{ client_id: tenant.clientId, declared_scopes: ['projects.read'], default_scopes: [] }]);
  });

  it.each([
    ['as the text of an array', '{projects.read,platform.admin}'],
    ['in an array of arrays', [['platform.admin']]],
  ])('does not grant platform administration %s', async (_name, scopes) => {
    const { id } = await makeTenant(core, 'c');
    const archive = forged(
      await exported({ secrets: 'excluded' }, id),
      withRow('apps.apps', (row) => ({ ...row, declared_scopes: scopes })),
    );
    expect((await imported(archive)).refusedRows).toEqual([{ table: 'apps.apps', rows: 1 }]);
    expect(await queryAs(target.adminUrl, 'SELECT 1 FROM apps.apps WHERE tenant_id = $1', [id])).toEqual([]);
  });

  it('drops scheduled flag changes that cannot be applied', async () => {
    const archive = forged(await exported({ secrets: 'excluded' }, third.id), (lines) => {
      const at = indexOf(lines, 'flags.scheduled');
      const row = (id: string, change: unknown): Line => ({
        row: {
          ...Object.fromEntries((lines[at]?.['columns'] as string[]).map((name) => [name, null])),
          ...{ tenant_id: third.id, id, at: '2020-01-01T00:00:00Z', change, status: 'pending' },
          ...{ created_by: 'usr-1', created_by_type: 'user', created_at: '2020-01-01T00:00:00Z' },
        },
      });
      return lines.toSpliced(
        at + 1,
        0,
        row('sch-1', 'no object'),
        row('sch-2', { op: 'revert', version: 'x', key: 5 }),
      );
    });
    expect((await imported(archive)).refusedRows).toEqual([{ table: 'flags.scheduled', rows: 2 }]);
  });
});
