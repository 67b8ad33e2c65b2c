import {
  ConnectionError,
  ForbiddenError,
  PreconditionFailedError,
  RateLimitedError,
  TimeoutError,
  UnavailableError,
} from '../src/errors.js';
import { backoffMs, waitBeforeRetry } from '../src/http/retry.js';
import { retryAfterSeconds } from '../src/http/read-error.js';
import { type Answering, faultOf, sendError, sendJson, StandIn } from './stand-in.js';

let backend: StandIn;

beforeEach(async () => {
  backend = await StandIn.open();
});

afterEach(() => backend.close());

/** Sends the responses in turn and repeats the last one. */
function inTurn(...answers: Answering[]): Answering {
  let turn = 0;
  return (seen, response) => (answers[Math.min(turn++, answers.length - 1)] as Answering)(seen, response);
}
const ok: Answering = (_seen, response) => sendJson(response, 200, { id: 'a' });
const cut: Answering = (_seen, response) => void response.destroy();
const refuse =
  (status: number, headers = {}): Answering =>
  (_seen, response) =>
    sendError(response, status, 'refused', headers);

describe('a call', () => {
  it.each([
    ['a lost connection', cut],
    ['502', refuse(502)],
    ['503', refuse(503, { 'retry-after': '0' })],
    ['504', refuse(504)],
    ['429', refuse(429, { 'retry-after': '0' })],
  ])('is retried after %s if it only reads', async (_name, fault) => {
    backend.answer = inTurn(fault, ok);
    expect(await backend.client().projects.get('a')).toEqual({ id: 'a' });
    expect(backend.calls).toHaveLength(2);
  });

  it('is retried with the same idempotency key if it creates a resource', async () => {
    backend.answer = inTurn(cut, refuse(503, { 'retry-after': '0' }), ok);
    await backend.client().projects.create({ key: 'A', name: 'A' });
    const keys = backend.calls.map(({ headers }) => headers['idempotency-key']);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    await backend.client().projects.create({ key: 'A', name: 'A' }, { idempotencyKey: 'mine' });
    expect(backend.calls.at(-1)?.headers['idempotency-key']).toBe('mine');
  });

  it.each([
    ['a change', () => backend.client().projects.update('a', { name: 'B' })],
    ['a conditional change', () => backend.client().webhooks.delete('a', { ifMatch: '"1"' })],
    ['a secret, which would get an additional version', () => backend.client().secrets.set('A', { value: 'b' })],
    ['a webhook test delivery', () => backend.client().webhooks.test('a')],
  ])('is not retried after an outage if it must not run twice: %s', async (_name, call) => {
    for (const [answer, kind] of [
      [cut, ConnectionError],
      [refuse(503), UnavailableError],
    ] as const) {
      const before = backend.calls.length;
      backend.answer = answer;
      expect(await faultOf(call())).toBeInstanceOf(kind);
      expect(backend.calls.length - before).toBe(1);
    }
  });

  it('is always retried after 429, because the backend did not run it', async () => {
    backend.answer = inTurn(refuse(429, { 'retry-after': '0' }), ok);
    await backend.client().projects.update('a', { name: 'B' });
    expect(backend.calls).toHaveLength(2);
  });

  it('succeeds if it deletes a resource and the second attempt gets 404', async () => {
    backend.answer = inTurn(cut, refuse(404));
    await expect(backend.client().projects.delete('a')).resolves.toBeUndefined();
    backend.answer = refuse(404);
    expect(await faultOf(backend.client().projects.delete('a'))).toMatchObject({ status: 404 });
  });

  it.each([
    [403, ForbiddenError],
    [412, PreconditionFailedError],
    [500, UnavailableError],
  ])('is not retried after %s', async (status, kind) => {
    backend.answer = refuse(status);
    const fault = await faultOf(backend.client().projects.get('a'));
    expect(fault).toBeInstanceOf(kind);
    expect(fault).toMatchObject({ status, code: 'refused', requestId: 'req-1', name: kind.label });
    expect(backend.calls).toHaveLength(1);
  });

  it('is attempted at most three times, unless the caller sets maxRetries', async () => {
    backend.answer = refuse(503, { 'retry-after': '0' });
    await faultOf(backend.client().projects.get('a'));
    expect(backend.calls).toHaveLength(3);
    await faultOf(backend.client().projects.get('a', { maxRetries: 0 }));
    expect(backend.calls).toHaveLength(4);
  });

  it('throws instead of waiting for a long Retry-After', async () => {
    backend.answer = refuse(429, { 'retry-after': '31' });
    const fault = await faultOf(backend.client().projects.get('a'));
    expect(fault).toBeInstanceOf(RateLimitedError);
    expect(fault).toMatchObject({ retryAfterSeconds: 31 });
    expect(backend.calls).toHaveLength(1);
  });

  it('stops when it is aborted before, during or between attempts', async () => {
    const silent: Answering = () => undefined;
    for (const answer of [silent, refuse(503, { 'retry-after': '20' })]) {
      backend.answer = answer;
      const over = new AbortController();
      const given = faultOf(backend.client().projects.get('a', { signal: over.signal }));
      const arrived = backend.calls.length;
      while (backend.calls.length === arrived) await new Promise((resolve) => setTimeout(resolve, 5));
      over.abort(new Error('enough'));
      expect((await given).message).toBe('enough');
    }
    const before = backend.calls.length;
    const signal = AbortSignal.abort();
    expect((await faultOf(backend.client().projects.get('a', { signal }))).name).toBe('AbortError');
    expect(backend.calls).toHaveLength(before);
  });

  it('fails with a timeout if no response arrives in time', async () => {
    backend.answer = () => undefined;
    const options = { timeoutMs: 30, maxRetries: 0 };
    expect(await faultOf(backend.client().projects.get('a', options))).toBeInstanceOf(TimeoutError);
  });

  it('throws an error with the details of the response, even if the backend did not send it', async () => {
    backend.answer = (_seen, response) =>
      sendJson(response, 400, {
        ...{ error: 'invalid_request', error_description: 'No.', status: 400, request_id: 'r' },
        errors: [{ pointer: '/name', code: 'too_long', message: 'At most 200.' }],
      });
    expect(await faultOf(backend.client().projects.get('a'))).toMatchObject({
      message: '400 invalid_request: No.',
      fields: [{ pointer: '/name', code: 'too_long', message: 'At most 200.' }],
      retryAfterSeconds: null,
    });
    backend.answer = (_seen, response) => void response.writeHead(500, { 'x-request-id': 'q' }).end('<html>');
    expect(await faultOf(backend.client().projects.get('a'))).toMatchObject({ code: 'http_500', requestId: 'q' });
  });

  it('does not follow redirects, which would expose its token', async () => {
    backend.answer = (_seen, response) => void response.writeHead(307, { location: `${backend.url}/other` }).end();
    expect(await faultOf(backend.client().projects.get('a'))).toMatchObject({ status: 307 });
    expect(backend.calls).toHaveLength(1);
  });
});

describe('the retry delay', () => {
  it('grows up to a maximum and is never zero', () => {
    expect([1, 2, 3].map((failed) => backoffMs(failed, 1))).toEqual([500, 1000, 2000]);
    expect([backoffMs(1, 0), backoffMs(50, 1)]).toEqual([125, 8000]);
  });

  it('is the delay that the backend requests, plus random jitter', () => {
    const fault = new RateLimitedError({
      ...{ status: 429, code: 'rate_limited', description: '', requestId: '', reason: '', fields: [] },
      retryAfterSeconds: 3,
    });
    expect([0, 1].map((chance) => waitBeforeRetry(fault, 'never', 1, chance))).toEqual([3000, 3250]);
  });

  it.each([
    [null, null],
    ['', null],
    ['7', 7],
    ['Thu, 01 Jan 1970 00:00:30 GMT', 20],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 0],
    ['soon', null],
  ])('is parsed from Retry-After: %s', (header, seconds) => {
    expect(retryAfterSeconds(header, 10_000)).toBe(seconds);
  });
});
