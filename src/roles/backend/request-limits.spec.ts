import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { systemContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { createLogger } from '../../kernel/telemetry/logger';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import type { AuditEvent } from '../../modules/audit/contract/audit.types';
import type { RateLimitPort } from '../../modules/rate-limit/contract/rate-limit.port';
import type { RateLimitDecision, RateLimitQuery } from '../../modules/rate-limit/contract/rate-limit.types';
import { RequestLimits } from './request-limits';

const ALLOWED: RateLimitDecision = {
  allowed: true,
  policy: 'default',
  limit: 100,
  windowSeconds: 60,
  remaining: 50,
  resetSeconds: 30,
  retryAfterMs: 0,
  reason: null,
  degraded: false,
  shadow: false,
  lease: null,
};
const REFUSED: RateLimitDecision = { ...ALLOWED, allowed: false, remaining: 0, retryAfterMs: 1_200, reason: 'rate' };

class FakeResponse extends EventEmitter {
  readonly headers: Record<string, string> = {};
  destroyed = false;

  setHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
}

function world(decide: (query: RateLimitQuery) => RateLimitDecision) {
  const asked: RateLimitQuery[] = [];
  const released: string[] = [];
  const recorded: AuditEvent[] = [];
  const limits: RateLimitPort = {
    check(_context, query) {
      asked.push(query);
      return new Promise((resolve) => {
        resolve(decide(query));
      });
    },
    reset: () => Promise.resolve(),
    release(_context, _tenantId, lease) {
      released.push(lease);
      return Promise.resolve();
    },
  };
  const audit: AuditPort = {
    record(_context, event) {
      recorded.push(event);
      return Promise.resolve({ sequenceId: recorded.length, previousHash: '', recordHash: '' });
    },
    deliver: () => Promise.resolve(true),
    assertWritable: () => Promise.resolve(),
  };
  const requestLimits = new RequestLimits(limits, audit, { nowMs: () => 0 }, createLogger('silent', 'test'));
  const response = new FakeResponse();
  const admit = (appId: string | null = 'app-1', method = 'GET'): Promise<void> => {
    // The parts of a request and a response that the limits read.
    const request = {
      method,
      path: '/V1/Projects/7',
      route: { path: '/v1/projects/:id' },
    } as unknown as Request;
    const access = { scope: 'projects.read', action: 'project.get', resourceType: 'project' };
    const context = { ...systemContext('req-1', 'tnt-a'), appId };
    return requestLimits.count(request, response as unknown as Response, access, context);
  };
  return { admit, asked, released, recorded, response };
}

describe('request limits', () => {
  it('count requests by tenant, client and declared route, and appear in headers', async () => {
    const { admit, asked, response } = world(() => ALLOWED);
    await admit();
    expect(asked).toMatchObject([{ tenantId: 'tnt-a', key: 'app-1', route: 'GET /v1/projects/:id', cost: 1 }]);
    expect(response.headers).toEqual({
      RateLimit: '"default";r=50;t=30',
      'RateLimit-Policy': '"default";q=100;w=60',
    });
  });

  it('count HEAD as GET, because it does the same work', async () => {
    const { admit, asked } = world(() => ALLOWED);
    for (const method of ['GET', 'HEAD', 'DELETE']) await admit('app-1', method);
    expect(asked.map(({ route }) => route)).toEqual([
      'GET /v1/projects/:id',
      'GET /v1/projects/:id',
      'DELETE /v1/projects/:id',
    ]);
  });

  it('refuse requests with a retry time, and still appear in headers', async () => {
    const { admit, response } = world(() => REFUSED);
    await expect(admit()).rejects.toMatchObject({ code: 'rate_limited', headers: { 'Retry-After': '2' } });
    expect(response.headers['RateLimit']).toBe('"default";r=0;t=30');
  });

  it('record refusals at most once a second for each client', async () => {
    const { admit, recorded } = world(() => REFUSED);
    for (let call = 0; call < 50; call++) await admit().catch(() => undefined);
    await admit('app-2').catch(() => undefined);
    expect(recorded.map(({ appId, outcome, reason }) => [appId, outcome, reason])).toEqual([
      ['app-1', 'denied', 'rate_limited'],
      ['app-2', 'denied', 'rate_limited'],
    ]);
  });

  it('do not admit a request if a decision is unavailable', async () => {
    const { admit, response } = world(() => {
      throw new AppError('unavailable', 'No decision is available; try again.');
    });
    await expect(admit()).rejects.toMatchObject({ code: 'unavailable' });
    expect(response.headers).toEqual({});
  });

  it('release a slot when the response ends, or immediately if the caller has disconnected', async () => {
    const { admit, released, response } = world(() => ({ ...ALLOWED, lease: 'lease-1' }));
    await admit();
    expect(released).toEqual([]);
    response.emit('close');
    expect(released).toEqual(['lease-1']);
    response.destroyed = true;
    await admit();
    expect(released).toEqual(['lease-1', 'lease-1']);
  });
});
