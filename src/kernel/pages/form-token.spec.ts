import { type FormBinding, formToken, isFormToken } from './form-token';

const key = Buffer.alloc(32, 1);
const binding: FormBinding = { purpose: 'consent', browserId: 'browser', sessionId: 'ses-1', subject: 'client_id=a' };
const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

describe('a form token', () => {
  const token = formToken(key, binding, NOW_MS);

  it('is valid for its form for two hours', () => {
    expect(isFormToken(key, binding, token, NOW_MS + 2 * HOUR_MS - 1)).toBe(true);
    expect(isFormToken(key, binding, token, NOW_MS + 2 * HOUR_MS)).toBe(false);
  });

  it.each([
    ['a different form', { purpose: 'sign-in' }],
    ['a different browser', { browserId: 'browser2' }],
    ['a different session', { sessionId: 'ses-2' }],
    ['a different request', { subject: 'client_id=b' }],
    ['parts that are split differently', { browserId: 'browserses-1', sessionId: '' }],
  ] as const)('is invalid for %s', (_name, change) => {
    expect(isFormToken(key, { ...binding, ...change }, token, NOW_MS)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['half of a token', token.slice(0, -1)],
    ['a token with a changed time', `${(NOW_MS + HOUR_MS).toString(36)}.${token.split('.')[1] ?? ''}`],
    ['a token with a suffix', `${token}A`],
  ])('cannot be %s', (_name, other) => {
    expect(isFormToken(key, binding, other, NOW_MS)).toBe(false);
  });

  it('is invalid under a different key or without a browser cookie', () => {
    expect(isFormToken(Buffer.alloc(32, 2), binding, token, NOW_MS)).toBe(false);
    const nameless = { ...binding, browserId: '' };
    expect(isFormToken(key, nameless, formToken(key, nameless, NOW_MS), NOW_MS)).toBe(false);
  });
});
