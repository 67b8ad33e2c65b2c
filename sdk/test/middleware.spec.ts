import { CpodClient } from '../src/client.js';
import { ConnectionError, TimeoutError } from '../src/errors.js';
import type { Middleware } from '../src/http/middleware.js';
import { faultOf, sendError, sendJson, StandIn } from './stand-in.js';

let backend: StandIn;

beforeEach(async () => {
  backend = await StandIn.open();
});

afterEach(() => backend.close());

/** Records the calls that pass, and their outcomes. */
function recorder(name: string, seen: string[]): Middleware {
  return async (request, next) => {
    const { pathname } = new URL(request.url);
    seen.push(`${name} > ${request.method} ${pathname}`);
    const response = await next(request);
    seen.push(`${name} < ${response.status}`);
    return response;
  };
}

const addHeader: Middleware = (request, next) => {
  request.headers.append('traceparent', 'one');
  return next(request);
};

describe('middleware', () => {
  it('surrounds the token request and the call, in the order of the list', async () => {
    const seen: string[] = [];
    const client = backend.client({ middleware: [recorder('a', seen), recorder('b', seen)] });
    await client.projects.get('x');
    expect(seen).toEqual([
      ...['a > POST /v1/oauth/token', 'b > POST /v1/oauth/token', 'b < 200', 'a < 200'],
      ...['a > GET /v1/projects/x', 'b > GET /v1/projects/x', 'b < 200', 'a < 200'],
    ]);
  });

  it('runs once per attempt, and the headers that it adds do not accumulate', async () => {
    let turn = 0;
    backend.answer = (_seen, response) =>
      turn++ === 0 ? sendError(response, 503, 'down', { 'retry-after': '0' }) : sendJson(response, 200, {});
    const seen: string[] = [];
    await backend.client({ middleware: [recorder('a', seen), addHeader] }).projects.get('x');
    expect(seen.slice(2)).toEqual(['a > GET /v1/projects/x', 'a < 503', 'a > GET /v1/projects/x', 'a < 200']);
    expect(backend.calls.map(({ headers }) => headers['traceparent'])).toEqual(['one', 'one']);
  });

  it('can respond without a request', async () => {
    const cached: Middleware = async (request, next) =>
      request.url.endsWith('/v1/projects/x') ? Response.json({ id: 'cached' }) : next(request);
    expect(await backend.client({ middleware: [cached] }).projects.get('x')).toEqual({ id: 'cached' });
    expect(backend.calls).toEqual([]);
  });

  it('sees a lost connection as a typed error, and the call is retried afterwards', async () => {
    const faults: unknown[] = [];
    const watch: Middleware = (request, next) =>
      next(request).catch((fault: unknown) => {
        faults.push(fault);
        throw fault;
      });
    backend.answer = (_seen, response) => void (faults.length === 0 ? response.destroy() : sendJson(response, 200, {}));
    await backend.client({ middleware: [watch] }).projects.get('x');
    expect(faults).toEqual([expect.any(ConnectionError)]);
    expect(backend.calls).toHaveLength(2);
  });

  it('ends the call with its own error, without a retry', async () => {
    const error = new RangeError('The budget is spent.');
    const refuse: Middleware = async (request, next) => {
      if (request.url.includes('/projects/')) throw error;
      return next(request);
    };
    expect(await faultOf(backend.client({ middleware: [refuse] }).projects.get('x'))).toBe(error);
    expect(backend.calls).toEqual([]);
  });

  it('cannot outlast the time limit or the signal of the call', async () => {
    const hang: Middleware = () => new Promise(() => undefined);
    const client = CpodClient.fromToken('t', { baseUrl: backend.url, middleware: [hang], maxRetries: 0 });
    expect(await faultOf(client.projects.get('x', { timeoutMs: 1 }))).toBeInstanceOf(TimeoutError);
    expect(await faultOf(client.projects.get('x', { signal: AbortSignal.abort(new Error('enough')) }))).toEqual(
      new Error('enough'),
    );
  });

  it('is checked when the client is created and when it responds', async () => {
    expect(() => backend.client({ middleware: ['log'] as never })).toThrow('middleware must be a list of functions');
    expect(() => backend.client({ middleware: addHeader as never })).toThrow('middleware must be a list of functions');
    const forgetful = (async () => undefined) as unknown as Middleware;
    const fault = await faultOf(backend.client({ middleware: [forgetful] }).projects.get('x'));
    expect(fault).toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('return next(request)'),
    });
  });
});
