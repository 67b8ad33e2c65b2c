import { eventually } from '../../support/eventually';
import type { Installation } from '../../support/installation';

/** Settings that {@link readsStory} needs: within a test, no time limit ends an aggregate. */
export const READS = { AUDIT_READ_AGGREGATE_SECONDS: '300' };

/** @param borrow returns the installation, once it is running; its backend is stopped and started again. */
export const readsStory = (borrow: () => Installation): void =>
  describe('reads with aggregated audit records', () => {
    let installation: Installation;

    /** Returns a token for a tenant's app, and the app's id. */
    async function caller(tenant: string): Promise<{ readonly token: string; readonly id: string }> {
      const scopes = ['projects.read'];
      const { body } = await installation.controlPlane<{ client_id: string; client_secret: string }>(
        `/api/v1/apps?tenant=${tenant}`,
        {
          token: installation.secrets.controlPlaneToken,
          json: { name: 'Reader', declared_scopes: scopes, default_scopes: scopes },
        },
      );
      return { token: await installation.token(body.client_id, body.client_secret), id: body.client_id };
    }

    const recordsOf = (actor: string) =>
      installation.query<{ count: number | null }>(
        `SELECT (metadata->>'count')::int AS count FROM audit.events WHERE actor_id = $1 AND action = 'project.list'`,
        [actor],
      );

    it('are aggregated as soon as the setting reaches the sidecar, and no records are lost on SIGTERM', async () => {
      installation = borrow();
      const token = installation.secrets.controlPlaneToken;
      const tenant = 'reads';
      await installation.controlPlane('/api/v1/tenants', { token, json: { slug: tenant, name: 'Reads' } });
      const [first, reader] = [await caller(tenant), await caller(tenant)];
      const read = (bearer: string) => installation.backend('/v1/projects', { token: bearer });
      expect((await read(first.token)).status).toBe(200);
      expect(await recordsOf(first.id)).toEqual([{ count: null }]);

      const put = { token, method: 'PUT', json: { keepDays: null, legalHold: null, reads: 'aggregated' } };
      expect((await installation.controlPlane(`/api/v1/audit/retention?tenant=${tenant}`, put)).status).toBe(200);
      await eventually(async () => {
        const before = await recordsOf(first.id);
        expect((await read(first.token)).status).toBe(200);
        expect(await recordsOf(first.id)).toEqual(before);
      });
      const answers = await Promise.all(Array.from({ length: 25 }, () => read(reader.token)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await recordsOf(reader.id)).toEqual([]);

      expect(await installation.process('backend').stop()).toEqual({ code: 0, signal: null });
      await installation.launch();
      expect(await recordsOf(reader.id)).toEqual([{ count: 25 }]);
    });
  });
