import { systemContext } from '../../../src/kernel/context/call-context';
import { newId } from '../../../src/kernel/ids/ids';
import type { RegisteredApp } from '../../../src/modules/apps/contract/apps.types';
import type { Grant } from '../../../src/modules/oauth/contract/grants.port';
import { UsersPort } from '../../../src/modules/users/contract/users.port';
import { makeUser, PASSWORD } from '../../support/accounts';
import { CookieBrowser } from '../../support/browser-form';
import { eventually } from '../../support/eventually';
import { expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import {
  CALLBACK,
  type Checks,
  type Library,
  oauth4webapi,
  openidClient,
  type RelyingParty,
  SIGNED_OUT,
  type Tokens,
} from '../../support/relying-party';
import { codeFor as codeAfterSignIn, newChecks, signIn as tokensAfterSignIn, walk } from '../../support/sign-in-walk';
import { openAllCore, type TestCore } from '../../support/test-core';
import { OWNER } from '../people/owner';

const ONLINE = 'openid profile email projects.read';
const OFFLINE = `${ONLINE} offline_access`;

const libraries: [string, Library][] = [
  ['openid-client', openidClient],
  ['oauth4webapi', oauth4webapi],
];
const appTypes = ['web', 'spa'] as const;
const cases = libraries.flatMap(([name, library]) => appTypes.map((type) => [name, type, library] as const));

/** @param borrow returns the installation, once it is running. */
export const openidClientsStory = (borrow: () => Installation): void =>
  describe('OpenID Connect clients', () => {
    let installation: Installation;
    let core: TestCore;
    let admin: string;

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      // Users have no API yet, so a separate process creates and suspends them.
      core = await openAllCore(
        { appUrl: await installation.appUrl() },
        { MASTER_KEY: installation.secrets.masterKey, ISSUER_URL: installation.backendUrl },
      );
    });

    afterAll(() => core?.close());

    const statusWith = async (token: string): Promise<number> =>
      (await installation.backend('/v1/projects', { token })).status;

    /**
     * Waits until the protected API refuses the token: immediately in one process; in several processes, when the
     * change has reached all of them.
     */
    async function refused({ access }: Tokens): Promise<void> {
      const assertion = async (): Promise<void> => {
        expectError(await installation.backend('/v1/projects', { token: access }), 401, 'unauthorized');
      };
      await (installation.options.layout === 'all' ? assertion() : eventually(assertion));
    }

    async function register(type: 'web' | 'spa'): Promise<RegisteredApp> {
      const json = {
        name: `Shop ${type}`,
        app_type: type,
        declared_scopes: OFFLINE.split(' '),
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [CALLBACK],
        post_logout_redirect_uris: [SIGNED_OUT],
      };
      const answer = await installation.backend<RegisteredApp>('/v1/oauth/apps', { token: admin, json });
      expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
      return answer.body;
    }

    const newBrowser = (): CookieBrowser => new CookieBrowser(installation.backendUrl);

    const codeFor = (party: RelyingParty, scope: string, browser = newBrowser(), person = OWNER) =>
      codeAfterSignIn(party, scope, browser, person);
    const signIn = (party: RelyingParty, scope = OFFLINE, browser = newBrowser(), person = OWNER): Promise<Tokens> =>
      tokensAfterSignIn(party, scope, browser, person);

    describe.each(cases)('%s as a %s app', (_library, type, library) => {
      let app: RegisteredApp;
      let party: RelyingParty;

      beforeAll(async () => {
        app = await register(type);
        party = await library(installation.backendUrl, app);
      });

      it('signs a user in and validates the identity', async () => {
        const { callback, checks } = await codeFor(party, OFFLINE);
        const tokens = await party.exchange(callback, checks);
        expect(tokens.claims).toMatchObject({ aud: app.client_id, nonce: checks.nonce, amr: ['pwd'] });
        expect(tokens.refresh).toMatch(/^rt_/);
        expect(await statusWith(tokens.access)).toBe(200);
        const subject = String(tokens.claims['sub']);
        expect(await party.userinfo(tokens.access, subject)).toMatchObject({ sub: subject, email: OWNER.email });
      });

      it('rejects a response to a different request', async () => {
        const { callback, checks } = await codeFor(party, ONLINE);
        const mixedUp = (changed: Partial<Checks>) =>
          expect(party.exchange(callback, { ...checks, ...changed })).rejects;
        await mixedUp({ state: 'of another' }).toMatchObject({ code: 'OAUTH_INVALID_RESPONSE' });
        await mixedUp({ nonce: 'of another' }).toMatchObject({ code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });
      });

      it('rotates refresh tokens, and loses all tokens when an old one is reused', async () => {
        const first = await signIn(party);
        const second = await party.refresh(first.refresh);
        expect(second.refresh).not.toBe(first.refresh);
        expect(second.claims['sub']).toBe(first.claims['sub']);
        expect(await statusWith(second.access)).toBe(200);
        await expect(party.refresh(first.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
        await expect(party.refresh(second.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
        await refused(second);
        await refused(first);
      });

      it('revokes a refresh token and its access token', async () => {
        const tokens = await signIn(party);
        await party.revoke(tokens.refresh);
        await refused(tokens);
        await expect(party.refresh(tokens.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
      });

      it('loses the tokens issued for a code when the code is used again', async () => {
        const { callback, checks } = await codeFor(party, OFFLINE);
        const tokens = await party.exchange(callback, checks);
        await expect(party.exchange(callback, checks)).rejects.toMatchObject({ error: 'invalid_grant' });
        await refused(tokens);
        await expect(party.refresh(tokens.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
      });

      it('introspects a token if it can authenticate', async () => {
        const tokens = await signIn(party);
        if (type === 'spa') {
          // Introspection without authentication would allow token scanning (RFC 7662 §2.1).
          await expect(party.introspect(tokens.access)).rejects.toMatchObject({ status: 401 });
          return;
        }
        const subject = { client_id: app.client_id, sub: tokens.claims['sub'] };
        expect(await party.introspect(tokens.access)).toMatchObject({
          active: true,
          iss: installation.backendUrl,
          ...subject,
        });
        expect(await party.introspect(tokens.refresh)).toMatchObject({ active: true, scope: OFFLINE, ...subject });
        await party.revoke(tokens.access);
        expect(await party.introspect(tokens.access)).toEqual({ active: false });
      });

      it('signs the user out at the issuer', async () => {
        const browser = newBrowser();
        const [online, offline] = [await signIn(party, ONLINE, browser), await signIn(party, OFFLINE, browser)];
        const { status, headers } = await browser.get(party.logoutUrl(online.id, 'after').href);
        expect([status, headers.get('location')]).toEqual([303, `${SIGNED_OUT}?state=after`]);
        const again = await party.authorizationUrl(ONLINE, newChecks());
        again.searchParams.set('prompt', 'none');
        expect((await walk(browser, again, OWNER)).searchParams.get('error')).toBe('login_required');
        await refused(online);
        // An offline grant stays valid.
        expect(await statusWith(offline.access)).toBe(200);
      });

      it('is listed among the grants of the user, who can revoke it', async () => {
        const tokens = await signIn(party);
        const call = { token: tokens.access };
        const { body } = await installation.backend<{ items: Grant[] }>('/v1/oauth/me/grants', call);
        const grant = body.items.find(({ client_id }) => client_id === app.client_id);
        expect(grant).toMatchObject({ client_name: app.name, scopes: OFFLINE.split(' ').sort() });
        const path = `/v1/oauth/me/grants/${grant?.id ?? ''}`;
        expect((await installation.backend(path, { ...call, method: 'DELETE' })).status).toBe(204);
        await refused(tokens);
        await expect(party.refresh(tokens.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
      });

      it('loses all access when the user is suspended', async () => {
        const [row] = await installation.query<{ tenant_id: string }>('SELECT tenant_id FROM users.users LIMIT 1');
        const tenantId = row?.tenant_id ?? '';
        const user = await makeUser(core, tenantId);
        const tokens = await signIn(party, OFFLINE, newBrowser(), { email: user.email, password: PASSWORD });
        expect(await statusWith(tokens.access)).toBe(200);
        await core.context.get(UsersPort).setStatus(systemContext(newId('req'), tenantId), user.id, 'suspended');
        await eventually(async () => {
          expect(await statusWith(tokens.access)).toBe(401);
        });
        await expect(party.refresh(tokens.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
      });
    });
  });
