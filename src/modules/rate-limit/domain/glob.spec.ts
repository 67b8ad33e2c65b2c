import fc from 'fast-check';
import { matchesGlob, matchesRoute } from './glob';

describe('a key pattern', () => {
  it.each([
    ['login:*', 'login:1', true],
    ['login:*', 'login:', true],
    ['login:*', 'logon:1', false],
    ['*', '', true],
    ['*:write', 'jobs:write', true],
    ['*:write', 'jobs:write:1', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'acb', false],
    ['a*a', 'a', false],
    ['a*bb*bc', 'abbc', false],
    ['exact', 'exact', true],
    ['exact', 'exactly', false],
    ['.+', 'xx', false],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('matches the same strings as the equivalent regular expression', () => {
    const some = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(some, text, (pattern, key) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(matchesGlob(pattern, key)).toBe(expression.test(key));
      }),
    );
  });
});

describe('a route pattern', () => {
  it.each([
    ['/v1/projects', 'GET /v1/projects', true],
    ['GET /v1/projects', 'GET /v1/projects', true],
    ['POST /v1/projects', 'GET /v1/projects', false],
    ['/v1/projects/*', 'GET /v1/projects/:id', true],
    ['/v1/projects/:id', 'GET /v1/projects/:id', true],
    ['/v1/projects/*', 'GET /v1/projects', false],
    ['/v1/projects/*', 'GET /v1/projects/:id/members', false],
    ['/v1/**', 'GET /v1/projects/:id/members', true],
    ['/v1/projects/**', 'GET /v1/projects', true],
    ['/v1/projects/**', 'GET /v1/projectsx', false],
    ['/v1/*/**', 'GET /v1', false],
    ['/v1/*/**', 'GET /v1/projects', true],
    ['/**', 'GET /ofrep/v1/evaluate/flags', true],
    ['/v1/*/members', 'GET /v1/x/members', true],
  ])('%s and %s: %s', (pattern, route, expected) => {
    expect(matchesRoute(pattern, route)).toBe(expected);
  });
});
