import { catchMail, makeUser, moveClock, newOrigin, recordedOf } from '../../../test/support/accounts';
import { eventually } from '../../../test/support/eventually';
import { openAllCore, openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId, newUlid } from '../../kernel/ids/ids';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { AccountRulesPort } from './contract/account-rules.port';
import { DEFAULT_ACCOUNT_RULES } from './contract/account-rules.types';
import { SessionsPort } from './contract/sessions.port';
import { UsersPort } from './contract/users.port';
import type { Session, User } from './contract/users.types';
import type { Mail } from './mail/mailer';
import { UsersCleanupTask } from './sign-in/users-cleanup-task';

let database: TestDatabase;
let core: TestCore;
let other: TestCore;
let sidecar: TestCore;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  other = await openAllCore(database);
  sidecar = await openSidecarCore(database);
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterEach(() => {
  moveClock(core, 0);
});

afterAll(async () => {
  for (const each of [core, other, sidecar]) await each.close();
  await database.drop();
});

const sessions = (from: TestCore = core): SessionsPort => from.context.get(SessionsPort);
const of = (tenant: TestTenant): CallContext => systemContext(newId('req'), tenant.id);
const start = (user: User): Promise<{ session: Session; token: string }> =>
  sessions().start(user, ['pwd'], newOrigin());

/** Returns whether the sidecar refuses tokens issued in a user's session. */
const isRevoked = (session: Session): boolean =>
  sidecar.context.get(RevocationsPort).isRevoked({
    jti: newUlid(),
    clientId: a.clientId,
    tenantId: session.tenantId,
    userId: session.userId,
    sessionId: session.id,
  });

describe('a session', () => {
  it('is found by its token in every process, with its user, time, method and origin', async () => {
    const user = await makeUser(core, a.id);
    const origin = { ...newOrigin(), userAgent: 'x'.repeat(300) };
    const { session, token } = await sessions().start(user, ['pwd'], origin);
    expect(session).toMatchObject({ tenantId: a.id, userId: user.id, amr: ['pwd'], ip: origin.ip });
    expect(session.userAgent).toHaveLength(256);
    expect(session.expiresAtMs - session.createdAtMs).toBe(12 * 3_600_000);
    expect(await sessions().find(token)).toEqual(session);
    expect(await sessions(other).find(token)).toEqual(session);
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { action: 'session.start', outcome: 'success', resource_id: session.id, actor_id: user.id, tenant_id: a.id },
    ]);
  });

  it('continues only under a new token when its user signs in again', async () => {
    const user = await makeUser(core, a.id);
    const { session, token } = await start(user);
    expect(await sessions(other).find(token)).toEqual(session);
    const origin = newOrigin();
    const again = await sessions().start(user, ['pwd'], origin, session);
    expect(again.session.id).toBe(session.id);
    expect(await sessions().find(token)).toBeNull();
    await eventually(async () => expect(await sessions(other).find(token)).toBeNull());
    expect(await sessions(other).find(again.token)).toMatchObject({ id: session.id, ip: origin.ip });
    expect(isRevoked(session)).toBe(false);
    expect(await recordedOf(database, origin.requestId)).toMatchObject([{ action: 'session.renew' }]);
  });

  it('ends when a different user signs in with the same browser', async () => {
    const { session, token } = await start(await makeUser(core, a.id));
    const next = await sessions().start(await makeUser(core, b.id), ['pwd'], newOrigin(), session);
    expect(next.session.id).not.toBe(session.id);
    expect(await sessions().find(token)).toBeNull();
    expect(await sessions().find(next.token)).not.toBeNull();
    await eventually(() => expect(isRevoked(session)).toBe(true));
  });

  it('counts toward a limit of 100 per user, beyond which the oldest session ends', async () => {
    const user = await makeUser(core, a.id);
    const first = await start(user);
    await queryAs(
      database.adminUrl,
      `INSERT INTO users.sessions (tenant_id, id, token_hash, user_id, auth_time, amr, created_at, last_seen_at,
         expires_at, ip, user_agent)
       SELECT tenant_id, id || '-' || n, sha256((id || n)::bytea), user_id, auth_time, amr,
         created_at + n * interval '1 ms', last_seen_at, expires_at, ip, user_agent
       FROM users.sessions, generate_series(1, 99) AS n WHERE id = $1`,
      [first.session.id],
    );
    expect(await sessions().list(a.id, user.id)).toHaveLength(100);
    moveClock(core, 1_000);
    await start(user);
    const left = await sessions().list(a.id, user.id);
    expect(left).toHaveLength(100);
    expect(left.map(({ id }) => id)).not.toContain(first.session.id);
    await eventually(() => expect(isRevoked(first.session)).toBe(true));
  });

  it('ends after the time, and counts toward the limit, that the tenant has set', async () => {
    const tenant = await makeTenant(core, 'rules');
    const rules = { ...DEFAULT_ACCOUNT_RULES, sessionMinutes: 60, maxSessions: 2 };
    const stored = await core.context.get(AccountRulesPort).set(of(tenant), rules, [0]);
    expect(stored).toEqual({ ...rules, version: 1 });
    const user = await makeUser(core, tenant.id);
    const first = await start(user);
    moveClock(core, 1_000);
    const second = await start(user);
    moveClock(core, 2_000);
    const third = await start(user);
    expect(await sessions().list(tenant.id, user.id)).toEqual([third.session, second.session]);
    await eventually(() => expect(isRevoked(first.session)).toBe(true));
    expect(third.session.expiresAtMs - third.session.createdAtMs).toBe(60 * 60_000);
    moveClock(core, 60 * 60_000 + 2_000);
    expect(await sessions().find(third.token)).toBeNull();
  });

  it('ends when its browser has shown no page for the time that the tenant has set', async () => {
    const tenant = await makeTenant(core, 'idle');
    const rules = { ...DEFAULT_ACCOUNT_RULES, idleMinutes: 10 };
    await core.context.get(AccountRulesPort).set(of(tenant), rules, null);
    const user = await makeUser(core, tenant.id);
    const [busy, idle] = [await start(user), await start(user)];
    moveClock(core, 9 * 60_000);
    expect(await sessions().find(busy.token)).toMatchObject({ idleMs: 600_000 });
    moveClock(core, 11 * 60_000);
    expect(await sessions().find(busy.token)).not.toBeNull();
    expect(await sessions().find(idle.token)).toBeNull();
    expect(await sessions().list(tenant.id, user.id)).toMatchObject([{ id: busy.session.id }]);
  });

  it('lasts longer, without an idle limit, if the user chose to stay and the tenant offers it', async () => {
    const tenant = await makeTenant(core, 'stay');
    const rules = { ...DEFAULT_ACCOUNT_RULES, idleMinutes: 10, sessionMinutes: 60 };
    const set = (stayDays: number | null) =>
      core.context.get(AccountRulesPort).set(of(tenant), { ...rules, stayDays }, null);
    await set(null);
    const user = await makeUser(core, tenant.id);
    const begin = (stays: boolean, replaces: Session | null = null) =>
      sessions().start(user, ['pwd'], newOrigin(), replaces, stays);
    const lengthOf = ({ expiresAtMs, createdAtMs, idleMs }: Session) => [expiresAtMs - createdAtMs, idleMs];
    const ordinary = [60 * 60_000, 600_000];
    const refused = await begin(true);
    expect([lengthOf(refused.session), refused.isPersistent]).toEqual([ordinary, true]);
    await set(30);
    const brief = await begin(false);
    expect([lengthOf(brief.session), brief.isPersistent]).toEqual([ordinary, false]);
    const long = await begin(true);
    expect([lengthOf(long.session), long.isPersistent]).toEqual([[30 * 86_400_000, null], true]);
    moveClock(core, 86_400_000);
    expect(await sessions().find(brief.token)).toBeNull();
    const found = await sessions().find(long.token);
    // Another sign-in in the same browser, such as a step-up, keeps the choice.
    const renewed = await begin(false, found);
    expect(renewed).toMatchObject({
      session: { id: long.session.id, expiresAtMs: long.session.expiresAtMs, idleMs: null },
      isPersistent: true,
    });
  });

  it('is stored without its token', async () => {
    const { session, token } = await start(await makeUser(core, a.id));
    const rows = await queryAs(database.adminUrl, 'SELECT * FROM users.sessions WHERE id = $1', [session.id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(token).toString('hex'));
  });

  it.each(['', 'x', 'A'.repeat(43), '../../etc/passwd'])('is not found by the token %j', async (token) => {
    expect(await sessions().find(token)).toBeNull();
  });

  it('expires on time, even in the cache', async () => {
    const { session, token } = await start(await makeUser(core, a.id));
    expect(await sessions().find(token)).toEqual(session);
    moveClock(core, 12 * 3_600_000 - 5_000);
    expect(await sessions().find(token)).not.toBeNull();
    moveClock(core, 12 * 3_600_000 + 1);
    expect(await sessions().find(token)).toBeNull();
    expect(await sessions().list(a.id, session.userId)).toEqual([]);
  });

  it('records when it was last seen, at most once a minute', async () => {
    const { session, token } = await start(await makeUser(core, a.id));
    const seen = async (): Promise<number> => (await sessions().list(a.id, session.userId))[0]?.lastSeenAtMs ?? 0;
    moveClock(core, 30_000);
    await sessions().find(token);
    expect(await seen()).toBe(session.lastSeenAtMs);
    moveClock(core, 61_000);
    await Promise.all([sessions().find(token), sessions().find(token)]);
    const first = await seen();
    expect(first).toBeGreaterThanOrEqual(session.lastSeenAtMs + 60_000);
    moveClock(core, 90_000);
    await sessions().find(token);
    expect(await seen()).toBe(first);
  });

  it('is listed newest first, and only for its user and tenant', async () => {
    const user = await makeUser(core, a.id);
    const [first, second] = [await start(user), await start(user)];
    await start(await makeUser(core, a.id));
    expect((await sessions().list(a.id, user.id)).map(({ id }) => id)).toEqual([second.session.id, first.session.id]);
    expect(await sessions().list(b.id, user.id)).toEqual([]);
  });

  it('does not start for an inactive user', async () => {
    const user = await makeUser(core, a.id);
    await core.context.get(UsersPort).setStatus(of(a), user.id, 'suspended');
    await expect(start(user)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await sessions().list(a.id, user.id)).toEqual([]);
  });
});

describe('ending sessions', () => {
  it('ends one session and its tokens in every process, and leaves the others active', async () => {
    const user = await makeUser(core, a.id);
    const [ended, kept] = [await start(user), await start(user)];
    for (const { token } of [ended, kept]) expect(await sessions(other).find(token)).not.toBeNull();
    expect(isRevoked(ended.session)).toBe(false);
    const context = of(a);
    await sessions().end(context, ended.session.id);
    expect(await sessions().find(ended.token)).toBeNull();
    await eventually(async () => {
      expect(await sessions(other).find(ended.token)).toBeNull();
      expect(isRevoked(ended.session)).toBe(true);
    });
    expect(await sessions(other).find(kept.token)).not.toBeNull();
    expect(isRevoked(kept.session)).toBe(false);
    expect(await recordedOf(database, context.requestId)).toMatchObject([
      { action: 'session.end', resource_id: ended.session.id, tenant_id: a.id },
    ]);
  });

  it('does nothing for a session that has ended or belongs to a different tenant', async () => {
    const { session, token } = await start(await makeUser(core, a.id));
    const [again, foreign] = [of(a), of(b)];
    await sessions().end(foreign, session.id);
    expect(await sessions().find(token)).not.toBeNull();
    await sessions().end(of(a), session.id);
    await sessions().end(again, session.id);
    await sessions().end(again, 'no-such-session');
    for (const { requestId } of [again, foreign]) expect(await recordedOf(database, requestId)).toEqual([]);
  });

  it('ends all sessions of one user only', async () => {
    const user = await makeUser(core, a.id);
    const own = [await start(user), await start(user), await start(user)];
    const foreign = await start(await makeUser(core, a.id));
    await sessions().endAll(of(b), user.id);
    expect(await sessions().list(a.id, user.id)).toHaveLength(3);
    await sessions().endAll(of(a), user.id);
    for (const { token } of own) expect(await sessions().find(token)).toBeNull();
    await eventually(() => {
      expect(own.map(({ session }) => isRevoked(session))).toEqual([true, true, true]);
    });
    expect(await sessions().find(foreign.token)).not.toBeNull();
  });

  it('happens when the user is suspended, and is not undone by reactivation', async () => {
    const user = await makeUser(core, a.id);
    const { session, token } = await start(user);
    expect(await sessions(other).find(token)).not.toBeNull();
    await core.context.get(UsersPort).setStatus(of(a), user.id, 'suspended');
    expect(await sessions().find(token)).toBeNull();
    await eventually(async () => {
      expect(await sessions(other).find(token)).toBeNull();
      expect(isRevoked(session)).toBe(true);
    });
    await core.context.get(UsersPort).setStatus(of(a), user.id, 'active');
    expect(await sessions().find(token)).toBeNull();
    await eventually(() => {
      expect(isRevoked({ ...session, id: newId('ses') })).toBe(false);
    });
    expect(isRevoked(session)).toBe(true);
  });

  it('is not needed for a suspended tenant, whose sessions are not found', async () => {
    const tenant = await makeTenant(core, 'c');
    const { token } = await start(await makeUser(core, tenant.id));
    expect(await sessions().find(token)).not.toBeNull();
    await core.context.get(TenantsPort).setStatus(systemContext(newId('req')), tenant.id, 'suspended');
    expect(await sessions().find(token)).toBeNull();
  });

  it('takes precedence over a concurrent session start: a suspended user does not have a session', async () => {
    for (let i = 0; i < 10; i++) {
      const user = await makeUser(core, a.id);
      await Promise.allSettled([
        start(user),
        core.context.get(UsersPort).setStatus(of(a), user.id, 'suspended'),
        sessions(other).start(user, ['pwd'], newOrigin()),
      ]);
      expect(await sessions().list(a.id, user.id)).toEqual([]);
    }
  });
});

describe('a sign-in on a device', () => {
  let mails: Mail[];
  let tenant: TestTenant;

  beforeAll(async () => {
    mails = catchMail(core);
    tenant = await makeTenant(core, 'devices');
    const rules = { ...DEFAULT_ACCOUNT_RULES, newDeviceNotices: true };
    await core.context.get(AccountRulesPort).set(of(tenant), rules, null);
  });

  it('for the first time mails the user, if the tenant wants it', async () => {
    const user = await makeUser(core, tenant.id);
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const origin = { ...newOrigin(), userAgent };
    const { device } = await sessions().start(user, ['pwd'], origin);
    const [mail] = await eventually(() => {
      const sent = mails.filter(({ to }) => to === user.email);
      expect(sent).toHaveLength(1);
      return sent;
    });
    expect(mail?.subject).toMatch(/^New sign-in to your .* account$/);
    expect(mail?.text).toContain(`Firefox, Linux, with the address ${origin.ip}`);
    // The other sign-ins are on a known device, of a tenant without notices, and the renewal of a session.
    await sessions().start(user, ['hwk'], { ...newOrigin(), device });
    await start(await makeUser(core, a.id));
    const other = await makeUser(core, tenant.id);
    const known = await sessions().start(other, ['pwd'], newOrigin());
    await sessions().start(other, ['pwd'], newOrigin(), known.session);
    await eventually(() => expect(mails.map(({ to }) => to)).toEqual([user.email, other.email]));
  });

  it('that is known for another account mails the user', async () => {
    const [first, second] = [await makeUser(core, tenant.id), await makeUser(core, tenant.id)];
    const { device } = await sessions().start(first, ['pwd'], newOrigin());
    await sessions().start(second, ['pwd'], { ...newOrigin(), device });
    await eventually(() =>
      expect(mails.map(({ to }) => to)).toEqual(expect.arrayContaining([first.email, second.email])),
    );
  });
});

describe('the cleanup', () => {
  it('deletes expired sessions and keeps active sessions', async () => {
    const user = await makeUser(core, a.id);
    const { session } = await start(user);
    const expired = await start(user);
    const expire = "UPDATE users.sessions SET expires_at = now() - interval '1 second' WHERE id = $1";
    await queryAs(database.adminUrl, expire, [expired.session.id]);
    await core.context.get(UsersCleanupTask, { strict: false }).sweep();
    const rows = await queryAs(database.adminUrl, 'SELECT id FROM users.sessions WHERE user_id = $1', [user.id]);
    expect(rows).toEqual([{ id: session.id }]);
  });

  it('limits the number of stored failures', async () => {
    await queryAs(
      database.adminUrl,
      `INSERT INTO users.sign_in_failures
       SELECT sha256(i::text::bytea), 1, now(), now() + i * interval '1 second' FROM generate_series(1, 50) AS i`,
    );
    await queryAs(database.ownerUrl, 'SELECT users.sweep(now(), 10)');
    const [row] = await queryAs<{ count: number; soonest: boolean }>(
      database.adminUrl,
      `SELECT count(*)::int AS count, min(forget_at) > now() + interval '35 seconds' AS soonest FROM users.sign_in_failures`,
    );
    expect(row).toEqual({ count: 10, soonest: true });
  });
});
