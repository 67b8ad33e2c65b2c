import { Gauge } from 'prom-client';
import type { JobRunner } from '../contract/job-runner';
import { type ActiveRun, ActiveRuns, type ReservedSlot, mostOfOneTenant } from './active-runs';

const RUNNER = { type: 'skill', slots: 8 } as JobRunner;
const MANY = 10;
const running = new Gauge({ name: 'running', help: 'running', labelNames: ['type'], registers: [] });
const LONG_MS = 60_000;

function jobOf(tenantId: string, id: string): ActiveRun {
  const key = { tenantId, id, fence: 1 };
  return { key, type: 'skill', stop: new AbortController() };
}

function there(place: ReservedSlot | null): ReservedSlot {
  if (place === null) throw new Error('There was no free slot.');
  return place;
}

describe('slots for runs that are not yet stored as jobs', () => {
  it('are three quarters of all slots, and are assigned to callers in the order of their requests', async () => {
    const held = new ActiveRuns(running);
    const [first, second] = [1, 1, 1, 2, 2, 2].map((n) => there(held.reserve(RUNNER, `tnt-${n}`, MANY)));
    expect(held.reserve(RUNNER, 'tnt-3', MANY)).toBeNull();
    const given: string[] = [];
    const waits = ['a', 'b', 'c'].map(async (name) => {
      const place = await held.waitForSlot(RUNNER, 'tnt-1', MANY, LONG_MS);
      given.push(name);
      return there(place);
    });
    held.releaseSlot(there(first ?? null));
    held.releaseSlot(there(second ?? null));
    await Promise.all(waits.slice(0, 2));
    expect(given).toEqual(['a', 'b']);
    expect(held.count('skill')).toBe(6);
    held.releaseSlot(await (waits[0] as Promise<ReservedSlot>));
    await waits[2];
    expect(given).toEqual(['a', 'b', 'c']);
    expect(held.count('skill')).toBe(6);
  });

  it('are counted by tenant and type', () => {
    const held = new ActiveRuns(running);
    for (const n of [1, 1, 2]) there(held.reserve(RUNNER, `tnt-${n}`, MANY));
    there(held.reserve({ ...RUNNER, type: 'sync' }, 'tnt-1', MANY));
    expect(held.countByTenant('skill')).toEqual({ 'tnt-1': 2, 'tnt-2': 1 });
  });

  it('are never all assigned to one tenant', () => {
    const held = new ActiveRuns(running);
    for (let count = 0; count < 5; count += 1) there(held.reserve(RUNNER, 'tnt-1', MANY));
    expect(held.reserve(RUNNER, 'tnt-1', MANY)).toBeNull();
    there(held.reserve(RUNNER, 'tnt-2', MANY));
    there(new ActiveRuns(running).reserve({ ...RUNNER, slots: 1 }, 'tnt-1', MANY));
  });

  it('are available even if the jobs of one tenant have reached the tenant’s limit', () => {
    const held = new ActiveRuns(running);
    for (let count = 0; count < mostOfOneTenant(RUNNER.slots); count += 1) held.add(jobOf('tnt-1', `job-${count}`));
    expect(held.reserve(RUNNER, 'tnt-1', MANY)).toBeNull();
    for (const tenantId of ['tnt-2', 'tnt-3']) there(held.reserve(RUNNER, tenantId, MANY));
    expect(held.reserve(RUNNER, 'tnt-4', MANY)).toBeNull();
  });

  it('go first to the tenants that have the fewest slots', async () => {
    const held = new ActiveRuns(running);
    const places = [1, 1, 1, 2, 2, 3].map((n) => there(held.reserve(RUNNER, `tnt-${n}`, MANY)));
    const given: string[] = [];
    const waits = ['tnt-1', 'tnt-2', 'tnt-4'].map(async (tenantId) => {
      await held.waitForSlot(RUNNER, tenantId, MANY, LONG_MS);
      given.push(tenantId);
    });
    for (const place of [places[5], places[5], places[3], places[0]]) held.releaseSlot(there(place ?? null));
    await Promise.all(waits);
    expect(given).toEqual(['tnt-4', 'tnt-2', 'tnt-1']);
  });

  it('skip a tenant that has reached its limit', async () => {
    const held = new ActiveRuns(running);
    const own = there(held.reserve(RUNNER, 'tnt-1', 1));
    const others = [2, 3, 5, 6, 7].map((n) => there(held.reserve(RUNNER, `tnt-${n}`, 1)));
    const more = held.waitForSlot(RUNNER, 'tnt-1', 1, LONG_MS);
    const another = held.waitForSlot(RUNNER, 'tnt-4', 1, LONG_MS);
    for (const place of others.slice(4)) held.releaseSlot(place);
    expect(there(await another).tenantId).toBe('tnt-4');
    held.releaseSlot(own);
    expect(there(await more).tenantId).toBe('tnt-1');
  });

  it('are not assigned to callers that have stopped waiting', async () => {
    const held = new ActiveRuns(running);
    const places = [1, 2, 3, 4, 5].map(() => there(held.reserve(RUNNER, 'tnt-1', MANY)));
    expect(await held.waitForSlot(RUNNER, 'tnt-1', MANY, 1)).toBeNull();
    for (const place of places) held.releaseSlot(place);
    expect(held.count('skill')).toBe(0);
  });
});

describe('stopping a run', () => {
  it('does not stop a later run of the same job', () => {
    const held = new ActiveRuns(running);
    const run = jobOf('tnt-1', 'job-1');
    held.add({ ...run, key: { ...run.key, fence: 2 } });
    held.stop('job-1', 1, 'lost');
    held.stop('job-2', 2, 'lost');
    expect(run.stop.signal.aborted).toBe(false);
    held.stop('job-1', 2, 'cancelled');
    expect(run.stop.signal.reason).toMatchObject({ why: 'cancelled' });
  });
});
