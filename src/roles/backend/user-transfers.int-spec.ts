import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeUser } from '../../../test/support/accounts';
import { openBackend, type TestBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { type Answer, call, type Call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, suspendTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId, newUlid } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { JOB_LIMITS } from '../../modules/jobs/contract/job-limits';
import type { JobView, OutputView } from '../../modules/jobs/contract/job-view';
import { isTerminal } from '../../modules/jobs/contract/job.types';
import { JobsPort } from '../../modules/jobs/contract/jobs.port';
import { UserExportPort } from '../../modules/users/contract/user-export.port';
import { IMPORT_CHUNK_ROWS, UserImportRunPort } from '../../modules/users/contract/user-import-run.port';
import { AccountsPort } from '../../modules/users/contract/accounts.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import type { UserRole } from '../../modules/users/contract/users.types';

const ASYNC = { prefer: 'respond-async, wait=5' };
const SCOPE = 'users.read users.write jobs.read jobs.write';

let database: TestDatabase;
let folder: string;
let core: TestCore;
let surface: TestBackend;
let tenant: TestTenant;
let token: string;

const open = (): Promise<TestCore> => openAllCore(database, { FILES_URL: `file://${folder}`, JOBS_SYNC_SLOTS: '32' });

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'coresdk-transfers-'));
  core = await open();
  surface = await openBackend(core);
  tenant = await makeTenant(core, 't');
  token = await tokenOf(tenant);
  await eventually(async () => {
    expect(await queryAs(database.adminUrl, 'SELECT FROM jobs.executors')).toHaveLength(1);
  });
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Returns a token for an app that was declared with these scopes. */
async function tokenOf(of: TestTenant, scope = SCOPE, more: object = {}): Promise<string> {
  const context = systemContext(newId('req'), of.id);
  const app = newApp.parse({ name: 'Transfers', declared_scopes: scope.split(' ') });
  const { client_id: id } = await core.context.get(AppsPort).register(context, app);
  const claims = {
    ...claimsOf(await of.issueToken()),
    jti: newUlid(),
    scope,
    sub: id,
    client_id: id,
    app_id: id,
    ...more,
  };
  return signToken(core, claims);
}

const csvOf = (tag: string, rows: number): string =>
  ['email,displayName,role', ...Array.from({ length: rows }, (_, n) => `${tag}${n}@t.example,${tag} ${n},viewer`)].join(
    '\n',
  );

const send = <T = JobView>(body: string, options: Call = {}, query = ''): Promise<Answer<T>> =>
  call<T>(`${surface.url}/v1/users/import${query}`, {
    ...{ method: 'POST', token, body, ...options },
    headers: { 'content-type': 'text/csv', ...ASYNC, ...options.headers },
  });

/** Returns the job as seen by its tenant, once the job has ended. */
async function ended(id: string, by = token): Promise<JobView> {
  let job: JobView | undefined;
  await eventually(async () => {
    job = (await call<JobView>(`${surface.url}/v1/jobs/${id}`, { token: by })).body;
    expect(isTerminal(job.state)).toBe(true);
  });
  return job as JobView;
}

async function users(tag: string, of = tenant): Promise<number> {
  const sql = `SELECT count(*)::int AS users FROM users.users WHERE tenant_id = $1 AND email LIKE $2`;
  const rows = await queryAs<{ users: number }>(database.adminUrl, sql, [of.id, `${tag}%@t.example`]);
  return rows[0]?.users ?? -1;
}

/** Returns the audit records of a job's work, oldest first. */
function recorded(jobId: string): Promise<readonly { action: string; actor_id: string; metadata: object }[]> {
  return queryAs(
    database.adminUrl,
    `SELECT action, actor_id, metadata FROM (
       SELECT id, action, actor_id, metadata FROM audit.events WHERE request_id = $1
       UNION
       SELECT id, payload->>'action', payload->>'actorId', payload->'metadata'
       FROM kernel.outbox WHERE payload->>'requestId' = $1) AS e WHERE action LIKE 'user.%' ORDER BY id`,
    [jobId],
  );
}

/** Submits a job as a person of the tenant, with a delay that keeps workers from starting it. */
async function waiting(person: { readonly id: string }, kind: string, of = tenant): Promise<JobView> {
  const context: CallContext = {
    ...systemContext(newId('req'), of.id),
    actor: { type: 'user', id: person.id },
    isPlatformAdmin: false,
  };
  const files = { users: Buffer.from(csvOf(`w${person.id.slice(-8)}`, 2)) };
  const input = { format: kind === 'users/import' ? 'csv' : 'jsonl' };
  const request = { type: 'sync', kind, input, delaySeconds: 1, files } as const;
  return (await core.context.get(JobsPort).submit(context, request)) as unknown as JobView;
}

const person = (role: UserRole, of = tenant) => makeUser(core, of.id, { role });

describe('an import in a job', () => {
  it('is accepted immediately, and produces the same report as a synchronous import', async () => {
    const answer = await send(csvOf('one', 2_500));
    expect(answer.status).toBe(202);
    expect(answer.headers.get('preference-applied')).toBe('respond-async');
    expect(answer.headers.get('location')).toBe(`/v1/jobs/${answer.body.id}`);
    expect(answer.body).toMatchObject({ type: 'sync', kind: 'users/import' });
    const job = await ended(answer.body.id);
    expect(job).toMatchObject({ status: 'completed', progress: 100, stage: 'importing' });
    expect(job.output).toEqual({ dryRun: false, rows: 2_500, imported: 2_500, faulty: 0, faults: [] });
    expect(await users('one')).toBe(2_500);
    expect(await recorded(job.id)).toMatchObject([
      { action: 'user.import.plan', metadata: { rows: 2_500, made: 0 } },
      { action: 'user.import', metadata: { from: 0, rows: 1_000, made: 1_000 } },
      { action: 'user.import', metadata: { from: 1_000, made: 1_000 } },
      { action: 'user.import', metadata: { from: 2_000, rows: 500, made: 500 } },
    ]);
  });

  it('is synchronous without the header or with a different preference', async () => {
    const report = { dryRun: false, rows: 2, imported: 2, faulty: 0, faults: [] };
    for (const prefer of ['', 'return=minimal']) {
      const answer = await send<object>(csvOf('sync', 2), { headers: { prefer } });
      expect([answer.status, answer.body]).toEqual([200, report]);
      expect(answer.headers.get('preference-applied')).toBeNull();
    }
  });

  it('does not import anything if a row is invalid or in a dry run, and names the invalid rows', async () => {
    const bad = `${csvOf('bad', 2)}\nnobody,Bob,member\nb@t.example,B,king`;
    const faulty = await ended((await send(bad)).body.id);
    expect(faulty).toMatchObject({ status: 'completed', output: { rows: 4, imported: 0, faulty: 2 } });
    const { faults } = faulty.output as { faults: readonly { line: number; member: string }[] };
    expect(faults.map(({ line, member }) => [line, member])).toEqual([
      [4, 'email'],
      [5, 'role'],
    ]);
    const trial = await ended((await send(csvOf('bad', 2), {}, '?dryRun=true')).body.id);
    expect(trial.output).toEqual({ dryRun: true, rows: 2, imported: 0, faulty: 0, faults: [] });
    expect(await users('bad')).toBe(0);
    expect((await recorded(trial.id)).map(({ action }) => action)).toEqual(['user.import.plan']);
  });

  it('is one job per key, and fails for an invalid file', async () => {
    const headers = { 'idempotency-key': newUlid() };
    const [first, again] = [await send(csvOf('key', 1), { headers }), await send(csvOf('key', 1), { headers })];
    expect(again.body.id).toBe(first.body.id);
    expectError(await send(csvOf('other', 1), { headers }), 422, 'unprocessable');
    const none = await ended((await send('name\nx')).body.id);
    expect(none).toMatchObject({ status: 'failed', error: { code: 'input' }, attempt: 1 });
  });

  it('is limited to the input size of a job, and the error says what to do', async () => {
    const answer = await send('x'.repeat(JOB_LIMITS.maxInputBytes + 1));
    expect(expectError(answer, 413, 'payload_too_large').error_description).toContain('respond-async');
  });

  it('does not store password hashes: neither a submission nor a run accepts them', async () => {
    const passwordHash = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    const headers = { 'content-type': 'application/jsonl' };
    const admin = { token: await tokenOf(tenant, `${SCOPE} admin`), headers };
    const submitted = () => queryAs(database.adminUrl, 'SELECT id FROM jobs.jobs ORDER BY id');
    const before = await submitted();
    const refused = await send(JSON.stringify({ email: 'hashed@t.example', passwordHash }), admin);
    expect(expectError(refused, 400, 'invalid_request').error_description).toContain('Remove "passwordHash"');
    expect(await submitted()).toEqual(before);
    // An escape hides the name from the submission, but not from the run.
    const hidden = `{"email":"hashed@t.example","\\u0070asswordHash":"${passwordHash}"}`;
    const job = await ended((await send(hidden, admin)).body.id);
    expect(job.output).toMatchObject({
      ...{ rows: 1, imported: 0, faulty: 1 },
      faults: [{ line: 1, member: 'passwordHash', code: 'forbidden' }],
    });
    expect(JSON.stringify(job)).not.toContain(passwordHash);
    expect(await users('hashed')).toBe(0);
  });

  it('requires the rights of a synchronous import', async () => {
    expectError(await send('email', { token: await tokenOf(tenant, 'users.read') }), 403, 'forbidden');
    const member = await person('member');
    const claims = { ...claimsOf(await tenant.issueToken()), sub: member.id, roles: ['member'] };
    const theirs = signToken(core, { ...claims, jti: newUlid(), scope: SCOPE });
    expectError(await send(csvOf('no', 1), { token: theirs }), 403, 'forbidden');
  });

  it('resumes in a different worker where the first one stopped, and does not import any row twice', async () => {
    const port = core.context.get(UserImportRunPort, { strict: false });
    const take = port.take.bind(port);
    const begun = Promise.withResolvers<void>();
    // The second piece is written, but the worker dies before reporting it.
    jest.spyOn(port, 'take').mockImplementation(async (context, file, from) => {
      const made = await take(context, file, from);
      if (from !== IMPORT_CHUNK_ROWS) return made;
      begun.resolve();
      return new Promise<never>(() => undefined);
    });
    const job = (await send(csvOf('cut', 3_000))).body;
    await begun.promise;
    await surface.close();
    await core.close();
    core = await open();
    surface = await openBackend(core);
    expect((await core.context.get(JobsPort).get(systemContext(newId('req'), tenant.id), job.id)).state).not.toBe(
      'failed',
    );
    const done = await ended(job.id);
    expect(done).toMatchObject({ status: 'completed', output: { rows: 3_000, imported: 3_000, faulty: 0 } });
    expect(await users('cut')).toBe(3_000);
    const pieces = (await recorded(job.id)).map(({ metadata }) => metadata as { from?: number; made: number });
    expect(pieces.map(({ from, made }) => [from, made])).toEqual([
      ...[
        [undefined, 0],
        [0, 1_000],
        [1_000, 1_000],
        [1_000, 0],
        [2_000, 1_000],
      ],
    ]);
  });
});

describe('an export', () => {
  const ask = (options: Call = {}) =>
    call<JobView>(`${surface.url}/v1/users/export`, { method: 'POST', token, json: {}, ...options });
  const fileOf = async (id: string, by = token): Promise<{ readonly key: string; readonly text: string }> => {
    const { body } = await call<OutputView>(`${surface.url}/v1/jobs/${id}/output`, { token: by });
    expect(body.items).toHaveLength(1);
    const { key = '', url = '' } = body.items[0] ?? {};
    const { pathname, search } = new URL(url);
    return { key, text: await (await fetch(`${surface.url}${pathname}${search}`)).text() };
  };

  it('contains every user of the tenant once, page by page, and is recorded', async () => {
    const of = await makeTenant(core, 'x');
    const by = await tokenOf(of);
    await ended((await send(csvOf('ex', 2_300), { token: by })).body.id, by);
    const answer = await ask({ token: by });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/jobs/${answer.body.id}`);
    const job = await ended(answer.body.id, by);
    expect(job).toMatchObject({ kind: 'users/export', status: 'completed', stage: 'exporting' });
    expect(job.output).toEqual({ format: 'jsonl', file: 'users.jsonl', users: 2_300 });
    const { key, text } = await fileOf(job.id, by);
    expect(key).toBe('users.jsonl');
    const lines = text.trim().split('\n');
    const users = lines.map((line) => JSON.parse(line) as { id: string; email: string });
    expect([users.length, new Set(users.map(({ email }) => email)).size]).toEqual([2_300, 2_300]);
    const [{ id = '' } = {}] = users;
    expect((await call(`${surface.url}/v1/users/${id}`, { token: by })).body).toEqual(users[0]);
    expect(await recorded(job.id)).toMatchObject([{ action: 'user.export', metadata: { format: 'jsonl' } }]);
  });

  it('is in CSV format on request, for callers who can list users', async () => {
    const of = await makeTenant(core, 'y');
    const viewer = await person('viewer', of);
    const theirs = await tokenOf(of, 'users.read');
    const answer = await ask({ token: theirs, json: { format: 'csv' } });
    expect(answer.status).toBe(202);
    const job = await ended(answer.body.id, await tokenOf(of));
    expect(job.output).toMatchObject({ file: 'users.csv' });
    const lines = (await fileOf(job.id, await tokenOf(of))).text.split('\r\n');
    expect(lines[0]).toBe('id,email,emailVerified,displayName,role,status,createdAt,updatedAt');
    expect(lines.filter((line) => line.startsWith(viewer.id))).toHaveLength(1);
    expectError(await ask({ token: await tokenOf(of, 'users.write') }), 403, 'forbidden');
    expectError(await ask({ json: { format: 'xml' } }), 400, 'invalid_request');
  });

  it('returns its file only to callers who can list users', async () => {
    const of = await makeTenant(core, 'z');
    const { id } = (await ask({ token: await tokenOf(of) })).body;
    await ended(id, await tokenOf(of));
    const output = (by: string) => call<OutputView>(`${surface.url}/v1/jobs/${id}/output`, { token: by });
    const refused = await output(await tokenOf(of, 'jobs.read'));
    expectError(refused, 403, 'forbidden');
    expect(refused.text).toContain('user.list with the scope users.read');
    expectError(await output(await tokenOf(of, 'jobs.read files.read')), 403, 'forbidden');
    expect((await output(await tokenOf(of, 'jobs.read users.read'))).body.items).toHaveLength(1);
  });

  it('returns URLs that become invalid when the token, the user or a parent of an agent does', async () => {
    const of = await makeTenant(core, 'u');
    const { id } = (await ask({ token: await tokenOf(of) })).body;
    await ended(id, await tokenOf(of));
    const urlOf = async (by: string): Promise<string> => {
      const { status, body, text } = await call<OutputView>(`${surface.url}/v1/jobs/${id}/output`, { token: by });
      expect([status, text]).toEqual([200, text]);
      const { pathname, search } = new URL(body.items[0]?.url ?? '');
      const url = `${surface.url}${pathname}${search}`;
      expect((await call(url)).status).toBe(200);
      return url;
    };
    const revoke = (token: string) => core.context.get(AuthPort).revokeToken(null, token, null, '');

    const machine = await tokenOf(of, 'jobs.read users.read');
    const byMachine = await urlOf(machine);
    await revoke(machine);
    expectError(await call(byMachine), 403, 'forbidden');

    const admin = await person('admin', of);
    const parent = await tokenOf(of, 'jobs.read users.read', { sub: admin.id, user_id: admin.id, roles: ['admin'] });
    const exp = Math.floor(Date.now() / 1_000) + 60;
    const agent = () =>
      signToken(core, {
        ...{ ...claimsOf(parent), jti: newUlid(), exp, sub: `agent:a@user:${admin.id}@tenant:${of.id}` },
        ...{ principal_type: 'agent', act: { sub: 'agent:a' }, parent_jtis: [claimsOf(parent).jti] },
      });
    const [byAgent, other] = [await urlOf(agent()), await urlOf(agent())];
    const [payload = ''] = new URL(byAgent).searchParams.get('signature')?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ exp });
    await revoke(parent);
    expectError(await call(byAgent), 403, 'forbidden');
    expectError(await call(other), 403, 'forbidden');
    const user = await tokenOf(of, 'jobs.read users.read', { sub: admin.id, user_id: admin.id, roles: ['admin'] });
    const byUser = await urlOf(user);
    await core.context.get(UsersPort).setStatus(systemContext(newId('req'), of.id), admin.id, 'suspended');
    await core.feed.catchUp();
    expectError(await call(byUser), 403, 'forbidden');
  });

  it('stops without a file if its submitter is suspended in the meantime', async () => {
    const admin = await person('admin');
    const port = core.context.get(UserExportPort, { strict: false });
    const page = port.page.bind(port);
    jest.spyOn(port, 'page').mockImplementation(async (context, after) => {
      const users = await page(context, after);
      if (context.actor.id === admin.id) {
        await core.context.get(UsersPort).setStatus(systemContext(newId('req'), tenant.id), admin.id, 'suspended');
        await core.feed.catchUp();
      }
      return users;
    });
    const failed = await ended((await waiting(admin, 'users/export')).id);
    expect(failed).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'failed' } });
    const { body } = await call<OutputView>(`${surface.url}/v1/jobs/${failed.id}/output`, { token });
    expect(body.items).toEqual([]);
  });
});

describe('a transfer with the current rights of its submitter', () => {
  const setStatus = (id: string, of = tenant) =>
    core.context.get(UsersPort).setStatus(systemContext(newId('req'), of.id), id, 'suspended');

  it.each(['users/import', 'users/export'])('of the kind %s fails if the submitter is suspended', async (kind) => {
    const admin = await person('admin');
    const job = await waiting(admin, kind);
    await setStatus(admin.id);
    await core.feed.catchUp();
    const failed = await ended(job.id);
    expect(failed).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'denied' } });
    expect(await users(`w${admin.id.slice(-8)}`)).toBe(0);
    expect(await recorded(job.id)).toEqual([]);
  });

  it('fails if the submitter is no longer an administrator', async () => {
    const admin = await person('admin');
    const job = await waiting(admin, 'users/import');
    const call = systemContext(newId('req'), tenant.id);
    await core.context.get(AccountsPort).update(call, admin.id, { role: 'member' }, null);
    await core.feed.catchUp();
    const failed = await ended(job.id);
    expect(failed.error).toMatchObject({
      code: 'denied',
      message: expect.stringContaining('insufficient_role') as string,
    });
    expect(await users(`w${admin.id.slice(-8)}`)).toBe(0);
  });

  it('waits while its tenant is suspended', async () => {
    const other = await makeTenant(core, 'u');
    const admin = await person('admin', other);
    const job = await waiting(admin, 'users/import', other);
    await suspendTenant(core, other.id);
    // By then, a job that another person submitted later is done.
    await ended((await waiting(await person('admin'), 'users/import')).id);
    expect(await users(`w${admin.id.slice(-8)}`, other)).toBe(0);
    expect(await recorded(job.id)).toEqual([]);
  });
});
