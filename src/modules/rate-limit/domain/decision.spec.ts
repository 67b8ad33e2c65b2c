import { decisionOf, type Judged, allowedDecision } from './decision';
import { limitOf } from './limit';

/** A limit of 10 calls in 10 seconds, with `used` calls counted. */
function judgedBy(
  policy: string,
  used: number,
  more: Partial<Judged> & { cost?: number; shadow?: boolean } = {},
): Judged {
  const { shadow = false, cost = 1, ...rest } = more;
  const limit = limitOf({ policy, source: 'tenant', limit: 10, windowSeconds: 10, cost, shadow });
  return { limit, rate: limit, filledMs: used * 1_000, cost, refusal: null, quotaLeft: null, ...rest };
}

const full = { reason: 'rate', retryAfterMs: 1_499.2 } as const;
const overQuota = { reason: 'quota', retryAfterMs: 60_000 } as const;

const decide = (...judged: readonly [Judged, ...Judged[]]) => decisionOf(judged, false, null);

describe('the decision on a call', () => {
  it('allows a call that no limit refuses, and reports the limit with the fewest remaining calls', () => {
    expect(decide(judgedBy('a', 2), judgedBy('b', 7.5), judgedBy('c', 3))).toEqual({
      allowed: true,
      policy: 'b',
      limit: 10,
      windowSeconds: 10,
      remaining: 2,
      resetSeconds: 8,
      retryAfterMs: 0,
      reason: null,
      degraded: false,
      shadow: false,
      lease: null,
    });
  });

  it('reports the first limit that refuses, with the reason and the time to retry', () => {
    const decision = decide(
      judgedBy('a', 9),
      judgedBy('b', 10, { refusal: full }),
      judgedBy('c', 1, { refusal: overQuota }),
    );
    expect(decision).toMatchObject({ allowed: false, policy: 'b', remaining: 0, resetSeconds: 10, shadow: false });
    // Rounded up to whole milliseconds, because an earlier retry would be refused again.
    expect(decision).toMatchObject({ reason: 'rate', retryAfterMs: 1_500 });
  });

  it('makes a refused caller wait at least one millisecond', () => {
    expect(decide(judgedBy('a', 10, { refusal: { ...full, retryAfterMs: 0 } })).retryAfterMs).toBe(1);
  });

  it.each<[string, Judged, Judged, object]>([
    [
      'only the limit in shadow mode is exceeded',
      judgedBy('watching', 10, { refusal: full, shadow: true }),
      judgedBy('acting', 1),
      { allowed: true, shadow: true, reason: null },
    ],
    [
      'both limits are exceeded',
      judgedBy('watching', 10, { refusal: full, shadow: true }),
      judgedBy('acting', 10, { refusal: overQuota }),
      { allowed: false, shadow: true, reason: 'quota' },
    ],
    [
      'no limit is exceeded',
      judgedBy('watching', 9, { shadow: true }),
      judgedBy('acting', 1),
      { allowed: true, shadow: false, reason: null },
    ],
    [
      'only the enforced limit is exceeded',
      judgedBy('watching', 9, { shadow: true }),
      judgedBy('acting', 10, { refusal: full }),
      { allowed: false, shadow: false, reason: 'rate' },
    ],
  ])(
    'reports that a limit in shadow mode would refuse, but applies only the other limit: %s',
    (_when, watching, acting, expected) => {
      for (const judged of [
        [watching, acting],
        [acting, watching],
      ] as const) {
        expect(decide(...judged)).toMatchObject({
          ...expected,
          policy: 'acting',
          retryAfterMs: expect.any(Number) as number,
        });
      }
    },
  );

  it('reports a limit in shadow mode if there are no others: the one with the fewest remaining calls', () => {
    expect(decide(judgedBy('a', 1, { shadow: true }), judgedBy('b', 5, { shadow: true })).policy).toBe('b');
    expect(decide(judgedBy('a', 5, { shadow: true }), judgedBy('b', 1, { shadow: true })).policy).toBe('a');
  });

  it("reports the first of several limits with equal remaining calls, which is the tenant's rule", () => {
    expect(decide(judgedBy('own', 4), judgedBy('plan', 4)).policy).toBe('own');
  });

  it.each([
    ['of the rate', { quotaLeft: 100 }, 6],
    ['of the quota, if they are fewer', { quotaLeft: 2 }, 2],
    ['of an exhausted quota', { quotaLeft: 0 }, 0],
    ['divided by the cost of a call', { cost: 4 }, 1],
    ['of the quota, divided by the cost of a call', { cost: 4, quotaLeft: 3 }, 0],
  ])('reports the remaining calls %s', (_of, more, remaining) => {
    expect(decide(judgedBy('a', 4, more)).remaining).toBe(remaining);
  });

  it('reports a decision without the store as degraded, and includes the lease of the call', () => {
    expect(decisionOf([judgedBy('a', 1)], true, 'lease-1')).toMatchObject({ degraded: true, lease: 'lease-1' });
  });
});

test('the response for a single limit that allows the call equals the decision on that limit', () => {
  for (const cost of [1, 3]) {
    const judged = judgedBy('a', 2.5, { cost });
    const { limit, rate, filledMs } = judged;
    expect(allowedDecision(limit, rate, filledMs, true)).toEqual(decisionOf([judged], true, null));
    expect(allowedDecision(limit, rate, filledMs, false)).toMatchObject({
      allowed: true,
      shadow: false,
      remaining: cost === 1 ? 7 : 2,
    });
  }
});
