import { HTTP } from './http.js';
import { callWithJson, testContext } from './testing/call-builtin.js';

const send = (request: unknown, allowedHosts: readonly string[] = []): unknown =>
  callWithJson(HTTP, 'http.send', [request], testContext({ allowedHosts }));

describe('http.send', () => {
  test.each([
    [{}, 'eval_type_error: operand 1 missing required request parameters(s): {"method", "url"}'],
    [{ method: 'get', url: 'http://a', x: 1 }, 'eval_type_error: operand 1 invalid request parameters(s): {"x"}'],
    [{ method: 'get', url: '/a' }, "eval_type_error: operand 1 'url' must be an absolute URL as a string"],
    [{ method: 'get', url: 'http://evil.example/' }, 'eval_builtin_error: unallowed host: evil.example'],
  ])('%j', (request, message) => {
    expect(send(request)).toBe(message);
  });

  test('names the alternative for an allowed host', () => {
    expect(send({ method: 'get', url: 'https://api.example/x' }, ['api.example'])).toMatch(
      /api\.example cannot be reached: .* pass the response in the input or the data/,
    );
  });
});
