import { entryFaults } from './entry-faults';

const codesOf = (values: Record<string, string>): readonly string[] => entryFaults(values).map(({ code }) => code);

describe('configuration values', () => {
  it('are strings with dotted names', () => {
    expect(
      codesOf({
        'smtp.host': 'mail.example.com',
        THEME: 'dark',
        'feature-x.max_items': '10',
        note: 'two\nlines, ünd more',
        empty: '',
        'token.ttl': '3600',
        'secrets.provider': 'vault',
        api_keys_enabled: 'true',
        homepage: 'https://example.com/a:b@c',
      }),
    ).toEqual([]);
  });

  it.each([
    ['', 'x'],
    ['.a', 'x'],
    ['a..b', 'x'],
    ['a.', 'x'],
    ['1a', 'x'],
    ['a/b', 'x'],
    ['a b', 'x'],
    ['__proto__', 'x'],
    ['a'.repeat(129), 'x'],
    ['versions', 'x'],
    ['defaults', 'x'],
    ['a', 'x'.repeat(16_385)],
    ['a', 'nul\0'],
    ['a', 'bell\u0007'],
    ['a', 'half \ud800'],
  ])('are rejected: %j', (key, value) => {
    expect(codesOf(Object.fromEntries([[key, value]]))).toEqual(['invalid']);
  });

  it.each([
    ['smtp.password', 'hunter2'],
    ['apiKey.x.API_KEY', 'abc'],
    ['db-secret', 'abc'],
    ['client_secret', 'abc'],
    ['key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE'],
    ['x', `cs_${'a'.repeat(43)}`],
    ['x', `use rt_${'B-_'.repeat(14)}x now`],
    ['x', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl'],
    ['x', 'AKIAIOSFODNN7EXAMPLE'],
    ['database', 'postgres://app:pw@db.example.com/app'],
  ])('are rejected as secrets: %s', (key, value) => {
    expect(codesOf({ [key]: value })).toEqual(['secret']);
  });

  it('cause errors with JSON Pointers, at most a hundred', () => {
    expect(entryFaults({ 'a/b~c': 'x' })).toMatchObject([{ pointer: '/values/a~1b~0c' }]);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${index}`, 'x']));
    expect(entryFaults(many)).toHaveLength(100);
  });
});
