import { decodeJwt } from 'jose';
import type { RefreshTokenResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/auth';
import type { RegisteredApp } from '../../../src/modules/apps/contract/apps.types';
import { CookieBrowser } from '../../support/browser-form';
import type { GrpcClient } from '../../support/grpc-client';
import { expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { CALLBACK, openidClient, type RelyingParty, type Tokens } from '../../support/relying-party';
import { signIn } from '../../support/sign-in-walk';
import { OWNER } from './owner';

const SCOPE = 'openid offline_access projects.read';

/** @param borrow returns the installation, once it is running. */
export const refreshStory = (borrow: () => Installation): void =>
  describe('AuthService/RefreshToken', () => {
    let installation: Installation;
    let admin: string;
    let sidecar: GrpcClient;

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      sidecar = installation.sidecar();
    });

    async function signedIn(
      members: object,
    ): Promise<{ readonly app: RegisteredApp; readonly party: RelyingParty; readonly tokens: Tokens }> {
      const json = {
        name: 'Shop',
        app_type: 'web',
        declared_scopes: SCOPE.split(' '),
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [CALLBACK],
        ...members,
      };
      const { status, body, text } = await installation.backend<RegisteredApp>('/v1/oauth/apps', {
        token: admin,
        json,
      });
      expect([status, text]).toEqual([201, expect.any(String)]);
      const party = await openidClient(installation.backendUrl, body);
      const browser = new CookieBrowser(installation.backendUrl);
      return { app: body, party, tokens: await signIn(party, SCOPE, browser, OWNER) };
    }

    const refresh = (refreshToken: string, client = sidecar): Promise<RefreshTokenResponse> =>
      client.call('AuthService', 'RefreshToken', { refreshToken });

    const statusWith = async (token: string): Promise<number> =>
      (await installation.backend('/v1/projects', { token })).status;

    it('returns access tokens that work everywhere, for a non-rotating refresh token', async () => {
      const { app, party, tokens } = await signedIn({ refresh_rotation: false });
      const issued = new Set<string>();
      for (let turn = 0; turn < 3; turn++) {
        const { token, expiresAt, error } = await refresh(tokens.refresh);
        expect(error).toBeNull();
        const claims = decodeJwt(token);
        expect(claims).toMatchObject({ client_id: app.client_id, sub: tokens.claims['sub'], exp: expiresAt });
        expect(await statusWith(token)).toBe(200);
        expect(await sidecar.call('AuthService', 'ValidateToken', { token })).toMatchObject({ valid: true });
        issued.add(token);
      }
      expect(issued.size).toBe(3);
      // The app itself can also use it for a refresh, with the app's client secret.
      const { status, body } = await installation.backend<{ access_token: string }>('/v1/oauth/token', {
        basic: [app.client_id, app.client_secret ?? ''],
        form: { grant_type: 'refresh_token', refresh_token: tokens.refresh },
      });
      expect([status, await statusWith(body.access_token)]).toEqual([200, 200]);

      await party.revoke(tokens.refresh);
      expect(await refresh(tokens.refresh)).toMatchObject({
        token: '',
        error: { extensions: { reason: 'invalid_grant' } },
      });
    });

    it.each<[string, object]>([
      ['a confidential app whose tokens rotate', {}],
      ['a public app', { app_type: 'spa' }],
    ])('sends %s to the token endpoint, and leaves its token unused', async (_whose, members) => {
      const { party, tokens } = await signedIn(members);
      for (let turn = 0; turn < 2; turn++) {
        expect(await refresh(tokens.refresh)).toMatchObject({
          token: '',
          expiresAt: 0,
          error: { detail: 'use POST /v1/oauth/token', extensions: { reason: 'unauthorized_client' } },
        });
      }
      // If it had been used, this second use would revoke the whole family.
      const next = await party.refresh(tokens.refresh);
      expect(next.refresh).not.toBe(tokens.refresh);
      expect(await statusWith(next.access)).toBe(200);
      expect(await statusWith(tokens.access)).toBe(200);
    });

    it('is for services only, and a refused call leaves the token unused', async () => {
      const { tokens } = await signedIn({ refresh_rotation: false });
      expect(await refresh(tokens.refresh, installation.sidecar(0, null))).toMatchObject({
        token: '',
        error: { status: 401 },
      });
      expect((await refresh(tokens.refresh)).error).toBeNull();
      // It is not an access token either.
      expectError(await installation.backend('/v1/projects', { token: tokens.refresh }), 401, 'unauthorized');
    });
  });
