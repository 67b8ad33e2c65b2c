import { newRateLimitRule } from './rate-limit-rules.types';
import { plainRoute, routeFault } from './route-pattern';

const rule = { limit: 1, windowSeconds: 60 };

describe('a route pattern', () => {
  it.each([
    ['GET /v1/projects/{id}', 'GET /v1/projects/*'],
    ['/v1/groups/{id}/members/{userId}', '/v1/groups/*/members/*'],
    ['DELETE /v1/projects/:id', 'DELETE /v1/projects/*'],
    ['/v1/projects/', '/v1/projects'],
    ['/v1/projects/{id}/', '/v1/projects/*'],
    ['/v1/**', '/v1/**'],
    ['/**', '/**'],
    ['/', '/'],
    ['/v1/flags/evaluate-all', '/v1/flags/evaluate-all'],
  ])('%s is stored as %s', (written, kept) => {
    expect(newRateLimitRule.parse({ ...rule, route: written }).route).toBe(kept);
    expect(plainRoute(kept)).toBe(kept);
  });

  it.each([
    ['/v1/Projects', /lower-case/],
    ['/v1//projects', /empty/],
    ['/v1/projects//', /empty/],
    ['/v1/projects?limit=1', /query/],
    ['/v1/projects#top', /query/],
    ['/v1/pro*', /whole segment/],
    ['/v1/{id}.json', /whole segment/],
    ['/v1/**/members', /at the end/],
    ['/v1/a%2Fb', /lower-case/],
    ['v1/projects', /a path such as/],
    ['', /a path such as/],
    ['GET', /a path such as/],
    ['GET  /v1/projects', /a path such as/],
    ['get /v1/projects', /method/],
    ['TRACE /v1/projects', /method/],
    ['HEAD /v1/projects', /write GET/],
  ])('%s is refused, because no route can match it', (written, words) => {
    expect(routeFault(plainRoute(written))).toMatch(words);
    const parsed = newRateLimitRule.safeParse({ ...rule, route: written });
    expect(parsed.error?.issues).toMatchObject([{ path: ['route'], message: expect.stringMatching(words) }]);
  });
});

test('a key rule cannot limit concurrency, because a caller of CheckRateLimit has nothing to release', () => {
  const parsed = newRateLimitRule.safeParse({ ...rule, key: 'job:*', concurrency: { limit: 1 } });
  expect(parsed.error?.issues).toMatchObject([{ path: ['concurrency'] }]);
  expect(newRateLimitRule.parse({ ...rule, route: '/v1/flags', concurrency: { limit: 1 } }).concurrency).toEqual({
    limit: 1,
    leaseSeconds: 60,
  });
});
