import { cookieIn } from './cookies';

describe('the session cookie of a request', () => {
  it.each([
    ['a=1; session=abc; b=2', 'abc'],
    ['session=a=b', 'a=b'],
    ['xsession=abc', ''],
    ['session', ''],
    ['', ''],
    ['session=planted; session=abc', ''],
  ])('in "%s" has the value "%s"', (header, value) => {
    expect(cookieIn(header, 'session')).toBe(value);
  });
});
