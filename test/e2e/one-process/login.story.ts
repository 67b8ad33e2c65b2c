import { decodeJwt } from 'jose';
import type { LoginAnswer } from '../../../src/modules/oauth/contract/login.types';
import { eventually } from '../../support/eventually';
import type { Installation } from '../../support/installation';
import { OWNER } from '../people/owner';

/** @param borrow returns the installation, once it is running. */
export const loginStory = (borrow: () => Installation): void =>
  describe('POST /auth/login', () => {
    let installation: Installation;

    beforeAll(() => {
      installation = borrow();
    });

    const login = (json: unknown) => installation.controlPlane<LoginAnswer>('/auth/login', { json });

    it('returns a token for the backend APIs to the first owner, and calls with it act as that user', async () => {
      const { status, body } = await login(OWNER);
      expect(status).toBe(200);
      expect(body).toMatchObject({ roles: ['owner'], user_name: 'Administrator' });
      expect(decodeJwt(body.token)).toMatchObject({ sub: body.sub, user_id: body.sub, client_id: 'app-console' });
      const made = await installation.backend('/v1/projects', { token: body.token, json: { key: 'OWN', name: 'Own' } });
      expect(made.status).toBe(201);
      expect((await installation.controlPlane('/api/v1/apps', { token: body.token })).status).toBe(200);
    });

    it('returns a token that can be revoked', async () => {
      const { token } = (await login(OWNER)).body;
      expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
      const admin = await installation.adminToken();
      expect((await installation.backend('/v1/oauth/revoke', { token: admin, form: { token } })).status).toBe(200);
      await eventually(async () => {
        expect((await installation.backend('/v1/projects', { token })).status).toBe(401);
      });
    });

    it('is not on the public surface', async () => {
      expect((await installation.backend('/auth/login', { json: OWNER })).status).toBe(404);
    });

    it('keeps its count of failed logins across kill -9', async () => {
      const email = 'guessed@example.com';
      const wrong = async (): Promise<number> => (await login({ email, password: 'wrong password' })).status;
      for (let i = 0; i < 4; i++) expect(await wrong()).toBe(401);
      await installation.process('control-plane').kill();
      await installation.launch();
      expect([await wrong(), await wrong()]).toEqual([401, 429]);
    });
  });
