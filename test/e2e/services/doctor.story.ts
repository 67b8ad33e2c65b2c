import { askDoctor } from '../../support/doctor';
import type { Installation } from '../../support/installation';

type Environment = Readonly<Record<string, string>>;

/**
 * This must be the last story that uses its installation, because it kills processes.
 * @param borrow returns the installation, once it is running.
 */
export const doctorStory = (borrow: () => Installation): void =>
  describe('npx coresdk doctor, with every role in its own process', () => {
    let installation: Installation;

    const ask = (process: string, changes: Environment = {}) =>
      askDoctor(installation.folder, { ...installation.process(process).environment, ...changes });

    beforeAll(() => {
      installation = borrow();
    });

    it('reports each role as healthy, and the connections of the backend', async () => {
      for (const name of ['control-plane', 'sidecar-1', 'backend']) {
        const { report, code } = await ask(name);
        const wrong = report.groups.flatMap(({ findings }) => findings).filter(({ status }) => status === 'fail');
        expect([name, wrong, code]).toEqual([name, [], 0]);
      }
      const { of } = await ask('backend', { CONTROL_PLANE_TOKEN: installation.secrets.controlPlaneToken });
      expect(of('Other processes', 'control plane')).toMatchObject({
        status: 'ok',
        detail: expect.stringContaining('accepts CONTROL_PLANE_TOKEN'),
      });
      expect(of('Other processes', 'sidecar')).toMatchObject({ status: 'ok' });
    });

    it('detects that a control plane cannot migrate: wrong password or insufficient rights', async () => {
      const { DATABASE_URL = '', DATABASE_MIGRATION_URL = '' } = installation.process('control-plane').environment;
      const url = new URL(DATABASE_MIGRATION_URL);
      url.password = 'not-the-password';
      const refused = await ask('control-plane', { DATABASE_MIGRATION_URL: url.href });
      expect(refused.code).toBe(1);
      expect(refused.of('Database', 'owner role')).toMatchObject({
        detail: expect.stringContaining('refuses the password'),
      });
      expect(refused.out).not.toContain('not-the-password');
      const powerless = await ask('control-plane', { DATABASE_MIGRATION_URL: DATABASE_URL });
      expect(powerless.code).toBe(1);
      expect(powerless.of('Database', 'owner role')).toMatchObject({
        detail: 'coresdk_app cannot change the schema',
        remedy: expect.stringContaining('coresdk_owner'),
      });
    });

    it('detects a missing checkpoint key', async () => {
      const { code, of } = await ask('control-plane', { AUDIT_SIGNING_KEY_FILE: '/nowhere/key.pem' });
      expect(code).toBe(1);
      expect(of('Audit log', 'checkpoint key')).toMatchObject({
        status: 'fail',
        detail: expect.stringContaining('/nowhere'),
      });
    });

    it('detects tokens that the other processes reject, and never prints them', async () => {
      const CONTROL_PLANE_TOKEN = 'not-the-token-of-the-control-plane';
      const CORESDK_SERVICE_TOKEN = 'not-the-token-of-the-sidecar';
      const { code, out, of } = await ask('backend', { CONTROL_PLANE_TOKEN, CORESDK_SERVICE_TOKEN });
      expect(code).toBe(1);
      expect(of('Other processes', 'control plane')).toMatchObject({
        status: 'fail',
        detail: expect.stringContaining('refuses CONTROL_PLANE_TOKEN (401)'),
      });
      expect(of('Other processes', 'sidecar')).toMatchObject({
        status: 'fail',
        detail: expect.stringContaining('refuses the credentials of this role'),
      });
      expect(out).not.toContain(CONTROL_PLANE_TOKEN);
      expect(out).not.toContain(CORESDK_SERVICE_TOKEN);
    });

    it('detects that the other processes are down, and shows what the backend reports', async () => {
      await installation.process('control-plane').kill();
      await installation.process('sidecar-1').kill();
      const { code, of } = await ask('backend');
      expect(code).toBe(1);
      expect(of('Other processes', 'control plane')).toMatchObject({
        detail: expect.stringContaining('does not respond'),
      });
      expect(of('Other processes', 'sidecar')).toMatchObject({ detail: expect.stringContaining('does not respond') });
    });
  });
