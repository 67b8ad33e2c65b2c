import { gunzipSync } from 'node:zlib';
import type { ErasureView, ImportReport } from '../../../src/modules/tenants/contract/tenant-lifecycle.types';
import type { IsolationReport } from '../../../src/modules/tenants/contract/isolation.port';
import type { Tenant } from '../../../src/modules/tenants/contract/tenants.types';
import { eventually } from '../../support/eventually';
import { type Answer, type Call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

/** @param borrow returns the installation, once it is running. */
export const tenantsStory = (borrow: () => Installation): void =>
  describe('tenants', () => {
    let installation: Installation;
    let platform: string;

    beforeAll(() => {
      installation = borrow();
      platform = installation.secrets.controlPlaneToken;
    });

    const manage = <T>(path: string, call: Call = {}): Promise<Answer<T>> =>
      installation.controlPlane<T>(`/api/v1/tenants${path}`, { token: platform, ...call });

    it('can be used immediately after creation', async () => {
      const made = await manage<Tenant>('', { json: { slug: 'harbour', name: 'Harbour' } });
      expect(made.status).toBe(201);
      const app = await installation.controlPlane<{ client_id: string; client_secret: string }>(
        '/api/v1/apps?tenant=harbour',
        { token: platform, json: { name: 'App', declared_scopes: ['projects.read', 'projects.write'] } },
      );
      const token = await installation.token(
        app.body.client_id,
        app.body.client_secret,
        'projects.read projects.write',
      );
      // The very first call, without any wait in between.
      const first = await installation.backend('/v1/projects', { token });
      expect([first.status, first.text]).toEqual([200, expect.stringContaining('"items":[]')]);
      // Every user of a tenant can see it. Only its administrators can change it, except for its plan.
      const own = await installation.backend<Tenant>('/v1/tenants/current', { token });
      expect(own.body).toMatchObject({ id: made.body.id, slug: 'harbour', plan: 'free' });
      expectError(
        await installation.backend('/v1/tenants/current', { token, method: 'PATCH', json: { name: 'X' } }),
        403,
        'forbidden',
      );
      expectError(await installation.backend('/v1/tenants', { token }), 403, 'forbidden');
      expect((await manage<IsolationReport>('/harbour/isolation')).body).toMatchObject({ isolated: true });
    });

    it('are erased completely even if the process is killed meanwhile, and restored from their archive', async () => {
      const made = await manage<Tenant>('', { json: { slug: 'quay', name: 'Quay' } });
      await installation.controlPlane('/api/v1/apps?tenant=quay', {
        token: platform,
        json: { name: 'App', declared_scopes: ['projects.read'] },
      });
      const exported = await fetch(`${installation.controlPlaneUrl}/api/v1/tenants/quay/export`, {
        method: 'POST',
        headers: { authorization: `Bearer ${platform}`, 'content-type': 'application/json' },
        body: JSON.stringify({ secrets: 'excluded' }),
      });
      const archive = Buffer.from(await exported.arrayBuffer());
      expect(gunzipSync(archive).toString()).toContain('{"manifest":');
      expectError(await manage('/quay?confirm=other', { method: 'DELETE' }), 400, 'invalid_request');
      expect((await manage<Tenant>('/quay?confirm=quay&graceSeconds=0', { method: 'DELETE' })).status).toBe(202);
      const view = async (): Promise<ErasureView | undefined> => {
        const list = await installation.controlPlane<{ items: ErasureView[] }>('/api/v1/tenant-erasures', {
          token: platform,
        });
        return list.body.items.find(({ tenantId }) => tenantId === made.body.id);
      };
      await eventually(async () => expect(await view()).toBeDefined());
      await installation.process('control-plane').kill();
      await installation.launch();
      await eventually(async () => expect((await view())?.status).toBe('erased'));
      expect((await view())?.certificate).toMatch(/^eyJ/);
      expectError(await manage('/quay'), 404, 'not_found');

      const imported = await fetch(`${installation.controlPlaneUrl}/api/v1/tenants/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${platform}`, 'content-type': 'application/gzip' },
        body: archive,
      });
      expect(((await imported.json()) as ImportReport).tenant).toMatchObject({ id: made.body.id, slug: 'quay' });
      expect((await manage<Tenant>('/quay')).status).toBe(200);
    });
  });
