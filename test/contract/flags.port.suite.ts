import type { CallContext } from '../../src/kernel/context/call-context';
import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import type { FlagsPort } from '../../src/modules/flags/contract/flags.port';
import { UNCONDITIONAL } from '../../src/kernel/http/conditions/conditions';
import type { TestCore } from '../support/test-core';
import { queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

/** The subject of the suite: the port, and the core that hosts it. */
export interface FlagsWorld {
  readonly flags: FlagsPort;
  readonly host: TestCore;
  readonly database: TestDatabase;
  /** A core that can create tenants, on the same database. */
  readonly maker: TestCore;
  readonly close: () => Promise<void>;
}

const SWITCH = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const AIMED = { ...SWITCH, targeting: { if: [{ '==': [{ var: 'email' }, 'a@example.com'] }, 'on'] } };

/** The contract of the flags port, for any adapter. */
export function flagsPortSuite(name: string, open: () => Promise<FlagsWorld>): void {
  describe(`FlagsPort ${name}`, () => {
    let world: FlagsWorld;
    let a: TestTenant;
    let b: TestTenant;

    beforeAll(async () => {
      world = await open();
      a = await makeTenant(world.maker, 'a');
      b = await makeTenant(world.maker, 'b');
      await world.host.feed.catchUp();
    });

    afterAll(async () => {
      await world.close();
    });

    const of = ({ id }: TestTenant): CallContext => ({
      ...systemContext(newId('req'), id),
      actor: { type: 'user', id: 'usr-1' },
      auditEventId: newId('aud'),
    });
    const put = (tenant: TestTenant, key: string, flag: object) =>
      world.flags.put(of(tenant), key, JSON.stringify(flag), UNCONDITIONAL);

    it('finds no flags in a tenant without flags', async () => {
      const { snapshotId, evaluation } = await world.flags.evaluate(of(b), 'anything', {});
      expect({ snapshotId, evaluation }).toMatchObject({
        snapshotId: '0',
        evaluation: { key: 'anything', enabled: false, variant: null, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' },
      });
      expect('value' in evaluation).toBe(false);
      expect(await world.flags.evaluateAll(of(b), {})).toEqual({ snapshotId: '0', evaluations: [] });
      expect(await world.flags.list(of(b), { limit: 10 })).toEqual({ items: [], nextCursor: null, snapshotId: '0' });
    });

    it('evaluates the last written state of a flag, for its own tenant only', async () => {
      const { flag, version } = await put(a, 'aimed', AIMED);
      expect(flag).toMatchObject({ key: 'aimed', enabled: false, state: 'ENABLED', targeting: AIMED.targeting });
      const hit = await world.flags.evaluate(of(a), 'aimed', { email: 'a@example.com' });
      expect(hit).toEqual({
        snapshotId: String(version),
        evaluation: {
          key: 'aimed',
          enabled: true,
          value: true,
          variant: 'on',
          reason: 'TARGETING_MATCH',
          errorCode: null,
          errorMessage: '',
          metadata: {},
        },
      });
      expect((await world.flags.evaluate(of(a), 'aimed', { email: 'b' })).evaluation.reason).toBe('DEFAULT');
      expect((await world.flags.evaluate(of(b), 'aimed', {})).evaluation.errorCode).toBe('FLAG_NOT_FOUND');
    });

    it('returns values of every type unchanged', async () => {
      const values = { t: 'ü"\n', n: -0.5, z: 0, e: '', o: { a: [1, { b: null }] }, f: false };
      for (const [key, value] of Object.entries(values)) {
        await put(a, `value-${key}`, {
          state: 'ENABLED',
          variants: { v: value },
          defaultVariant: 'v',
          metadata: { n: 1 },
        });
      }
      const { evaluations } = await world.flags.evaluateAll(of(a), {});
      const got = evaluations.filter(({ key }) => key.startsWith('value-'));
      expect(Object.fromEntries(got.map(({ key, value }) => [key.slice(6), value]))).toEqual(values);
      expect(got.every(({ metadata }) => metadata['n'] === 1)).toBe(true);
    });

    it('evaluates all flags from one version, and lists them in pages', async () => {
      const all = await world.flags.evaluateAll(of(a), {});
      const first = await world.flags.list(of(a), { limit: 2 });
      expect(first.items).toHaveLength(2);
      const rest = await world.flags.list(of(a), { limit: 100, cursor: first.nextCursor ?? '' });
      const keys = [...first.items, ...rest.items].map(({ key }) => key);
      expect(keys).toEqual(all.evaluations.map(({ key }) => key).sort());
      expect(rest.nextCursor).toBeNull();
      await expect(world.flags.list(of(a), { limit: 2, cursor: 'x' })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    it('rejects an invalid flag with the position of the fault, and keeps the previous flags', async () => {
      const before = await world.flags.evaluateAll(of(a), {});
      const text = '{"state": "ENABLED",\n "variants": {"on": true},\n "targeting": {"startswith": []}}';
      await expect(world.flags.put(of(a), 'broken', text, UNCONDITIONAL)).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('line 3'),
        fields: [{ pointer: '/targeting/startswith', code: 'unknown_operator', line: 3, column: 30 }],
      });
      for (const key of ['', '__proto__', 'x'.repeat(300), 'a\nb']) {
        await expect(put(a, key, SWITCH)).rejects.toMatchObject({ code: 'invalid_request' });
      }
      await expect(put(a, 'big', { x: 'x'.repeat(1_100_000) })).rejects.toMatchObject({ code: 'payload_too_large' });
      expect((await world.flags.evaluateAll(of(a), {})).snapshotId).toBe(before.snapshotId);
    });

    it('applies the conditions of a write', async () => {
      const { flag } = await put(a, 'held', SWITCH);
      const conditional = (ifMatch: string | null, ifNoneMatch: string | null, metadata = {}) =>
        world.flags.put(of(a), 'held', JSON.stringify({ ...SWITCH, metadata }), { ifMatch, ifNoneMatch });
      await expect(conditional('"other"', null)).rejects.toMatchObject({ code: 'precondition_failed' });
      await expect(conditional(null, '*')).rejects.toMatchObject({ code: 'precondition_failed' });
      await conditional(flag.etag, null, { n: 2 });
      await expect(conditional(flag.etag, null, { n: 3 })).rejects.toMatchObject({ code: 'precondition_failed' });
    });

    it('lets exactly one of many writers with the same condition win', async () => {
      const { flag } = await put(a, 'raced', SWITCH);
      const race = Array.from({ length: 20 }, (_, n) =>
        world.flags
          .put(of(a), 'raced', JSON.stringify({ ...SWITCH, metadata: { n } }), {
            ifMatch: flag.etag,
            ifNoneMatch: null,
          })
          .then(
            () => 'won',
            (error: { code: string }) => error.code,
          ),
      );
      const outcomes = await Promise.all(race);
      expect(outcomes.filter((outcome) => outcome === 'won')).toHaveLength(1);
      expect(new Set(outcomes)).toEqual(new Set(['won', 'precondition_failed']));
    });

    it('does not create a version for a write without changes', async () => {
      const { version } = await put(a, 'same', SWITCH);
      expect((await put(a, 'same', SWITCH)).version).toBe(version);
    });

    it('stages the event of a write with the request id, the actor and the app', async () => {
      // The event can be moved at any moment to the log, which encrypts the actor.
      await queryAs(
        world.database.adminUrl,
        `CREATE TABLE IF NOT EXISTS public.staged (id text, payload jsonb);
         CREATE OR REPLACE FUNCTION public.keep_staged() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
           BEGIN INSERT INTO public.staged VALUES (NEW.id, NEW.payload); RETURN NULL; END $$;
         CREATE OR REPLACE TRIGGER keep_staged AFTER INSERT ON kernel.outbox
           FOR EACH ROW EXECUTE FUNCTION public.keep_staged()`,
      );
      const context = { ...of(a), appId: 'app-x', ip: '192.0.2.7' };
      await world.flags.put(context, 'audited', JSON.stringify(SWITCH), UNCONDITIONAL);
      const [event] = await queryAs<{ payload: object }>(
        world.database.adminUrl,
        'SELECT payload FROM public.staged WHERE id = $1',
        [context.auditEventId],
      );
      expect(event?.payload).toMatchObject({
        action: 'flag.put',
        actorId: 'usr-1',
        appId: 'app-x',
        ip: '192.0.2.7',
        resourceId: 'audited',
        tenantId: a.id,
      });
    });

    it.each<[string, object]>([
      ['that is deeply nested', { a: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) as unknown }],
      ['with many values', { a: Array.from({ length: 3_000 }, () => 1) }],
    ])('refuses a context %s', async (_name, by) => {
      for (const call of [world.flags.evaluate(of(a), 'aimed', { ...by }), world.flags.evaluateAll(of(a), { ...by })]) {
        await expect(call).rejects.toMatchObject({ code: 'invalid_request', fields: [{ code: 'invalid_context' }] });
      }
    });
  });
}
