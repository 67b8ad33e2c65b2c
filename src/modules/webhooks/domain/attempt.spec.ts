import { attemptOf, isGone, type Outcome } from './attempt';
import { MAX_ATTEMPTS } from './webhook-retry';

const at = { nowMs: 0, chance: 0 };
const answered = (status: number, retryAfter: string | null = null): Outcome => ({ answer: { status, retryAfter } });

describe('an attempt', () => {
  it('succeeds only with a 2xx status', () => {
    for (const status of [200, 202, 204, 299]) {
      expect(attemptOf('evt-1', 3, answered(status), at)).toMatchObject({ state: 'delivered', status, error: null });
    }
    for (const status of [199, 300, 302, 400, 404, 500]) {
      const error = `The receiver returned ${status}.`;
      expect(attemptOf('evt-1', 0, answered(status), at)).toMatchObject({ state: 'pending', status, error });
    }
  });

  it('that fails is followed by a longer delay each time, never shorter than the receiver requests', () => {
    expect(attemptOf('evt-1', 0, { fault: 'No.' }, at)).toEqual({
      eventId: 'evt-1',
      state: 'pending',
      status: null,
      error: 'No.',
      waitMs: 10_000,
      askedMs: 0,
    });
    expect(attemptOf('evt-1', 1, answered(500), at).waitMs).toBe(30_000);
    expect(attemptOf('evt-1', 0, answered(503, '60'), at)).toMatchObject({ waitMs: 60_000, askedMs: 60_000 });
    expect(attemptOf('evt-1', 4, answered(429, '1'), at)).toMatchObject({ waitMs: 810_000, askedMs: 1_000 });
  });

  it('is the last attempt when the maximum number of attempts is reached', () => {
    expect(attemptOf('evt-1', MAX_ATTEMPTS - 2, answered(500), at).state).toBe('pending');
    expect(attemptOf('evt-1', MAX_ATTEMPTS - 1, answered(500), at).state).toBe('dead');
  });

  it('reports that the receiver is gone', () => {
    const gone = attemptOf('evt-1', 0, answered(410), at);
    expect(gone).toMatchObject({ state: 'pending', waitMs: 0 });
    expect(isGone([attemptOf('evt-2', 0, answered(404), at), gone])).toBe(true);
    expect(isGone([attemptOf('evt-2', 0, answered(404), at)])).toBe(false);
  });
});
