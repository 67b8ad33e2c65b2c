import { request as httpRequest } from 'node:http';
import { eventually } from '../../../test/support/eventually';
import { type FilesWorld, openFilesWorld } from '../../../test/support/files-world';
import { call } from '../../../test/support/http-client';
import { queryAs } from '../../../test/support/test-database';
import { claimsOf, makeTenant, suspendTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import { newId } from '../../kernel/ids/ids';
import { auditEvent, stagedAuditEvent } from '../../modules/audit/contract/audit.types';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import type { SignedUrl } from '../../modules/files/contract/files.types';
import { markUntilNow } from '../../modules/revocation/contract/revocation.types';
import { RevocationsPort } from '../../modules/revocation/contract/revocations.port';

let world: FilesWorld;
let tenant: TestTenant;
let userId: string;

beforeAll(async () => {
  world = await openFilesWorld();
});

beforeEach(async () => {
  tenant = await makeTenant(world.core, 'late');
  userId = newId('usr');
});

afterAll(() => world.close());

/** A request whose body the test sends in pieces. */
interface SlowCall {
  send(piece: string): void;
  /** Ends the body and waits for the response. */
  end(): Promise<{ readonly status: number; readonly body: { readonly error?: string; readonly reason?: string } }>;
}

function slowly(method: string, path: string, headers: Record<string, string>): SlowCall {
  const target = new URL(path, world.url);
  const request = httpRequest(target, { method, headers: { 'content-type': 'text/plain', ...headers } });
  const answered = new Promise<{ status: number; body: { error?: string; reason?: string } }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text === '' ? '{}' : text) as object });
      });
    });
  });
  answered.catch(() => undefined);
  return {
    send: (piece) => void request.write(piece),
    end: () => {
      request.end('the end');
      return answered;
    },
  };
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const countOf = async (sql: string, path: string): Promise<number> => {
  const [row] = await queryAs<{ count: number }>(world.database.adminUrl, sql, [tenant.id, path]);
  return row?.count ?? 0;
};
const UPLOADS = 'SELECT count(*)::int AS count FROM files.uploads WHERE tenant_id = $1 AND path = $2';
const OBJECTS = `SELECT count(*)::int AS count FROM files.objects o JOIN files.uploads u
  ON u.tenant_id = o.tenant_id AND u.id = o.upload_id WHERE u.tenant_id = $1 AND u.path = $2`;
const FILES = `SELECT count(*)::int AS count FROM files.files
  WHERE tenant_id = $1 AND path = $2 AND current_version IS NOT NULL`;

/** Waits until an upload has passed its guards: from here on, only the upload itself checks its caller. */
const begun = (path: string, sql = UPLOADS): Promise<void> =>
  eventually(async () => expect(await countOf(sql, path)).toBe(1));

async function suspendUser(id: string): Promise<void> {
  const nowMs = Date.now();
  const event = { id: newId('aud'), action: 'test.revoke', resourceType: 'user', resourceId: id };
  const staged = stagedAuditEvent(auditEvent(systemContext(newId('req'), tenant.id), event, nowMs));
  await world.core.context.get(RevocationsPort).revoke(markUntilNow('user', id, tenant.id, nowMs), staged, {
    tenantId: tenant.id,
    type: 'token.revoked',
    clientId: tenant.clientId,
    userId: id,
    details: {},
  });
}

/** Suspends the tenant, and waits until this process has received the change. */
async function suspend(): Promise<void> {
  await suspendTenant(world.core, tenant.id);
  await world.core.feed.catchUp();
}

const revoke = async (token: string): Promise<void> => {
  expect(await world.core.context.get(AuthPort).revokeToken(null, token, null, '')).toBe(true);
};

describe('an upload that began before its caller lost access', () => {
  const user = () => world.tokenOf(tenant, { sub: userId, user_id: userId, roles: ['member'] });

  it.each<[string, () => Promise<string>, (token: string) => Promise<void>]>([
    ['the user is suspended', user, () => suspendUser(userId)],
    ['the tenant is suspended', user, suspend],
    ['the token is revoked', () => world.tokenOf(tenant), revoke],
    [
      'the token from which its token was issued is revoked',
      async () => {
        const parent = await user();
        const { jti } = claimsOf(parent);
        parents.set(jti, parent);
        return world.tokenOf(tenant, {
          ...{ sub: 'agent:helper', user_id: userId, roles: ['member'], principal_type: 'agent', parent_jtis: [jti] },
        });
      },
      (token) => revoke(parents.get(claimsOf(token).parent_jtis?.[0] ?? '') ?? ''),
    ],
  ])('does not store anything when %s', async (_, tokenOf, end) => {
    const token = await tokenOf();
    const upload = slowly('PUT', '/v1/files/shared/late.txt', bearer(token));
    upload.send('the beginning, ');
    await begun('late.txt');
    await end(token);
    expect(await upload.end()).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect([await countOf(FILES, 'late.txt'), await countOf(UPLOADS, 'late.txt')]).toEqual([0, 0]);
  });

  it('does not store anything through a signed URL', async () => {
    const json = { method: 'PUT', tier: 'shared', path: 'late-signed' };
    const signed = await call<SignedUrl>(`${world.url}/v1/files/signed-urls`, { token: await user(), json });
    const upload = slowly('PUT', signed.body.url.replace('http://localhost:8000', ''), {});
    upload.send('the beginning, ');
    await begun('late-signed');
    await suspend();
    expect(await upload.end()).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    expect(await countOf(FILES, 'late-signed')).toBe(0);
  });

  it('does not create a file if it is resumable', async () => {
    const token = await user();
    const tus = { 'tus-resumable': '1.0.0', ...bearer(token) };
    const metadata = `tier ${Buffer.from('shared').toString('base64')},path ${Buffer.from('late-tus').toString('base64')}`;
    const created = await call(`${world.url}/v1/files/uploads`, {
      method: 'POST',
      headers: { ...tus, 'upload-length': String('the beginning, the end'.length), 'upload-metadata': metadata },
    });
    expect(created.status).toBe(201);
    const location = new URL(created.headers.get('location') ?? '', `${world.url}/v1/files/uploads`);
    const headers = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    const upload = slowly('PATCH', location.pathname, headers);
    upload.send('the beginning, ');
    await begun('late-tus', OBJECTS);
    await suspendUser(userId);
    expect(await upload.end()).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(await countOf(FILES, 'late-tus')).toBe(0);
  });
});

/** Tokens by ID. */
const parents = new Map<string, string>();

it('a write that waits in the database is rolled back if its caller is suspended in the meantime', async () => {
  const token = await world.tokenOf(tenant, { scope: 'projects.write projects.read' });
  const waiting = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%projects.projects%' AND datname = current_database()
      AND $1::text <> $2::text`;
  const letGo = Promise.withResolvers<void>();
  const holder = world.core.context.get(Database).tenantTransaction(tenant.id, async (tx) => {
    await tx.run('LOCK TABLE projects.projects IN EXCLUSIVE MODE');
    await letGo.promise;
  });
  const answer = call(`${world.url}/v1/projects`, { token, json: { key: 'LATE', name: 'Late' } });
  try {
    await eventually(async () => expect(await countOf(waiting, '')).toBe(1));
    await suspend();
  } finally {
    letGo.resolve();
    await holder;
  }
  expect(await answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
  expect(await queryAs(world.database.adminUrl, 'SELECT id FROM projects.projects')).toEqual([]);
});
