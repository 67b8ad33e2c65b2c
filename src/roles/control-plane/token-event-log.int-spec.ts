import { Client } from 'pg';
import { eventually } from '../../../test/support/eventually';
import {
  agreeTo,
  authorizationParameters,
  authorizationRequest,
  clientRequest,
  codeFor,
  codeForm,
  makeApp,
  makePerson,
  pkce,
  tokensFor,
} from '../../../test/support/people';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { KeyRotationPort } from '../../modules/keys/contract/key-rotation.port';
import { AuthorizationPort } from '../../modules/oauth/contract/authorization.port';
import { GrantsPort } from '../../modules/oauth/contract/grants.port';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import { TokenEventLogPort } from '../../modules/token-events/contract/token-event-log.port';
import { TokenEventsPort } from '../../modules/token-events/contract/token-events.port';
import {
  INSTALLATION_LOG,
  type NewTokenEvent,
  type TokenEvent,
  type TokenEventFilter,
} from '../../modules/token-events/contract/token-events.types';
import { placeOf } from '../../kernel/log/log-position';
import { oldPlaceOf } from '../../../test/support/old-place';
import { TokenEventPartitions } from '../../modules/token-events/token-event-partitions';

let database: TestDatabase;
let core: TestCore;
let port: TokenEventsPort;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  await core.context.init();
  port = core.context.get(TokenEventsPort);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const of = ({ id }: { readonly id: string }): CallContext => systemContext(newId('req'), id);

/** Waits until all committed events have their numbers. */
async function settled(): Promise<void> {
  await eventually(async () => {
    expect(await queryAs(database.adminUrl, 'SELECT FROM token_events.staged')).toEqual([]);
  });
}

/** Returns all events after a position, up to the end. */
async function all(tenant: { readonly id: string }, after: string | null, filter: TokenEventFilter = {}, limit = 50) {
  await settled();
  const events: TokenEvent[] = [];
  for (let place = after; ;) {
    const batch = await port.read(of(tenant), place, filter, limit);
    expect(batch.events.length).toBeLessThanOrEqual(limit);
    events.push(...batch.events);
    if (!batch.more) return events;
    place = batch.place;
  }
}

/** Returns the events that a step logs for a tenant. */
async function loggedBy(tenant: { readonly id: string }, step: () => Promise<unknown>): Promise<readonly TokenEvent[]> {
  await settled();
  const place = await port.end(of(tenant));
  await step();
  return all(tenant, place);
}

const eventOf = (tenantId: string, clientId: string, userId: string | null = null): NewTokenEvent => ({
  tenantId,
  type: 'token.issued',
  clientId,
  userId,
  details: { jti: newId('req') },
});

describe('the log of token events', () => {
  it('records an app’s own token with all its details, but nothing that could be used as a token', async () => {
    let token = '';
    const events = await loggedBy(a, async () => (token = await a.issueToken()));
    const { jti, exp } = claimsOf(token);
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-v]{29}$/),
        type: 'token.issued',
        at: expect.stringMatching(/Z$/),
        tenantId: a.id,
        clientId: a.clientId,
        userId: null,
        jti,
        grantType: 'client_credentials',
        scopes: ['projects.read'],
        expiresAt: new Date(exp * 1000).toISOString(),
        actorType: 'service',
        actorId: a.clientId,
        requestId: expect.stringMatching(/^req-/),
        ip: '192.0.2.1',
      },
    ]);
    expect(JSON.stringify(events)).not.toContain(token.slice(-40));
  });

  it('records consent, exchange, refresh and reuse, each with its grant', async () => {
    const app = await makeApp(core, a.id);
    const ada = await makePerson(core, a.id);
    const oauth = core.context.get(OauthPort);
    const tokens: string[] = [];
    const events = await loggedBy(a, async () => {
      const { code, verifier } = await codeFor(core, app, ada);
      const first = await oauth.token(clientRequest(app, codeForm(code, verifier)));
      const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
      const second = await oauth.token(clientRequest(app, refresh));
      const third = await oauth.token(clientRequest(app, { ...refresh, refresh_token: second.refresh_token }));
      await expect(oauth.token(clientRequest(app, refresh))).rejects.toMatchObject({ code: 'invalid_grant' });
      for (const answer of [first, second, third]) tokens.push(answer.access_token, answer.refresh_token ?? '');
    });
    expect(events.map(({ type }) => type)).toEqual([
      'consent.given',
      'token.issued',
      'token.refreshed',
      'token.refreshed',
      'refresh_token.reused',
    ]);
    const grantIds = new Set(events.map(({ grantId }) => grantId));
    expect([...grantIds]).toEqual([expect.stringMatching(/^grt-/)]);
    for (const event of events) expect(event).toMatchObject({ clientId: app.client_id, userId: ada.user.id });
    expect(events[1]?.jti).toBe(claimsOf(tokens[0] ?? '').jti);
    expect(events[0]?.scopes).toContain('offline_access');
    for (const token of tokens) expect(JSON.stringify(events)).not.toContain(token.slice(-40));
  });

  it('records the reuse of a code, the withdrawal of consent, and the revocation of a token with its actor', async () => {
    const app = await makeApp(core, a.id);
    const ada = await makePerson(core, a.id);
    const oauth = core.context.get(OauthPort);
    const { code, verifier } = await codeFor(core, app, ada);
    await oauth.token(clientRequest(app, codeForm(code, verifier)));
    const replayed = await loggedBy(a, () =>
      oauth.token(clientRequest(app, codeForm(code, verifier))).catch(() => undefined),
    );
    expect(replayed).toMatchObject([{ type: 'code.reused', clientId: app.client_id, userId: ada.user.id }]);

    const tokens = await tokensFor(core, app, ada);
    const revoked = await loggedBy(a, async () => {
      await oauth.revoke(clientRequest(app, { token: tokens.access_token }));
      await oauth.revoke(clientRequest(app, { token: tokens.access_token }));
      await oauth.revoke(clientRequest(app, { token: tokens.refresh_token }));
    });
    expect(revoked).toMatchObject([
      { type: 'token.revoked', covers: 'token', jti: claimsOf(tokens.access_token).jti, actorId: app.client_id },
      { type: 'token.revoked', covers: 'grant', userId: ada.user.id },
    ]);

    const grants = core.context.get(GrantsPort);
    const byAda: CallContext = { ...of(a), actor: { type: 'user', id: ada.user.id }, appId: app.client_id };
    const [grant] = await grants.list(byAda);
    const withdrawn = await loggedBy(a, () => grants.revoke(byAda, grant?.id ?? ''));
    expect(withdrawn).toMatchObject([
      { type: 'consent.withdrawn', clientId: app.client_id, userId: ada.user.id, grantId: grant?.id },
    ]);
  });

  it('does not record consent if none was requested', async () => {
    const app = await makeApp(core, a.id, { first_party: true });
    const ada = await makePerson(core, a.id);
    const parameters = authorizationParameters(app.client_id, pkce().challenge);
    const events = await loggedBy(a, () =>
      agreeTo(core.context.get(AuthorizationPort), authorizationRequest(parameters, ada.session)),
    );
    expect(events).toEqual([]);
  });

  it('records the revocation of all tokens of a suspended user', async () => {
    const { user, session } = await makePerson(core, a.id);
    const users = core.context.get(UsersPort);
    const suspended = await loggedBy(a, () => users.setStatus(of(a), user.id, 'suspended'));
    expect(suspended).toMatchObject([
      { type: 'token.revoked', covers: 'user', userId: user.id, clientId: null },
      { type: 'token.revoked', covers: 'session', sessionId: session.id },
    ]);
    expect(await loggedBy(a, () => users.setStatus(of(a), user.id, 'active'))).toEqual([]);
  });

  it('records an unused family of refresh tokens once, when it expires', async () => {
    const app = await makeApp(core, a.id);
    const ada = await makePerson(core, a.id);
    await tokensFor(core, app, ada);
    await queryAs(database.adminUrl, `UPDATE oauth.refresh_families SET idle_until = now() WHERE client_id = $1`, [
      app.client_id,
    ]);
    const expire = () => queryAs(database.appUrl, 'SELECT oauth.end_expired_families()');
    const events = await loggedBy(a, async () => {
      await expire();
      await expire();
    });
    expect(events).toMatchObject([
      { type: 'refresh_family.expired', clientId: app.client_id, userId: ada.user.id, reason: 'idle' },
    ]);
  });

  it('records the rotation of the keys for every tenant', async () => {
    await settled();
    const [ofA, ofB] = await Promise.all([port.end(of(a)), port.end(of(b))]);
    const { kid } = await core.context.get(KeyRotationPort).rotate(systemContext('req-keys'), { emergency: true });
    const rotated = { type: 'key.rotated', tenantId: INSTALLATION_LOG, kid, emergency: true, clientId: null };
    expect(await all(a, ofA)).toMatchObject([rotated]);
    expect(await all(b, ofB)).toMatchObject([rotated]);
    expect(await all(a, ofA, { clientId: a.clientId })).toEqual([]);
    expect(await all(a, ofA, { types: ['token.issued'] })).toEqual([]);
  });
});

describe('a reader', () => {
  const audited = { action: 'oauth.token.issue', resourceType: 'access_token', resourceId: 'x' };
  const log = (event: NewTokenEvent) =>
    core.context.get(TokenEventLogPort).log(of({ id: event.tenantId }), event, audited);

  it('sees only the log of its own tenant', async () => {
    await settled();
    const [ofA, ofB] = await Promise.all([port.end(of(a)), port.end(of(b))]);
    await Promise.all([a, b, a, b].map(({ id, clientId }) => log(eventOf(id, clientId))));
    expect((await all(a, ofA)).map(({ tenantId }) => tenantId)).toEqual([a.id, a.id]);
    expect((await all(b, ofB)).map(({ tenantId }) => tenantId)).toEqual([b.id, b.id]);
  });

  it('finds events by type, app, user and time, in pages of any size, in the same order', async () => {
    await settled();
    const place = await port.end(of(a));
    for (let index = 0; index < 12; index += 1) await log(eventOf(a.id, `app-${index % 3}`, `usr-${index % 2}`));
    const events = await all(a, place);
    expect(events).toHaveLength(12);
    expect(events.map(({ id }) => id)).toEqual(events.map(({ id }) => id).sort());
    for (const limit of [1, 5, 12]) expect(await all(a, place, {}, limit)).toEqual(events);
    expect(await all(a, place, { clientId: 'app-1' })).toHaveLength(4);
    expect(await all(a, place, { clientId: 'app-1', userId: 'usr-1' }, 1)).toHaveLength(2);
    expect(await all(a, place, { types: ['token.revoked'] })).toEqual([]);
    const at = events[6]?.at ?? '';
    const before = await all(a, place, { to: at });
    const since = await all(a, place, { from: at });
    expect([...before, ...since]).toEqual(events);
    expect(since.length).toBeGreaterThan(0);
    expect(await all(a, place, { from: '2100-01-01T00:00:00Z' })).toEqual([]);
  });

  it('does not wait for running transactions, and does not miss anything that commits later', async () => {
    await settled();
    const place = await port.end(of(a));
    const late = new Client({ connectionString: database.appUrl });
    await late.connect();
    await late.query('BEGIN');
    await late.query(`SELECT set_config('app.tenant_id', $1, true)`, [a.id]);
    await late.query('SELECT token_events.log($1)', [JSON.stringify(eventOf(a.id, 'app-late'))]);
    await log(eventOf(a.id, 'app-soon'));
    const meanwhile = await eventually(async () => {
      const batch = await port.read(of(a), place, {}, 50);
      expect(batch.events.map(({ clientId }) => clientId)).toEqual(['app-soon']);
      return batch;
    });
    await late.query('COMMIT');
    await late.end();
    expect((await all(a, meanwhile.place)).map(({ clientId }) => clientId)).toEqual(['app-late']);
    expect((await all(a, place)).map(({ clientId }) => clientId)).toEqual(['app-soon', 'app-late']);
  });

  it('cannot write to the log of another tenant or change existing events', async () => {
    const client = new Client({ connectionString: database.appUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [b.id]);
    const foreign = client.query('SELECT token_events.log($1)', [JSON.stringify(eventOf(a.id, 'app-x'))]);
    await expect(foreign).rejects.toMatchObject({ code: '42501' });
    await client.query('ROLLBACK');
    for (const statement of [
      'DELETE FROM token_events.events',
      `UPDATE token_events.events SET type = 'x'`,
      `SELECT * FROM token_events.events_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`,
    ]) {
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    await client.end();
  });

  it('gets an error if the events after a position are no longer retained', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const gone = [
      oldPlaceOf({ xid: 1n, seq: 1n, atSeconds: 1_000_000 }),
      // Positions from another server, from another log, and beyond the ends of both logs.
      oldPlaceOf({ xid: 2n ** 62n, seq: 1n, atSeconds: now }),
      placeOf({ number: 1, ofAll: 0, atSeconds: now + 60 }),
      placeOf({ number: 1_000_000, ofAll: 0, atSeconds: now }),
      placeOf({ number: 0, ofAll: 1_000_000, atSeconds: 0 }),
    ];
    for (const place of gone) await expect(port.read(of(a), place, {}, 1)).rejects.toMatchObject({ code: 'gone' });
    await expect(port.read(of(a), 'nonsense', {}, 1)).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('the partitions of the log', () => {
  const days = async (): Promise<readonly string[]> => {
    const sql = `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = 'token_events.events'::regclass ORDER BY 1`;
    return (await queryAs<{ name: string }>(database.adminUrl, sql)).map(({ name }) => name.slice(-8));
  };
  const dayOf = (offset: number): string =>
    new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

  it('are created a week ahead, and dropped completely when they expire', async () => {
    const sql = (offset: number): string => `
      CREATE TABLE token_events.events_${dayOf(offset)} PARTITION OF token_events.events
        FOR VALUES FROM ('${dayOf(offset)} 00:00:00+00') TO ('${dayOf(offset + 1)} 00:00:00+00')`;
    await queryAs(database.ownerUrl, sql(-8));
    await queryAs(database.ownerUrl, sql(-7));
    await queryAs(database.ownerUrl, `DROP TABLE token_events.events_${dayOf(7)}`);
    await core.context.get(TokenEventPartitions).maintain();
    // The database might have been created yesterday.
    const kept = (await days()).filter((day) => day !== dayOf(-1));
    expect(kept).toEqual([dayOf(-7), ...Array.from({ length: 8 }, (_, ahead) => dayOf(ahead))]);
  });

  it('stay while a reader blocks their removal, and are dropped later', async () => {
    const old = dayOf(-20);
    await queryAs(
      database.ownerUrl,
      `CREATE TABLE token_events.events_${old} PARTITION OF token_events.events
         FOR VALUES FROM ('${old} 00:00:00+00') TO ('${dayOf(-19)} 00:00:00+00')`,
    );
    const reader = new Client({ connectionString: database.appUrl });
    await reader.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM token_events.events');
    await core.context.get(TokenEventPartitions).maintain();
    expect(await days()).toContain(old);
    await reader.query('COMMIT');
    await reader.end();
    await core.context.get(TokenEventPartitions).maintain();
    expect(await days()).not.toContain(old);
  });
});
