import { queryAs } from '../../../../test/support/test-database';
import { openUnboundStore, type TestStore } from '../../../../test/support/test-store';
import { systemContext } from '../../../kernel/context/call-context';
import type { Database } from '../../../kernel/database/database';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import { newId } from '../../../kernel/ids/ids';
import { newOpaqueToken } from '../../../kernel/ids/opaque-token';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { REVOCATIONS_TOPIC } from '../../revocation/contract/revocation.types';
import type { Session } from '../contract/users.types';
import { SessionsRepository } from './sessions.repository';

const NOW_MS = Date.UTC(2026, 10, 27);
const HOUR_MS = 3_600_000;
const NOW = new Date(NOW_MS);

let opened: TestStore;
let store: Database;
let sessions: SessionsRepository;
let tenantId: string;
let userId: string;

beforeAll(async () => {
  opened = await openUnboundStore(2);
  ({ store } = opened);
  sessions = new SessionsRepository(store);
});

beforeEach(async () => {
  tenantId = newId('tnt');
  userId = await addUser();
});

afterAll(() => opened.close());

async function addUser(status = 'active'): Promise<string> {
  const id = newId('usr');
  await queryAs(
    opened.database.adminUrl,
    `INSERT INTO users.users (tenant_id, id, email, email_key, email_verified, display_name, role, status, created_at, updated_at)
     VALUES ($1, $2, $2, $2, true, 'Ada', 'member', $3, now(), now())`,
    [tenantId, id, status],
  );
  return id;
}

function eventOf(session: Pick<Session, 'id'>): StagedEvent {
  const action = { action: 'session.start', resourceType: 'session', resourceId: session.id };
  return stagedAuditEvent(auditEvent(systemContext(newId('req'), tenantId), action, NOW_MS));
}

async function begin(members: Partial<Session> = {}): Promise<{ readonly session: Session; readonly hash: Buffer }> {
  const { hash } = newOpaqueToken();
  const session: Session = {
    id: newId('ses'),
    tenantId,
    userId,
    authTimeMs: NOW_MS,
    amr: ['pwd'],
    createdAtMs: NOW_MS,
    lastSeenAtMs: NOW_MS,
    expiresAtMs: NOW_MS + HOUR_MS,
    idleMs: null,
    ip: '192.0.2.1',
    userAgent: 'test',
    ...members,
  };
  await store.tenantTransaction(tenantId, (tx) => sessions.put(tx, session, hash, eventOf(session)));
  return { session, hash };
}

const endOwn = (owner: string, id: string): Promise<boolean> =>
  store.tenantTransaction(tenantId, (tx) => sessions.endOwn(tx, tenantId, owner, id, NOW_MS));

describe('a session', () => {
  it('is found by its token until it expires', async () => {
    const { session, hash } = await begin();
    expect(await sessions.findLive(hash, NOW)).toEqual(session);
    expect(await sessions.findLive(hash, new Date(session.expiresAtMs - 1))).toEqual(session);
    expect(await sessions.findLive(hash, new Date(session.expiresAtMs))).toBeNull();
    expect(await sessions.findLive(newOpaqueToken().hash, NOW)).toBeNull();
    expect(await sessions.list(tenantId, userId, new Date(session.expiresAtMs))).toEqual([]);
  });

  it('is not found for a suspended user', async () => {
    const { hash } = await begin({ userId: await addUser('suspended') });
    expect(await sessions.findLive(hash, NOW)).toBeNull();
  });

  it('that is renewed is found by its new token only', async () => {
    const { session, hash: old } = await begin();
    const { hash } = await begin(session);
    expect([await sessions.findLive(old, NOW), await sessions.findLive(hash, NOW)]).toEqual([null, session]);
  });

  it('is listed and ended only by its own user', async () => {
    const { session, hash } = await begin();
    const other = await addUser();
    expect(await sessions.list(tenantId, other, NOW)).toEqual([]);
    expect(await endOwn(other, session.id)).toBe(false);
    expect(await sessions.findLive(hash, NOW)).toEqual(session);
    expect(await endOwn(userId, session.id)).toBe(true);
    expect(await sessions.findLive(hash, NOW)).toBeNull();
  });

  it('that ends revokes the tokens issued in it', async () => {
    const { session } = await begin();
    await endOwn(userId, session.id);
    const sql = 'SELECT topic FROM kernel.changes WHERE key = $1';
    expect(await queryAs(opened.database.adminUrl, sql, [`session:${session.id}`])).toEqual([
      { topic: REVOCATIONS_TOPIC },
    ]);
  });

  it('is invisible to other tenants, even without row security', async () => {
    const { session, hash } = await begin();
    const other = newId('tnt');
    expect(await sessions.list(other, userId, NOW)).toEqual([]);
    expect(await sessions.end(other, session.id, NOW_MS, () => eventOf(session))).toBeNull();
    const ended = await store.tenantTransaction(other, (tx) => sessions.endAll(tx, other, userId, NOW_MS));
    expect([ended, await sessions.findLive(hash, NOW)]).toEqual([0, session]);
  });
});
