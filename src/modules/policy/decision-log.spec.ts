import { Counter } from 'prom-client';
import { createLogger } from '../../kernel/telemetry/logger';
import { SystemClock } from '../../kernel/time/clock';
import type { LoggedDecision } from './contract/policy-bundles.types';
import { DecisionLog, type MadeDecision } from './decision-log';
import type { PolicyDecisionsRepository } from './storage/policy-decisions.repository';

const made = (members: Partial<MadeDecision> = {}): MadeDecision => ({
  tenantId: 'tnt-a',
  tsMs: Date.UTC(2026, 0, 1),
  rule: 'data.authz.allow',
  input: { json: '{"subject":"usr-1"}' },
  decision: { allowed: true, code: null, reason: '', version: 3, resourcePermission: null },
  durationMicros: 12,
  caller: 'billing',
  requestId: 'req-1',
  ...members,
});

const drops = new Counter({ name: 'dropped', help: 'dropped', registers: [] });

function open() {
  const written = new Map<string, LoggedDecision[]>();
  const trimmed: string[] = [];
  const sizes: number[] = [];
  const state = { failsAfter: Infinity };
  const repository: Pick<PolicyDecisionsRepository, 'insert' | 'trim'> = {
    async insert(tenantId, decisions) {
      if (sizes.length >= state.failsAfter) throw new Error('away');
      sizes.push(decisions.length);
      written.set(tenantId, [...(written.get(tenantId) ?? []), ...decisions]);
    },
    async trim(tenantId) {
      trimmed.push(tenantId);
    },
  };
  const log = new DecisionLog(
    repository as PolicyDecisionsRepository,
    new SystemClock(),
    createLogger('silent', 'test'),
    drops,
  );
  return { log, written, sizes, trimmed, state };
}

const dropped = async (): Promise<number> => (await drops.get()).values[0]?.value ?? 0;

const numbersOf = (decisions: readonly LoggedDecision[] = []): number[] =>
  decisions.map(({ requestId }) => Number(requestId.slice(4))).sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('the decision log', () => {
  it('writes decisions by tenant when it is flushed', async () => {
    const { log, written } = open();
    log.add(made());
    log.add(made({ tenantId: 'tnt-b', requestId: 'req-2' }));
    expect(written.size).toBe(0);
    await log.flush();
    expect([...written.keys()]).toEqual(['tnt-a', 'tnt-b']);
    expect(written.get('tnt-a')).toEqual([
      {
        id: expect.stringMatching(/^dec-[0-9a-z]{26}$/),
        ts: '2026-01-01T00:00:00.000Z',
        rule: 'data.authz.allow',
        allowed: true,
        code: null,
        version: 3,
        durationMicros: 12,
        input: { subject: 'usr-1' },
        masked: false,
        caller: 'billing',
        requestId: 'req-1',
      },
    ]);
    await log.flush();
    expect(written.get('tnt-a')).toHaveLength(1);
  });

  it.each([
    ['text', { json: '{"token":"abc"}' }, { token: '[REDACTED]' }, true],
    ['value', { value: { token: 'abc' } }, { token: '[REDACTED]' }, true],
    ['nothing', { json: '' }, null, false],
    ['invalid JSON', { json: '{' }, null, true],
    ['an overlong string', { json: JSON.stringify('a'.repeat(17_000)) }, null, true],
    ['a value that is too large', { value: { a: Array.from({ length: 9_000 }, () => 'ab') } }, null, true],
  ])('masks an input that is %s before it is written', async (_name, input, expected, masked) => {
    const { log, written } = open();
    log.add(made({ input }));
    await log.flush();
    expect(written.get('tnt-a')).toEqual([expect.objectContaining({ input: expected, masked })]);
  });

  it('accepts a value nested too deeply for the stack', () => {
    const { log } = open();
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(() => {
      log.add(made({ input: { value: deep } }));
    }).not.toThrow();
  });

  it("limits a tenant's waiting decisions, without affecting other tenants, and counts dropped decisions", async () => {
    const { log, written } = open();
    const before = await dropped();
    for (let i = 0; i < 700; i++) log.add(made({ requestId: `req-${i}` }));
    log.add(made({ tenantId: 'tnt-b' }));
    await log.flush();
    expect(numbersOf(written.get('tnt-a'))).toEqual(upTo(500));
    expect(written.get('tnt-b')).toHaveLength(1);
    expect((await dropped()) - before).toBe(200);
  });

  it('has room for decisions after a burst', async () => {
    const { log, written } = open();
    const burstMs = Date.UTC(2026, 0, 1);
    for (let i = 0; i < 600; i++) log.add(made({ requestId: `req-${i}`, tsMs: burstMs }));
    log.add(made({ requestId: 'req-600', tsMs: burstMs + 2 }));
    await log.flush();
    expect(numbersOf(written.get('tnt-a'))).toEqual([...upTo(500).slice(1), 600]);
  });

  it('replaces the oldest decisions with denials when it is full', async () => {
    const { log, written } = open();
    const decision = { allowed: false, code: 'denied', reason: 'no', version: 3, resourcePermission: null } as const;
    for (let i = 0; i < 500; i++) log.add(made({ requestId: `req-${i}` }));
    for (let i = 500; i < 600; i++) log.add(made({ requestId: `req-${i}`, decision }));
    await log.flush();
    expect(numbersOf(written.get('tnt-a'))).toEqual(upTo(500).map((i) => i + 100));
  });

  it('writes in small batches so that a tenant does not block the main thread', async () => {
    const { log, sizes } = open();
    for (let i = 0; i < 60; i++) log.add(made());
    await log.flush();
    expect(sizes).toEqual([25, 25, 10]);
  });

  it('counts a decision as dropped only if it was not written', async () => {
    const { log, written, state } = open();
    const before = await dropped();
    state.failsAfter = 1;
    for (let i = 0; i < 60; i++) log.add(made());
    await log.flush();
    expect(written.get('tnt-a')).toHaveLength(25);
    expect((await dropped()) - before).toBe(35);
  });

  it('keeps a limited number of decisions in total', async () => {
    const { log, written } = open();
    for (let i = 0; i < 20_000; i++) log.add(made({ tenantId: `tnt-${i % 100}` }));
    await log.flush();
    const total = [...written.values()].reduce((sum, rows) => sum + rows.length, 0);
    expect(total).toBe(5_000);
  });

  it('drops and counts decisions that the database refuses, then continues', async () => {
    const { log, written, state } = open();
    const before = await dropped();
    state.failsAfter = 0;
    log.add(made());
    await log.flush();
    state.failsAfter = Infinity;
    log.add(made());
    await log.flush();
    expect(written.get('tnt-a')).toHaveLength(1);
    expect((await dropped()) - before).toBe(1);
  });

  it('trims the logs of the tenants whose decisions it wrote', async () => {
    const { log, trimmed } = open();
    log.add(made());
    await log.flush();
    expect(trimmed).toEqual(['tnt-a']);
  });

  it('writes waiting decisions when the process stops', async () => {
    const { log, written } = open();
    log.add(made());
    await log.onModuleDestroy();
    expect(written.get('tnt-a')).toHaveLength(1);
  });
});
