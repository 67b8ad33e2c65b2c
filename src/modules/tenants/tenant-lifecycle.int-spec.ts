import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { eventually } from '../../../test/support/eventually';
import { makePerson } from '../../../test/support/people';
import { callFor, grantSecret, putSecret, resolvedFor } from '../../../test/support/secrets';
import { makeSigningKey, type SigningKeyFile } from '../../../test/support/signing-key';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { verdictOn } from '../../../test/support/token-verdict';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { RegisteredTenantData, tenantColumnOf } from '../../kernel/tenant-data/tenant-data';
import { AppsPort } from '../apps/contract/apps.port';
import { ClientsPort } from '../apps/contract/clients.port';
import { NoteSigner } from '../audit/contract/note-signer';
import { KeysPort } from '../keys/contract/keys.port';
import { TenantLifecyclePort } from './contract/tenant-lifecycle.port';
import type { ErasureView, ExportOrder, ImportReport } from './contract/tenant-lifecycle.types';
import { TenantsPort } from './contract/tenants.port';
import type { Tenant } from './contract/tenants.types';

const PASSPHRASE = 'correct horse battery staple';
const SEALED = { secrets: 'sealed', passphrase: PASSPHRASE } as const;
/** A short maximum age of the change feed, so that erasure does not wait long. */
const FAST = { CHANGE_FEED_MAX_AGE_MS: '2500' };

let source: TestDatabase;
let target: TestDatabase;
let core: TestCore;
let other: TestCore;
let tenant: TestTenant;
let neighbor: TestTenant;
let keys: [SigningKeyFile, SigningKeyFile];

const system = () => systemContext(newId('req'));
const lifecycle = ({ context }: TestCore = core): TenantLifecyclePort => context.get(TenantLifecyclePort);

beforeAll(async () => {
  [source, target] = [await createTestDatabase(), await createTestDatabase()];
  keys = [makeSigningKey(), makeSigningKey()];
  core = await openAllCore(source, { ...FAST, AUDIT_SIGNING_KEY_FILE: keys[0].file });
  other = await openAllCore(target, {
    ...FAST,
    AUDIT_SIGNING_KEY_FILE: keys[1].file,
    MASTER_KEY: 'another-master-key-0123456789abcdefghijkl',
  });
  [tenant, neighbor] = [await furnished('a'), await furnished('b')];
});

afterAll(async () => {
  await core.close();
  await other.close();
  await source.drop();
  await target.drop();
  for (const key of keys) key.remove();
});

/** Creates a tenant with an app, a person and a secret that the app can read. */
async function furnished(name: string): Promise<TestTenant> {
  const made = await makeTenant(core, name);
  await makePerson(core, made.id);
  const hash = `$argon2id$of-${made.id}`;
  await queryAs(source.adminUrl, 'UPDATE users.users SET password_hash = $2 WHERE tenant_id = $1', [made.id, hash]);
  await putSecret(core, made.id, 'DB_PASSWORD', `secret of ${name}`);
  await grantSecret(core, made.id, { principal: { type: 'client', id: made.clientId }, path: { path: '*' } });
  return made;
}

async function exported(from: TestTenant, order: ExportOrder, by: TestCore = core): Promise<Buffer> {
  const { bytes } = await lifecycle(by).export(callFor(from.id), from.slug, order, new AbortController().signal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* bytesOf(archive: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += 1000) yield archive.subarray(at, at + 1000);
}

function imported(
  archive: Buffer,
  options: { slug?: string; passphrase?: string | null; acceptedKey?: string } = {},
): Promise<ImportReport> {
  const { slug = null, passphrase = PASSPHRASE, acceptedKey = null } = options;
  return lifecycle(other).import(system(), bytesOf(archive), { slug, passphrase, acceptedKey });
}

/** Counts a tenant's rows in each table. */
async function rowsOf(database: TestDatabase, tenantId: string): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of core.context.get(RegisteredTenantData).tables) {
    const sql = `SELECT count(*)::int AS rows FROM ${table.table} WHERE ${tenantColumnOf(table)} = $1`;
    const [row] = await queryAs<{ rows: number }>(database.adminUrl, sql, [tenantId]);
    if ((row?.rows ?? 0) > 0) counts[table.table] = row?.rows ?? 0;
  }
  return counts;
}

const secretOf = (by: TestCore, { id, clientId }: TestTenant): Promise<string> =>
  resolvedFor(by, id, clientId, 'DB_PASSWORD');

const deleted = (which: TestTenant, graceSeconds: number): Promise<Tenant> =>
  lifecycle().delete(callFor(which.id), which.id, { confirm: which.slug, graceSeconds });

const erasureOf = async (tenantId: string): Promise<ErasureView | undefined> =>
  (await lifecycle().listErasures(system(), { limit: 500 })).items.find((erasure) => erasure.tenantId === tenantId);

describe('an export', () => {
  it('contains all rows of its tenant, but no rows of other tenants and no secrets in plaintext', async () => {
    const before = await rowsOf(source, tenant.id);
    const text = gunzipSync(await exported(tenant, SEALED)).toString();
    const manifest = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as {
      manifest: { table: string; rows: number }[];
      leftOut: { table: string; reason: string }[];
    };
    for (const { table, rows } of manifest.manifest) {
      // The export itself is recorded.
      if (!table.startsWith('audit.')) expect([table, rows]).toEqual([table, before[table] ?? 0]);
    }
    const known = [...manifest.manifest, ...manifest.leftOut].map(({ table }) => table).sort();
    expect(known).toEqual(
      core.context
        .get(RegisteredTenantData)
        .tables.map(({ table }) => table as string)
        .sort(),
    );
    expect(text).not.toContain(neighbor.id);
    expect(text).not.toContain('secret of a');
    expect(text).not.toContain(Buffer.from('secret of a').toString('hex'));
  });

  it('without a passphrase contains neither data keys nor data sealed with them', async () => {
    const text = gunzipSync(await exported(tenant, { secrets: 'excluded' })).toString();
    expect(text).not.toMatch(/^\{"table":"(sealing|secrets\.(secrets|versions)|masking\.keys)/m);
    expect(text).toContain('which an archive without a passphrase does not contain');
  });

  it('without a passphrase does not contain password hashes or client secret hashes', async () => {
    const hashes = await queryAs<{ hash: string }>(
      source.adminUrl,
      `SELECT encode(hash, 'hex') AS hash FROM apps.secrets WHERE tenant_id = $1
       UNION ALL SELECT password_hash FROM users.users WHERE tenant_id = $1`,
      [tenant.id],
    );
    expect(hashes).toHaveLength(2);
    const [open, sealed] = [await exported(tenant, { secrets: 'excluded' }), await exported(tenant, SEALED)];
    const holds = (archive: Buffer): readonly boolean[] => {
      const text = gunzipSync(archive).toString();
      return hashes.map(({ hash }) => text.includes(hash));
    };
    expect(holds(open)).toEqual([false, false]);
    expect(holds(sealed)).toEqual([true, true]);
  });

  it('stops when its reader disconnects', async () => {
    const gone = new AbortController();
    const { bytes } = await lifecycle().export(callFor(tenant.id), tenant.id, SEALED, gone.signal);
    gone.abort();
    await expect(
      (async () => {
        for await (const chunk of bytes) expect(chunk.length).toBeGreaterThan(0);
      })(),
    ).rejects.toThrow();
  });
});

describe('an import', () => {
  let archive: Buffer;

  beforeAll(async () => {
    archive = await exported(tenant, SEALED);
  });

  it('into a different installation restores the tenant, and seals its secrets with the master key there', async () => {
    const report = await imported(archive);
    expect(report).toMatchObject({ provenBy: 'passphrase', reset: [] });
    expect(report.tenant).toMatchObject({ id: tenant.id, slug: tenant.slug, status: 'active' });
    const before = await rowsOf(source, tenant.id);
    const after = await rowsOf(target, tenant.id);
    for (const { table, rows } of report.tables) {
      // The installation continues to sign the log with its own key.
      if (table !== 'audit.checkpoints') expect([table, after[table] ?? 0]).toEqual([table, rows]);
    }
    for (const table of ['users.users', 'apps.apps', 'secrets.versions', 'secrets.grants', 'sealing.tenant_keys']) {
      expect([table, after[table]]).toEqual([table, before[table]]);
    }
    expect(await secretOf(other, tenant)).toBe('secret of a');
    // Its rows have the same columns and exactly the same values.
    const rows = (database: TestDatabase) =>
      queryAs(database.adminUrl, 'SELECT to_jsonb(a)::text AS row FROM apps.apps a WHERE tenant_id = $1', [tenant.id]);
    expect(await rows(target)).toEqual(await rows(source));
  });

  it('of an existing tenant or with an existing slug is refused', async () => {
    await expect(imported(archive)).rejects.toMatchObject({ code: 'conflict' });
    const second = await exported(neighbor, SEALED);
    await expect(imported(second, { slug: tenant.slug })).rejects.toMatchObject({ code: 'conflict' });
    expect(await rowsOf(target, neighbor.id)).toEqual({});
    const report = await imported(second, { slug: 'moved-in' });
    expect(report.tenant).toMatchObject({ id: neighbor.id, slug: 'moved-in' });
    expect(await secretOf(other, neighbor)).toBe('secret of b');
  });
});

describe('an import without a passphrase', () => {
  const publicKeyOf = ({ context }: TestCore): string => context.get(NoteSigner).publicText();

  it('accepts only archives from this installation or from one whose key the administrator accepts', async () => {
    const moved = await furnished('f');
    const archive = await exported(moved, { secrets: 'excluded' });
    const without = { passphrase: null };
    await expect(imported(archive, without)).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringContaining('X-Archive-Public-Key') as string,
    });
    for (const acceptedKey of [publicKeyOf(other), 'no key']) {
      await expect(imported(archive, { ...without, acceptedKey })).rejects.toMatchObject({
        code: acceptedKey === 'no key' ? 'invalid_request' : 'unprocessable',
      });
    }
    expect(await rowsOf(target, moved.id)).toEqual({});
    const report = await imported(archive, { ...without, acceptedKey: publicKeyOf(core) });
    expect(report).toMatchObject({ provenBy: 'accepted_key', tenant: { id: moved.id } });
    // The installation's log records which key was accepted.
    const [event] = await queryAs<{ metadata: object }>(
      target.adminUrl,
      `SELECT metadata FROM audit.events WHERE action = 'tenant.import' AND resource_id = $1
       UNION ALL SELECT payload->'metadata' FROM kernel.outbox
       WHERE payload->>'action' = 'tenant.import' AND payload->>'resourceId' = $1`,
      [moved.id],
    );
    expect(event?.metadata).toMatchObject({ provenBy: 'accepted_key', acceptedKey: publicKeyOf(core) });
  });

  it('lists the credentials to reset, and does not import any credentials', async () => {
    const moved = await furnished('g');
    const archive = await exported(moved, { secrets: 'excluded' });
    const report = await imported(archive, { passphrase: null, acceptedKey: publicKeyOf(core) });
    const toReset = report.reset.map(({ table }) => table);
    expect(toReset).toEqual(expect.arrayContaining(['users.users', 'apps.secrets', 'secrets.secrets', 'masking.keys']));
    const left = await queryAs(
      target.adminUrl,
      `SELECT 1 FROM users.users WHERE tenant_id = $1 AND password_hash IS NOT NULL
       UNION ALL SELECT 1 FROM apps.secrets WHERE tenant_id = $1`,
      [moved.id],
    );
    expect(left).toEqual([]);
    // An app with a new secret works as before.
    const { client_secret: secret } = await other.context
      .get(AppsPort)
      .rotateSecret(systemContext(newId('req'), moved.id), moved.clientId, 0);
    expect(await other.context.get(ClientsPort).authenticate(moved.clientId, secret ?? '')).not.toBeNull();
  });

  it('does not need a key for an archive from the same installation, and runs once per idempotency key', async () => {
    const gone = await furnished('i');
    const archive = await exported(gone, { secrets: 'excluded' });
    await deleted(gone, 0);
    await eventually(async () => expect((await erasureOf(gone.id))?.status).toBe('erased'));
    const options = { slug: null, passphrase: null, acceptedKey: null };
    const keyed = (): CallContext => ({ ...system(), idempotencyKey: 'archive', notes: { isReplayed: false } });
    const first = await lifecycle().import(keyed(), bytesOf(archive), options);
    expect(first).toMatchObject({ provenBy: 'own_key' });
    const context = keyed();
    expect(await lifecycle().import(context, bytesOf(archive), options)).toEqual(first);
    expect(context.notes?.isReplayed).toBe(true);
    const other = lifecycle().import(keyed(), bytesOf(archive), { ...options, slug: 'other' });
    await expect(other).rejects.toMatchObject({ code: 'unprocessable' });
    // Without the idempotency key, the import fails, because the tenant already exists here.
    await expect(lifecycle().import(system(), bytesOf(archive), options)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a deletion', () => {
  it('requires the slug, and can be undone during its grace period', async () => {
    const gone = await furnished('c');
    const token = await gone.issueToken();
    const query = { confirm: 'another', graceSeconds: 0 };
    await expect(lifecycle().delete(callFor(gone.id), gone.id, query)).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect(await deleted(gone, 3600)).toMatchObject({ status: 'pending_deletion' });
    await eventually(async () => expect(await verdictOn(core, token)).toMatchObject({ valid: false }));
    await expect(gone.issueToken()).rejects.toThrow();
    await expect(core.context.get(TenantsPort).setStatus(system(), gone.id, 'suspended')).rejects.toMatchObject({
      code: 'conflict',
    });
    const back = await core.context.get(TenantsPort).setStatus(system(), gone.id, 'active');
    expect(back).toMatchObject({ status: 'active', eraseAfter: null });
    await expect(gone.issueToken()).resolves.toMatch(/^eyJ/);
    expect(await secretOf(core, gone)).toBe('secret of c');
  });

  it('does not start or finish under a legal hold', async () => {
    const kept = await furnished('h');
    const hold = (reason: string | null) =>
      queryAs(
        source.adminUrl,
        `INSERT INTO audit.retention (tenant_id, hold_reason) VALUES ($1, $2)
         ON CONFLICT (tenant_id) DO UPDATE SET hold_reason = $2`,
        [kept.id, reason],
      );
    await hold('case 7');
    await expect(deleted(kept, 0)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('case 7'),
    });
    await hold(null);
    await deleted(kept, 1);
    await hold('case 8');
    await setTimeout(3_000);
    expect(await core.context.get(TenantsPort).find(kept.slug)).toMatchObject({ status: 'pending_deletion' });
    await hold(null);
    await eventually(async () => expect((await erasureOf(kept.id))?.status).toBe('erased'));
  });

  it('leaves only data that expires, and a certificate that lists it', async () => {
    const gone = await furnished('d');
    await deleted(gone, 3600);
    const archive = gunzipSync(await exported(gone, SEALED)).toString();
    const spared = await rowsOf(source, neighbor.id);
    await deleted(gone, 0);
    await eventually(async () => expect((await erasureOf(gone.id))?.status).toBe('erased'));
    expect(Object.keys(await rowsOf(source, gone.id))).toEqual(['kernel.changes']);
    expect(await rowsOf(source, neighbor.id)).toEqual(spared);
    expect(await core.context.get(TenantsPort).find(gone.slug)).toBeNull();

    const view = await erasureOf(gone.id);
    const certificate = view?.certificate ?? '';
    const jwks = JSON.parse(core.context.get(KeysPort).jwks().text) as JSONWebKeySet;
    const { payload } = await jwtVerify(certificate, createLocalJWKSet(jwks));
    expect(decodeProtectedHeader(certificate)).toMatchObject({ typ: 'erasure-certificate+jwt' });
    expect(payload).toMatchObject({ sub: gone.id, slug: gone.slug, jti: view?.id, erased: view?.tables });
    expect(payload['retained']).toMatchObject([{ table: 'kernel.changes', until: expect.any(String) as string }]);
    // The erased rows are exactly the rows in an export of the deleted tenant.
    const { manifest } = JSON.parse(archive.trimEnd().split('\n').at(-1) ?? '') as {
      manifest: { table: string; rows: number; sha256: string }[];
    };
    const exportedRows = manifest.filter(({ table, rows }) => rows > 0 && !/^(audit|tenants)\./.test(table));
    expect(exportedRows.length).toBeGreaterThan(5);
    expect(view?.tables).toEqual(expect.arrayContaining(exportedRows));
    // The installation's log records the erasure.
    const events = await queryAs(
      source.adminUrl,
      `SELECT action FROM audit.events WHERE tenant_id = 'system' AND resource_id = $1 AND action = 'tenant.erase'
       UNION SELECT payload->>'action' FROM kernel.outbox WHERE payload->>'resourceId' = $1 AND payload->>'action' = 'tenant.erase'`,
      [gone.id],
    );
    expect(events).toEqual([{ action: 'tenant.erase' }]);
  });

  it('can be reverted by importing an archive into the same installation', async () => {
    const gone = await furnished('e');
    const token = await gone.issueToken();
    const archive = await exported(gone, SEALED);
    await deleted(gone, 0);
    await eventually(async () => expect((await erasureOf(gone.id))?.status).toBe('erased'));
    await lifecycle().import(system(), bytesOf(archive), {
      slug: null,
      passphrase: PASSPHRASE,
      acceptedKey: null,
    });
    expect(await secretOf(core, gone)).toBe('secret of e');
    await expect(gone.issueToken()).resolves.toMatch(/^eyJ/);
    expect(await verdictOn(core, token)).toMatchObject({ valid: false, refusal: 'token_revoked' });
  });
});
