import { invalidClient, parseBasic } from './basic-credentials';

const basic = (text: string, scheme = 'Basic '): string => scheme + Buffer.from(text).toString('base64');

describe('Basic credentials', () => {
  it.each([
    ['app-a:cs_secret', 'app-a', 'cs_secret'],
    // RFC 7617 §2: the user id contains no colon, so the first colon ends it.
    ['app-a:with:colons:', 'app-a', 'with:colons:'],
    ['app-a:', 'app-a', ''],
    // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
    ['app%2Da:p%25a%3Ass+word%2B', 'app-a', 'p%a:ss word+'],
    ['app%3Aa:secret', 'app:a', 'secret'],
    ['app-a:+', 'app-a', ' '],
    ['app-a:%C3%BC', 'app-a', 'ü'],
    ['app-a:ü', 'app-a', 'ü'],
  ])('decode %j to %j and %j', (text, clientId, clientSecret) => {
    expect(parseBasic(basic(text))).toEqual({ clientId, clientSecret, byHeader: true });
  });

  it.each(['basic ', 'BASIC ', 'Basic   '])('can have the scheme %j', (scheme) => {
    expect(parseBasic(basic('a:b', scheme))).toMatchObject({ clientId: 'a', clientSecret: 'b' });
  });

  it('can omit the base64 padding', () => {
    expect(parseBasic('Basic YTpi'.replace(/=+$/, ''))).toMatchObject({ clientId: 'a', clientSecret: 'b' });
    expect(parseBasic(basic('ab:c').replace(/=+$/, ''))).toMatchObject({ clientId: 'ab', clientSecret: 'c' });
  });

  it.each([
    '',
    'Basic',
    'Basic ',
    'Bearer YTpi',
    'BasicYTpi',
    'Basic YTpi YTpi',
    'Basic Y,T,p,i',
    'Basic YTpi===',
    'xBasic YTpi',
    basic('no-colon'),
    basic(':secret'),
    basic(''),
    basic('app-a:bad%encoding'),
    basic('app%-a:secret'),
    basic('app-a:%ff'),
  ])('cannot be %j', (header) => {
    expect(parseBasic(header)).toBeNull();
  });
});

describe('a failed client authentication', () => {
  it('sends a challenge only if the client used the header (RFC 6749 §5.2)', () => {
    expect(invalidClient(true)).toMatchObject({
      code: 'invalid_client',
      headers: { 'WWW-Authenticate': expect.stringMatching(/^Basic realm="/) },
    });
    expect(invalidClient(false).headers).toEqual({});
  });

  it('has the same message in both cases, which does not reveal the cause', () => {
    expect(invalidClient(true).message).toBe(invalidClient(false).message);
  });
});
