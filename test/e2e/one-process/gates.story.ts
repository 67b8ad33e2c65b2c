import type { CheckEgressResponse } from '../../../src/kernel/grpc/generated/cpod/clients/v1/egress';
import type { GetConfigResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/config';
import type { GateResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/datagate';
import type { CheckEntitlementResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/license';
import { eventually } from '../../support/eventually';
import { expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

/** The records of the installation's DNS server. */
export const NAMES = {
  'api.example.com': { A: ['93.184.215.14'] },
  'inside.example.com': { A: ['93.184.215.14', '10.0.0.1'] },
};

/** @param borrow returns the installation, once it is running. */
export const gatesStory = (borrow: () => Installation): void =>
  describe('configuration, entitlements and gates', () => {
    let installation: Installation;
    let admin: string;
    let token: string;

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      const app = await installation.register(admin, {
        declared_scopes: ['files.read'],
        default_scopes: ['files.read'],
      });
      token = await installation.token(app.client_id, app.client_secret);
    });

    const ask = <T>(service: string, method: string, request: object): Promise<T> =>
      installation.sidecar(0).call<T>(service, method, request);

    test('services read the value that an administrator sets', async () => {
      const set = await installation.controlPlane<{ value: string }>('/api/v1/config/theme', {
        method: 'PUT',
        token: admin,
        json: { value: 'dark' },
      });
      expect([set.status, set.body.value]).toEqual([200, 'dark']);
      await eventually(async () => {
        const { snapshot } = await ask<GetConfigResponse>('ConfigService', 'GetConfig', {
          tenant: { tenantId: 'default' },
        });
        expect(snapshot).toMatchObject({ values: { theme: 'dark' }, storageBackend: 'postgres' });
      });
      const refused = await installation.controlPlane('/api/v1/config/db.password', {
        method: 'PUT',
        token: admin,
        json: { value: 'hunter2' },
      });
      expectError(refused, 400, 'invalid_request');
      expectError(await installation.controlPlane('/api/v1/config', { token }), 403, 'forbidden');
    });

    test('a tenant is entitled to what its plan includes and to what the platform adds', async () => {
      const check = (entitlementKey: string) =>
        ask<CheckEntitlementResponse>('LicenseService', 'CheckEntitlement', { entitlementKey, tenantId: 'default' });
      expect(await check('seats')).toMatchObject({ entitled: true, error: null });
      expect(await check('nobody-knows')).toMatchObject({ entitled: false, error: { status: 404 } });
      const path = '/api/v1/entitlements/overrides/beta?tenant=default';
      const installationToken = installation.secrets.controlPlaneToken;
      const added = await installation.controlPlane(path, {
        method: 'PUT',
        token: installationToken,
        json: { limit: 7 },
      });
      expect(added.status).toBe(200);
      await eventually(async () => {
        expect(await check('beta')).toMatchObject({ entitled: true, numericValue: 7, expiresAt: 0 });
      });
    });

    test('a gate allows what scopes and policy allow', async () => {
      const gate = (action: string) =>
        ask<GateResponse>('DataGateService', 'StorageGate', { token, action, bucket: 'shared', objectKey: 'a.txt' });
      expect(await gate('read')).toMatchObject({ allowed: true, permissions: ['files.read'] });
      expect(await gate('write')).toMatchObject({ allowed: false, permissions: [] });
    });

    test('only public URLs can be fetched', async () => {
      const check = (url: string) =>
        ask<CheckEgressResponse>('EgressService', 'CheckEgress', { url, tenantId: 'default', serviceName: '' });
      expect(await check('https://api.example.com/v1')).toEqual({ allowed: true, reason: '' });
      for (const url of [
        'http://10.0.0.1/',
        'http://2852039166/',
        'https://inside.example.com/',
        'http://localhost/',
      ]) {
        expect(await check(url)).toMatchObject({ allowed: false });
      }
    });
  });
