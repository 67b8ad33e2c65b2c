import { startTestServer, stopAll } from './test-support.js';

afterEach(stopAll);

const AUTHZ = `package system.authz

default allow := {"allowed": false, "reason": "ask nicely"}

allow if input.identity == "secret"

allow if {
	input.method == "POST"
	input.path == ["v1", "data", "public"]
	input.body.input.x == 1
	input.headers["X-Who"] == ["ann"]
	input.params.pretty == ["true"]
}

allow if input.path == ["v1", "policies", "a", "b"]`;
const access = { authentication: 'token', authorization: 'basic' } as const;

it('allows the requests that system.authz allows', async () => {
  const { ask } = await startTestServer({ modules: { 'authz.rego': AUTHZ }, access });
  const refused = { status: 401, text: '{\n  "code": "unauthorized",\n  "message": "ask nicely"\n}\n' };
  expect(await ask('GET', '/v1/data')).toMatchObject(refused);
  expect(await ask('GET', '/v1/data', undefined, { authorization: 'Bearer wrong' })).toMatchObject(refused);
  expect(await ask('GET', '/v1/data', undefined, { authorization: 'Basic secret' })).toMatchObject(refused);
  expect(await ask('GET', '/v1/data', undefined, { authorization: 'Bearer secret' })).toMatchObject({ status: 200 });
  const asked = (x: number): ReturnType<typeof ask> =>
    ask('POST', '/v1/data/public?pretty=true', { input: { x } }, { 'x-who': 'ann' });
  expect(await asked(1)).toMatchObject({ status: 200 });
  expect(await asked(2)).toMatchObject(refused);
  expect(await ask('GET', '/v1/policies/a%2Fb')).toMatchObject({ status: 404 });
  for (const path of ['/metrics', '/health', '/nothing', '/v1/data/', '/v1/data/x/../y', '/']) {
    expect(await ask('GET', path)).toMatchObject(refused);
  }
  expect(await ask('PUT', '/v1/query', 'x')).toMatchObject(refused);
  expect(await ask('PUT', '/v1/data/x', 'x')).toMatchObject(refused);
});

it('does not pass the token to the policy if token authentication is off', async () => {
  const { ask } = await startTestServer({
    modules: { 'authz.rego': AUTHZ },
    access: { ...access, authentication: 'off' },
  });
  expect(await ask('GET', '/v1/data', undefined, { authorization: 'Bearer secret' })).toMatchObject({ status: 401 });
});

it('refuses every request without a policy', async () => {
  const { ask } = await startTestServer({ access });
  expect(await ask('GET', '/v1/data')).toMatchObject({
    status: 500,
    json: { code: 'internal_error', message: 'authorization policy missing or undefined' },
  });
});

it('accepts a boolean decision and a configured decision path', async () => {
  const modules = { 'a.rego': 'package a\n\nok := input.method == "GET"' };
  const { ask } = await startTestServer({ modules, access, config: { default_authorization_decision: '/a/ok' } });
  expect(await ask('GET', '/v1/data')).toMatchObject({ status: 200 });
  expect(await ask('PUT', '/v1/data/x', 1)).toMatchObject({
    status: 401,
    json: { code: 'unauthorized', message: 'request rejected by administrative policy' },
  });
});
