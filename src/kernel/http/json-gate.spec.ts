import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors/app-error';
import { JsonGate } from './json-gate';

const LIMITS = { budgetBytes: 100, smallBytes: 10, queueBytes: 400, queueEntries: 16 };

/** One body at the gate: whether it is in, and how to end it. */
class Body {
  state = 'waiting';
  private readonly over = new AbortController();

  constructor(gate: JsonGate, bytes: number, owners: readonly string[] = []) {
    gate.enter(bytes, owners, this.over.signal).then(
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

describe('the gate of JSON bodies', () => {
  it('lets in what the budget holds, and the next in its turn when a share is given back', async () => {
    const gate = new JsonGate(LIMITS);
    const bodies = [60, 40, 50, 50, 11].map((bytes) => new Body(gate, bytes));
    await settle();
    expect(states(bodies)).toEqual(['in', 'in', 'waiting', 'waiting', 'waiting']);
    bodies[0]?.end();
    await settle();
    // Not the last, though there is room for it: it came later.
    expect(states(bodies)).toEqual(['in', 'in', 'in', 'waiting', 'waiting']);
    bodies[1]?.end();
    bodies[2]?.end();
    await settle();
    expect(states(bodies)).toEqual(['in', 'in', 'in', 'in', 'in']);
  });

  it('gives a share back once', async () => {
    const gate = new JsonGate(LIMITS);
    const first = new Body(gate, 100);
    await settle();
    first.end();
    first.end();
    const bodies = [new Body(gate, 100), new Body(gate, 100)];
    await settle();
    expect(states(bodies)).toEqual(['in', 'waiting']);
  });

  it('never lets a small body wait, nor counts it', async () => {
    const gate = new JsonGate(LIMITS);
    const bodies = [new Body(gate, 100), new Body(gate, 100), new Body(gate, 10)];
    await settle();
    expect(states(bodies)).toEqual(['in', 'waiting', 'in']);
  });

  it('lets a body larger than the budget in alone', async () => {
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

  it('lets one in at a time, with a turn of the event loop between', async () => {
    const gate = new JsonGate(LIMITS);
    const bodies = [20, 20, 20].map((bytes) => new Body(gate, bytes));
    await Promise.resolve();
    await Promise.resolve();
    expect(states(bodies)).toEqual(['in', 'waiting', 'waiting']);
    await settle();
    expect(states(bodies)).toEqual(['in', 'in', 'in']);
  });

  it('forgets a body whose client goes away while it waits', async () => {
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

  it('refuses at once what the queue has no room for, in bytes or in number', async () => {
    const byBytes = new JsonGate(LIMITS);
    const long = [100, 99, 99, 99, 99, 99].map((bytes, index) => new Body(byBytes, bytes, [`owner ${index}`]));
    const byNumber = new JsonGate(LIMITS);
    const many = Array.from({ length: 18 }, (_, index) => new Body(byNumber, index === 0 ? 100 : 11, [`${index}`]));
    await settle();
    expect(states(long)).toEqual(['in', 'waiting', 'waiting', 'waiting', 'waiting', 'unavailable']);
    expect(states(many)).toEqual(['in', ...Array<string>(16).fill('waiting'), 'unavailable']);
  });

  it.each([
    ['token', (index: number) => ['token a', `address ${index}`]],
    ['address', (index: number) => [`token ${index}`, 'address a']],
  ])('leaves three quarters of the queue to others than one %s', async (_name, ownersOf) => {
    const gate = new JsonGate(LIMITS);
    const holder = new Body(gate, 100);
    const bodies = Array.from({ length: 5 }, (_, index) => new Body(gate, 20, ownersOf(index)));
    const large = new Body(gate, 30, ownersOf(6));
    const other = new Body(gate, 20, ['token b', 'address b']);
    await settle();
    expect(states(bodies)).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'unavailable']);
    expect(states([large, other])).toEqual(['unavailable', 'waiting']);
    holder.end();
    await settle();
    const again = new Body(gate, 20, ownersOf(7));
    await settle();
    expect(again.state).toBe('waiting');
  });

  it('tells when to try again', async () => {
    const gate = new JsonGate({ ...LIMITS, queueEntries: 0 });
    void gate.enter(100, [], new AbortController().signal);
    await expect(gate.enter(100, [], new AbortController().signal)).rejects.toMatchObject({
      code: 'unavailable',
      headers: { 'Retry-After': '1' },
    });
  });
});
