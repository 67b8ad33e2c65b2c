import { OPAClient } from '@open-policy-agent/opa';

/** The policies and data from the examples in OPA's REST API documentation, and some of our own. */
export const OPA_EXAMPLES = {
  modules: {
    'servers.rego': `package opa.examples

import data.networks
import data.ports
import data.servers

public_servers contains server if {
	some server in servers
	some port in ports
	port.id in server.ports
	some network in networks
	network.id in port.networks
	network.public == true
}
`,
    'flag.rego': `package opa.examples

allow_request if input.example.flag == true
`,
    'authz.rego': `package authz

default allow := false

allow if "admin" in data.roles[input.user]

allow if input.user == input.owner

clash := 1 if input.n > 0

clash := 2 if input.n > 1

greeting := sprintf("<%s>", [input.user])

echo := input.user
`,
    'main.rego': `package system

main := sprintf("hello, %s", [input.user])
`,
  },
  data: {
    servers: [
      { id: 's1', name: 'app', protocols: ['https', 'ssh'], ports: ['p1', 'p2', 'p3'] },
      { id: 's2', name: 'db', protocols: ['mysql'], ports: ['p3'] },
      { id: 's3', name: 'cache', protocols: ['memcache', 'http'], ports: ['p3'] },
      { id: 's4', name: 'dev', protocols: ['http'], ports: ['p1', 'p2'] },
    ],
    networks: [
      { id: 'n1', public: false },
      { id: 'n2', public: false },
      { id: 'n3', public: true },
    ],
    ports: [
      { id: 'p1', networks: ['n1'] },
      { id: 'p2', networks: ['n3'] },
      { id: 'p3', networks: ['n2'] },
    ],
    roles: { ann: ['admin'], bob: ['reader'] },
    places: { 'a/b': { 'c.d': [1, { e: 'found' }] } },
  },
} as const;

/** A server that speaks OPA's REST API over {@link OPA_EXAMPLES}. */
export interface OpaServer {
  readonly url: string;
  /** Headers that every request needs. */
  readonly headers: Readonly<Record<string, string>>;
}

/** OPA's data API, as documented and as its public client uses it. Each server that implements the API passes this suite. */
export function describeOpaRestApi(open: () => OpaServer): void {
  async function ask(method: string, path: string, body?: unknown) {
    const { url, headers } = open();
    const json = { 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : json) },
      ...(body === undefined ? {} : { body: text }),
    });
    const type = answer.headers.get('content-type');
    return { status: answer.status, type, body: JSON.parse(await answer.text()) as unknown };
  }

  const ok = (body: unknown) => ({ status: 200, type: 'application/json', body });

  describe('the data API', () => {
    it('gets a document', async () => {
      const [s1, , , s4] = OPA_EXAMPLES.data.servers;
      expect(await ask('GET', '/v1/data/opa/examples/public_servers')).toEqual(ok({ result: [s1, s4] }));
    });

    it.each([
      ['/v1/data/servers/3/name', 'dev'],
      ['/v1/data/places/a%2Fb/c.d/1/e', 'found'],
      ['/v1/data/roles', { ann: ['admin'], bob: ['reader'] }],
      ['/v1/data/authz/allow', false],
    ])('gets %s', async (path, result) => {
      expect(await ask('GET', path)).toEqual(ok({ result }));
    });

    it('does not get a result if the document is undefined', async () => {
      for (const path of ['/v1/data/opa/examples/allow_request', '/v1/data/none', '/v1/data/servers/9'])
        expect(await ask('GET', path)).toEqual(ok({}));
    });

    it('reads the input of a GET from a parameter', async () => {
      const input = encodeURIComponent('{"example": {"flag": true}}');
      expect(await ask('GET', `/v1/data/opa/examples/allow_request?input=${input}`)).toEqual(ok({ result: true }));
    });

    it('gets a document with input', async () => {
      const path = '/v1/data/opa/examples/allow_request';
      expect(await ask('POST', path, { input: { example: { flag: true } } })).toEqual(ok({ result: true }));
      expect(await ask('POST', path, { input: { example: { flag: false } } })).toEqual(ok({}));
    });

    it('warns about a POST without input', async () => {
      const warning = { code: 'api_usage_warning', message: "'input' key missing from the request" };
      expect(await ask('POST', '/v1/data/authz/allow', {})).toEqual(ok({ result: false, warning }));
      expect(await ask('POST', '/v1/data/authz/allow', '')).toEqual(ok({ result: false, warning }));
    });

    it('escapes characters as Go does, and pretty-prints on request', async () => {
      const { url, headers } = open();
      const options = { method: 'POST', headers, body: '{"input": {"user": "a&b"}}' };
      const path = `${url}/v1/data/authz/greeting`;
      expect(await (await fetch(path, options)).text()).toBe('{"result":"\\u003ca\\u0026b\\u003e"}\n');
      const pretty = await (await fetch(`${path}?pretty`, options)).text();
      expect(pretty).toBe('{\n  "result": "\\u003ca\\u0026b\\u003e"\n}\n');
      const laidOut = await (await fetch(`${url}/v1/data/roles?pretty`, { headers })).text();
      expect(laidOut).toBe(`${JSON.stringify({ result: OPA_EXAMPLES.data.roles }, null, 2)}\n`);
      expect(await (await fetch(`${url}/v1/data/none?pretty`, { headers })).text()).toBe('{}\n');
      const v0 = await fetch(`${url}/v0/data/roles?pretty`, { method: 'POST', headers, body: '{}' });
      expect(await v0.text()).toBe(`${JSON.stringify(OPA_EXAMPLES.data.roles, null, 2)}\n`);
    });

    it('reports provenance and metrics on request', async () => {
      expect(await ask('GET', '/v1/data/authz/allow?provenance&metrics')).toMatchObject({
        body: {
          result: false,
          provenance: { version: expect.any(String) as unknown },
          metrics: { timer_server_handler_ns: expect.any(Number) as unknown },
        },
      });
    });

    it('returns the bare document over v0, with the body as its input', async () => {
      expect(await ask('POST', '/v0/data/opa/examples/allow_request', { example: { flag: true } })).toEqual(ok(true));
      expect(await ask('POST', '/v0/data/opa/examples/allow_request', { example: {} })).toMatchObject({
        status: 404,
        body: { code: 'undefined_document', message: 'document undefined: data.opa.examples.allow_request' },
      });
      expect(await ask('POST', '/v0/data/none', {})).toMatchObject({
        status: 404,
        body: { code: 'undefined_document', message: 'document missing: data.none' },
      });
    });

    it('evaluates the default decision', async () => {
      expect(await ask('POST', '/', { user: 'alice' })).toEqual(ok('hello, alice'));
    });

    it('reports an evaluation error', async () => {
      // The error messages are those of OPA 1.15; newer versions give more detail.
      expect(await ask('POST', '/v1/data/authz/clash', { input: { n: 2 } })).toMatchObject({
        status: 500,
        type: 'application/json',
        body: {
          code: 'internal_error',
          message: 'error(s) occurred while evaluating query',
          errors: [
            {
              code: 'eval_conflict_error',
              message: expect.any(String) as unknown,
              location: { file: expect.stringMatching(/authz\.rego$/) as unknown, row: 11, col: 1 },
            },
          ],
        },
      });
    });

    it.each(['{"input": ', '{"input": 01}', '[1, 2'])('refuses the body %s', async (body) => {
      expect(await ask('POST', '/v1/data/authz/allow', body)).toMatchObject({
        status: 400,
        body: {
          code: 'invalid_parameter',
          message: expect.stringMatching(/^body contains malformed input document: /) as unknown,
        },
      });
    });

    it('is healthy', async () => {
      expect(await ask('GET', '/health')).toEqual(ok({}));
    });
  });

  describe('the public client', () => {
    const client = (): OPAClient => {
      const { url, headers } = open();
      return new OPAClient(url, { headers });
    };

    it('evaluates with and without input', async () => {
      expect(await client().evaluate('authz/allow')).toBe(false);
      expect(await client().evaluate('authz/allow', { user: 'ann' })).toBe(true);
      expect(await client().evaluate('authz/allow', { user: 'bob', owner: 'cleo' })).toBe(false);
      const servers = await client().evaluate<object, readonly { id: string }[]>('opa/examples/public_servers', {}, {});
      expect(servers.map(({ id }) => id)).toEqual(['s1', 's4']);
    });

    it('evaluates the default decision', async () => {
      expect(await client().evaluateDefault({ user: 'alice' })).toBe('hello, alice');
    });

    // OPA itself has no batches; with `fallback`, the client sends single requests.
    it('evaluates many inputs individually', async () => {
      const inputs = { a: { user: 'ann' }, b: { user: 'bob' } };
      expect(await client().evaluateBatch('authz/allow', inputs, { fallback: true })).toEqual({ a: true, b: false });
    });

    it('throws if the evaluation fails', async () => {
      await expect(client().evaluate('authz/clash', { n: 2 })).rejects.toThrow(/evaluating query/);
    });
  });
}
