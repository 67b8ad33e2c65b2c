import { Client } from 'pg';
import { systemContext } from '../../src/kernel/context/call-context';
import { Database } from '../../src/kernel/database/database';
import { stageEvent } from '../../src/kernel/database/staged-event';
import { newId } from '../../src/kernel/ids/ids';
import type { AuditPort } from '../../src/modules/audit/contract/audit.port';
import { type AuditEvent, stagedAuditEvent, SYSTEM_LOG } from '../../src/modules/audit/contract/audit.types';
import { AuditChainWriter } from '../../src/modules/audit/audit-chain-writer';
import { eventually } from '../support/eventually';
import { queryAs, type TestDatabase } from '../support/test-database';
import type { TestCore } from '../support/test-core';

/** The requirements that the audit port suite places on the adapter under test. */
export interface AuditWorld {
  readonly audit: AuditPort;
  /** Hosts the log. */
  readonly host: TestCore;
  readonly database: TestDatabase;
  readonly close: () => Promise<void>;
}

/** The host's timeout for one statement: short, so that the host soon detects a hanging store. */
export const STATEMENT_TIMEOUT_MS = 400;

/** The contract of {@link AuditPort}, for any adapter. */
export function auditPortSuite(adapter: string, open: () => Promise<AuditWorld>): void {
  describe(`AuditPort, ${adapter}`, () => {
    let world: AuditWorld;
    const a = newId('tnt');
    const b = newId('tnt');
    const context = systemContext(newId('req'), a);

    beforeAll(async () => {
      world = await open();
    });

    afterAll(async () => {
      await world.close();
    });

    /** Returns an event's row as seen by the superuser, in any tenant. */
    const rows = (id: string) =>
      queryAs<{ tenant_id: string; action: string }>(
        world.database.adminUrl,
        'SELECT tenant_id, action FROM audit.events WHERE id = $1 ORDER BY tenant_id',
        [id],
      );

    /** Commits a staged event as a write of its tenant would. */
    const stage = async (event: AuditEvent): Promise<void> => {
      const store = world.host.context.get(Database);
      const staged = stagedAuditEvent(event);
      if (staged.tenantId === null) await store.platformTransaction((tx) => stageEvent(tx, staged));
      else await store.tenantTransaction(staged.tenantId, (tx) => stageEvent(tx, staged));
    };

    const staged = (id: string) => queryAs(world.database.adminUrl, 'SELECT id FROM kernel.outbox WHERE id = $1', [id]);

    it('has committed every field of an event when it returns', async () => {
      const event = anEvent(a, {
        appId: 'app-1',
        actorType: 'agent',
        actorId: 'agent-7',
        action: 'project.create',
        resourceType: 'project',
        resourceId: 'prj-"ü"/1',
        outcome: 'denied',
        reason: 'insufficient_scope',
        requestId: 'req-x',
        ip: '2001:db8::1',
        policyRevision: 'rev-1',
        metadata: { nested: { list: [1, 'zwei', null] }, text: "it's \\ 'quoted'" },
        tsMs: 1_795_536_000_123,
      });
      await world.audit.record(context, event);
      const found = await queryAs(
        world.database.adminUrl,
        `SELECT tenant_id AS "tenantId", id, app_id AS "appId", actor_type AS "actorType", actor_id AS "actorId", action,
                resource_type AS "resourceType", resource_id AS "resourceId", outcome, reason,
                request_id AS "requestId", ip, policy_revision AS "policyRevision", metadata, NULL AS personal, floor(extract(epoch FROM ts) * 1000)::float8 AS "tsMs"
         FROM audit.events WHERE id = $1`,
        [event.id],
      );
      expect(found).toEqual([event]);
    });

    it('preserves absent and empty fields', async () => {
      const event = anEvent(a, { appId: null, ip: null, reason: '', resourceId: '', metadata: {} });
      await world.audit.record(context, event);
      const sql = 'SELECT app_id, ip, reason, resource_id, metadata FROM audit.events WHERE id = $1';
      expect(await queryAs(world.database.adminUrl, sql, [event.id])).toEqual([
        { app_id: null, ip: null, reason: '', resource_id: '', metadata: {} },
      ]);
    });

    it('keeps only the first of two events with the same id', async () => {
      const event = anEvent(a, { action: 'first' });
      await world.audit.record(context, event);
      await world.audit.record(context, { ...event, action: 'second' });
      expect(await rows(event.id)).toEqual([{ tenant_id: a, action: 'first' }]);
    });

    it('isolates tenants: each tenant sees only its own events, even if events have the same id', async () => {
      const ofA = anEvent(a, { action: 'of.a' });
      const ofB = { ...ofA, tenantId: b, action: 'of.b' };
      await world.audit.record(context, ofA);
      await world.audit.record(context, ofB);
      const store = world.host.context.get(Database);
      const seen = (tenant: string) =>
        store.tenant(tenant).rows('SELECT tenant_id, action FROM audit.events WHERE id = $1', [ofA.id]);
      expect(await seen(a)).toEqual([{ tenant_id: a, action: 'of.a' }]);
      expect(await seen(b)).toEqual([{ tenant_id: b, action: 'of.b' }]);
      expect(await seen(newId('tnt'))).toEqual([]);
    });

    it('has a system log for events without a tenant, which tenants cannot see', async () => {
      const event = anEvent(SYSTEM_LOG);
      await world.audit.record({ ...context, tenantId: null }, event);
      expect(await rows(event.id)).toHaveLength(1);
      const store = world.host.context.get(Database);
      expect(await store.tenant(a).rows('SELECT id FROM audit.events WHERE id = $1', [event.id])).toEqual([]);
    });

    it('records 300 concurrent events once each', async () => {
      const events = Array.from({ length: 300 }, (_, index) => anEvent(index % 2 === 0 ? a : b, { action: 'burst' }));
      await Promise.all(events.map((event) => world.audit.record(context, event)));
      const sql = `SELECT id FROM audit.events WHERE action = 'burst'`;
      const found = await queryAs<{ id: string }>(world.database.adminUrl, sql);
      expect(found.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
    });

    it('delivers events in the outbox to the log automatically', async () => {
      const event = anEvent(b, { action: 'left.behind' });
      await stage(event);
      await eventually(async () => {
        expect(await rows(event.id)).toEqual([{ tenant_id: b, action: 'left.behind' }]);
      });
      expect(await staged(event.id)).toEqual([]);
    });

    describe('delivering a staged event', () => {
      // Otherwise, the sweep would sometimes deliver the event before the test does.
      beforeAll(() => {
        jest
          .spyOn(world.host.context.get(AuditChainWriter, { strict: false }), 'appendOldestStaged')
          .mockResolvedValue(0);
      });

      afterAll(() => {
        jest.restoreAllMocks();
      });

      it('moves it into the log, once', async () => {
        const event = anEvent(a, { action: 'delivered' });
        await stage(event);
        expect(await rows(event.id)).toEqual([]);
        expect(await world.audit.deliver(context, a, event.id)).toBe(true);
        expect(await rows(event.id)).toEqual([{ tenant_id: a, action: 'delivered' }]);
        expect(await staged(event.id)).toEqual([]);
        expect(await world.audit.deliver(context, a, event.id)).toBe(false);
      });

      it('returns false for an id that was never staged', async () => {
        expect(await world.audit.deliver(context, a, newId('aud'))).toBe(false);
      });

      it('does not move it for another tenant', async () => {
        const event = anEvent(a);
        await stage(event);
        for (const other of [b, SYSTEM_LOG]) expect(await world.audit.deliver(context, other, event.id)).toBe(false);
        expect(await staged(event.id)).toHaveLength(1);
        expect(await rows(event.id)).toEqual([]);
      });

      it('moves a platform event into the system log', async () => {
        const event = anEvent(SYSTEM_LOG);
        await stage(event);
        expect(await world.audit.deliver(context, SYSTEM_LOG, event.id)).toBe(true);
        expect(await rows(event.id)).toEqual([{ tenant_id: SYSTEM_LOG, action: event.action }]);
      });
    });

    it('is writable', async () => {
      await expect(world.audit.assertWritable(context)).resolves.toBeUndefined();
    });

    it('reports unavailable while the database hangs, for both checks and writes, and recovers afterwards', async () => {
      const blocker = new Client({ connectionString: world.database.adminUrl });
      await blocker.connect();
      const lost = anEvent(a, { action: 'lost' });
      try {
        await blocker.query('BEGIN');
        await blocker.query('LOCK TABLE audit.events IN ACCESS EXCLUSIVE MODE');
        await expect(world.audit.record(context, lost)).rejects.toMatchObject({
          name: 'AppError',
          code: 'unavailable',
        });
        // For a moment, the host can still use a state cached before the failed write.
        await eventually(async () => {
          await expect(world.audit.assertWritable(context)).rejects.toMatchObject({ code: 'unavailable' });
        });
      } finally {
        await blocker.end();
      }
      expect(await rows(lost.id)).toEqual([]);
      const after = anEvent(a, { action: 'after' });
      await world.audit.record(context, after);
      await world.audit.assertWritable(context);
      expect(await rows(after.id)).toEqual([{ tenant_id: a, action: 'after' }]);
    });
  });
}

function anEvent(tenantId: string, members: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: newId('aud'),
    tenantId,
    appId: null,
    actorType: 'service',
    actorId: 'app-1',
    action: 'test.done',
    resourceType: 'test',
    resourceId: '1',
    outcome: 'success',
    reason: '',
    requestId: 'req-1',
    ip: null,
    policyRevision: null,
    metadata: {},
    personal: null,
    tsMs: Date.now(),
    ...members,
  };
}
