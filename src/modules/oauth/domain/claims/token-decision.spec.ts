import { readTokenDecision } from './token-decision';

const read = (value: unknown) => readTokenDecision(JSON.stringify(value));

describe('the decision of a token policy', () => {
  it('changes nothing if it is empty, and ignores the helpers of the policy', () => {
    expect(read({ is_contractor: true })).toEqual({ outcome: 'issue', claims: {}, lifetimeSeconds: null });
  });

  it('adds claims and shortens the lifetime', () => {
    expect(read({ deny: [], claims: { plan: 'pro' }, access_token_lifetime: 60 })).toEqual({
      outcome: 'issue',
      claims: { plan: 'pro' },
      lifetimeSeconds: 60,
    });
  });

  it('denies with at most ten messages of at most 200 characters', () => {
    expect(read({ deny: ['No.'], claims: 'ignored' })).toEqual({ outcome: 'deny', messages: ['No.'] });
    expect(read({ deny: Array.from({ length: 11 }, () => 'x'.repeat(300)) })).toEqual({
      outcome: 'deny',
      messages: Array.from({ length: 10 }, () => `${'x'.repeat(200)}…`),
    });
    expect(read({ deny: [''] })).toEqual({ outcome: 'deny', messages: [''] });
  });

  it.each([
    ['true', true],
    ['false', false],
    ['too large', { helper: 'x'.repeat(65_536) }],
    ['a list', []],
    ['text', 'no'],
    ['null', null],
    ['a boolean deny', { deny: true }],
    ['a false deny', { deny: false }],
    ['a deny that is text', { deny: 'no' }],
    ['a null deny', { deny: null }],
    ['a deny with a number', { deny: [1] }],
    ['claims in a list', { claims: [] }],
    ['null claims', { claims: null }],
    ['a lifetime of 0', { access_token_lifetime: 0 }],
    ['a negative lifetime', { access_token_lifetime: -1 }],
    ['half a second', { access_token_lifetime: 0.5 }],
    ['a lifetime that is text', { access_token_lifetime: '60' }],
    ['an infinite lifetime', { access_token_lifetime: 1e300 }],
  ])('is a fault if it is %s', (_what, value) => {
    expect(read(value)).toMatchObject({ outcome: 'fault' });
  });
});
