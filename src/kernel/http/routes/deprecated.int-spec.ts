import { Controller, Get, Module } from '@nestjs/common';
import { call } from '../../../../test/support/http-client';
import { openTestSurface, type TestSurface } from '../../../../test/support/test-surface';
import { Deprecated } from './deprecated';
import { PublicRoute } from './route-access';

@Controller()
class OldController {
  @Get('old')
  @PublicRoute()
  @Deprecated({ since: '2026-01-31', sunset: '2026-12-31', instead: '/new' })
  old(): object {
    return {};
  }
}

@Module({ controllers: [OldController] })
class OldModule {}

let surface: TestSurface;

beforeAll(async () => {
  surface = await openTestSurface(OldModule);
});

afterAll(() => surface.close());

it('announces the deprecation, sunset and successor of a route (RFC 9745 and RFC 8594)', async () => {
  const { headers } = await call(`${surface.url}/old`);
  expect(headers.get('deprecation')).toBe(`@${Date.UTC(2026, 0, 31) / 1000}`);
  expect(headers.get('sunset')).toBe('Thu, 31 Dec 2026 00:00:00 GMT');
  expect(headers.get('link')).toBe('</new>; rel="successor-version"');
});

it.each([
  ['2026-12-31', '2026-01-31'],
  ['soon', '2026-01-31'],
])('refuses invalid or reversed dates (%s, %s)', (since, sunset) => {
  expect(() => Deprecated({ since, sunset, instead: '/new' })).toThrow('must be valid dates in this order');
});
