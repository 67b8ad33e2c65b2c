import { setImmediate as nextTurn } from 'node:timers/promises';
import { newSlowWork } from '../../../../test/support/slow-work';
import { eventually } from '../../../../test/support/eventually';
import { AppError } from '../../errors/app-error';
import { createLogger } from '../../telemetry/logger';
import type { TextOwner } from './gate-queue';
import { JsonGate } from './json-gate';

const LIMITS = { budgetBytes: 100, smallBytes: 10, queueBytes: 400, queueEntries: 16 };

/** A body at the gate, with its state and a method that ends it. */
class Body {
  private static count = 0;
  state = 'waiting';
  private readonly over = new AbortController();

  constructor(gate: JsonGate, bytes: number, owner: Partial<TextOwner> = {}) {
    // Each body belongs to a separate tenant, unless a test is about tenants.
    const tenantId = `tenant ${(Body.count += 1)}`;
    gate.enter(bytes, { tenantId, shares: [], ...owner }, this.over.signal).then(
      () => (this.state = 'in'),
      (error: unknown) => (this.state = error instanceof AppError ? error.code : 'failed'),
    );
  }

  end(): void {
    this.over.abort();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
}

const states = (bodies: readonly Body[]): readonly string[] => bodies.map(({ state }) => state);

describe('the gate for JSON bodies', () => {
  it('admits bodies within its budget, and admits the next body in order when a share is returned', async () => {
    const gate = new JsonGate(LIMITS);
    const bodies = [60, 40, 50, 50, 11].map((bytes) => new Body(gate, bytes));
    await settle();
    expect(states(bodies)).toEqual(['in', 'in', 'waiting', 'waiting', 'waiting']);
    bodies[0]?.end();
    await settle();
    // The last body is not admitted even though there is room for it, because it arrived later.
    expect(states(bodies)).toEqual(['in', 'in', 'in', 'waiting', 'waiting']);
    bodies[1]?.end();
    bodies[2]?.end();
    await settle();
    expect(states(bodies)).toEqual(['in', 'in', 'in', 'in', 'in']);
  });

  it('delays only the bodies of a throttled tenant', async () => {
    const paced = new Set(['a']);
    const taken: string[] = [];
    const pace = {
      isAllowed: (tenantId: unknown) => !paced.has(String(tenantId)),
      take: (tenantId: unknown, bytes: number) => taken.push(`${String(tenantId)} ${bytes}`),
    };
    const gate = new JsonGate(LIMITS, pace);
    const bodies = ['a', 'b', 'a'].map((tenantId) => new Body(gate, 20, { tenantId }));
    await settle();
    expect(states(bodies)).toEqual(['waiting', 'in', 'waiting']);
    paced.clear();
    await eventually(() => expect(states(bodies)).toEqual(['in', 'in', 'in']));
    expect(taken).toEqual(['b 20', 'a 20', 'a 20']);
  });

  it('returns a share only once', async () => {
    const gate = new JsonGate(LIMITS);
    const first = new Body(gate, 100);
    await settle();
    first.end();
    first.end();
    const bodies = [new Body(gate, 100), new Body(gate, 100)];
    await settle();
    expect(states(bodies)).toEqual(['in', 'waiting']);
  });

  it('refuses a body before it arrives if its owner has used up its part of the queue', async () => {
    const gate = new JsonGate(LIMITS);
    const owner = { tenantId: 'a', shares: ['token a'] };
    const first = new Body(gate, 100);
    const waiting = Array.from({ length: 4 }, () => new Body(gate, 20, owner));
    await settle();
    expect(states([first, ...waiting])).toEqual(['in', ...Array<string>(4).fill('waiting')]);
    expect(() => gate.assertRoom(20, owner)).toThrow('Too many large JSON bodies are waiting');
    expect(() => gate.assertRoom(10, owner)).not.toThrow();
    expect(() => gate.assertRoom(20, { tenantId: 'b', shares: ['token b'] })).not.toThrow();
  });

  it('neither delays nor counts a small body', async () => {
    const gate = new JsonGate(LIMITS);
    const bodies = [new Body(gate, 100), new Body(gate, 100), new Body(gate, 10)];
    await settle();
    expect(states(bodies)).toEqual(['in', 'waiting', 'in']);
  });

  it('admits a body that is larger than the budget, but no other body with it', async () => {
    const gate = new JsonGate(LIMITS);
    const small = new Body(gate, 20);
    const large = new Body(gate, 300);
    const last = new Body(gate, 20);
    await settle();
    expect(states([small, large, last])).toEqual(['in', 'waiting', 'waiting']);
    small.end();
    await settle();
    expect(states([large, last])).toEqual(['in', 'waiting']);
    large.end();
    await settle();
    expect(last.state).toBe('in');
  });

  it('drops a waiting body when its client disconnects', async () => {
    const gate = new JsonGate(LIMITS);
    const bodies = [100, 100, 50].map((bytes) => new Body(gate, bytes));
    bodies[1]?.end();
    bodies[0]?.end();
    await settle();
    expect(states(bodies)).toEqual(['in', 'invalid_request', 'in']);
    const next = new Body(gate, 50);
    await settle();
    expect(next.state).toBe('in');
  });

  it('refuses a body immediately if the queue is full, in bytes or in number', async () => {
    const byBytes = new JsonGate(LIMITS);
    const long = [100, 99, 99, 99, 99, 99].map(
      (bytes, index) => new Body(byBytes, bytes, { shares: [`owner ${index}`] }),
    );
    const byNumber = new JsonGate(LIMITS);
    const many = Array.from(
      { length: 18 },
      (_, index) => new Body(byNumber, index === 0 ? 100 : 11, { shares: [`${index}`] }),
    );
    await settle();
    expect(states(long)).toEqual(['in', 'waiting', 'waiting', 'waiting', 'waiting', 'unavailable']);
    expect(states(many)).toEqual(['in', ...Array<string>(16).fill('waiting'), 'unavailable']);
  });

  it('limits one token or one unknown address to a quarter of the queue', async () => {
    const gate = new JsonGate(LIMITS);
    const holder = new Body(gate, 100);
    const bodies = Array.from({ length: 5 }, () => new Body(gate, 20, { shares: ['token a'] }));
    const large = new Body(gate, 30, { shares: ['token a'] });
    const other = new Body(gate, 20, { shares: ['token b'] });
    await settle();
    expect(states(bodies)).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'unavailable']);
    expect(states([large, other])).toEqual(['unavailable', 'waiting']);
    holder.end();
    await settle();
    const again = new Body(gate, 20, { shares: ['token a'] });
    await settle();
    expect(again.state).not.toBe('unavailable');
  });

  it('admits tenants in turn, no matter how many bodies of one tenant are waiting', async () => {
    const gate = new JsonGate(LIMITS);
    const holder = new Body(gate, 100);
    const many = Array.from({ length: 10 }, () => new Body(gate, 30, { tenantId: 'a' }));
    const one = new Body(gate, 30, { tenantId: 'b' });
    await settle();
    holder.end();
    await settle();
    expect(states(many.slice(0, 2))).toEqual(['in', 'waiting']);
    expect(one.state).toBe('in');
  });

  it("reserves half of the budget for other tenants, because one tenant's handlers might never finish", async () => {
    const gate = new JsonGate(LIMITS);
    const many = [30, 20, 20].map((bytes) => new Body(gate, bytes, { tenantId: 'a' }));
    const other = new Body(gate, 50, { tenantId: 'b' });
    await settle();
    expect(states(many)).toEqual(['in', 'in', 'waiting']);
    expect(other.state).toBe('in');
  });

  it('evicts only bodies of the tenant with the largest load if the queue is full', async () => {
    const gate = new JsonGate(LIMITS);
    const holder = new Body(gate, 100);
    // Many tokens of one tenant fill the queue.
    const many = Array.from({ length: 16 }, (_, n) => new Body(gate, 20, { tenantId: 'a', shares: [`token ${n}`] }));
    const others = ['b', 'c'].map((tenantId) => new Body(gate, 20, { tenantId }));
    const further = new Body(gate, 20, { tenantId: 'a' });
    await settle();
    expect(states(many)).toEqual([...Array<string>(14).fill('waiting'), 'unavailable', 'unavailable']);
    expect(states([...others, further])).toEqual(['waiting', 'waiting', 'unavailable']);
    holder.end();
    await settle();
    expect(states([many[0], ...others].filter((body) => body !== undefined))).toEqual(['in', 'in', 'in']);
  });

  it('reports refusals by tenant and sends Retry-After', async () => {
    const gate = new JsonGate({ ...LIMITS, queueEntries: 1 });
    const lines: Record<string, unknown>[] = [];
    const output = { write: (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>) };
    gate.reportTo(newSlowWork(createLogger('info', 'test', undefined, output)));
    const owner = { tenantId: 'a', shares: [] };
    const enter = (): Promise<void> => gate.enter(100, owner, new AbortController().signal);
    await enter();
    void enter();
    for (let count = 0; count < 100; count += 1) {
      await expect(enter()).rejects.toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '1' } });
    }
    expect(lines).toMatchObject([{ kind: 'http.json', tenantId: 'a', reason: 'overloaded' }]);
    expect(lines[0]).not.toHaveProperty('err');
  });
});
