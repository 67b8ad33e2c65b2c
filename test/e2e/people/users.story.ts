import type { RegisteredApp } from '../../../src/modules/apps/contract/apps.types';
import type { Account } from '../../../src/modules/users/contract/accounts.types';
import type { SentInvitation } from '../../../src/modules/users/contract/invitations.types';
import { CookieBrowser, hiddenFields } from '../../support/browser-form';
import { eventually } from '../../support/eventually';
import { expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { CALLBACK, openidClient } from '../../support/relying-party';
import { signIn } from '../../support/sign-in-walk';

const SCOPE = 'openid offline_access users.read users.write sessions.read sessions.write';
const PASSWORD = 'a password of the users tests';

/** @param borrow returns the installation, once it is running. */
export const usersStory = (borrow: () => Installation): void =>
  describe('people', () => {
    let installation: Installation;
    /** Tokens for apps that manage users. One of the apps can create and change administrators. */
    let manager: string;
    let narrow: string;
    let app: RegisteredApp;

    beforeAll(async () => {
      installation = borrow();
      const admin = await installation.adminToken();
      const tokenOf = async (scopes: string[]): Promise<string> => {
        const registered = await installation.register(admin, { declared_scopes: scopes, default_scopes: scopes });
        return installation.token(registered.client_id, registered.client_secret);
      };
      narrow = await tokenOf(['users.read', 'users.write']);
      manager = await tokenOf(['users.read', 'users.write', 'admin']);
      const json = {
        name: 'Shop',
        app_type: 'web',
        declared_scopes: SCOPE.split(' '),
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [CALLBACK],
      };
      app = (await installation.backend<RegisteredApp>('/v1/oauth/apps', { token: admin, json })).body;
    });

    const invite = async (email: string, role: string): Promise<string> => {
      const answer = await installation.backend<SentInvitation>('/v1/users', { token: manager, json: { email, role } });
      expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
      return new URL(answer.body.link ?? '').searchParams.get('token') ?? '';
    };
    const signedIn = async (email: string) => {
      const party = await openidClient(installation.backendUrl, app);
      const visitor = { email, password: PASSWORD };
      return { party, tokens: await signIn(party, SCOPE, new CookieBrowser(installation.backendUrl), visitor) };
    };
    const me = (token: string) => installation.backend<Account>('/v1/users/me', { token });
    const sidecarSays = async (token: string): Promise<boolean> =>
      (await installation.sidecar().call<{ valid: boolean }>('AuthService', 'ValidateToken', { token })).valid;

    it('are invited, accept and sign in; changes of role and status apply to their existing tokens', async () => {
      const json = { email: 'grace@example.com', role: 'admin' };
      expectError(await installation.backend('/v1/users', { token: narrow, json }), 403, 'forbidden');
      const token = await invite('grace@example.com', 'admin');
      const path = `/v1/users/invitations/${token}/accept`;
      const accepted = await installation.backend<Account>(path, {
        json: { password: PASSWORD, displayName: 'Grace' },
      });
      expect([accepted.status, accepted.text]).toEqual([200, expect.any(String)]);
      expectError(await installation.backend(path, { json: { password: PASSWORD } }), 404, 'not_found');
      const { party, tokens } = await signedIn('grace@example.com');
      expect((await me(tokens.access)).body).toMatchObject({ displayName: 'Grace', role: 'admin', status: 'active' });
      const { id } = accepted.body;
      const change = (json: object) =>
        installation.backend<Account>(`/v1/users/${id}`, { token: manager, method: 'PATCH', json });

      expect((await change({ role: 'viewer' })).body.role).toBe('viewer');
      await eventually(async () => expect((await me(tokens.access)).status).toBe(401));
      await eventually(async () => expect(await sidecarSays(tokens.access)).toBe(false));
      // The app continues with its refresh token and has the new role immediately.
      const fresh = await party.refresh(tokens.refresh);
      expect((await me(fresh.access)).body.role).toBe('viewer');
      const denied = await installation.backend(`/v1/users/${id}`, {
        ...{ token: fresh.access, method: 'PATCH', json: { role: 'owner' } },
      });
      expectError(denied, 403, 'forbidden');

      expect((await change({ status: 'suspended' })).status).toBe(200);
      await eventually(async () => expect((await me(fresh.access)).status).toBe(401));
      await eventually(async () => expect(await sidecarSays(fresh.access)).toBe(false));
      await expect(party.refresh(fresh.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });

      expect((await change({ status: 'active' })).status).toBe(200);
      const again = await signedIn('grace@example.com');
      expect((await me(again.tokens.access)).status).toBe(200);
      const removed = await installation.backend(`/v1/users/${id}`, { token: manager, method: 'DELETE' });
      expect([removed.status, removed.text]).toEqual([200, expect.stringContaining('"removed":true')]);
      await eventually(async () => expect((await me(again.tokens.access)).status).toBe(401));
      await eventually(async () => {
        const live = 'SELECT id FROM oauth.grants WHERE user_id = $1 AND revoked_at IS NULL';
        expect(await installation.query(live, [id])).toEqual([]);
      });
    });

    it('accept on the page that the email links to', async () => {
      const token = await invite('ada.of.the.page@example.com', 'member');
      const browser = new CookieBrowser(installation.backendUrl);
      const page = await browser.get(`/oauth/password?token=${token}`);
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('ada.of.the.page@example.com')]);
      const form = { ...hiddenFields(page), password: PASSWORD, again: PASSWORD };
      expect((await browser.post('/oauth/password', form)).status).toBe(200);
      expect((await browser.get(`/oauth/password?token=${token}`)).status).toBe(410);
      const { tokens } = await signedIn('ada.of.the.page@example.com');
      const sessions = await installation.backend<{ items: { id: string }[] }>('/v1/sessions', {
        token: tokens.access,
      });
      expect(sessions.body.items).toHaveLength(1);
      const ended = await installation.backend('/v1/sessions', { token: tokens.access, method: 'DELETE' });
      expect(ended.status).toBe(204);
    });
  });
