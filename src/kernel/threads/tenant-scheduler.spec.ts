import { setImmediate as nextTurn } from 'node:timers/promises';
import { newSlowWork } from '../../../test/support/slow-work';
import { createLogger } from '../telemetry/logger';
import { TenantScheduler } from './tenant-scheduler';

/** A scheduler on a clock that only work advances, with a record of the calls that ran, in order. */
class World {
  readonly ran: string[] = [];
  private now = 0;
  readonly turns = new TenantScheduler({ sliceMs: 10, maxWaiting: 3 }, () => this.now);

  /** Starts a call with this number of steps, each of which takes `stepMs`. */
  call(tenant: string, steps: number, stepMs: number, name = tenant, signal?: AbortSignal): Promise<string> {
    return this.turns.runSliced({ kind: 'test', tenantId: tenant }, this.work(name, steps, stepMs), signal);
  }

  private *work(name: string, steps: number, stepMs: number): Generator<undefined, string, undefined> {
    for (let step = 0; step < steps; step += 1) {
      this.now += stepMs;
      this.ran.push(name);
      if (step < steps - 1) yield;
    }
    return `${name} done`;
  }
}

describe('TenantScheduler', () => {
  it('returns the results and errors of work', async () => {
    const { turns } = new World();
    await expect(turns.run({ kind: 'test', tenantId: 'a' }, () => 7)).resolves.toBe(7);
    const fail = (): never => {
      throw new RangeError('broken');
    };
    await expect(turns.run({ kind: 'test', tenantId: 'a' }, fail)).rejects.toThrow('broken');
    await expect(turns.run({ kind: 'test', tenantId: 'a' }, () => 8)).resolves.toBe(8);
  });

  it('runs one slice of one tenant per turn of the event loop', async () => {
    const { call, ran, turns } = bound();
    const calls = [call('a', 6, 5), call('b', 6, 5)];
    expect(ran).toEqual([]);
    for (const expected of ['aa', 'aabb', 'aabbaa', 'aabbaabb']) {
      await nextTurn();
      expect(ran.join('')).toBe(expected);
    }
    await expect(Promise.all(calls)).resolves.toEqual(['a done', 'b done']);
    await expect(turns.run({ kind: 'test', tenantId: 'c' }, () => 'c')).resolves.toBe('c');
  });

  it('runs a tenant with one call after a single slice of a tenant that has many calls', async () => {
    const { call, ran } = bound();
    const many = ['a1', 'a2', 'a3'].map((name) => call('a', 4, 10, name));
    const one = call('b', 1, 1);
    await one;
    expect(ran).toEqual(['a1', 'b']);
    await Promise.all(many);
  });

  it('alternates between the calls of one tenant', async () => {
    const { call, ran } = bound();
    await Promise.all([call('a', 2, 10, 'a1'), call('a', 2, 10, 'a2')]);
    expect(ran).toEqual(['a1', 'a2', 'a1', 'a2']);
  });

  it('charges a tenant for the time by which a step exceeds its slice', async () => {
    const { call, ran } = bound();
    await Promise.all([call('a', 3, 40), call('b', 7, 10)]);
    // After one tenant has run for 40 ms, the other runs for as long before the first gets its next turn.
    expect(ran.join('')).toBe('abbbbabbba');
  });

  it('runs several short calls of one tenant in one slice', async () => {
    const { call, ran } = bound();
    const calls = ['a1', 'a2', 'a3'].map((name) => call('a', 1, 1, name));
    await nextTurn();
    expect(ran).toEqual(['a1', 'a2', 'a3']);
    await Promise.all(calls);
  });

  it('drops an aborted call and continues with the other calls', async () => {
    const { call, ran } = bound();
    const over = new AbortController();
    const given = call('a', 5, 10, 'a', over.signal);
    const other = call('b', 2, 10);
    await nextTurn();
    over.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    await other;
    expect(ran).toEqual(['a', 'b', 'b']);
    await expect(call('a', 1, 1, 'a', over.signal)).rejects.toThrow('gone');
    expect(ran).toEqual(['a', 'b', 'b']);
  });

  it('continues with the other calls if a call aborts itself', async () => {
    const { call, turns } = bound();
    const over = new AbortController();
    const abort = (): void => over.abort(new Error('gone'));
    const given = turns.run({ kind: 'test', tenantId: 'a' }, abort, over.signal);
    const others = [call('a', 3, 10), call('b', 3, 10)];
    await expect(given).rejects.toThrow('gone');
    await expect(Promise.all(others)).resolves.toEqual(['a done', 'b done']);
  });

  it('ends stepped work that aborts itself', async () => {
    const { call, turns } = bound();
    const over = new AbortController();
    const seen: string[] = [];
    function* work(): Generator<undefined, string, undefined> {
      try {
        over.abort(new Error('gone'));
        seen.push('given up');
        yield;
        seen.push('gone on');
        return 'done';
      } finally {
        seen.push('ended');
      }
    }
    const own = turns.runSliced({ kind: 'test', tenantId: 'a' }, work(), over.signal);
    const other = call('a', 2, 1);
    await expect(own).rejects.toThrow('gone');
    await expect(other).resolves.toBe('a done');
    expect(seen).toEqual(['given up', 'ended']);
  });

  it('refuses too many calls of one tenant without affecting other tenants', async () => {
    const { call } = bound();
    const calls = [1, 2, 3].map(() => call('a', 1, 1));
    await expect(call('a', 1, 1)).rejects.toMatchObject({ code: 'rate_limited', headers: { 'Retry-After': '1' } });
    await expect(call('b', 1, 1)).resolves.toBe('b done');
    await Promise.all(calls);
    await expect(call('a', 1, 1)).resolves.toBe('a done');
  });

  it('reports the tenant that occupied the main thread or had too many calls waiting', async () => {
    const { call, turns } = bound();
    const lines: Record<string, unknown>[] = [];
    const output = { write: (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>) };
    turns.reportTo(newSlowWork(createLogger('info', 'test', undefined, output)));
    const spin = (): void => {
      const before = process.threadCpuUsage();
      for (let usedMs = 0; usedMs <= 21;) {
        const { user, system } = process.threadCpuUsage(before);
        usedMs = (user + system) / 1_000;
      }
    };
    await turns.run({ kind: 'test', tenantId: 'a', resource: 'r' }, spin);
    expect(lines).toMatchObject([{ kind: 'test', tenantId: 'a', resource: 'r', cpuMs: expect.any(Number) as number }]);
    const calls = [1, 2, 3].map(() => call('b', 1, 1));
    await expect(call('b', 1, 1)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(lines).toMatchObject([{}, { tenantId: 'b', reason: 'overloaded' }]);
    await Promise.all(calls);
  });
});

function bound(): Pick<World, 'call' | 'ran' | 'turns'> {
  const world = new World();
  return { call: world.call.bind(world), ran: world.ran, turns: world.turns };
}
