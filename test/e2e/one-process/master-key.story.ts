import type { ShownResolution } from '../../../src/modules/secrets/rest/secret-requests';
import { eventually } from '../../support/eventually';
import type { Installation } from '../../support/installation';
import { RoleProcess } from '../../support/role-process';

const CANARY = 'canary-of-the-master-key-41d7';
const SCOPES = ['secrets.read', 'secrets.write'];

/**
 * This must be the last story that uses its installation: processes that started earlier no longer have valid keys.
 * @param borrow returns the installation, in one process, once it is running.
 */
export const masterKeyStory = (borrow: () => Installation): void =>
  describe('the master key', () => {
    it('is replaced automatically when a new one is configured, after which the old one is not needed', async () => {
      const installation = borrow();
      const admin = await installation.adminToken();
      const app = await installation.register(admin, {
        declared_scopes: SCOPES,
        default_scopes: SCOPES,
      });
      const token = await installation.token(app.client_id, app.client_secret);
      const written = await installation.backend('/v1/secrets/KEPT', { token, method: 'PUT', json: { value: CANARY } });
      expect(written.status).toBe(200);
      const granted = await installation.controlPlane('/api/v1/secrets/grants', {
        token: admin,
        json: { principal: { type: 'client', id: app.client_id }, path: { path: 'KEPT' } },
      });
      expect(granted.status).toBe(201);
      const value = async (): Promise<string | undefined> => {
        const json = { refs: [{ name: 'KEPT' }] };
        const answer = await installation.backend<ShownResolution>('/v1/secrets/resolve', { token, json });
        expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
        return answer.body.resolved[0]?.value;
      };
      const service = { token: installation.secrets.controlPlaneToken };
      const renewed = {
        ...installation.process('all').environment,
        MASTER_KEY: 'the-new-master-key-0123456789abcdef',
      };
      await installation.stop();
      const previous = { MASTER_KEY_PREVIOUS: installation.secrets.masterKey };
      const both = new RoleProcess('both', { ...renewed, ...previous }, installation.folder);
      const alone = new RoleProcess('alone', renewed, installation.folder);
      try {
        both.launch();
        await both.untilReady();
        expect(await value()).toBe(CANARY);
        await eventually(async () => {
          const progress = await installation.controlPlane('/api/v1/secrets/rewrap', service);
          expect(progress.body).toMatchObject({ state: 'done', remaining: 0 });
        });
        await both.stop();
        alone.launch();
        await alone.untilReady();
        expect(await value()).toBe(CANARY);
      } finally {
        await both.kill();
        await alone.kill();
      }
      expect(`${both.log}${alone.log}`).not.toContain(CANARY);
    });
  });
