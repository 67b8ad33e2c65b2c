import { startTestServer, stopAll } from './test-support.js';

afterEach(stopAll);

describe('/v1/policies', () => {
  it('PUT creates a module that takes effect immediately', async () => {
    const { ask } = await startTestServer();
    expect(await ask('PUT', '/v1/policies/example%2F1', 'package opa.examples\n\np := input.x')).toMatchObject({
      status: 200,
      text: '{}\n',
    });
    expect((await ask('POST', '/v1/data/opa/examples/p', { input: { x: 1 } })).text).toBe('{"result":1}\n');
    expect(await ask('GET', '/v1/policies/example/1')).toMatchObject({
      status: 200,
      json: {
        result: {
          id: 'example/1',
          raw: 'package opa.examples\n\np := input.x',
          ast: {
            package: {
              path: [
                { type: 'var', value: 'data' },
                { type: 'string', value: 'opa' },
                { type: 'string', value: 'examples' },
              ],
            },
          },
        },
      },
    });
  });

  it('lists modules by ID and deletes them', async () => {
    const { ask } = await startTestServer({ modules: { 'b.rego': 'package b', 'a.rego': 'package a\n\np := 1' } });
    const ids = async (): Promise<unknown> =>
      ((await ask('GET', '/v1/policies')).json as { result: { id: string }[] }).result.map(({ id }) => id);
    expect(await ids()).toEqual(['a.rego', 'b.rego']);
    expect(await ask('DELETE', '/v1/policies/a.rego')).toMatchObject({ status: 200, text: '{}\n' });
    expect(await ids()).toEqual(['b.rego']);
    const missing = {
      status: 404,
      json: { code: 'resource_not_found', message: 'storage_not_found_error: policy id "a.rego"' },
    };
    expect(await ask('DELETE', '/v1/policies/a.rego')).toMatchObject(missing);
    expect(await ask('GET', '/v1/policies/a.rego')).toMatchObject(missing);
    expect(await ask('POST', '/v1/policies', 'x')).toMatchObject({ status: 405, text: '' });
  });

  it('refuses a module that does not compile and keeps the previous one', async () => {
    const { ask } = await startTestServer({ modules: { 'a.rego': 'package a\n\np := 1' }, data: { taken: [1] } });
    const put = (text: string): ReturnType<typeof ask> => ask('PUT', '/v1/policies/a.rego', text);
    const compiling = { code: 'invalid_parameter', message: 'error(s) occurred while compiling module(s)' };
    expect(await put('package a\n\np if x')).toMatchObject({
      status: 400,
      json: {
        ...compiling,
        errors: [
          { code: 'rego_unsafe_var_error', message: 'var x is unsafe', location: { file: 'a.rego', row: 3, col: 6 } },
        ],
      },
    });
    expect(await put('package a\n\np if {')).toMatchObject({
      status: 400,
      json: { ...compiling, errors: [{ code: 'rego_parse_error' }] },
    });
    expect(await put('')).toMatchObject({ status: 400, json: { message: 'a.rego:0: rego_parse_error: empty module' } });
    expect(await put('package taken\n\np := 1')).toMatchObject({
      status: 400,
      json: { ...compiling, errors: [{ message: 'conflicting rule for data path taken/p found' }] },
    });
    expect((await ask('GET', '/v1/data/a/p')).text).toBe('{"result":1}\n');
  });

  it('refuses to delete a module that others need', async () => {
    const { ask } = await startTestServer({
      modules: { 'a.rego': 'package a\n\nf(x) := x', 'b.rego': 'package b\n\np := data.a.f(1)' },
    });
    expect(await ask('DELETE', '/v1/policies/a.rego')).toMatchObject({
      status: 400,
      json: {
        code: 'invalid_operation',
        errors: [{ code: 'rego_type_error', message: 'undefined function data.a.f' }],
      },
    });
  });
});

describe('/v1/query', () => {
  it('returns the variables of each solution', async () => {
    const { ask } = await startTestServer({ data: { roles: { ann: ['admin'], ben: ['viewer'] } } });
    expect((await ask('GET', '/v1/query?q=data.roles[x][_]=y')).text).toBe(
      '{"result":[{"x":"ann","y":"admin"},{"x":"ben","y":"viewer"}]}\n',
    );
    const body = { query: 'input.servers[i].p = x', input: { servers: [{ p: 1 }, { p: 2 }] } };
    expect((await ask('POST', '/v1/query', body)).text).toBe('{"result":[{"i":0,"x":1},{"i":1,"x":2}]}\n');
    expect((await ask('POST', '/v1/query', { query: 'data.none = x' })).text).toBe('{}\n');
    expect((await ask('POST', '/v1/query', { query: '1 == 2' })).text).toBe('{"result":[{}]}\n');
  });

  it.each<[string, unknown, number, string]>([
    ['a body without a query', {}, 500, 'cannot evaluate empty query'],
    ['invalid JSON', '{', 400, 'error(s) occurred while decoding request: unexpected EOF'],
    ['an empty body', '', 400, 'error(s) occurred while decoding request: EOF'],
    ['a query that is not Rego', { query: 'x = ' }, 400, 'error(s) occurred while parsing query'],
    ['unsafe variables', { query: 'y > 1' }, 400, 'error(s) occurred while compiling query'],
    ['a network request', { query: 'http.send({}, x)' }, 400, 'error(s) occurred while compiling query'],
    [
      'a query that is not a string',
      { query: 7 },
      400,
      'error(s) occurred while decoding request: json: cannot unmarshal number into Go struct field QueryRequestV1.query of type string',
    ],
  ])('refuses %s', async (_what, body, status, message) => {
    const { ask } = await startTestServer();
    expect(await ask('POST', '/v1/query', body)).toMatchObject({ status, json: { message } });
    expect(await ask('GET', '/v1/query')).toMatchObject({ status: 400, json: { message: "missing parameter 'q'" } });
  });
});
