import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import { fileDigest } from '@coresdk/rego/bundle';
import { bundleOf } from '../../../test/support/make-tar';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { AppError, type FieldError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { type BundleUpload, PolicyBundlesPort } from './contract/policy-bundles.port';
import {
  BUNDLE_LIMITS,
  type LoggedDecision,
  policyEntityTag,
  type PolicyVersion,
} from './contract/policy-bundles.types';
import { PolicyDecisionsRepository } from './storage/policy-decisions.repository';
import { processorMs } from '../../../test/support/processor-time';

const ALWAYS = { ifMatch: null, ifNoneMatch: null };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

let database: TestDatabase;
let core: TestCore;
let bundles: PolicyBundlesPort;
let a: CallContext;
let b: CallContext;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  bundles = core.context.get(PolicyBundlesPort);
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

beforeEach(async () => {
  const tenants = await Promise.all([makeTenant(core, 'a'), makeTenant(core, 'b')]);
  [a, b] = tenants.map(({ id }) => contextOf(id)) as [CallContext, CallContext];
});

function contextOf(tenantId: string): CallContext {
  return { ...systemContext(newId('req'), tenantId), actor: { type: 'user', id: 'usr-admin' }, auditEventId: null };
}

const tenantOf = (context: CallContext): string => context.tenantId ?? '';

/** Returns a module whose text differs by `word`. */
const moduleOf = (word: string, more = ''): BundleUpload => ({
  kind: 'module',
  text: `package app\n\nword := "${word}"\n${more}`,
});

const archive = (files: Readonly<Record<string, string>>): BundleUpload => ({
  kind: 'archive',
  bytes: bundleOf(files),
});

const withRevision = (revision: string, word = revision): BundleUpload =>
  archive({ '.manifest': JSON.stringify({ revision }), 'app.rego': `package app\n\nword := "${word}"\n` });

const put = (context: CallContext, upload: BundleUpload, stage = false): Promise<PolicyVersion> =>
  bundles.put(context, upload, ALWAYS, stage);

async function refusal(
  promise: Promise<unknown>,
): Promise<{ readonly code: string; readonly fields: readonly FieldError[] }> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`Expected an AppError: ${String(error)}`);
  return { code: error.code, fields: error.fields };
}

const code = async (promise: Promise<unknown>): Promise<string> => (await refusal(promise)).code;

/** Returns everything that is stored for a tenant, as seen by the superuser. */
function stateOf(context: CallContext): Promise<readonly object[]> {
  return queryAs(
    database.adminUrl,
    `SELECT h.last_version, h.active_version, v.version, v.digest, v.activated_at, k.id
     FROM policy.heads h LEFT JOIN policy.versions v USING (tenant_id) LEFT JOIN policy.keys k USING (tenant_id)
     WHERE h.tenant_id = $1 ORDER BY v.version, k.id`,
    [tenantOf(context)],
  );
}

function changesOf(context: CallContext): Promise<readonly { payload: { version: number } }[]> {
  return queryAs(
    database.adminUrl,
    `SELECT payload FROM kernel.changes WHERE topic = 'policy' AND tenant_id = $1 AND key = $1 ORDER BY id`,
    [tenantOf(context)],
  );
}

/** Returns the audit events of a tenant's policy: the staged events, and those that the sweep has already delivered. */
function auditEvents(context: CallContext): Promise<readonly { action: string; metadata: Record<string, unknown> }[]> {
  return queryAs(
    database.adminUrl,
    `SELECT action, metadata, resource FROM (
       SELECT id, payload->>'action' AS action, payload->'metadata' AS metadata, payload->>'resourceId' AS resource
       FROM kernel.outbox WHERE tenant_id = $1
       UNION
       SELECT id, action, metadata, resource_id FROM audit.events WHERE tenant_id = $1
     ) AS events WHERE action LIKE 'policy.%' ORDER BY id`,
    [tenantOf(context)],
  );
}

describe('an upload', () => {
  it('becomes the active version only for its tenant', async () => {
    const version = await put(a, moduleOf('one', 'test_word if word == "one"\n'));
    expect(version).toMatchObject({
      version: 1,
      status: 'active',
      revision: '',
      modules: ['policy.rego'],
      roots: [''],
      tests: { passed: 1, skipped: 0 },
      signedBy: null,
      restoredFrom: null,
      createdBy: 'usr-admin',
      activatedAt: expect.any(String),
    });
    expect((await bundles.active(a)).version).toEqual(version);
    expect(await code(bundles.active(b))).toBe('not_found');
    expect(await bundles.versions(b, { limit: 10 })).toEqual({ items: [], nextCursor: null });
    expect((await put(b, moduleOf('other'))).version).toBe(1);
    expect((await bundles.active(a)).version).toEqual(version);
  });

  it('is published to the sidecars and recorded in the audit log in its own transaction', async () => {
    const version = await put(a, withRevision('r1'));
    expect((await changesOf(a)).map(({ payload }) => payload)).toEqual([{ version: 1 }]);
    expect(await auditEvents(a)).toEqual([
      {
        action: 'policy.upload',
        resource: '1',
        metadata: { version: 1, revision: 'r1', digest: version.digest },
      },
    ]);
    expect(await changesOf(b)).toEqual([]);
  });

  it('is stored as the same archive, regardless of the form in which it is sent', async () => {
    const text = 'package app\n\nword := 1\n';
    const first = await put(a, { kind: 'module', text });
    const second = await put(a, archive({ './policy.rego': text }));
    const third = await put(a, { kind: 'files', modules: { '/policy.rego': text }, data: {} });
    expect([second, third]).toEqual([first, first]);
    expect(await changesOf(a)).toHaveLength(1);
    const fourth = await put(a, { kind: 'files', modules: { 'policy.rego': text }, data: { x: 1 } });
    expect(fourth).toMatchObject({ version: 2, status: 'active' });
  });

  it('is refused with the position of each fault if it has faults, and does not change anything', async () => {
    await put(a, moduleOf('good'));
    const before = await stateOf(a);
    const faulty = archive({
      'authz.rego': 'package authz\n\nallow if {\n  unknown_function(input.x)\n}\n',
      'b.rego': 'package b\n\nx := other_function(1)\n',
    });
    const { code: refused, fields } = await refusal(put(a, faulty));
    expect(refused).toBe('unprocessable');
    expect(fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: expect.stringMatching(/^\/authz\.rego:4:\d+$/) }),
        expect.objectContaining({ pointer: expect.stringMatching(/^\/b\.rego:3:\d+$/) }),
      ]),
    );
    expect(await stateOf(a)).toEqual(before);
    expect(await changesOf(a)).toHaveLength(1);
  });

  it.each([
    ['a syntax error', { 'x.rego': 'package x\n\nallow {\n' }, 'rego_parse_error', /^\/x\.rego:\d+:\d+$/],
    ['a failing test', { 'x.rego': 'package x\n\ntest_no if {\n  1 == 2\n}\n' }, 'test_failed', /^\/x\.rego:3/],
    ['a failing test file', { 'x_test.rego': 'package x\n\ntest_no if false\n' }, 'test_failed', /^\/x_test\.rego:3/],
    ['the reserved package', { 'x.rego': 'package tenant_wall\n\ndeny := set()\n' }, 'reserved_package', /^\/x\.rego$/],
    [
      'data and rules at the same path',
      { 'x.rego': 'package x\n\ny := 1\n', 'x/data.json': '{"y": 2}' },
      /^rego_/,
      /./,
    ],
    ['a path that leaves the bundle', { '../x.rego': 'package x\n' }, 'path_invalid', /^\/\.\.\/x\.rego$/],
    ['invalid data', { 'data.json': '{\n"a": }' }, 'data_invalid', /^\/data\.json:2:6$/],
  ])('is refused if it contains %s', async (_what, files, faultCode, pointer) => {
    const { code: refused, fields } = await refusal(put(a, archive(files)));
    expect(refused).toBe('unprocessable');
    expect(fields[0]).toEqual({
      pointer: expect.stringMatching(pointer),
      code: expect.stringMatching(faultCode),
      message: expect.stringMatching(/./),
    });
    expect(await stateOf(a)).toEqual([]);
  });

  it('is refused in time if it contains a test that never ends, and the thread serves the next upload', async () => {
    const endless = moduleOf(
      'x',
      'test_long if {\n  count([1 | numbers.range(1, 100000)[_]; numbers.range(1, 100000)[_]]) > 0\n}\n',
    );
    const began = processorMs();
    expect(await refusal(put(a, endless))).toMatchObject({ code: 'unprocessable' });
    expect(processorMs() - began).toBeLessThan(15_000);
    expect(await put(a, moduleOf('fine'))).toMatchObject({ status: 'active' });
  });

  it('does not block the main thread', async () => {
    const rules = Array.from({ length: 4_000 }, (_, index) => `r${index} := input.a${index} + ${index}`);
    // Measures this thread's processor time, because other threads might use the processor meanwhile.
    const threadMs = (): number => process.threadCpuUsage().user / 1_000;
    let longest = 0;
    let last = threadMs();
    const beat = setInterval(() => {
      const now = threadMs();
      longest = Math.max(longest, now - last);
      last = now;
    }, 5);
    await put(a, moduleOf('big', rules.join('\n'))).catch(() => undefined);
    clearInterval(beat);
    expect(longest).toBeLessThan(400);
  });

  it('gets a separate version if other uploads run concurrently, and one of the versions is active', async () => {
    const made = await Promise.all(['1', '2', '3', '4'].map((word) => put(a, moduleOf(word))));
    expect(made.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
    const { items } = await bundles.versions(a, { limit: 10 });
    expect(items.map(({ status }) => status)).toEqual(['active', 'superseded', 'superseded', 'superseded']);
    expect((await changesOf(a)).map(({ payload }) => payload.version)).toEqual([1, 2, 3, 4]);
  });

  it('is refused before it is unpacked if it is too large', async () => {
    const bytes = new Uint8Array(BUNDLE_LIMITS.maxArchiveBytes + 1);
    expect(await code(put(a, { kind: 'archive', bytes }))).toBe('payload_too_large');
  });
});

describe('conditions', () => {
  it('allow a write only if the caller knows the active version', async () => {
    const first = await bundles.put(a, moduleOf('1'), { ifMatch: null, ifNoneMatch: '*' }, false);
    expect(await code(bundles.put(a, moduleOf('2'), { ifMatch: null, ifNoneMatch: '*' }, false))).toBe(
      'precondition_failed',
    );
    const tag = policyEntityTag(first);
    const second = await bundles.put(a, moduleOf('2'), { ifMatch: tag, ifNoneMatch: null }, false);
    expect(second.version).toBe(2);
    const before = await stateOf(a);
    for (const write of [
      bundles.put(a, moduleOf('3'), { ifMatch: tag, ifNoneMatch: null }, false),
      bundles.rollback(a, 1, { ifMatch: tag, ifNoneMatch: null }),
      bundles.put(b, moduleOf('3'), { ifMatch: '*', ifNoneMatch: null }, false),
    ]) {
      expect(await code(write)).toBe('precondition_failed');
    }
    expect(await stateOf(a)).toEqual(before);
  });

  it('let only one of two concurrent writes succeed', async () => {
    const condition = { ifMatch: policyEntityTag(await put(a, moduleOf('0'))), ifNoneMatch: null };
    const writes = ['1', '2'].map((word) => bundles.put(a, moduleOf(word), condition, false));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('revisions', () => {
  it('can be used only once, and only in increasing order', async () => {
    await put(a, withRevision('10'));
    expect(await code(put(a, withRevision('9')))).toBe('conflict');
    expect(await code(put(a, withRevision('10', 'other')))).toBe('conflict');
    expect(await put(a, withRevision('10'))).toMatchObject({ version: 1 });
    expect(await put(a, withRevision('11'))).toMatchObject({ version: 2 });
    expect(await code(put(a, withRevision('10')))).toBe('conflict');
    // Each tenant has its own revisions.
    expect(await put(b, withRevision('9'))).toMatchObject({ version: 1 });
  });
});

describe('staging', () => {
  it('stores a version that takes effect only when it is activated', async () => {
    await put(a, withRevision('1'));
    const staged = await put(a, withRevision('2'), true);
    expect(staged).toMatchObject({ version: 2, status: 'staged', activatedAt: null });
    expect((await bundles.active(a)).version.version).toBe(1);
    expect(await changesOf(a)).toHaveLength(1);
    expect(await put(a, withRevision('2'), true)).toEqual(staged);
    expect(await code(put(a, withRevision('2')))).toBe('conflict');
    expect(await code(bundles.activate(b, 2, ALWAYS))).toBe('not_found');
    expect(await bundles.activate(a, 2, ALWAYS)).toMatchObject({ version: 2, status: 'active' });
    expect((await changesOf(a)).map(({ payload }) => payload.version)).toEqual([1, 2]);
    expect((await auditEvents(a)).map(({ action }) => action)).toEqual([
      'policy.upload',
      'policy.stage',
      'policy.activate',
    ]);
    expect(await bundles.activate(a, 2, ALWAYS)).toMatchObject({ version: 2, status: 'active' });
    expect(await code(bundles.activate(a, 1, ALWAYS))).toBe('conflict');
  });

  it('ends when a newer version is activated', async () => {
    await put(a, moduleOf('1'), true);
    await put(a, moduleOf('2'));
    const { items } = await bundles.versions(a, { limit: 10 });
    expect(items.map(({ status }) => status)).toEqual(['active', 'discarded']);
    expect(await code(bundles.activate(a, 1, ALWAYS))).toBe('conflict');
    expect(await code(bundles.activate(a, 7, ALWAYS))).toBe('not_found');
  });
});

describe('a rollback', () => {
  it('restores earlier content as a new version', async () => {
    const first = await put(a, withRevision('1'));
    await put(a, withRevision('2'));
    const back = await bundles.rollback(a, null, ALWAYS);
    expect(back).toMatchObject({ version: 3, status: 'active', restoredFrom: 1, revision: '1', digest: first.digest });
    expect(policyEntityTag(back)).not.toBe(policyEntityTag(first));
    expect((await changesOf(a)).map(({ payload }) => payload.version)).toEqual([1, 2, 3]);
    expect((await auditEvents(a)).at(-1)).toMatchObject({
      action: 'policy.rollback',
      metadata: { version: 3, revision: '1', digest: first.digest, restoredFrom: 1 },
    });
    expect(await bundles.rollback(a, null, ALWAYS)).toMatchObject({ version: 4, restoredFrom: 2 });
    expect(await bundles.rollback(a, 1, ALWAYS)).toMatchObject({ version: 5, restoredFrom: 1 });
  });

  it('requires a version that belongs to this tenant and has been active', async () => {
    expect(await code(bundles.rollback(a, null, ALWAYS))).toBe('not_found');
    await put(a, moduleOf('1'));
    expect(await code(bundles.rollback(a, null, ALWAYS))).toBe('not_found');
    await put(a, moduleOf('2'), true);
    expect(await code(bundles.rollback(a, 2, ALWAYS))).toBe('not_found');
    expect(await code(bundles.rollback(b, 1, ALWAYS))).toBe('not_found');
    expect(await bundles.rollback(a, 1, ALWAYS)).toMatchObject({ version: 1 });
  });
});

describe('a deletion', () => {
  it('returns to the default policy with an empty version, which a rollback undoes', async () => {
    const first = await put(a, moduleOf('1'));
    await bundles.remove(a, ALWAYS);
    expect((await bundles.active(a)).version).toMatchObject({ version: 2, status: 'active', modules: [] });
    expect((await changesOf(a)).map(({ payload }) => payload.version)).toEqual([1, 2]);
    expect((await auditEvents(a)).at(-1)).toMatchObject({ action: 'policy.delete', metadata: { version: 2 } });
    expect(await bundles.rollback(a, null, ALWAYS)).toMatchObject({ version: 3, digest: first.digest });
  });

  it('requires a bundle and the expected version', async () => {
    expect(await code(bundles.remove(a, ALWAYS))).toBe('not_found');
    const tag = policyEntityTag(await put(a, moduleOf('1')));
    await put(a, moduleOf('2'));
    expect(await code(bundles.remove(a, { ifMatch: tag, ifNoneMatch: null }))).toBe('precondition_failed');
    expect((await bundles.active(a)).version).toMatchObject({ version: 2 });
  });
});

describe('retained versions', () => {
  it('are the newest versions, and the active version regardless of its age', async () => {
    await put(a, moduleOf('active'));
    const made = BUNDLE_LIMITS.keptVersions + 3;
    for (let index = 0; index < made; index++) await put(a, moduleOf(String(index)), true);
    const { items, nextCursor } = await bundles.versions(a, { limit: 500 });
    expect(nextCursor).toBeNull();
    expect(items).toHaveLength(BUNDLE_LIMITS.keptVersions + 1);
    expect(items.at(0)?.version).toBe(made + 1);
    expect(items.at(-1)).toMatchObject({ version: 1, status: 'active' });
    const page = await bundles.versions(a, { limit: 2 });
    const next = await bundles.versions(a, { limit: 2, cursor: page.nextCursor ?? '' });
    expect([...page.items, ...next.items]).toEqual(items.slice(0, 4));
    expect(
      await code(bundles.versions(a, { limit: 2, cursor: Buffer.from('{"v":1,"after":"x"}').toString('base64url') })),
    ).toBe('invalid_request');
  });
});

describe('signing keys', () => {
  const publicKey = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
  const key = { algorithm: 'RS256', publicKey: publicKey(rsa.publicKey), scope: null } as const;

  async function signedBundle(word: string): Promise<BundleUpload> {
    const files: Record<string, string> = { 'app.rego': `package app\n\nword := "${word}"\n`, 'data.json': '{"x": 1}' };
    const listed = Object.entries(files).map(([name, text]) => ({
      name,
      hash: fileDigest('SHA-256', name, Buffer.from(text)),
      algorithm: 'SHA-256',
    }));
    const token = await new CompactSign(Buffer.from(JSON.stringify({ files: listed })))
      .setProtectedHeader({ alg: 'RS256', kid: 'ci' })
      .sign(rsa.privateKey);
    return archive({ ...files, '.signatures.json': JSON.stringify({ signatures: [token] }) });
  }

  it('belong to a tenant, whose bundles must be signed once it has a key', async () => {
    await put(a, moduleOf('unsigned'));
    expect(await code(put(a, await signedBundle('early')))).toBe('unprocessable');
    const made = await bundles.putKey(a, 'ci', key);
    expect(made).toMatchObject({ id: 'ci', algorithm: 'RS256', scope: null });
    expect(await bundles.keys(a)).toEqual([made]);
    expect(await bundles.keys(b)).toEqual([]);
    expect(await code(put(a, moduleOf('text')))).toBe('unprocessable');
    expect(await code(put(a, { kind: 'files', modules: {}, data: {} }))).toBe('unprocessable');
    expect(await put(a, await signedBundle('signed'))).toMatchObject({ version: 2, signedBy: 'ci' });
    expect(await put(b, moduleOf('unsigned'))).toMatchObject({ signedBy: null });
    // Rolling back to a version from before there was a key does not bypass the key.
    expect(await code(bundles.rollback(a, 1, ALWAYS))).toBe('unprocessable');
    expect((await auditEvents(a)).map(({ action }) => action)).toContain('policy.key.put');
  });

  it('are checked when a staged version is activated', async () => {
    await put(a, moduleOf('1'), true);
    await bundles.putKey(a, 'ci', key);
    expect(await code(bundles.activate(a, 1, ALWAYS))).toBe('unprocessable');
    await bundles.deleteKey(a, 'ci');
    expect(await bundles.activate(a, 1, ALWAYS)).toMatchObject({ status: 'active' });
  });

  it('must fit their algorithm, are limited to ten, and are replaced by ID', async () => {
    expect(await code(bundles.putKey(a, 'ci', { ...key, algorithm: 'ES256' }))).toBe('invalid_request');
    expect(await code(bundles.putKey(a, 'no spaces', key))).toBe('invalid_request');
    for (let index = 0; index < 10; index++) await bundles.putKey(a, `k${index}`, key);
    expect(await code(bundles.putKey(a, 'k10', key))).toBe('conflict');
    expect(await bundles.putKey(a, 'k9', { ...key, scope: 'write' })).toMatchObject({ scope: 'write' });
    expect(await bundles.keys(a)).toHaveLength(10);
    expect(await code(bundles.deleteKey(b, 'k9'))).toBe('not_found');
    await bundles.deleteKey(a, 'k9');
    expect(await code(bundles.deleteKey(a, 'k9'))).toBe('not_found');
  });
});

describe('the decision log', () => {
  const decision = (members: Partial<LoggedDecision> = {}): LoggedDecision => ({
    id: newId('dec'),
    ts: new Date().toISOString(),
    rule: 'data.app.allow',
    allowed: true,
    code: null,
    version: 1,
    durationMicros: 12,
    input: { user: 'x' },
    masked: false,
    caller: 'backend',
    requestId: 'req-1',
    ...members,
  });

  it('is paged newest first, per tenant, and limited in age and size', async () => {
    const log = core.context.get(PolicyDecisionsRepository, { strict: false });
    const tenantId = tenantOf(a);
    const old = decision({ id: newId('dec', 1_000), ts: new Date(Date.now() - 8 * 86_400_000).toISOString() });
    const made = Array.from({ length: 5 }, (_, index) =>
      decision({ id: newId('dec', 2_000 + index), input: { index, n: '\0' } }),
    );
    await log.insert(tenantId, [old, ...made, decision({ id: newId('dec', 9_000), input: null })]);
    await log.insert(tenantId, made);
    const first = await bundles.decisions(a, { limit: 3 });
    expect(first.items.map(({ input }) => input)).toEqual([null, { index: 4, n: '\uFFFD' }, { index: 3, n: '\uFFFD' }]);
    const rest = await bundles.decisions(a, { limit: 10, cursor: first.nextCursor ?? '' });
    expect(rest.items).toHaveLength(4);
    expect(rest.items.at(-1)).toEqual(old);
    expect((await bundles.decisions(b, { limit: 10 })).items).toEqual([]);
    await log.trim(tenantOf(b), Date.now());
    expect((await bundles.decisions(a, { limit: 10 })).items).toHaveLength(7);
    await log.trim(tenantId, Date.now());
    expect((await bundles.decisions(a, { limit: 10 })).items).toHaveLength(6);
    const many = Array.from({ length: 10_001 }, (_, index) => decision({ id: newId('dec', 100_000 + index) }));
    await log.insert(tenantId, many);
    await log.trim(tenantId, Date.now());
    const [count] = await queryAs<{ count: number }>(
      database.adminUrl,
      'SELECT count(*)::int AS count FROM policy.decisions WHERE tenant_id = $1',
      [tenantId],
    );
    expect(count).toEqual({ count: 10_000 });
  });

  it('can be replayed against a draft policy without changing anything', async () => {
    await put(a, moduleOf('live', 'allow := true\n'));
    const log = core.context.get(PolicyDecisionsRepository, { strict: false });
    await log.insert(tenantOf(a), [
      decision({ input: { user: 'eve' } }),
      decision({ input: { user: 'ann' }, masked: true }),
      decision({ input: null }),
    ]);
    const before = await stateOf(a);
    const draft = moduleOf('draft', 'default allow := false\n\nallow if input.user == "ann"\n');
    const report = await bundles.dryRun(a, { rule: 'app.allow', input: { user: 'ann' }, draft, compareLast: 100 });
    expect(report.decision).toMatchObject({ allowed: true, version: null });
    expect(report.decidedBy).toContainEqual(expect.objectContaining({ rule: 'data.app.allow', file: 'policy.rego' }));
    expect(report.coverage.files.map(({ path }) => path)).toContain('policy.rego');
    expect(report.timings.length).toBeGreaterThan(0);
    expect(report.comparison).toMatchObject({
      compared: 2,
      inexact: 1,
      changed: [{ decision: { input: { user: 'eve' }, allowed: true }, draftAllowed: false }],
    });
    expect(await stateOf(a)).toEqual(before);
  });

  it('is not needed for a dry run of a stored version or the default policy', async () => {
    const query = { rule: 'data.app.allow', input: {}, compareLast: 0 };
    expect(await bundles.dryRun(a, { ...query, draft: null })).toMatchObject({
      decision: { allowed: false, code: 'no_such_rule', version: null },
      comparison: null,
    });
    await put(a, moduleOf('1', 'allow := true\n'));
    await put(a, moduleOf('2', 'allow := false\n'), true);
    expect((await bundles.dryRun(a, { ...query, draft: null })).decision).toMatchObject({ allowed: true, version: 1 });
    const staged = { kind: 'version', version: 2 } as const;
    expect((await bundles.dryRun(a, { ...query, draft: staged })).decision).toMatchObject({
      allowed: false,
      version: 2,
    });
    expect(await code(bundles.dryRun(b, { ...query, draft: staged }))).toBe('not_found');
    const { code: refused, fields } = await refusal(
      bundles.dryRun(a, { ...query, draft: { kind: 'module', text: 'package x\n\nallow {' } }),
    );
    expect([refused, fields[0]?.code]).toEqual(['unprocessable', 'rego_parse_error']);
  });
});
