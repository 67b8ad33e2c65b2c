import {
  agreeTo,
  answerOf,
  authorizationParameters,
  authorizationRequest,
  clientRequest,
  codeFor,
  codeForm,
  makeApp,
  makePerson,
  type Person,
  pkce,
  tokensFor,
} from '../../../test/support/people';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { Clock } from '../../kernel/time/clock';
import { AppsPort } from '../apps/contract/apps.port';
import { appPatch, type RegisteredApp } from '../apps/contract/apps.types';
import { PasswordsPort } from '../users/contract/passwords.port';
import { SessionsPort } from '../users/contract/sessions.port';
import { AccessTokensPort } from './contract/access-tokens.port';
import { AuthorizationPort } from './contract/authorization.port';
import type { AuthorizationRequest, AuthorizationStep } from './contract/authorization.types';
import { type Grant, GrantsPort } from './contract/grants.port';
import { OauthPort } from './contract/oauth.port';
import type { OauthRequest, TokenAnswer } from './contract/oauth.types';
import { GrantsRepository } from './storage/grants.repository';

const AUDIENCE = 'https://api.example';
const OTHER_AUDIENCE = 'https://files.example';
const NEW_PASSWORD = 'a wholly new password';

let database: TestDatabase;
let core: TestCore;
/** Another process on the same database, with a clock that tests can shift. */
let twin: TestCore;
const ahead = { ms: 0 };
let tenantId: string;
let app: RegisteredApp;
let ada: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  const environment = { AUDIENCES: `${AUDIENCE},${OTHER_AUDIENCE}`, DATABASE_POOL_SIZE: '25' };
  core = await openAllCore(database, environment);
  twin = await openAllCore(database, environment);
  twin.context.get(Clock).nowMs = () => Date.now() + ahead.ms;
  tenantId = (await makeTenant(core, 'a')).id;
  app = await makeApp(core, tenantId);
});

afterAll(async () => {
  await core.close();
  await twin.close();
  await database.drop();
});

beforeEach(async () => {
  ahead.ms = 0;
  ada = await makePerson(core, tenantId);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const port = (): AuthorizationPort => core.context.get(AuthorizationPort);
const { challenge: CHALLENGE } = pkce();
type Changes = Readonly<Record<string, string | undefined>>;
const requestOf = (changes: Changes = {}, by = app, person = ada, askedAtMs?: number): AuthorizationRequest =>
  authorizationRequest(authorizationParameters(by.client_id, CHALLENGE, changes), person.session, askedAtMs);
const ask = (...of: Parameters<typeof requestOf>): Promise<AuthorizationStep> => port().authorize(requestOf(...of));
const token = (request: OauthRequest, at: TestCore = core): Promise<TokenAnswer> =>
  at.context.get(OauthPort).token(request);
const refresh = (refreshToken: string, by = app, at: TestCore = core): Promise<TokenAnswer> =>
  token(clientRequest(by, { grant_type: 'refresh_token', refresh_token: refreshToken }), at);
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
const isLive = async (accessToken: string, at: TestCore = core): Promise<boolean> => {
  await at.feed.catchUp();
  return (await at.context.get(AccessTokensPort).verify(accessToken)).valid;
};
const system = (): CallContext => systemContext('req-attack', tenantId);
/** Returns the user's call context with a token from one of their apps. */
const by = (caller: RegisteredApp, { user } = ada): CallContext => ({
  ...system(),
  actor: { type: 'user', id: user.id },
  appId: caller.client_id,
  isPlatformAdmin: false,
});
const grantsOf = (caller: RegisteredApp): Promise<readonly Grant[]> => core.context.get(GrantsPort).list(by(caller));
const patch = (of: RegisteredApp, members: object): Promise<unknown> =>
  core.context.get(AppsPort).update(system(), of.client_id, appPatch.parse(members));
const setPassword = (person = ada): Promise<void> =>
  core.context.get(PasswordsPort).set(system(), person.user.id, NEW_PASSWORD);

describe('a new password', () => {
  it('revokes every token refreshed or exchanged while the password changes', async () => {
    for (let round = 0; round < 3; round++) {
      const person = await makePerson(core, tenantId);
      const got: TokenAnswer[] = [];
      const keep = (answer: TokenAnswer): TokenAnswer => {
        got.push(answer);
        return answer;
      };
      const codes = [];
      for (let i = 0; i < 20; i++) codes.push(await codeFor(core, app, person));
      const families = [await tokensFor(core, app, person), await tokensFor(core, app, person)];
      let isOver = false;
      const refreshes = families.map(async ({ refresh_token }, index) => {
        let next = refresh_token;
        while (!isOver) {
          const answer = await refresh(next, app, index === 0 ? core : twin).then(keep, () => null);
          if (answer === null) return;
          next = answer.refresh_token ?? '';
        }
      });
      const exchanges = codes.map(async ({ code, verifier }, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 4));
        await token(clientRequest(app, codeForm(code, verifier)), index % 2 === 0 ? core : twin).then(keep, () => null);
      });
      await new Promise((resolve) => setTimeout(resolve, 30));
      await setPassword(person);
      await Promise.all(exchanges);
      isOver = true;
      await Promise.all(refreshes);
      for (const at of [core, twin]) {
        const live = await Promise.all(got.map(({ access_token }) => isLive(access_token, at)));
        expect(live.filter(Boolean)).toEqual([]);
      }
      for (const { refresh_token = '' } of got) expect(await codeOf(refresh(refresh_token))).toBe('invalid_grant');
    }
  });

  it('also revokes tokens issued by a process with a fast clock', async () => {
    ahead.ms = 5_000;
    const { code, verifier } = await codeFor(core, app, ada);
    const exchanged = await token(clientRequest(app, codeForm(code, verifier)), twin);
    const refreshed = await refresh(exchanged.refresh_token ?? '', app, twin);
    await setPassword();
    expect([await isLive(exchanged.access_token), await isLive(refreshed.access_token)]).toEqual([false, false]);
    expect(await codeOf(refresh(refreshed.refresh_token ?? ''))).toBe('invalid_grant');
  });

  it('invalidates codes that have not been exchanged yet', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    await setPassword();
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier))))).toBe('invalid_grant');
  });
});

describe('a code', () => {
  it('is invalid after the user signs out, even with offline_access', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    await core.context.get(SessionsPort).end(system(), ada.session.id);
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier))))).toBe('invalid_grant');
  });

  it('is invalid in a process that missed the end of the session', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    await queryAs(database.adminUrl, 'DELETE FROM users.sessions WHERE id = $1', [ada.session.id]);
    expect(await codeOf(token(clientRequest(app, codeForm(code, verifier))))).toBe('invalid_grant');
  });

  it('exchanged for offline access yields tokens that outlive the session', async () => {
    const { refresh_token, access_token } = await tokensFor(core, app, ada);
    await core.context.get(SessionsPort).end(system(), ada.session.id);
    expect([await isLive(access_token), await codeOf(refresh(refresh_token))]).toEqual([true, 'ok']);
  });
});

describe('remembered consent', () => {
  /** Revokes the grant right after it is read. */
  const revokeInBetween = (grantId: string): void => {
    const repository = core.context.get(GrantsRepository, { strict: false });
    const find = repository.find.bind(repository);
    jest.spyOn(repository, 'find').mockImplementationOnce(async (...of) => {
      const grant = await find(...of);
      await core.context.get(GrantsPort).revoke(by(app), grantId);
      return grant;
    });
  };

  it.each([
    ['none', 'error'],
    [undefined, 'consent'],
  ] as const)('is requested again if it is revoked during the request, with prompt=%s', async (prompt, expected) => {
    await tokensFor(core, app, ada);
    const [grant] = await grantsOf(app);
    revokeInBetween(grant?.id ?? '');
    const step = await ask({ prompt });
    if (expected === 'error') expect(answerOf(step)).toMatchObject({ error: 'consent_required' });
    else expect(step.step).toBe('consent');
    expect(await grantsOf(app)).toEqual([]);
  });

  it('for an app that does not request any scope is stored only at the user’s request', async () => {
    const bare = { scope: undefined };
    await agreeTo(port(), requestOf(bare), false);
    expect(answerOf(await ask({ ...bare, prompt: 'none' }))).toMatchObject({ error: 'consent_required' });
    await agreeTo(port(), requestOf(bare), true);
    expect(answerOf(await ask({ ...bare, prompt: 'none' }))).toHaveProperty('code');
  });

  it('covers only the resources that were shown', async () => {
    await agreeTo(port(), requestOf({ resource: AUDIENCE }));
    expect(answerOf(await ask({ resource: AUDIENCE, prompt: 'none' }))).toHaveProperty('code');
    expect(answerOf(await ask({ resource: 'http://localhost:8000', prompt: 'none' }))).toHaveProperty('code');
    expect(answerOf(await ask({ resource: OTHER_AUDIENCE, prompt: 'none' }))).toMatchObject({
      error: 'consent_required',
    });
    expect(await ask({ resource: OTHER_AUDIENCE })).toMatchObject({
      step: 'consent',
      scopes: [],
      resources: [OTHER_AUDIENCE],
    });
    const rows = await queryAs(database.adminUrl, 'SELECT resources FROM oauth.grants WHERE user_id = $1', [
      ada.user.id,
    ]);
    expect(rows).toEqual([{ resources: [AUDIENCE] }]);
  });
});

describe('a native app', () => {
  const members = {
    app_type: 'native',
    redirect_uris: ['http://127.0.0.1/cb', 'com.example.app:/cb', 'https://app.example/cb'],
  };

  it.each([
    ['http://127.0.0.1:6666/cb', false],
    ['http://127.0.0.1:6666/cb', true],
    ['com.example.app:/cb', false],
    ['com.example.app:/cb', true],
  ])('does not get a code at %s without user interaction, first_party: %s', async (redirectUri, isFirstParty) => {
    const native = await makeApp(core, tenantId, { ...members, first_party: isFirstParty });
    const at = { redirect_uri: redirectUri };
    const first = await ask(at, native);
    expect(first).toMatchObject({ step: 'consent', canRemember: false });
    expect(answerOf(await agreeTo(port(), requestOf(at, native)))).toHaveProperty('code');
    expect((await ask(at, native)).step).toBe('consent');
    expect(answerOf(await ask({ ...at, prompt: 'none' }, native))).toMatchObject({ error: 'consent_required' });
  });

  it('has its consent remembered at an https address, which no other program can claim', async () => {
    const native = await makeApp(core, tenantId, members);
    await agreeTo(port(), requestOf({}, native));
    expect(answerOf(await ask({ prompt: 'none' }, native))).toHaveProperty('code');
  });
});

describe('the consent page', () => {
  it('is shown again if the requested access has changed', async () => {
    const growing = await makeApp(core, tenantId, { default_scopes: ['openid'] });
    const request = requestOf({ scope: undefined }, growing);
    const page = await port().authorize(request);
    if (page.step !== 'consent') throw new Error('There is no page.');
    await patch(growing, { default_scopes: ['openid', 'projects.write'] });
    const again = await port().consent(request, { allow: true, remember: true, shown: page.shown });
    expect(again).toMatchObject({ step: 'consent', scopes: [{ name: 'openid' }, { name: 'projects.write' }] });
    if (again.step !== 'consent') throw new Error('There is no page.');
    const done = await port().consent(request, { allow: true, remember: true, shown: again.shown });
    expect(answerOf(done)).toHaveProperty('code');
  });
});

describe('an app whose declared scopes shrink', () => {
  it('loses the removed scopes at the next refresh and code exchange', async () => {
    const shrinking = await makeApp(core, tenantId);
    const scope = 'openid offline_access projects.write';
    const tokens = await tokensFor(core, shrinking, ada, { scope });
    const { code, verifier } = await codeFor(core, shrinking, ada, { scope: 'openid projects.write' });
    await patch(shrinking, { declared_scopes: ['openid', 'offline_access'] });
    const next = await refresh(tokens.refresh_token, shrinking);
    expect(next.scope).toBe('openid offline_access');
    expect((await token(clientRequest(shrinking, codeForm(code, verifier)))).scope).toBe('openid');
    const other = await codeFor(core, shrinking, ada, { scope: 'openid' });
    await patch(shrinking, { declared_scopes: ['profile'] });
    expect(await codeOf(refresh(next.refresh_token ?? '', shrinking))).toBe('invalid_grant');
    const exchange = token(clientRequest(shrinking, codeForm(other.code, other.verifier)));
    expect(await codeOf(exchange)).toBe('invalid_grant');
  });
});

describe('the grants of a user', () => {
  it('are visible to and revocable by their own app and first-party apps', async () => {
    const other = await makeApp(core, tenantId);
    const own = await makeApp(core, tenantId, { first_party: true });
    for (const each of [app, other]) await tokensFor(core, each, ada);
    const seenBy = async (caller: RegisteredApp): Promise<readonly string[]> =>
      (await grantsOf(caller)).map(({ client_id }) => client_id).sort();
    expect([await seenBy(app), await seenBy(other)]).toEqual([[app.client_id], [other.client_id]]);
    expect(await seenBy(own)).toEqual([app.client_id, other.client_id].sort());
    const [mine] = await grantsOf(app);
    const revoke = (caller: RegisteredApp) => core.context.get(GrantsPort).revoke(by(caller), mine?.id ?? '');
    expect(await codeOf(revoke(other))).toBe('not_found');
    expect(await codeOf(revoke(own))).toBe('ok');
  });
});

describe('introspection of an access token', () => {
  const introspect = (caller: RegisteredApp, value: string) =>
    core.context.get(OauthPort).introspect(clientRequest(caller, { token: value }));
  const service = { app_type: 'service', redirect_uris: [] };

  it('responds only to the app that owns the token and to permitted resource servers', async () => {
    const { access_token } = await tokensFor(core, app, ada);
    const curious = await makeApp(core, tenantId, { ...service, declared_scopes: ['projects.read'] });
    const resource = await makeApp(core, tenantId, { ...service, declared_scopes: ['introspect'] });
    const foreign = await makeApp(core, (await makeTenant(core, 'b')).id, {
      ...service,
      declared_scopes: ['introspect'],
    });
    expect(await introspect(app, access_token)).toMatchObject({ active: true, sub: ada.user.id });
    expect(await introspect(resource, access_token)).toMatchObject({ active: true, client_id: app.client_id });
    for (const each of [curious, foreign]) expect(await introspect(each, access_token)).toEqual({ active: false });
  });

  it('responds to an administrator whose token is for this installation', async () => {
    const { access_token } = await tokensFor(core, app, ada);
    const administrator = await makeApp(core, tenantId, {
      ...service,
      declared_scopes: ['admin'],
      default_scopes: ['admin'],
    });
    const admin = await token(clientRequest(administrator, { grant_type: 'client_credentials' }));
    const asked = (bearer: string) =>
      core.context
        .get(OauthPort)
        .introspect({ ...clientRequest(app, { token: access_token }), authorization: `Bearer ${bearer}` });
    expect(await asked(admin.access_token)).toMatchObject({ active: true });
    const elsewhere = signToken(core, { ...claimsOf(admin.access_token), aud: AUDIENCE });
    expect(await codeOf(asked(elsewhere))).toBe('invalid_token');
  });

  it('cannot be delegated by a user to an app', async () => {
    const curious = await makeApp(core, tenantId, { declared_scopes: ['openid', 'introspect'] });
    const owner = await makePerson(core, tenantId, 'owner');
    expect(answerOf(await ask({ scope: 'openid introspect' }, curious, owner))).toMatchObject({
      error: 'access_denied',
    });
  });
});

describe('a token that is only for other resources', () => {
  it('is live, but is not accepted by the userinfo endpoint', async () => {
    const { access_token } = await tokensFor(core, app, ada, { resource: AUDIENCE });
    expect(await isLive(access_token)).toBe(true);
    const userinfo = (bearer: string) =>
      core.context.get(OauthPort).userinfo({ ...clientRequest(app, {}), authorization: `Bearer ${bearer}` });
    expect(await codeOf(userinfo(access_token))).toBe('invalid_token');
    const both = await codeFor(core, app, ada, {}, [
      ['resource', AUDIENCE],
      ['resource', 'http://localhost:8000'],
    ]);
    const answer = await token(clientRequest(app, codeForm(both.code, both.verifier)));
    expect(await codeOf(userinfo(answer.access_token))).toBe('ok');
  });
});

describe('reauthentication required by a request', () => {
  const aged = (ageMs: number): Person => {
    const authTimeMs = Date.now() - ageMs;
    return { ...ada, session: { ...ada.session, authTimeMs } };
  };

  it.each<Changes>([{ max_age: '1' }, { prompt: 'login' }])(
    'counts as recent for five minutes, with %j',
    async (changes) => {
      const stepAfter = async (ageMs: number): Promise<string> => {
        const person = aged(ageMs);
        return (await ask(changes, app, person, person.session.authTimeMs - 1)).step;
      };
      expect([await stepAfter(4 * 60_000), await stepAfter(5 * 60_000 + 1_000)]).toEqual(['consent', 'sign_in']);
    },
  );

  it('must be performed by the user named in id_token_hint', async () => {
    const { id_token } = await tokensFor(core, app, ada);
    const bob: Person = await makePerson(core, tenantId);
    const hint = { id_token_hint: id_token };
    expect((await ask(hint, app, bob)).step).toBe('sign_in');
    const askedAtMs = bob.session.authTimeMs - 1;
    expect(answerOf(await ask(hint, app, bob, askedAtMs))).toMatchObject({ error: 'login_required' });
    expect(answerOf(await ask(hint, app, ada, ada.session.authTimeMs - 1))).toHaveProperty('code');
  });
});
