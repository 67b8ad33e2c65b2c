import { startTestServer, stopAll } from './test-support.js';

const AUTHZ = `package authz

allow if {
  input.method == "GET"
  some reader in data.readers
  reader == input.user
}

allow if input.user == data.owner

late if time.now_ns() > input.limit
`;

const server = () => startTestServer({ modules: { 'authz.rego': AUTHZ }, data: { owner: 'bob', readers: ['ann'] } });

const text = (value: string) => ({ type: 'string', value });
const ref = (...names: readonly string[]) => ({
  type: 'ref',
  value: [{ type: 'var', value: names[0] }, ...names.slice(1).map(text)],
});
const equals = (index: number, a: unknown, b: unknown) => ({ index, terms: [ref('eq'), a, b] });

afterEach(stopAll);

describe('POST /v1/compile', () => {
  it('returns the residual query for an unknown input', async () => {
    const { ask } = await server();
    const user = ref('input', 'user');
    expect(await ask('POST', '/v1/compile', { query: 'data.authz.allow == true' })).toMatchObject({
      status: 200,
      json: {
        result: {
          queries: [
            [equals(0, ref('input', 'method'), text('GET')), equals(1, text('ann'), user)],
            [equals(0, user, text('bob'))],
          ],
        },
      },
    });
  });

  it('uses the known parts of the input', async () => {
    const { ask } = await server();
    const body = { query: 'data.authz.allow == true', input: { method: 'PUT' }, unknowns: ['input.user'] };
    expect((await ask('POST', '/v1/compile', body)).json).toEqual({
      result: { queries: [[equals(0, ref('input', 'user'), text('bob'))]] },
    });
  });

  it.each([
    ['data.authz.none == true', {}],
    ['1 == 1', { queries: [[]] }],
  ])('returns a result without conditions for %s', async (query, result) => {
    const { ask } = await server();
    expect((await ask('POST', '/v1/compile', { query })).json).toEqual({ result });
  });

  it('keeps rules excluded from inlining as support modules', async () => {
    const { ask } = await server();
    const options = { disableInlining: ['data.authz.allow'] };
    expect((await ask('POST', '/v1/compile', { query: 'data.authz.allow == true', options })).json).toMatchObject({
      result: { support: [{ package: { path: [{ type: 'var', value: 'data' }, text('partial'), text('authz')] } }] },
    });
  });

  it('calls time functions only if requested, and returns exact numbers', async () => {
    const { ask } = await server();
    const query = 'data.authz.late == true';
    expect((await ask('POST', '/v1/compile', { query })).text).toContain('now_ns');
    const options = { nondeterministicBuiltins: true };
    const called = await ask('POST', '/v1/compile', { query, options });
    expect(called.text).not.toContain('now_ns');
    expect(called.text).toMatch(/"value":\d{19}\b/);
  });

  it('returns metrics', async () => {
    const { ask } = await server();
    expect((await ask('POST', '/v1/compile?metrics', { query: 'input.x' })).json).toMatchObject({
      metrics: { timer_rego_partial_eval_ns: expect.any(Number) as unknown },
    });
  });

  it.each<[string, unknown, string]>([
    ['/v1/compile', {}, "missing required 'query' value"],
    ['/v1/compile', '', 'error(s) occurred while decoding request: EOF'],
    [
      '/v1/compile',
      [],
      'error(s) occurred while decoding request: json: cannot unmarshal array into Go value of type types.CompileRequestV1',
    ],
    [
      '/v1/compile',
      { query: 7 },
      'error(s) occurred while decoding request: json: cannot unmarshal number into Go struct field CompileRequestV1.query of type string',
    ],
    [
      '/v1/compile',
      { query: 'x', unknowns: 'input' },
      'error(s) occurred while decoding request: json: cannot unmarshal string into Go struct field CompileRequestV1.unknowns of type []string',
    ],
    ['/v1/compile', { query: 'x =' }, 'error(s) occurred while parsing query'],
    ['/v1/compile', { query: 'x > 1' }, 'error(s) occurred while compiling module(s)'],
    ['/v1/compile', { query: 'input.x', unknowns: ['1'] }, 'error(s) occurred while parsing query'],
    [
      '/v1/compile/authz/allow',
      { query: 'x' },
      'database filters are not supported: POST /v1/compile returns residual queries',
    ],
  ])('refuses %s %j', async (path, body, message) => {
    const { ask } = await server();
    expect(await ask('POST', path, body)).toMatchObject({ status: 400, json: { code: 'invalid_parameter', message } });
  });
});
