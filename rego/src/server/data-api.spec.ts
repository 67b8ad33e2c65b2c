import { gunzipSync, gzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { startTestServer, stopAll, type TestServer } from './test-support.js';

afterEach(stopAll);

const AUTHZ = `package authz

default allow := false

allow if "admin" in data.roles[input.user]

undefined_rule if input.nothing

bad := to_number("x")

exact := 12345678901234567890

html := "<a>&"

f(x) := x`;
const SYSTEM = `package system

main := {"hello": input.name}`;
const ROLES = { ann: ['admin'], ben: ['viewer'] };

const started = (): Promise<TestServer> =>
  startTestServer({
    modules: { 'authz.rego': AUTHZ, 'system.rego': SYSTEM },
    data: { roles: ROLES, list: [1, { a: 2 }] },
  });

describe('GET /v1/data', () => {
  it.each<[string, string]>([
    ['/v1/data/roles', '{"result":{"ann":["admin"],"ben":["viewer"]}}\n'],
    ['/v1/data/roles/ann/0', '{"result":"admin"}\n'],
    ['/v1/data/list/1/a', '{"result":2}\n'],
    ['/v1/data/authz/allow?input=%7B%22user%22%3A%22ann%22%7D', '{"result":true}\n'],
    ['/v1/data/authz/undefined_rule', '{}\n'],
    ['/v1/data/nothing/here', '{}\n'],
    ['/v1/data/authz/bad', '{}\n'],
    ['/v1/data/authz/exact', '{"result":12345678901234567890}\n'],
    ['/v1/data/authz/html', '{"result":"\\u003ca\\u003e\\u0026"}\n'],
    ['/v1/data/roles/ben?pretty', '{\n  "result": [\n    "viewer"\n  ]\n}\n'],
  ])('%s returns %j', async (path, text) => {
    const { ask } = await started();
    expect(await ask('GET', path)).toMatchObject({ status: 200, text });
  });

  it("omits the server's own policies", async () => {
    const { json } = await (await started()).ask('GET', '/v1/data');
    expect(Object.keys((json as { result: object }).result)).toEqual(['authz', 'list', 'roles']);
  });

  it('returns errors in the format of OPA', async () => {
    const { ask } = await started();
    expect(await ask('GET', '/v1/data/authz/allow?input=%7B')).toMatchObject({
      status: 400,
      text: '{\n  "code": "invalid_parameter",\n  "message": "parameter contains malformed input document: unexpected EOF"\n}\n',
    });
    expect(await ask('GET', '/v1/data/authz/bad?strict-builtin-errors')).toMatchObject({
      status: 500,
      json: {
        code: 'internal_error',
        message: 'error(s) occurred while evaluating query',
        errors: [{ code: 'eval_builtin_error', location: { file: 'authz.rego', row: 9, col: 8 } }],
      },
    });
    expect(await ask('GET', '/v1/data/authz/f')).toMatchObject({ status: 500 });
    expect(await ask('GET', '/v1/data/a%22b')).toMatchObject({ status: 500 });
  });

  it('returns provenance, metrics and an explanation if requested', async () => {
    const { ask } = await started();
    const { json } = await ask('GET', '/v1/data/authz/allow?provenance&metrics=true&explain=full&input={"user":"ann"}');
    expect(json).toMatchObject({
      result: true,
      provenance: { version: '1.2.3', build_commit: '' },
      metrics: {
        counter_server_query_cache_hit: 0,
        timer_rego_query_eval_ns: expect.any(Number) as number,
        timer_server_handler_ns: expect.any(Number) as number,
      },
    });
    const pretty = await ask('GET', '/v1/data/authz/allow?explain=full&pretty&input={"user":"ann"}');
    expect((pretty.json as { explanation: string[] }).explanation).toContain('authz.rego:5 | Exit data.authz.allow');
    const again = await ask('GET', '/v1/data/authz/allow?metrics&input={"user":"ann"}');
    expect(again.json).toMatchObject({ metrics: { counter_server_query_cache_hit: 1 } });
  });
});

describe('POST /v1/data', () => {
  it('returns the decision for the input', async () => {
    const { ask } = await started();
    for (const [user, result] of [
      ['ann', true],
      ['ben', false],
    ] as const) {
      expect(await ask('POST', '/v1/data/authz/allow', { input: { user } })).toMatchObject({
        status: 200,
        text: `{"result":${result}}\n`,
      });
    }
  });

  it.each<[string, unknown]>([
    ['no body', undefined],
    ['an empty body', ''],
    ['no input', {}],
    ['the input null', { input: null }],
    ['the body null', 'null'],
  ])('warns about %s', async (_what, body) => {
    const { ask } = await started();
    expect(await ask('POST', '/v1/data/authz/allow', body)).toMatchObject({
      status: 200,
      text: '{"result":false,"warning":{"code":"api_usage_warning","message":"\'input\' key missing from the request"}}\n',
    });
  });

  it.each([
    ['{', 'unexpected EOF'],
    ['{"input": }', "invalid character '}' looking for beginning of value"],
    ['[1]', 'json: cannot unmarshal array into Go value of type types.alias'],
    ['"x"', 'json: cannot unmarshal string into Go value of type types.alias'],
  ])('refuses %s', async (body, why) => {
    const { ask } = await started();
    expect(await ask('POST', '/v1/data/authz/allow', body)).toMatchObject({
      status: 400,
      json: { code: 'invalid_parameter', message: `body contains malformed input document: ${why}` },
    });
  });

  it('accepts YAML, gzip, and text after the JSON', async () => {
    const { ask } = await started();
    const allowed = { status: 200, text: '{"result":true}\n' };
    const place = '/v1/data/authz/allow';
    expect(await ask('POST', place, 'input:\n  user: ann\n', { 'content-type': 'application/yaml' })).toMatchObject(
      allowed,
    );
    expect(await ask('POST', place, '{"input": {"user": "ann"}} more')).toMatchObject(allowed);
    const packed = gzipSync('{"input": {"user": "ann"}}');
    expect(await ask('POST', place, packed, { 'content-encoding': 'gzip' })).toMatchObject(allowed);
    expect(await ask('POST', place, 'no gzip', { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      json: { message: 'could not decompress the body: gzip: invalid header' },
    });
  });

  it('compresses only large responses, and only for clients that accept gzip', async () => {
    const { ask, url } = await started();
    await ask('PUT', '/v1/data/large', 'x'.repeat(2_000).split(''));
    const get = (path: string, encoding: string): Promise<{ encoding: string | undefined; body: Buffer }> =>
      new Promise((resolve) => {
        httpRequest(`${url}${path}`, { headers: { 'accept-encoding': encoding } }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(chunks) });
          });
        }).end();
      });
    await ask('PUT', '/v1/data/large', JSON.stringify('x'.repeat(2_000)));
    const packed = await get('/v1/data/large', 'br, gzip');
    expect(packed.encoding).toBe('gzip');
    expect(gunzipSync(packed.body).toString()).toBe(`{"result":"${'x'.repeat(2_000)}"}\n`);
    expect((await get('/v1/data/large', 'gzip;q=0')).encoding).toBeUndefined();
    expect((await get('/v1/data/roles', 'gzip')).encoding).toBeUndefined();
  });

  it('uses the current policies and data', async () => {
    const { ask } = await started();
    const decide = async (): Promise<unknown> =>
      (await ask('POST', '/v1/data/authz/allow', { input: { user: 'ben' } })).json;
    expect(await decide()).toEqual({ result: false });
    await ask('PUT', '/v1/data/roles/ben', ['admin']);
    expect(await decide()).toEqual({ result: true });
    await ask('PUT', '/v1/policies/authz.rego', 'package authz\n\nallow := "never"');
    expect(await decide()).toEqual({ result: 'never' });
  });
});

describe('webhooks', () => {
  it('POST /v0/data uses the complete body as input and returns the bare document', async () => {
    const { ask } = await started();
    expect(await ask('POST', '/v0/data/authz/allow', { user: 'ann' })).toMatchObject({ status: 200, text: 'true\n' });
    expect(await ask('POST', '/v0/data/authz/undefined_rule', {})).toMatchObject({
      status: 404,
      json: { code: 'undefined_document', message: 'document undefined: data.authz.undefined_rule' },
    });
    expect(await ask('POST', '/v0/data/none', {})).toMatchObject({
      status: 404,
      json: { message: 'document missing: data.none' },
    });
    expect(await ask('POST', '/v0/data/authz/allow', '{')).toMatchObject({ status: 400 });
  });

  it('POST / returns the default decision', async () => {
    const { ask } = await started();
    expect(await ask('POST', '/', { name: 'ann' })).toMatchObject({ status: 200, text: '{"hello":"ann"}\n' });
    expect(await ask('POST', '/', {})).toMatchObject({
      status: 404,
      json: { message: 'document undefined: data.system.main' },
    });
  });

  it('POST / returns the configured default decision', async () => {
    const { ask } = await startTestServer({
      modules: { 'a.rego': 'package a\n\nb := input' },
      config: { default_decision: 'a/b' },
    });
    expect(await ask('POST', '/', [1])).toMatchObject({ status: 200, text: '[1]\n' });
  });
});

describe('writing data', () => {
  it('PUT creates parent documents and overwrites existing ones', async () => {
    const { ask } = await started();
    expect(await ask('PUT', '/v1/data/us/east', { servers: [] })).toMatchObject({ status: 204, text: '' });
    expect(await ask('PUT', '/v1/data/us/east', 1, { 'if-none-match': '*' })).toMatchObject({ status: 304 });
    expect(await ask('PUT', '/v1/data/us/west', 1, { 'if-none-match': '*' })).toMatchObject({ status: 204 });
    expect((await ask('GET', '/v1/data/us')).json).toEqual({ result: { east: { servers: [] }, west: 1 } });
    expect(await ask('PUT', '/v1/data/us/west/x/y', 1)).toMatchObject({
      status: 404,
      json: { code: 'resource_conflict', message: 'storage_write_conflict_error: /us/west' },
    });
    expect(await ask('PUT', '/v1/data', [1])).toMatchObject({
      status: 400,
      json: { message: 'storage_invalid_patch_error: root must be object' },
    });
    expect(await ask('PUT', '/v1/data/x', '')).toMatchObject({ status: 400, json: { message: 'EOF' } });
    expect(await ask('PUT', '/v1/data/__proto__/a', 1)).toMatchObject({ status: 204 });
    expect((await ask('GET', '/v1/data/__proto__')).text).toBe('{"result":{"a":1}}\n');
  });

  it('data at the path of a rule is refused', async () => {
    const { ask } = await started();
    const refused = {
      status: 400,
      json: {
        code: 'invalid_parameter',
        message: '1 error occurred: authz.rego:3: rego_compile_error: conflicting rule for data path authz/allow found',
      },
    };
    expect(await ask('PUT', '/v1/data/authz', { allow: true })).toMatchObject(refused);
    expect(await ask('PATCH', '/v1/data/authz', [{ op: 'add', path: '/allow', value: 1 }])).toMatchObject({
      status: 404,
    });
    expect(await ask('PUT', '/v1/data/authz/other', 1)).toMatchObject({ status: 204 });
    expect((await ask('POST', '/v1/data/authz/allow', { input: { user: 'ann' } })).text).toBe('{"result":true}\n');
  });

  it('PATCH adds, removes and replaces, and applies all operations or none', async () => {
    const { ask } = await started();
    const patch = (...operations: readonly unknown[]): ReturnType<TestServer['ask']> =>
      ask('PATCH', '/v1/data/list', operations);
    expect(
      await patch({ op: 'add', path: '/-', value: 'end' }, { op: 'add', path: '0', value: 'start' }),
    ).toMatchObject({ status: 204 });
    expect(await patch({ op: 'remove', path: '/1' }, { op: 'replace', path: '/0', value: { 'a/b': 1 } })).toMatchObject(
      { status: 204 },
    );
    expect(await patch({ op: 'replace', path: '/0/a~1b', value: 2 })).toMatchObject({ status: 204 });
    const list = [{ 'a/b': 2 }, { a: 2 }, 'end'];
    expect((await ask('GET', '/v1/data/list')).json).toEqual({ result: list });
    expect(await patch({ op: 'remove', path: '/0' }, { op: 'remove', path: '/9' })).toMatchObject({
      status: 404,
      json: { code: 'resource_not_found', message: 'storage_not_found_error: /list/9: array index out of range' },
    });
    expect(await patch({ op: 'test', path: '/0' })).toMatchObject({
      status: 400,
      json: { message: 'bad patch operation: test' },
    });
    expect(await ask('PATCH', '/v1/data', [{ op: 'remove', path: '/' }])).toMatchObject({ status: 400 });
    expect(await ask('PATCH', '/v1/data/list', {})).toMatchObject({ status: 400 });
    expect((await ask('GET', '/v1/data/list')).json).toEqual({ result: list });
  });

  it('DELETE removes existing data', async () => {
    const { ask } = await started();
    expect(await ask('DELETE', '/v1/data/roles/ann')).toMatchObject({ status: 204 });
    expect(await ask('DELETE', '/v1/data/roles/ann')).toMatchObject({
      status: 404,
      json: { code: 'resource_not_found', message: 'storage_not_found_error: document does not exist' },
    });
    expect(await ask('DELETE', '/v1/data')).toMatchObject({ status: 405 });
    expect((await ask('GET', '/v1/data/roles')).json).toEqual({ result: { ben: ['viewer'] } });
  });
});
