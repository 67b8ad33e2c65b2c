import { DEFAULT_BLOCKED_FIELDS, fieldRules } from './field-rules';

describe('fieldRules', () => {
  const rules = fieldRules([
    ...DEFAULT_BLOCKED_FIELDS,
    'user.address.street',
    'items.*.name',
    'nested.deep.*',
    '*',
    '',
  ]);
  it.each([
    [['password'], true],
    [['PassWord'], true],
    [['a', 'b', 'client_secret'], true],
    [['a', 'clientSecret'], true],
    [['a', 'client-secret'], true],
    [['user.password'], true],
    [['http.request.header.authorization'], true],
    [['passwords'], false],
    [['password', 'x'], false],
    [['password.x'], false],
    [['user', 'address', 'street'], true],
    [['order', 'user', 'address', 'street'], true],
    [['user.address', 'street'], true],
    [['user', '0', 'address', 'street'], true],
    [['address', 'street'], false],
    [['items', '0', 'name'], true],
    [['items', 'name'], false],
    [['nested', 'deep', 'any'], true],
    [['nested', 'deep'], false],
    [['__proto__'], false],
    [['constructor'], false],
    [[], false],
    [[''], true],
  ])('%j: %s', (path, expected) => {
    expect(rules.matches(path)).toBe(expected);
  });

  it('treats prototype names as ordinary names', () => {
    expect(fieldRules(['__proto__']).matches(['a', '__proto__'])).toBe(true);
    expect(fieldRules(['toString']).matches(['a', 'tostring'])).toBe(true);
    expect(fieldRules([]).matches(['password'])).toBe(false);
  });
});
