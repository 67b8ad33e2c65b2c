import type { Page } from '../../../src/kernel/lists/page';
import type { AuditRecord } from '../../../src/modules/audit/contract/audit-query.types';
import { eventually } from '../../support/eventually';
import { call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

/** @param borrow returns the installation, once it is running. */
export const auditLogStory = (borrow: () => Installation): void =>
  describe('reading the audit log', () => {
    let installation: Installation;
    let admin: string;
    let reader: string;
    let writer: string;
    let stranger: string;

    const search = (query: string, token = reader) =>
      installation.backend<Page<AuditRecord>>(`/v1/audit${query}`, { token });

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      const scopes = ['audit.read', 'projects.read', 'projects.write'];
      const app = await installation.register(admin, { declared_scopes: scopes, default_scopes: scopes });
      reader = await installation.token(app.client_id, app.client_secret);
      const emitter = { declared_scopes: ['audit.write'], default_scopes: ['audit.write'] };
      const { client_id: id, client_secret: secret } = await installation.register(admin, emitter);
      writer = await installation.token(id, secret);
      const slug = 'other';
      await installation.controlPlane('/api/v1/tenants', {
        token: installation.secrets.controlPlaneToken,
        json: { slug, name: 'Other' },
      });
      const other = await installation.controlPlane<{ client_id: string; client_secret: string }>(
        `/api/v1/apps?tenant=${slug}`,
        {
          token: installation.secrets.controlPlaneToken,
          json: { name: 'Reader', declared_scopes: ['audit.read'], default_scopes: ['audit.read'] },
        },
      );
      stranger = await installation.token(other.body.client_id, other.body.client_secret);
      for (let number = 1; number <= 5; number += 1) {
        await installation.backend('/v1/projects', {
          token: reader,
          json: { key: `P${number}`, name: `Project ${number}` },
        });
      }
    });

    it('finds past actions, in pages, identically on both surfaces', async () => {
      const found = await search('?action=project.create&limit=3');
      expect(found.status).toBe(200);
      expect(found.body.items).toHaveLength(3);
      const rest = await search(`?action=project.create&limit=3&cursor=${found.body.nextCursor ?? ''}`);
      expect(rest.body.items).toHaveLength(2);
      expect(rest.body.nextCursor).toBeNull();
      const all = [...found.body.items, ...rest.body.items];
      expect(all.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => 'success'));
      const sequences = all.map(({ sequenceId }) => sequenceId);
      expect(sequences).toEqual([...sequences].sort((left, right) => right - left));
      const byAdmin = await installation.controlPlane<Page<AuditRecord>>('/api/v1/audit?action=project.create', {
        token: admin,
      });
      expect(byAdmin.body.items).toEqual(all);
    });

    it('is impossible for other tenants, and is itself recorded', async () => {
      expect((await search('?action=project.create', stranger)).body.items).toEqual([]);
      const { requestId } = await search('?q=needle');
      const reads = await search('?action=audit.search');
      expect(reads.body.items.map((record) => record.requestId)).toContain(requestId);
      expectError(
        await search('', await installation.token('app-admin', installation.secrets.adminSecret, 'admin')),
        403,
        'forbidden',
      );
      expectError(await call(`${installation.backendUrl}/v1/audit`), 401, 'unauthorized');
    });

    it.each(['?colour=red', '?from=yesterday', '?outcome=maybe', '?limit=501', '?q=x', '?cursor=x', '?action=a%20b'])(
      'refuses %s',
      async (query) => {
        expectError(await search(query), 400, 'invalid_request');
      },
    );

    it.each(['jsonl', 'csv', 'cloudevents'])('exports as %s, and can resume after a record', async (format) => {
      const exported = (after = '') =>
        installation.backend(`/v1/audit/export?action=project.create&format=${format}${after}`, { token: reader });
      const whole = await exported();
      expect(whole.status).toBe(200);
      expect(whole.headers.get('content-disposition')).toMatch(/^attachment; filename="audit\./);
      const lines = whole.text.trimEnd().split(/\r?\n/);
      const records = format === 'csv' ? lines.slice(1) : lines;
      expect(records).toHaveLength(5);
      const place = format === 'csv' ? records[1]?.split(',')[0] : /"sequenceId":(\d+)/.exec(records[1] ?? '')?.[1];
      const rest = await exported(`&after=${place ?? ''}`);
      expect(rest.text.trimEnd().split(/\r?\n/)).toEqual(records.slice(2));
    });

    it('with the same idempotency key, refuses a different event and returns the same receipt for the same event', async () => {
      const body = { action: 'invoice.approve', resourceId: 'inv-1', metadata: { to: 'ada@example.com' } };
      const post = (json: object) =>
        installation.backend('/v1/audit', { token: writer, json, headers: { 'idempotency-key': 'once' } });
      const first = await post(body);
      expect(first.status).toBe(201);
      expect((await post(body)).body).toEqual(first.body);
      expectError(await post({ ...body, resourceId: 'inv-2' }), 422, 'unprocessable');
      expect((await search('?action=invoice.approve')).body.items).toHaveLength(1);
    });

    it('of the platform needs the platform’s token, including for proofs and exports', async () => {
      expectError(await call(`${installation.backendUrl}/v1/audit`), 401, 'unauthorized');
      const token = installation.secrets.controlPlaneToken;
      const asked = <Body>(path: string) => installation.controlPlane<Body>(`/api/v1/audit${path}`, { token });
      const { body: found } = await asked<Page<AuditRecord>>('?tenant=system&outcome=denied');
      const [denied] = found.items;
      expect(denied).toMatchObject({ tenantId: 'system', reason: 'token_missing' });
      const { body: proof } = await asked<object>(`/proof?tenant=system&id=${denied?.id ?? ''}`);
      expect(proof).toMatchObject({ id: denied?.id, recordHash: denied?.recordHash });
      const { body: checkpoints } = await asked<Page<{ note: string }>>('/checkpoints?tenant=system&limit=1');
      expect(checkpoints.items[0]?.note).toMatch(/system\n/);
      const exported = await asked('/export?tenant=system');
      expect(exported.text).toContain(denied?.id);
      for (const path of ['', '/checkpoints', '/export', `/proof?id=${denied?.id ?? ''}`]) {
        const named = `/api/v1/audit${path}${path.includes('?') ? '&' : '?'}tenant=system`;
        expectError(await installation.controlPlane(named, { token: admin }), 404, 'not_found');
      }
    });

    it('shows which revision of the tenant’s policy allowed or denied a call', async () => {
      const source = 'package authz\n\nallow if input.action != "project.list"';
      const uploaded = await installation.controlPlane<{ version: number }>('/api/v1/tenants/default/policy', {
        token: admin,
        method: 'PUT',
        json: { modules: { 'authz.rego': source } },
      });
      expect(uploaded.status).toBe(200);
      const policyRevision = String(uploaded.body.version);
      await eventually(async () => {
        expect((await installation.backend('/v1/projects', { token: reader })).status).toBe(403);
      });
      const key = { token: reader, json: { key: 'REV', name: 'Revised' } };
      expect((await installation.backend('/v1/projects', key)).status).toBe(201);
      const newest = async (action: string) => (await search(`?action=${action}&limit=1`)).body.items[0];
      expect(await newest('project.list')).toMatchObject({ outcome: 'denied', policyRevision });
      expect(await newest('audit.search')).toMatchObject({ outcome: 'success', policyRevision });
      const { items } = (await search('?action=project.create')).body;
      expect(items.map((record) => record.policyRevision)).toEqual([policyRevision, null, null, null, null, null]);
      // Restores the state for the next stories.
      const without = { modules: { 'other.rego': 'package other' } };
      await installation.controlPlane('/api/v1/tenants/default/policy', { token: admin, method: 'PUT', json: without });
      await eventually(async () => {
        expect((await installation.backend('/v1/projects', { token: reader })).status).toBe(200);
      });
    });
  });
