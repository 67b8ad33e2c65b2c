import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { Clock } from '../../kernel/time/clock';
import { eventually } from '../../../test/support/eventually';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import {
  clientRequest,
  codeFor,
  codeForm,
  makeApp,
  makePerson,
  type Person,
  tokensFor,
} from '../../../test/support/people';
import { AppsPort } from '../apps/contract/apps.port';
import { newApp, type RegisteredApp } from '../apps/contract/apps.types';
import { GRANT_TYPES } from '../apps/contract/grant-types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { UsersPort } from '../users/contract/users.port';
import { AccessTokensPort } from './contract/access-tokens.port';
import { GrantsPort } from './contract/grants.port';
import { OauthPort } from './contract/oauth.port';
import type { OauthRequest, TokenAnswer } from './contract/oauth.types';

const AUDIENCE = 'https://api.example';
const OTHER_AUDIENCE = 'https://files.example';

let database: TestDatabase;
/** Two processes on one database. */
let core: TestCore;
let twin: TestCore;
let [a, b]: TestTenant[] = [];
let app: RegisteredApp;
let spa: RegisteredApp;
let ada: Person;
const late = { ms: 0 };

beforeAll(async () => {
  database = await createTestDatabase();
  const environment = { AUDIENCES: `${AUDIENCE},${OTHER_AUDIENCE}`, DATABASE_POOL_SIZE: '25' };
  core = await openAllCore(database, environment);
  twin = await openAllCore(database, environment);
  for (const each of [core, twin]) {
    const clock = each.context.get(Clock);
    clock.nowMs = () => Date.now() + late.ms;
  }
  [a, b] = await Promise.all([makeTenant(core, 'a'), makeTenant(core, 'b')]);
  app = await makeApp(core, tenant(a).id);
  spa = await makeApp(core, tenant(a).id, { app_type: 'spa' });
});

afterAll(async () => {
  await core.close();
  await twin.close();
  await database.drop();
});

beforeEach(async () => {
  late.ms = 0;
  ada = await makePerson(core, tenant(a).id);
});

function tenant(known: TestTenant | undefined): TestTenant {
  if (!known) throw new Error('The tenants do not exist yet.');
  return known;
}

const token = (request: OauthRequest, at: TestCore = core): Promise<TokenAnswer> =>
  at.context.get(OauthPort).token(request);
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
const refreshRequest = (refreshToken: string, more: Readonly<Record<string, unknown>> = {}, by = app): OauthRequest =>
  clientRequest(by, { grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
/** Returns the call context of a user who has a token from an app. */
const userContext = ({ user }: Person, by = app): CallContext => ({
  ...systemContext('req-r', user.tenantId),
  actor: { type: 'user', id: user.id },
  appId: by.client_id,
  isPlatformAdmin: false,
});
const isLive = async (accessToken: string, at: TestCore = core): Promise<boolean> => {
  await at.feed.catchUp();
  return (await at.context.get(AccessTokensPort).verify(accessToken)).valid;
};
const auditOf = async (person: Person, action: string): Promise<readonly string[]> => {
  // A staged event moves to the log later, so read both tables.
  const rows = await queryAs<{ reason: string }>(
    database.adminUrl,
    `SELECT payload->>'reason' AS reason FROM kernel.outbox WHERE payload->>'actorId' = $1 AND payload->>'action' = $2
     UNION ALL SELECT reason FROM audit.events WHERE actor_id = $1 AND action = $2`,
    [person.user.id, action],
  );
  return rows.map(({ reason }) => reason);
};

describe('the exchange of a code', () => {
  it('returns an access token, a refresh token and an ID token that belong together', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    const answer = await token(clientRequest(app, codeForm(code, verifier)));
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile email offline_access projects.read',
      refresh_token: expect.stringMatching(/^rt_[\w-]{68}$/),
      id_token: expect.any(String),
    });
    const claims = claimsOf(answer.access_token);
    expect(claims).toMatchObject({
      sub: ada.user.id,
      user_id: ada.user.id,
      client_id: app.client_id,
      tenant_id: tenant(a).id,
      aud: 'http://localhost:8000',
      roles: ['member'],
      amr: ['pwd'],
      grant_id: expect.stringMatching(/^grt-/),
    });
    expect(claims.sid).toBeUndefined();
    const half = createHash('sha256').update(answer.access_token).digest().subarray(0, 16).toString('base64url');
    expect(claimsOf(answer.id_token ?? '')).toMatchObject({
      iss: 'http://localhost:8000',
      aud: app.client_id,
      sub: ada.user.id,
      nonce: 'nonce-1',
      at_hash: half,
      sid: ada.session.id,
      auth_time: Math.floor(ada.session.authTimeMs / 1000),
      acr: claims.acr,
      amr: ['pwd'],
    });
    expect(await isLive(answer.access_token)).toBe(true);
    // An ID token is not accepted as an access token.
    expect(await isLive(answer.id_token ?? '')).toBe(false);
    expect(await auditOf(ada, 'oauth.token.issue')).toEqual(['']);
    expect(await auditOf(ada, 'oauth.code.issue')).toEqual(['']);
  });

  it('by a public client does not need a secret, and does not return a refresh token without offline_access', async () => {
    const { code, verifier } = await codeFor(core, spa, ada, { scope: 'openid' });
    const answer = await token(clientRequest(spa, codeForm(code, verifier)));
    expect(answer.refresh_token).toBeUndefined();
    expect(claimsOf(answer.access_token)).toMatchObject({ scope: 'openid', sid: ada.session.id });
  });

  it('does not return an ID token without openid', async () => {
    const { code, verifier } = await codeFor(core, app, ada, { scope: 'projects.read' });
    expect(await token(clientRequest(app, codeForm(code, verifier)))).not.toHaveProperty('id_token');
  });

  it('can narrow the resources but not widen them', async () => {
    const more = [
      ['resource', AUDIENCE],
      ['resource', OTHER_AUDIENCE],
    ] as const;
    const all = await codeFor(core, app, ada, {}, more);
    const both = await token(clientRequest(app, codeForm(all.code, all.verifier)));
    expect(claimsOf(both.access_token).aud).toEqual([AUDIENCE, OTHER_AUDIENCE]);
    const one = await codeFor(core, app, ada, {}, more);
    const narrow = await token(clientRequest(app, codeForm(one.code, one.verifier, { resource: AUDIENCE })));
    expect(claimsOf(narrow.access_token).aud).toBe(AUDIENCE);
    const wide = await codeFor(core, app, ada, { resource: AUDIENCE });
    const asked = codeForm(wide.code, wide.verifier, { resource: [AUDIENCE, OTHER_AUDIENCE] });
    expect(await codeOf(token(clientRequest(app, asked)))).toBe('invalid_target');
    expect(await codeOf(token(clientRequest(app, codeForm(wide.code, wide.verifier))))).toBe('ok');
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no code', { code: undefined }, 'invalid_request'],
    ['an invented code', { code: `ac_${'a'.repeat(43)}` }, 'invalid_grant'],
    ['a value that is not a code', { code: 'x' }, 'invalid_grant'],
    ['a repeated code', { code: ['ac_x', 'ac_y'] }, 'invalid_request'],
    ['no verifier', { code_verifier: undefined }, 'invalid_request'],
    ['a different verifier', { code_verifier: 'a'.repeat(43) }, 'invalid_grant'],
    ['a verifier of 42 characters', { code_verifier: 'a'.repeat(42) }, 'invalid_request'],
    ['a verifier of 129 characters', { code_verifier: 'a'.repeat(129) }, 'invalid_request'],
    ['a verifier with a plus', { code_verifier: `${'a'.repeat(43)}+` }, 'invalid_request'],
    ['a missing redirect URI', { redirect_uri: undefined }, 'invalid_request'],
    ['a different redirect URI', { redirect_uri: 'https://app.example/cb?x' }, 'invalid_grant'],
    ['an unknown grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['a missing grant type', { grant_type: undefined }, 'invalid_request'],
  ])('is refused with %s, and the code stays valid', async (_, changes, error) => {
    const { code, verifier } = await codeFor(core, app, ada);
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier, changes))))).toBe(error);
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier))))).toBe('ok');
  });

  it('lists every grant type from the metadata in its error message', async () => {
    const unknown = token(clientRequest(app, { grant_type: 'password' }));
    const words = await unknown.then(String, ({ message }: Error) => message);
    for (const type of GRANT_TYPES) expect(words).toContain(type);
  });

  it('is refused for a different client or tenant, and does not consume the code', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    const other = await makeApp(core, tenant(a).id);
    const foreign = await makeApp(core, tenant(b).id);
    for (const thief of [other, foreign, spa]) {
      expect(await codeOf(token(clientRequest(thief, codeForm(code, verifier))))).toBe('invalid_grant');
    }
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier))))).toBe('ok');
  });

  it('is refused after 60 seconds', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    late.ms = 60_001;
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier))))).toBe('invalid_grant');
  });

  it('is refused after the user is suspended or the grant is revoked', async () => {
    const first = await codeFor(core, app, ada);
    const context = userContext(ada);
    const [grant] = await core.context.get(GrantsPort).list(context);
    await core.context.get(GrantsPort).revoke(context, grant?.id ?? '');
    expect(await codeOf(token(clientRequest(app, codeForm(first.code, first.verifier))))).toBe('invalid_grant');
    const second = await codeFor(core, app, ada);
    await core.context.get(UsersPort).setStatus(systemContext('req-s', tenant(a).id), ada.user.id, 'suspended');
    expect(await codeOf(token(clientRequest(app, codeForm(second.code, second.verifier))))).toBe('invalid_grant');
  });

  it('repeated with the same code revokes the tokens from the first exchange, and is recorded', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    const first = await token(clientRequest(app, codeForm(code, verifier)));
    const refreshed = await token(refreshRequest(first.refresh_token ?? ''));
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier)), twin))).toBe('invalid_grant');
    for (const at of [core, twin]) {
      expect([await isLive(first.access_token, at), await isLive(refreshed.access_token, at)]).toEqual([false, false]);
    }
    expect(await codeOf(token(refreshRequest(refreshed.refresh_token ?? '')))).toBe('invalid_grant');
    expect(await auditOf(ada, 'oauth.code.replay')).toEqual(['code_reused']);
    const again = await tokensFor(core, app, ada);
    expect(await isLive(again.access_token)).toBe(true);
  });

  it('attempted 20 times concurrently in two processes succeeds once', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    // All requests have read the unused code before the first one can use it.
    const outcomes = await whileLocked('oauth.codes', 20, () =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          codeOf(token(clientRequest(app, codeForm(code, verifier)), index % 2 === 0 ? core : twin)),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'invalid_grant')).toHaveLength(19);
  });
});

/** Starts `work` while a table cannot be written, until this many statements wait for it. */
async function whileLocked<T>(table: string, waiting: number, work: () => Promise<T>): Promise<T> {
  const client = new Client(database.adminUrl);
  await client.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN EXCLUSIVE MODE`);
    const result = work();
    await eventually(async () => {
      const sql = `SELECT FROM pg_locks WHERE relation = '${table}'::regclass AND NOT granted`;
      expect((await client.query(sql)).rowCount).toBe(waiting);
    });
    await client.query('COMMIT');
    return await result;
  } finally {
    await client.end();
  }
}

describe('a refresh', () => {
  it('returns new tokens and a new refresh token, with an ID token from the same sign-in', async () => {
    const first = await tokensFor(core, app, ada);
    const next = await token(refreshRequest(first.refresh_token));
    expect(next.refresh_token).toMatch(/^rt_/);
    expect(next.refresh_token).not.toBe(first.refresh_token);
    expect(claimsOf(next.access_token)).toMatchObject({ sub: ada.user.id, scope: first.scope });
    const [before, after] = [first, next].map(({ id_token = '' }) => claimsOf(id_token));
    expect(after).toMatchObject({ sid: ada.session.id, auth_time: before?.auth_time });
    expect(after).not.toHaveProperty('nonce');
    expect(await codeOf(token(refreshRequest(next.refresh_token ?? '')))).toBe('ok');
  });

  it('can narrow the scopes but not widen them, and the next refresh can request all scopes again', async () => {
    const first = await tokensFor(core, app, ada, { resource: AUDIENCE });
    const asked = { scope: 'projects.read offline_access', resource: AUDIENCE };
    const narrow = await token(refreshRequest(first.refresh_token, asked));
    expect(claimsOf(narrow.access_token)).toMatchObject({ scope: 'projects.read offline_access', aud: AUDIENCE });
    const wider = refreshRequest(narrow.refresh_token ?? '', { scope: 'projects.read projects.write' });
    expect(await codeOf(token(wider))).toBe('invalid_scope');
    const elsewhere = refreshRequest(narrow.refresh_token ?? '', { resource: OTHER_AUDIENCE });
    expect(await codeOf(token(elsewhere))).toBe('invalid_target');
    const all = await token(refreshRequest(narrow.refresh_token ?? ''));
    expect(all.scope).toBe(first.scope);
  });

  it('is refused for a different client or tenant, and does not end the family', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    const other = await makeApp(core, tenant(a).id);
    const foreign = await makeApp(core, tenant(b).id);
    for (const thief of [other, foreign, spa]) {
      expect(await codeOf(token(refreshRequest(refresh_token, {}, thief)))).toBe('invalid_grant');
    }
    expect(await codeOf(token(refreshRequest(`rt_${'a'.repeat(68)}`)))).toBe('invalid_grant');
    expect(await codeOf(token(refreshRequest('rt_x')))).toBe('invalid_grant');
    expect(await codeOf(token(refreshRequest(refresh_token)))).toBe('ok');
  });

  it('expires after 7 idle days, and after 30 days in any case', async () => {
    let { refresh_token } = await tokensFor(core, app, ada);
    const idle = await tokensFor(core, app, ada);
    for (let day = 6; day < 30; day += 6) {
      late.ms = day * 86_400_000;
      refresh_token = (await token(refreshRequest(refresh_token))).refresh_token ?? '';
      if (day === 12) expect(await codeOf(token(refreshRequest(idle.refresh_token)))).toBe('invalid_grant');
    }
    late.ms = 30 * 86_400_000 + 1_000;
    expect(await codeOf(token(refreshRequest(refresh_token)))).toBe('invalid_grant');
  });

  it('sent 20 times concurrently to two processes returns 20 identical responses and one live family', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => token(refreshRequest(refresh_token), index % 2 === 0 ? core : twin)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const families = await queryAs<{ ended: boolean }>(
      database.adminUrl,
      'SELECT ended_at IS NOT NULL AS ended FROM oauth.refresh_families WHERE user_id = $1',
      [ada.user.id],
    );
    expect(families).toEqual([{ ended: false }]);
    expect(await isLive(answers[0]?.access_token ?? '')).toBe(true);
    expect(await codeOf(token(refreshRequest(answers[0]?.refresh_token ?? '')))).toBe('ok');
  });

  it('works across processes, and a revocation in one process ends the family in both', async () => {
    const first = await tokensFor(core, app, ada);
    let newest = first.refresh_token ?? '';
    for (const at of [core, core, twin, core, twin, twin]) {
      newest = (await token(refreshRequest(newest), at)).refresh_token ?? '';
    }
    // The twin process rotated the family last and still has it in memory as active.
    await core.context.get(OauthPort).revoke(clientRequest(app, { token: newest }));
    expect(await codeOf(token(refreshRequest(newest), twin))).toBe('invalid_grant');
    expect(await codeOf(token(refreshRequest(newest), twin))).toBe('invalid_grant');
  });

  it('with a used token outside the grace window ends the family, and is recorded', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    const next = await token(refreshRequest(refresh_token));
    late.ms = 10_001;
    expect(await codeOf(token(refreshRequest(refresh_token)))).toBe('invalid_grant');
    expect(await codeOf(token(refreshRequest(next.refresh_token ?? '')))).toBe('invalid_grant');
    expect([await isLive(next.access_token), await isLive(next.access_token, twin)]).toEqual([false, false]);
    expect(await auditOf(ada, 'oauth.refresh_token.reuse')).toEqual(['refresh_token_reused']);
  });

  it('with a used token and a different request ends the family even within the grace window', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    const next = await token(refreshRequest(refresh_token));
    expect(await codeOf(token(refreshRequest(refresh_token, { scope: 'openid' })))).toBe('invalid_grant');
    expect(await codeOf(token(refreshRequest(next.refresh_token ?? '')))).toBe('invalid_grant');
  });

  it('with a token two generations old ends the family even within the grace window', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    const second = await token(refreshRequest(refresh_token));
    const third = await token(refreshRequest(second.refresh_token ?? ''));
    expect(await codeOf(token(refreshRequest(refresh_token)))).toBe('invalid_grant');
    expect(await codeOf(token(refreshRequest(third.refresh_token ?? '')))).toBe('invalid_grant');
  });

  it('does not store readable tokens', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    const next = await token(refreshRequest(refresh_token));
    const [row] = await queryAs<{ text: string }>(
      database.adminUrl,
      `SELECT f::text || encode(f.previous_answer, 'escape') AS text FROM oauth.refresh_families AS f WHERE user_id = $1`,
      [ada.user.id],
    );
    for (const secret of [refresh_token, next.refresh_token ?? '', next.access_token]) {
      expect(row?.text.includes(secret)).toBe(false);
      expect(row?.text.includes(secret.slice(3, 40))).toBe(false);
    }
  });

  it.each(['the grant', 'the token'])('concurrent with a revocation of %s leaves no live token', async (what) => {
    for (let round = 0; round < 5; round++) {
      const person = await makePerson(core, tenant(a).id);
      const { refresh_token, access_token } = await tokensFor(core, app, person);
      const context = userContext(person);
      const [grant] = await core.context.get(GrantsPort).list(context);
      const revoke = (): Promise<void> =>
        what === 'the grant'
          ? twin.context.get(GrantsPort).revoke(context, grant?.id ?? '')
          : twin.context.get(OauthPort).revoke(clientRequest(app, { token: refresh_token }));
      const attempts = await Promise.allSettled([
        ...Array.from({ length: 4 }, () => token(refreshRequest(refresh_token))),
        revoke(),
      ]);
      expect(attempts.at(-1)).toMatchObject({ status: 'fulfilled' });
      const got = attempts.flatMap((attempt) =>
        attempt.status === 'fulfilled' && attempt.value ? [attempt.value] : [],
      );
      for (const at of [core, twin]) {
        for (const each of [access_token, ...got.map((answer) => answer.access_token)]) {
          expect(await isLive(each, at)).toBe(false);
        }
      }
      for (const each of [refresh_token, ...got.map((answer) => answer.refresh_token ?? '')]) {
        expect(await codeOf(token(refreshRequest(each)))).toBe('invalid_grant');
      }
    }
  });
});

describe('refresh tokens are also revoked by', () => {
  const refreshAfter = async (change: (person: Person) => Promise<unknown>): Promise<string> => {
    const { refresh_token } = await tokensFor(core, app, ada);
    await change(ada);
    return codeOf(token(refreshRequest(refresh_token)));
  };

  it('suspending the user, and stay revoked after reactivation', async () => {
    const users = core.context.get(UsersPort);
    const context = systemContext('req-u', tenant(a).id);
    expect(
      await refreshAfter(async ({ user }) => {
        await users.setStatus(context, user.id, 'suspended');
        await users.setStatus(context, user.id, 'active');
      }),
    ).toBe('invalid_grant');
    const fresh = await tokensFor(core, app, { ...ada, session: (await makePerson(core, tenant(a).id)).session });
    expect(await codeOf(token(refreshRequest(fresh.refresh_token)))).toBe('ok');
  });

  it('a process that starts later, if the revocation was missed', async () => {
    await tokensFor(core, app, ada);
    await core.context.get(UsersPort).setStatus(systemContext('req-u', tenant(a).id), ada.user.id, 'suspended');
    await core.feed.catchUp();
    const ended = () =>
      queryAs<{ ended: boolean }>(
        database.adminUrl,
        'SELECT ended_at IS NOT NULL AS ended FROM oauth.refresh_families WHERE user_id = $1',
        [ada.user.id],
      );
    expect(await ended()).toEqual([{ ended: true }]);
    const again = 'UPDATE oauth.refresh_families SET ended_at = NULL WHERE user_id = $1';
    await queryAs(database.adminUrl, again, [ada.user.id]);
    const later = await openAllCore(database);
    await later.close();
    expect(await ended()).toEqual([{ ended: true }]);
  });

  it('suspending the tenant, and stay revoked after reactivation', async () => {
    const other = await makeTenant(core, 'c');
    const theirs = await makeApp(core, other.id);
    const { refresh_token } = await tokensFor(core, theirs, await makePerson(core, other.id));
    const tenants = core.context.get(TenantsPort);
    await tenants.setStatus(systemContext('req-t'), other.id, 'suspended');
    expect(await codeOf(token(refreshRequest(refresh_token, {}, theirs)))).toBe('invalid_client');
    await tenants.setStatus(systemContext('req-t'), other.id, 'active');
    expect(await codeOf(token(refreshRequest(refresh_token, {}, theirs)))).toBe('invalid_grant');
  });

  it('deleting the app, and are not valid for a new app with the same id', async () => {
    const apps = core.context.get(AppsPort);
    const context = systemContext('req-a', tenant(a).id);
    const gone = await makeApp(core, tenant(a).id);
    const { refresh_token, access_token } = await tokensFor(core, gone, ada);
    await apps.remove(context, gone.client_id);
    expect(await isLive(access_token)).toBe(false);
    const input = newApp.parse({
      client_id: gone.client_id,
      name: 'Other',
      app_type: 'web',
      redirect_uris: ['https://app.example/cb'],
    });
    const again = await apps.register(context, input);
    expect(await codeOf(token(refreshRequest(refresh_token, {}, again)))).toBe('invalid_grant');
    const grants = await core.context.get(GrantsPort).list(userContext(ada, gone));
    expect(grants.filter(({ client_id }) => client_id === gone.client_id)).toEqual([]);
  });
});

describe('the cleanup', () => {
  it('deletes only unusable data', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    const old = await makePerson(core, tenant(a).id);
    await tokensFor(core, app, old);
    const past = `now() - interval '2 hours'`;
    await queryAs(database.adminUrl, `UPDATE oauth.codes SET expires_at = ${past} WHERE user_id = $1`, [old.user.id]);
    await queryAs(database.adminUrl, `UPDATE oauth.refresh_families SET ended_at = ${past} WHERE user_id = $1`, [
      old.user.id,
    ]);
    await queryAs(database.adminUrl, `UPDATE oauth.grants SET revoked_at = ${past} WHERE user_id = $1`, [old.user.id]);
    await queryAs(database.appUrl, 'SELECT oauth.prune()');
    const left = (person: Person) =>
      queryAs<{ table: string }>(
        database.adminUrl,
        `SELECT 'codes' AS table FROM oauth.codes WHERE user_id = $1
         UNION ALL SELECT 'families' FROM oauth.refresh_families WHERE user_id = $1
         UNION ALL SELECT 'grants' FROM oauth.grants WHERE user_id = $1`,
        [person.user.id],
      ).then((rows) => rows.map(({ table }) => table).sort());
    expect([await left(old), await left(ada)]).toEqual([[], ['codes', 'families', 'grants']]);
    expect(await codeOf(token(refreshRequest(refresh_token)))).toBe('ok');
  });
});

describe('introspection, revocation and userinfo', () => {
  const introspect = (value: string, by = app) =>
    core.context.get(OauthPort).introspect(clientRequest(by, { token: value }));

  it('reveal a refresh token only to its own client', async () => {
    const { refresh_token } = await tokensFor(core, app, ada);
    expect(await introspect(refresh_token)).toMatchObject({
      active: true,
      client_id: app.client_id,
      sub: ada.user.id,
      scope: 'openid profile email offline_access projects.read',
    });
    const other = await makeApp(core, tenant(a).id);
    const foreign = await makeApp(core, tenant(b).id);
    expect([await introspect(refresh_token, other), await introspect(refresh_token, foreign)]).toEqual([
      { active: false },
      { active: false },
    ]);
    expect(await codeOf(introspect(refresh_token, spa))).toBe('invalid_client');
    await token(refreshRequest(refresh_token));
    expect(await introspect(refresh_token)).toEqual({ active: false });
  });

  it('revoke a refresh token and its family only when its own client asks', async () => {
    const { refresh_token, access_token } = await tokensFor(core, spa, ada);
    const revoke = (by: RegisteredApp) =>
      codeOf(core.context.get(OauthPort).revoke(clientRequest(by, { token: refresh_token })));
    expect(await revoke(app)).toBe('unauthorized_client');
    expect(await revoke(await makeApp(core, tenant(b).id))).toBe('ok');
    expect(await isLive(access_token)).toBe(true);
    expect(await revoke(spa)).toBe('ok');
    expect([await isLive(access_token), await isLive(access_token, twin)]).toEqual([false, false]);
    expect(await codeOf(token(refreshRequest(refresh_token, {}, spa)))).toBe('invalid_grant');
    expect(await revoke(spa)).toBe('ok');
  });

  const userinfo = (authorization?: string, form = {}) =>
    core.context.get(OauthPort).userinfo({ form, authorization, requestId: 'req-i', ip: '192.0.2.1', traceparent: '' });

  it('return the claims that the scopes allow, with the token in the header or the form', async () => {
    const { access_token } = await tokensFor(core, app, ada);
    const all = await userinfo(`Bearer ${access_token}`);
    expect(all).toMatchObject({ sub: ada.user.id, name: 'Ada Lovelace', email: ada.user.email });
    expect(typeof all.updated_at).toBe('number');
    expect(await userinfo(undefined, { access_token })).toEqual(all);
    const little = await tokensFor(core, app, ada, { scope: 'openid' });
    expect(await userinfo(`Bearer ${little.access_token}`)).toEqual({ sub: ada.user.id });
  });

  it('send a challenge to unauthorized callers (RFC 6750 §3)', async () => {
    const challengeOf = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => null,
        (error: { code: string; headers: Record<string, string> }) => [error.code, error.headers['WWW-Authenticate']],
      );
    const { access_token } = await tokensFor(core, app, ada, { scope: 'projects.read' });
    const machine = await tenant(a).issueToken();
    expect(await challengeOf(userinfo())).toEqual(['unauthorized', 'Bearer realm="coresdk"']);
    expect(await challengeOf(userinfo('Bearer x'))).toEqual([
      'invalid_token',
      'Bearer realm="coresdk", error="invalid_token"',
    ]);
    for (const poor of [access_token, machine]) {
      expect(await challengeOf(userinfo(`Bearer ${poor}`))).toEqual([
        'insufficient_scope',
        'Bearer realm="coresdk", error="insufficient_scope", scope="openid"',
      ]);
    }
    expect(await challengeOf(userinfo(`Bearer ${machine}`, { access_token }))).toEqual([
      'invalid_request',
      'Bearer realm="coresdk", error="invalid_request"',
    ]);
  });
});
