import { createPublicKey } from 'node:crypto';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { status as Grpc } from '@grpc/grpc-js';
import { decodeJwt } from 'jose';
import type { EmitAuditEventResponse } from '../../src/kernel/grpc/generated/coresdk/v1/audit';
import type { RevokeTokenResponse, ValidateTokenResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import type { AppWithSecret } from '../../src/modules/apps/contract/apps.types';
import { REFUSAL_MESSAGES, type TokenRefusal } from '../../src/modules/oauth/contract/access-token.types';
import { ALL_RPCS, type GrpcClient } from '../support/grpc-client';
import {
  type Answer,
  basicHeader,
  type Call,
  type ErrorMembers,
  expectError,
  expectNoLeak,
} from '../support/http-client';
import { Installation } from '../support/installation';
import { openSocket, rawRequest } from '../support/raw-http';
import { TokenForge } from '../support/token-forge';

const MIB = 1024 * 1024;
const API_AUDIENCE = 'https://api.example';
const GENERATED_ID = /^req-[0-9a-z]{26}$/;
const JSON_TYPE = { 'content-type': 'application/json' };

/** The state that bad input must not change. The time of a secret's last use is not part of this state. */
const STATE = `SELECT
  (SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM tenants.tenants t) AS tenants,
  (SELECT md5(string_agg(a::text, '|' ORDER BY a.client_id)) FROM apps.apps a) AS apps,
  (SELECT md5(string_agg(s.id || coalesce(s.expires_at::text, ''), '|' ORDER BY s.id)) FROM apps.secrets s) AS secrets,
  (SELECT md5(string_agg(s::text, '|' ORDER BY s.name)) FROM apps.scopes s) AS scopes,
  (SELECT md5(string_agg(p::text, '|' ORDER BY p.id)) FROM projects.projects p) AS projects,
  (SELECT md5(string_agg(k.kid || k.status, '|' ORDER BY k.kid)) FROM keys.signing_keys k) AS keys,
  (SELECT count(*) FROM kernel.changes) AS changes`;

let installation: Installation;
let admin: string;
let app: AppWithSecret;
let token: string;
let sidecar: GrpcClient;
let state: unknown;

/** Starts the installation and records its state, which every test in this file must leave unchanged. */
async function startHere(options: Parameters<typeof Installation.start>[0]): Promise<void> {
  installation = await Installation.start(options);
  admin = await installation.adminToken();
  app = await installation.register(admin);
  token = await installation.token(app.client_id, app.client_secret);
  sidecar = installation.sidecar();
  const project = await installation.backend('/v1/projects', { token, json: { key: 'TAKEN', name: 'Taken' } });
  expect(project).toMatchObject({ status: 201 });
  [state] = await installation.query(STATE);
}

async function expectUnharmed(): Promise<void> {
  expect(installation.processes.filter(({ isRunning }) => !isRunning)).toEqual([]);
  const good = await installation.backend('/v1/projects', { token });
  expect(good).toMatchObject({ status: 200 });
  const before = state;
  [state] = await installation.query(STATE);
  expect(state).toEqual(before);
}

function login(form: Record<string, string> = {}, more: Call = {}): Call {
  return {
    basic: [app.client_id, app.client_secret],
    form: { grant_type: 'client_credentials', ...form },
    ...more,
  };
}

describe('bad input, with all roles in one process', () => {
  beforeAll(() =>
    startHere({ layout: 'all', environment: { DATABASE_STATEMENT_TIMEOUT_MS: '500', AUDIENCES: API_AUDIENCE } }),
  );
  afterEach(expectUnharmed);
  afterAll(() => installation.remove());

  describe('bodies', () => {
    const good = { key: 'NEW', name: 'New' };

    const bodies: [string, Call, number, string][] = [
      ['malformed JSON', { body: '{"key": "NEW", ', headers: JSON_TYPE }, 400, 'invalid_request'],
      ['an empty string as JSON', { body: ' ', headers: JSON_TYPE }, 400, 'invalid_request'],
      ['invalid UTF-8', { body: Uint8Array.of(0x22, 0xff, 0xfe, 0x22), headers: JSON_TYPE }, 400, 'invalid_request'],
      ['a JSON string', { json: 'NEW' }, 400, 'invalid_request'],
      ['a JSON null', { json: null }, 400, 'invalid_request'],
      ['a JSON array', { json: [good] }, 400, 'invalid_request'],
      ['no body', { method: 'POST' }, 400, 'invalid_request'],
      ['a form', { form: { key: 'NEW', name: 'New' } }, 415, 'unsupported_media_type'],
      [
        'plain text',
        { body: JSON.stringify(good), headers: { 'content-type': 'text/plain' } },
        415,
        'unsupported_media_type',
      ],
      ['an invalid content type', { body: '{}', headers: { 'content-type': '///' } }, 415, 'unsupported_media_type'],
      [
        'a different charset',
        { body: '{}', headers: { 'content-type': 'application/json; charset=ebcdic' } },
        415,
        'unsupported_media_type',
      ],
      [
        'an unknown encoding',
        { body: '{}', headers: { ...JSON_TYPE, 'content-encoding': 'zip' } },
        415,
        'unsupported_media_type',
      ],
      [
        'bytes that are not gzip',
        { body: '{}', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
        400,
        'invalid_request',
      ],
      ['a key in use', { json: { key: 'TAKEN', name: 'Taken' } }, 409, 'conflict'],
    ];
    test.each(bodies)('%s', async (_name, request, status, error) => {
      expectError(await installation.backend('/v1/projects', { token, ...request }), status, error);
    });

    const members: [string, Record<string, unknown> | string, string, string | null][] = [
      ['an unknown member', { ...good, colour: 'red' }, '/colour', 'unknown_member'],
      ['an unknown member with / and ~ in its name', { ...good, 'a/b~c': 1 }, '/a~1b~0c', 'unknown_member'],
      [
        'a member named __proto__',
        '{"key":"NEW","name":"New","__proto__":{"isAdmin":true}}',
        '/__proto__',
        'unknown_member',
      ],
      ['a member named constructor', '{"key":"NEW","name":"New","constructor":{}}', '/constructor', 'unknown_member'],
      ['the tenant in the body', { ...good, tenantId: 'acme' }, '/tenantId', 'unknown_member'],
      ['a missing member', { key: 'NEW' }, '/name', null],
      ['a name that is too long', { ...good, name: 'x'.repeat(201) }, '/name', 'too_big'],
      ['a blank name', { ...good, name: '   ' }, '/name', 'too_small'],
      ['a description that is too long', { ...good, description: 'x'.repeat(10_001) }, '/description', 'too_big'],
      ['a key in the wrong format', { ...good, key: 'new' }, '/key', null],
      ['a member of the wrong type', { ...good, name: 7 }, '/name', 'invalid_type'],
      ['an item of the wrong type', { ...good, labels: ['a', 7] }, '/labels/1', 'invalid_type'],
      ['a value that is not in the list', { ...good, status: 'done' }, '/status', null],
      ['a day that does not exist', { ...good, startDate: '2026-02-30' }, '/startDate', null],
      ['a year that the store does not support', { ...good, startDate: '0000-01-01' }, '/startDate', null],
      ['an end before the start', { ...good, startDate: '2026-02-02', endDate: '2026-02-01' }, '/endDate', null],
      ['an invalid budget', { ...good, budget: -1 }, '/budget', null],
      ['a NUL character in a name', { ...good, name: 'a\u0000b' }, '/name', null],
      ['a NUL character in a label', { ...good, labels: ['a\u0000b'] }, '/labels/0', null],
    ];
    test.each(members)('%s', async (_name, json, pointer, code) => {
      const body = typeof json === 'string' ? json : JSON.stringify(json);
      const answer = await installation.backend('/v1/projects', { token, body, headers: JSON_TYPE });
      const { errors } = expectError(answer, 400, 'invalid_request');
      expect(errors?.map((fault) => fault.pointer)).toContain(pointer);
      if (code !== null) expect(errors?.map((fault) => fault.code)).toContain(code);
    });

    test('all faults of a body are reported together', async () => {
      const json = { key: 'x', name: '', budget: 'much', colour: 'red', size: 1 };
      const { errors } = expectError(
        await installation.backend('/v1/projects', { token, json }),
        400,
        'invalid_request',
      );
      expect(errors?.map(({ pointer }) => pointer).sort()).toEqual(['/budget', '/colour', '/key', '/name', '/size']);
    });

    test('a body over 1 MiB is refused: sent with its length, in chunks, or compressed', async () => {
      const large = JSON.stringify({ key: 'NEW', name: 'x'.repeat(MIB) });
      const url = '/v1/projects';
      expectError(
        await installation.backend(url, { token, body: large, headers: JSON_TYPE }),
        413,
        'payload_too_large',
      );
      const packed = { body: gzipSync(large), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } };
      expectError(
        await installation.backend(url, { token, method: 'POST', ...packed, body: new Uint8Array(packed.body) }),
        413,
        'payload_too_large',
      );
      const chunk = `40000\r\n${'x'.repeat(0x40000)}\r\n`;
      const chunked = await rawRequest(
        installation.backendUrl,
        `POST ${url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
          `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`,
      );
      expectError(chunked, 413, 'payload_too_large', { requestId: GENERATED_ID });
    });

    test('without a credential, the response is 401 before the body is read, however large or malformed it is', async () => {
      for (const body of ['{', 'x'.repeat(2 * MIB)]) {
        expectError(await installation.backend('/v1/projects', { body, headers: JSON_TYPE }), 401, 'unauthorized');
      }
    });

    test('settings nested 100,000 levels deep are refused', async () => {
      const body = `{"slug":"deep","name":"Deep","settings":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
      const serviceToken = installation.secrets.controlPlaneToken;
      const answer = await installation.controlPlane('/api/v1/tenants', {
        token: serviceToken,
        body,
        headers: JSON_TYPE,
      });
      expectError(answer, 400, 'invalid_request');
    });
  });

  describe('routes', () => {
    const unknown: [string, string][] = [
      ['GET', '/'],
      ['GET', '/v1'],
      ['GET', '/v1/nothing'],
      ['POST', '/v1/oauth/par'],
      ['GET', '/V1/projects'],
      ['GET', '/api/v1/apps'],
      ['GET', '/readyz'],
      ['GET', '/metrics'],
      ['GET', '/v1/projects/a/b'],
      ['GET', '/v1/oauth/apps/..%2f..%2ftenants'],
      ['GET', '/v1/projects/'],
    ];
    test.each(unknown)('%s %s is 404', async (method, path) => {
      expectError(await installation.backend(path, { method, token: admin }), 404, 'not_found');
    });

    test.each(['token', 'introspect', 'revoke', 'userinfo'])(
      'the OAuth endpoint %s with a trailing slash returns 404, whatever the body',
      async (endpoint) => {
        for (const body of [{ json: { grant_type: 'client_credentials' } }, { form: { token: 'x' } }]) {
          const call = { method: 'POST', ...body };
          expectError(await installation.backend(`/v1/oauth/${endpoint}/`, call), 404, 'not_found');
          expectError(await installation.controlPlane(`/oauth/${endpoint}/`, call), 404, 'not_found');
        }
      },
    );

    test('a path with dots does not escape the routes that the backend proxies', async () => {
      const head = `Host: x\r\nAuthorization: Bearer ${installation.secrets.controlPlaneToken}\r\n\r\n`;
      const answer = await rawRequest(installation.backendUrl, `GET /v1/oauth/apps/../tenants HTTP/1.1\r\n${head}`);
      expectError(answer, 404, 'not_found', { requestId: GENERATED_ID });
    });

    const methods: [string, 'backend' | 'controlPlane', string, string][] = [
      ['PUT', 'backend', '/v1/projects', 'GET, HEAD, POST'],
      ['PUT', 'backend', '/v1/projects/prj-1', 'DELETE, GET, HEAD, PATCH'],
      ['PUT', 'backend', '/v1/users/import', 'POST'],
      ['PUT', 'backend', '/v1/users/me', 'GET, HEAD, PATCH'],
      ['POST', 'backend', '/healthz', 'GET, HEAD'],
      ['GET', 'backend', '/v1/authorize', 'POST'],
      ['GET', 'backend', '/v1/oauth/token', 'POST'],
      ['DELETE', 'backend', '/v1/oauth/introspect', 'POST'],
      ['PUT', 'backend', '/v1/oauth/apps', 'GET, HEAD, POST'],
      ['POST', 'backend', '/.well-known/jwks.json', 'GET, HEAD'],
      ['POST', 'backend', '/.well-known/oauth-authorization-server', 'GET, HEAD'],
      // Tenants can be deleted only on the internal network.
      ['DELETE', 'backend', '/v1/tenants', 'GET, HEAD, POST'],
      ['DELETE', 'backend', '/v1/tenants/current', 'GET, HEAD, PATCH'],
      ['OPTIONS', 'backend', '/v1/tenants/tnt-1', 'GET, HEAD, PATCH'],
      ['DELETE', 'backend', '/v1/tenants/tnt-1/suspend', 'POST'],
      ['DELETE', 'controlPlane', '/api/v1/jwks', 'GET, HEAD'],
      ['GET', 'controlPlane', '/api/v1/keys/rotate', 'POST'],
    ];
    test.each(methods)('%s on %s %s returns 405', async (method, surface, path, allow) => {
      const answer = await installation[surface](path, { method });
      expectError(answer, 405, 'method_not_allowed');
      expect(answer.headers.get('allow')).toBe(allow);
    });

    test('a path with invalid percent-encoding or a NUL character is refused', async () => {
      expectError(await installation.backend('/v1/projects/%E0%A4%A', { token }), 400, 'invalid_request');
      for (const method of ['GET', 'DELETE']) {
        const answer = await installation.backend('/v1/projects/%00', { method, token });
        expectError(answer, 404, 'not_found');
      }
      const answer = await installation.backend('/v1/oauth/apps/app-%00', { token: admin });
      expectError(answer, 404, 'not_found');
    });

    const queries: [string, string][] = [
      ['limit=0', '/limit'],
      ['limit=501', '/limit'],
      ['limit=-1', '/limit'],
      ['limit=1.5', '/limit'],
      ['limit=many', '/limit'],
      ['limit=', '/limit'],
      ['limit=5&limit=6', '/limit'],
      ['cursor=', '/cursor'],
      ['cursor=abc', '/cursor'],
      ['cursor=e30', '/cursor'],
      [`cursor=${Buffer.from('{"v":1,"after":"\\u0000"}').toString('base64url')}`, '/cursor'],
      [`cursor=${'A'.repeat(513)}`, '/cursor'],
      ['colour=red', '/colour'],
      ['__proto__=1', '/__proto__'],
    ];
    test.each(queries)('a list refuses the query ?%s', async (query, pointer) => {
      for (const [path, by] of [
        ['/v1/projects', token],
        ['/v1/oauth/apps', admin],
      ]) {
        const answer = await installation.backend(`${path}?${query}`, { token: by ?? '' });
        const { errors } = expectError(answer, 400, 'invalid_request');
        expect(errors?.map((fault) => fault.pointer)).toEqual([pointer]);
      }
    });
  });

  describe('the token, introspection and revocation endpoints', () => {
    const TOKEN = '/v1/oauth/token';
    const CHALLENGE = 'Basic realm="coresdk", charset="UTF-8"';

    const clients: [string, () => Call, number, string, string | null][] = [
      ['no authentication', () => ({ form: { grant_type: 'client_credentials' } }), 401, 'invalid_client', CHALLENGE],
      [
        'a wrong secret in the header',
        () => login({}, { basic: [app.client_id, 'cs_wrong'] }),
        401,
        'invalid_client',
        CHALLENGE,
      ],
      [
        'an unknown client in the header',
        () => login({}, { basic: ['app-nobody', 'cs_wrong'] }),
        401,
        'invalid_client',
        CHALLENGE,
      ],
      ['a header that is not base64', () => withHeader('Basic !!!'), 401, 'invalid_client', CHALLENGE],
      [
        'a header without a colon',
        () => withHeader(`Basic ${Buffer.from('app-x').toString('base64')}`),
        401,
        'invalid_client',
        CHALLENGE,
      ],
      [
        'a header with a broken escape',
        () => withHeader(`Basic ${Buffer.from('app-x:%zz').toString('base64')}`),
        401,
        'invalid_client',
        CHALLENGE,
      ],
      ['a bearer token', () => withHeader(`Bearer ${token}`), 401, 'invalid_client', CHALLENGE],
      ['a wrong secret in the form body', () => byForm({ client_secret: 'cs_wrong' }), 401, 'invalid_client', null],
      ['an unknown client in the form body', () => byForm({ client_id: 'app-nobody' }), 401, 'invalid_client', null],
      [
        'a NUL character in the client id, in the form body',
        () => byForm({ client_id: 'app-\u0000' }),
        401,
        'invalid_client',
        null,
      ],
      [
        'a NUL character in the client id, in the header',
        () => login({}, { basic: ['app-\u0000', 'x'] }),
        401,
        'invalid_client',
        CHALLENGE,
      ],
      [
        'a client id with ten thousand characters',
        () => byForm({ client_id: 'a'.repeat(10_000) }),
        401,
        'invalid_client',
        null,
      ],
      [
        'both authentication methods together',
        () => login({ client_id: app.client_id, client_secret: app.client_secret }),
        400,
        'invalid_request',
        null,
      ],
      ['two different clients', () => login({ client_id: 'app-admin' }), 400, 'invalid_request', null],
      [
        'a client id without a secret',
        () => ({ form: { grant_type: 'client_credentials', client_id: app.client_id } }),
        401,
        'invalid_client',
        CHALLENGE,
      ],
      ['no grant type', () => login({ grant_type: '' }), 400, 'invalid_request', null],
      ['an unknown grant type', () => login({ grant_type: 'password' }), 400, 'unsupported_grant_type', null],
      [
        'a grant type named like an inherited member',
        () => login({ grant_type: '__proto__' }),
        400,
        'unsupported_grant_type',
        null,
      ],
      ['an undeclared scope', () => login({ scope: 'projects.read flags.read' }), 400, 'invalid_scope', null],
      ['a reserved scope', () => login({ scope: 'admin' }), 400, 'invalid_scope', null],
      ['the scope of the platform', () => login({ scope: 'platform.admin' }), 400, 'invalid_scope', null],
      ['a wildcard', () => login({ scope: 'projects.*' }), 400, 'invalid_scope', null],
      ['a scope with a quote', () => login({ scope: 'a"b' }), 400, 'invalid_scope', null],
      ['a scope with a line break', () => login({ scope: 'projects.read\r\nX: 1' }), 400, 'invalid_scope', null],
      [
        'JSON',
        () => ({ basic: [app.client_id, app.client_secret], json: { grant_type: 'client_credentials' } }),
        400,
        'invalid_request',
        null,
      ],
      ['no body', () => ({ basic: [app.client_id, app.client_secret], method: 'POST' }), 400, 'invalid_request', null],
      ['a form that is too large', () => login({ filler: 'x'.repeat(70_000) }), 413, 'invalid_request', null],
    ];
    test.each(clients)('%s', async (_name, request, status, error, challenge) => {
      const answer = await installation.backend(TOKEN, request());
      expectError(answer, status, error);
      expect(answer.headers.get('www-authenticate')).toBe(challenge);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.text).not.toContain(app.client_secret);
    });

    function withHeader(authorization: string): Call {
      return { form: { grant_type: 'client_credentials' }, headers: { authorization } };
    }

    function byForm(changes: Record<string, string>): Call {
      const { client_id, client_secret } = app;
      return { form: { grant_type: 'client_credentials', client_id, client_secret, ...changes } };
    }

    test('unknown client, wrong secret and deleted secret get the same error message', async () => {
      const texts = [];
      for (const basic of [
        ['app-nobody', 'cs_wrong'],
        [app.client_id, 'cs_wrong'],
        ['app-admin', app.client_secret],
      ] as const) {
        const answer = await installation.backend(TOKEN, login({}, { basic }));
        texts.push(answer.text.replace(answer.requestId, ''));
      }
      expect(new Set(texts).size).toBe(1);
    });

    test('error descriptions use only the characters that RFC 6749 §5.2 allows', async () => {
      const descriptions = await Promise.all(
        clients.map(
          async ([, request]) => (await installation.backend<ErrorMembers>(TOKEN, request())).body.error_description,
        ),
      );
      const foul = descriptions.filter((text) => !/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(text));
      expect(foul).toEqual([]);
    });

    test('parameters in the query are ignored', async () => {
      const answer = await installation.backend(`${TOKEN}?grant_type=client_credentials`, {
        basic: [app.client_id, app.client_secret],
        method: 'POST',
      });
      expectError(answer, 400, 'invalid_request');
    });

    const repeated: [string, string][] = [
      [TOKEN, 'grant_type=client_credentials&grant_type=client_credentials'],
      [TOKEN, 'grant_type=client_credentials&scope=projects.read&scope=projects.write'],
      ['/v1/oauth/introspect', 'token=a&token=b'],
      ['/v1/oauth/revoke', 'token=a&token=a'],
    ];
    test.each(repeated)('%s refuses repeated parameters: %s', async (path, body) => {
      const answer = await installation.backend(path, {
        body,
        headers: {
          authorization: basicHeader(app.client_id, app.client_secret),
          'content-type': 'application/x-www-form-urlencoded',
        },
      });
      expectError(answer, 400, 'invalid_request');
    });

    test('introspection and revocation refuse a request without a token or without a client', async () => {
      for (const path of ['/v1/oauth/introspect', '/v1/oauth/revoke']) {
        const basic = [app.client_id, app.client_secret] as const;
        expectError(await installation.backend(path, { basic, form: {}, method: 'POST' }), 400, 'invalid_request');
        expectError(await installation.backend(path, { form: { token } }), 401, 'invalid_client');
        expectError(await installation.backend(path, { token: 'a.b.c', form: { token } }), 401, 'invalid_token');
        const unprivileged = await installation.backend(path, { token, form: { token } });
        expectError(unprivileged, 403, 'insufficient_scope');
        expect(unprivileged.headers.get('www-authenticate')).toContain('scope="admin"');
      }
    });

    test('an app cannot get unknown, wildcard, undeclared or platform scopes', async () => {
      const platformAdmin = await installation.adminToken('admin platform.admin');
      for (const by of [admin, platformAdmin, installation.secrets.controlPlaneToken]) {
        for (const scope of ['platform.admin', 'projects.*', '*', 'invoices.read']) {
          const json = { name: 'Greedy', declared_scopes: [scope] };
          const answer = await installation.backend('/v1/oauth/apps?tenant=default', { token: by, json });
          expectError(answer, 400, 'invalid_scope');
          const patch = await installation.backend(`/v1/oauth/apps/${app.client_id}?tenant=default`, {
            token: by,
            method: 'PATCH',
            json: { declared_scopes: [scope] },
          });
          expectError(patch, 400, 'invalid_scope');
        }
      }
      const json = { name: 'Greedy', declared_scopes: ['projects.read'], default_scopes: ['projects.write'] };
      const undeclared = await installation.backend('/v1/oauth/apps', { token: admin, json });
      expect(expectError(undeclared, 400, 'invalid_request').errors?.[0]?.pointer).toBe('/default_scopes');
    });

    test('a custom scope cannot be a wildcard, a reserved scope or a platform scope', async () => {
      for (const [name, status, error] of [
        ['invoices.*', 400, 'invalid_scope'],
        ['in voices', 400, 'invalid_scope'],
        ['a\u0000b', 400, 'invalid_request'],
        ['admin', 409, 'conflict'],
        ['platform.admin', 409, 'conflict'],
        ['projects.read', 409, 'conflict'],
      ] as const) {
        const answer = await installation.controlPlane('/api/v1/scopes', {
          token: admin,
          json: { name, description: 'x' },
        });
        expectError(answer, status, error);
      }
    });

    test('an unknown tenant gets 404, by slug or by id; a missing tenant gets 400', async () => {
      const serviceToken = installation.secrets.controlPlaneToken;
      const json = { name: 'Lost' };
      for (const tenant of ['nobody', 'tnt-01jd00000000000000000000zz', '%00']) {
        const path = `/api/v1/apps?tenant=${tenant}`;
        expectError(await installation.controlPlane(path, { token: serviceToken, json }), 404, 'not_found');
        expectError(await installation.controlPlane(path, { token: serviceToken }), 404, 'not_found');
      }
      for (const path of ['/api/v1/apps', '/api/v1/apps?tenant=', '/api/v1/apps?tenant=a&tenant=b']) {
        expectError(await installation.controlPlane(path, { token: serviceToken, json }), 400, 'invalid_request');
      }
    });
  });

  describe('tokens', () => {
    let forge: TokenForge;

    beforeAll(async () => {
      forge = await TokenForge.open(installation, decodeJwt(token));
    });

    const now = (): number => Math.floor(Date.now() / 1000);
    const flipLast = (text: string): string => text.slice(0, -2) + (text.endsWith('AA') ? 'BB' : 'AA');
    const parts = (text: string): [string, string, string] => text.split('.') as [string, string, string];

    const forged: [string, () => string, TokenRefusal][] = [
      ['expired', () => forge.mint({ exp: now() - 1 }), 'token_expired'],
      ['not yet valid', () => forge.mint({ nbf: now() + 60 }), 'token_not_yet_valid'],
      ['from a different issuer', () => forge.mint({ iss: 'https://elsewhere.example' }), 'token_wrong_issuer'],
      ['without an issuer', () => forge.mint({ iss: undefined }), 'token_wrong_issuer'],
      ['for a different audience', () => forge.mint({ aud: 'https://elsewhere.example' }), 'token_wrong_audience'],
      ['without an audience', () => forge.mint({ aud: undefined }), 'token_wrong_audience'],
      ['of a different type', () => forge.mint({}, { typ: 'JWT' }), 'token_wrong_type'],
      ['without a type', () => forge.mint({}, { typ: undefined }), 'token_wrong_type'],
      ['without an expiry', () => forge.mint({ exp: undefined }), 'token_malformed'],
      ['with an expiry that is a string', () => forge.mint({ exp: '9999999999' }), 'token_malformed'],
      ['without an id', () => forge.mint({ jti: undefined }), 'token_malformed'],
      ['with a tenant that is not a string', () => forge.mint({ tenant_id: ['a'] }), 'token_malformed'],
      ['with a payload that is an array', () => forge.mintRaw('[]'), 'token_malformed'],
      ['with a payload that is not JSON', () => forge.mintRaw('{'), 'token_malformed'],
      ['unsigned (alg none)', () => forge.unsigned(), 'token_signature_invalid'],
      ['with alg none and a signature', () => forge.mint({}, { alg: 'none' }), 'token_signature_invalid'],
      ['with HS256 over the public key as PEM', () => forge.mintWithHmac(pem(forge)), 'token_signature_invalid'],
      [
        'with HS256 over the public key as JWK',
        () => forge.mintWithHmac(JSON.stringify(forge.jwk)),
        'token_signature_invalid',
      ],
      ['with an unsupported algorithm', () => forge.mint({}, { alg: 'RS512' }), 'token_signature_invalid'],
      ['signed with an unknown key', () => forge.mint({}, {}, forge.strangersKey), 'token_signature_invalid'],
      ['with the unknown key in its header', () => strangersHeader(forge), 'token_signature_invalid'],
      ['with an unknown kid', () => forge.mint({}, { kid: 'key-unknown' }), 'token_signature_invalid'],
      ['with the kid __proto__', () => forge.mint({}, { kid: '__proto__' }), 'token_signature_invalid'],
      ['without a kid', () => forge.mint({}, { kid: undefined }), 'token_signature_invalid'],
      ['with an unknown critical header', () => forge.mint({}, { crit: ['x'], x: 1 }), 'token_signature_invalid'],
      ['with a different payload', () => tampered(forge, 1), 'token_signature_invalid'],
      ['with a different signature', () => tampered(forge, 2), 'token_signature_invalid'],
      ['that is not a token', () => 'not-a-token', 'token_malformed'],
      ['with three empty parts', () => '..', 'token_malformed'],
      ['with five parts', () => 'a.b.c.d.e', 'token_malformed'],
    ];

    function pem({ jwk }: TokenForge): string {
      return createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
    }

    function strangersHeader({ strangersKey }: TokenForge): string {
      const jwk = createPublicKey(strangersKey).export({ format: 'jwk' });
      return forge.mint({}, { jwk, kid: undefined }, strangersKey);
    }

    function tampered(by: TokenForge, part: 1 | 2): string {
      const [header, payload, signature] = parts(by.mint());
      if (part === 2) return `${header}.${payload}.${flipLast(signature.slice(0, -4))}${signature.slice(-4)}`;
      const claims = { ...decodeJwt(by.mint()), scope: 'admin platform.admin' };
      return `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    }

    test('a forged token without a fault is accepted, so every other token is refused because of its fault', async () => {
      const both = forge.mint({ aud: [API_AUDIENCE, installation.backendUrl] });
      expect((await installation.backend('/v1/projects', { token: both })).status).toBe(200);
      // A token for the company's own resources is valid for callers of the sidecar, but does not give access to the platform.
      const good = forge.mint({ aud: [API_AUDIENCE] });
      expectError(await installation.backend('/v1/projects', { token: good }), 401, 'unauthorized');
      expect(await sidecar.call('AuthService', 'ValidateToken', { token: good })).toMatchObject({ valid: true });
    });

    test.each(forged)('a token %s is refused on every surface', async (_name, make, refusal) => {
      const bad = make();
      const words = REFUSAL_MESSAGES[refusal];
      const answer = await installation.backend('/v1/projects', { token: bad });
      expect(expectError(answer, 401, 'unauthorized').error_description).toBe(words);
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer realm="coresdk", error="invalid_token", error_description="${words}"`,
      );
      expectError(await installation.controlPlane('/api/v1/apps', { token: bad }), 401, 'unauthorized');
      const own = { basic: [app.client_id, app.client_secret] as const, form: { token: bad } };
      expect((await installation.backend('/v1/oauth/introspect', own)).text).toBe('{"active":false}');
      expect((await installation.backend('/v1/oauth/revoke', own)).status).toBe(200);
      const decided = await installation.backend('/v1/authorize', {
        token,
        json: { token: bad, action: 'read', resource: 'projects' },
      });
      expect(decided.body).toEqual({ allowed: false, claims: {}, reason: refusal });
      const verdict = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', { token: bad });
      expect(verdict).toEqual({
        valid: false,
        subject: '',
        roles: [],
        claims: {},
        expiresAt: 0,
        error: expect.objectContaining({ status: 401, detail: words, extensions: { reason: refusal } }),
      });
      expect(await sidecar.call('AuthService', 'IsRevoked', { token: bad })).toEqual({ revoked: true });
      const revoke = { token: bad, tenantId: '', reason: '' };
      expect(await sidecar.call('AuthService', 'RevokeToken', revoke)).toEqual({ success: false });
    });

    test('a cached valid token stops working when it expires', async () => {
      const short = forge.mint({ exp: now() + 2 });
      expect((await installation.backend('/v1/projects', { token: short })).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expectError(await installation.backend('/v1/projects', { token: short }), 401, 'unauthorized');
    });

    test('an expected audience is enforced, even if the installation does not recognize it', async () => {
      const validate = (expectedAudience: string): Promise<ValidateTokenResponse> =>
        sidecar.call('AuthService', 'ValidateToken', { token, expectedAudience });
      for (const audience of [API_AUDIENCE, 'https://somebody.example']) {
        expect(await validate(audience)).toMatchObject({
          valid: false,
          error: { extensions: { reason: 'token_wrong_audience' } },
        });
      }
    });

    const headers: [string, string | null][] = [
      ['none', null],
      ['Basic', 'Basic YTpi'],
      ['Bearer without a token', 'Bearer'],
      ['two tokens after Bearer', 'Bearer a.b.c d.e.f'],
      ['only the token', 'a.b.c'],
    ];
    test.each(headers)('an Authorization header of %s gets 401 with a bare challenge', async (_name, authorization) => {
      const answer = await installation.backend('/v1/projects', {
        headers: authorization === null ? {} : { authorization },
      });
      expectError(answer, 401, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="coresdk"');
    });

    test('a token in the query or the body is not a credential', async () => {
      expectError(await installation.backend(`/v1/projects?access_token=${token}`), 401, 'unauthorized');
      expectError(await installation.backend('/v1/projects', { form: { access_token: token } }), 401, 'unauthorized');
    });
  });

  describe('protocol', () => {
    test('Accept: application/problem+json returns the same error in the format of RFC 9457', async () => {
      const accept = 'application/problem+json';
      for (const [path, request, status, error, title] of [
        ['/v1/nothing', {}, 404, 'not_found', 'Not Found'],
        ['/v1/projects', {}, 401, 'unauthorized', 'Unauthorized'],
        ['/v1/projects', { token, json: { colour: 1 } }, 400, 'invalid_request', 'Bad Request'],
        ['/v1/oauth/token', login({ scope: 'admin' }), 400, 'invalid_scope', 'Invalid Scope'],
      ] as const) {
        const answer = await installation.backend(path, { ...request, headers: { accept } });
        expect(answer.status).toBe(status);
        expect(answer.headers.get('content-type')).toBe(accept);
        const { error_description } = answer.body as { error_description: string };
        expect(answer.body).toMatchObject({
          type: `https://coresdk.io/errors/${title.toLowerCase().replace(' ', '-')}`,
          title,
          status,
          error,
          detail: error_description,
          request_id: answer.requestId,
        });
        expectNoLeak(answer.text);
      }
    });

    test('a valid X-Request-Id is kept, and an invalid one is replaced', async () => {
      const longest = 'a'.repeat(128);
      for (const [sent, returned] of [
        ['my-id_1.2:3', 'my-id_1.2:3'],
        [longest, longest],
        [`${longest}a`, GENERATED_ID],
        ['<script>', GENERATED_ID],
        ['two words', GENERATED_ID],
        ["'; DROP TABLE", GENERATED_ID],
      ] as const) {
        for (const path of ['/v1/nothing', '/v1/oauth/apps', '/v1/oauth/token']) {
          const answer = await installation.backend(path, { headers: { 'x-request-id': sent } });
          expect(answer.headers.get('x-request-id')).toEqual(
            typeof returned === 'string' ? returned : expect.stringMatching(returned),
          );
        }
      }
    });

    test('every response has the security headers, and no response names the server software', async () => {
      for (const path of ['/healthz', '/v1/nothing', '/.well-known/jwks.json', '/v1/oauth/apps']) {
        const { headers } = await installation.backend(path);
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(headers.get('x-powered-by')).toBeNull();
        expect(headers.get('server')).toBeNull();
      }
    });

    const broken: [string, string, number][] = [
      ['headers of 20 kB', `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['a request line of 20 kB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
      ['bytes that are not HTTP', 'NONSENSE\r\n\r\n', 400],
      ['a TLS greeting', '\u0016\u0003\u0001\u0002\r\n\r\n', 400],
      [
        'two headers that state the length',
        'POST /v1/oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
      [
        'two lengths',
        'POST /v1/oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
        400,
      ],
      ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n', 400],
      ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
      [
        'an unsupported expectation',
        'POST /v1/oauth/token HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nContent-Length: 2\r\n\r\n{}',
        400,
      ],
      ['a header with a line break in it', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\nc: d\r\r\n\r\n', 400],
    ];
    test.each(broken)('%s', async (_name, bytes, status) => {
      for (const url of [installation.backendUrl, installation.controlPlaneUrl]) {
        const answer = await rawRequest(url, bytes);
        expect(answer.status).toBe(status);
        expect(answer.body).toEqual({
          error: 'invalid_request',
          error_description: expect.stringMatching(/^[A-Z].*\.$/),
          status,
          request_id: expect.stringMatching(GENERATED_ID),
        });
      }
    });

    test('clients that send half a request or disconnect do not prevent others from being served', async () => {
      const halves = [
        'POST /v1/projects HTTP/1.1\r\nHost: x\r\nX-Half: ',
        `POST /v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"key":`,
        `POST /v1/oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant_`,
        '',
      ];
      const sockets: Socket[] = [];
      for (let i = 0; i < 100; i++) {
        const socket = await openSocket(installation.backendUrl);
        socket.on('error', () => undefined);
        socket.write(halves[i % halves.length] ?? '');
        sockets.push(socket);
      }
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => installation.backend('/v1/projects', { token })),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      for (const socket of sockets) socket.destroy();
    });
  });

  describe('the store', () => {
    test('a request with a statement that runs too long returns 503 and does not change anything; other requests are served', async () => {
      const locker = await installation.connect();
      try {
        await locker.query('BEGIN; LOCK TABLE projects.projects IN ACCESS EXCLUSIVE MODE');
        const calls: Promise<Answer<Record<string, unknown>>>[] = [
          installation.backend('/v1/projects', { token, json: { key: 'NEW', name: 'New' } }),
          installation.backend('/v1/projects', { token }),
        ];
        expect((await installation.backend('/v1/oauth/token', login())).status).toBe(200);
        for (const answer of await Promise.all(calls)) {
          expectError(answer, 503, 'unavailable');
          expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
          const events = await installation.query('SELECT outcome, reason FROM audit.events WHERE request_id = $1', [
            answer.requestId,
          ]);
          expect(events).toEqual([{ outcome: 'failure', reason: 'unavailable' }]);
        }
      } finally {
        await locker.query('ROLLBACK');
        await locker.end();
      }
    });
  });

  describe('gRPC', () => {
    const malformed: [string, Uint8Array][] = [
      ['bytes that are not a message', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
      ['a length beyond the end', Uint8Array.of(0x0a, 0x7f, 0x61)],
      ['an unterminated varint', new Uint8Array(20).fill(0x80)],
      ['an illegal wire type', Uint8Array.of(0x0f)],
      ['a tenant that is not a message', Uint8Array.of(0x12, 0x02, 0xff, 0xff)],
      ['nothing', Uint8Array.of()],
    ];
    const decisions: [string, string, object][] = [
      ['AuthService', 'ValidateToken', { valid: false, subject: '', claims: {}, error: { title: expect.any(String) } }],
      ['AuthService', 'IsRevoked', { revoked: true }],
      ['AuthService', 'RevokeToken', { success: false }],
      ['AuditService', 'EmitAuditEvent', { eventId: '', error: { title: expect.any(String) } }],
      ['MaskingService', 'Mask', { maskedJson: '"[REDACTED]"', error: { title: expect.any(String) } }],
    ];
    test.each(decisions)('%s/%s denies malformed input in an OK response', async (service, method, denial) => {
      const rpc = ALL_RPCS.find((known) => known.service === `coresdk.v1.${service}` && known.method === method);
      for (const [, bytes] of malformed) {
        const { code, bytes: answer } = await sidecar.raw(`/coresdk.v1.${service}/${method}`, bytes);
        expect(code).toBe(Grpc.OK);
        expect(rpc?.definition.responseDeserialize(answer)).toMatchObject(denial);
      }
    });

    test('tokens of 17 kB, 1 MiB and 5 MiB are denied in an OK response', async () => {
      const sizes = [
        [17_000, 'token_malformed'],
        [MIB, 'token_malformed'],
        [5 * MIB, 'payload_too_large'],
      ] as const;
      for (const [size, reason] of sizes) {
        const verdict = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', {
          token: 'x'.repeat(size),
        });
        expect(verdict).toMatchObject({ valid: false, error: { extensions: { reason } } });
      }
    });

    const events: [string, object][] = [
      ['no action', { action: '' }],
      ['an action that is too long', { action: 'a'.repeat(257) }],
      ['a resource that is too long', { resourceId: 'a'.repeat(1025) }],
      ['metadata that is not JSON', { metadataJson: '{' }],
      ['metadata that is not an object', { metadataJson: '[1]' }],
      ['metadata that is too large', { metadataJson: JSON.stringify({ a: 'x'.repeat(65_536) }) }],
      ['a NUL character in the action', { action: 'a\u0000b' }],
      ['a NUL character in the resource', { resourceId: 'a\u0000b' }],
      ['a NUL character in the metadata', { metadataJson: '{"a":"\\u0000"}' }],
      ['half a surrogate pair in the metadata', { metadataJson: '{"a":"\\ud800"}' }],
    ];
    const event = { action: 'a.b', resourceType: '', resourceId: '', tenantId: 'default', userId: '', outcome: '' };

    test.each(events)('EmitAuditEvent with %s is refused as the caller’s error', async (_name, change) => {
      const answer = await sidecar.call<EmitAuditEventResponse>('AuditService', 'EmitAuditEvent', {
        ...event,
        ...change,
      });
      expect(answer).toMatchObject({ eventId: '', error: { status: 400 } });
      expectNoLeak(JSON.stringify(answer));
    });

    test('an invalid event does not affect valid events in the same batch', async () => {
      const good = Array.from({ length: 40 }, (_, index) => ({ ...event, resourceId: `good-${index}` }));
      const bad = [
        { ...event, action: 'a\u0000b' },
        { ...event, metadataJson: '{"a":"\\u0000"}' },
      ];
      const emit = (request: object): Promise<EmitAuditEventResponse> =>
        sidecar.call('AuditService', 'EmitAuditEvent', request);
      const answers = await Promise.all([...good.slice(0, 20), ...bad, ...good.slice(20)].map(emit));
      expect(answers.filter(({ error }) => error !== null)).toHaveLength(bad.length);
      const [row] = await installation.query(`SELECT count(*)::int FROM audit.events WHERE resource_id LIKE 'good-%'`);
      expect(row).toEqual({ count: good.length });
    });

    test('a revocation with an invalid reason does not affect valid revocations in the same batch', async () => {
      const tokens: string[] = [];
      for (let i = 0; i < 12; i++) tokens.push(await installation.token(app.client_id, app.client_secret));
      const answers = await Promise.all(
        tokens.map((one, index) =>
          sidecar.call<RevokeTokenResponse>('AuthService', 'RevokeToken', {
            token: one,
            tenantId: '',
            reason: index === 5 ? 'lost\u0000' : 'lost',
          }),
        ),
      );
      // These revocations are intended: the state after them is the new baseline.
      [state] = await installation.query(STATE);
      expect(answers.filter((_, index) => index !== 5)).toEqual(Array.from({ length: 11 }, () => ({ success: true })));
    });
  });
});

describe('bad input, proxied to a separate control plane', () => {
  beforeAll(() => startHere({ layout: 'split', database: 'server' }));
  afterEach(expectUnharmed);
  afterAll(() => installation.remove());

  const cases: [string, string, () => Call, number, string][] = [
    ['a wrong secret', '/v1/oauth/token', () => login({}, { basic: [app.client_id, 'wrong'] }), 401, 'invalid_client'],
    ['an undeclared scope', '/v1/oauth/token', () => login({ scope: 'admin' }), 400, 'invalid_scope'],
    [
      'a form that is too large',
      '/v1/oauth/token',
      () => login({ filler: 'x'.repeat(70_000) }),
      413,
      'invalid_request',
    ],
    ['an unsupported method', '/v1/oauth/token', () => ({ method: 'PUT' }), 405, 'method_not_allowed'],
    [
      'malformed JSON',
      '/v1/oauth/apps',
      () => ({ token: admin, body: '{', headers: JSON_TYPE }),
      400,
      'invalid_request',
    ],
    [
      'an unknown member',
      '/v1/oauth/apps',
      () => ({ token: admin, json: { name: 'x', colour: 1 } }),
      400,
      'invalid_request',
    ],
    [
      'a body over 1 MiB',
      '/v1/oauth/apps',
      () => ({ token: admin, json: { name: 'x'.repeat(MIB) } }),
      413,
      'payload_too_large',
    ],
    ['no credential', '/v1/oauth/apps', () => ({}), 401, 'unauthorized'],
    ['no credential and 2 MiB', '/v1/oauth/apps', () => ({ json: { name: 'x'.repeat(2 * MIB) } }), 401, 'unauthorized'],
    ['an unknown app', '/v1/oauth/apps/app-nobody', () => ({ token: admin }), 404, 'not_found'],
    ['an unknown path below it', '/v1/oauth/token/more', () => ({ method: 'POST' }), 404, 'not_found'],
    ['a forged token', '/v1/projects', () => ({ token: `${token.slice(0, -6)}AAAAAA` }), 401, 'unauthorized'],
    ['a NUL character', '/v1/projects/%00', () => ({ token }), 404, 'not_found'],
  ];
  test.each(cases)('%s at %s', async (_name, path, request, status, error) => {
    expectError(await installation.backend(path, request()), status, error);
  });

  test('while the control plane is down, OAuth returns 503 and independent requests are served', async () => {
    const controlPlane = installation.process('control-plane');
    await controlPlane.kill();
    try {
      const answer = await installation.backend('/v1/oauth/token', login());
      expectError(answer, 503, 'temporarily_unavailable');
      expectError(await installation.backend('/v1/oauth/apps', { token: admin }), 503, 'unavailable');
      expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
    } finally {
      await installation.launch();
    }
  });

  test('while the sidecar is down, every guarded route returns 503 and does not allow anything', async () => {
    await installation.process('sidecar-1').kill();
    try {
      for (const bearer of [token, 'a.b.c']) {
        const answer = await installation.backend('/v1/projects', { token: bearer });
        expectError(answer, 503, 'unavailable');
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      }
    } finally {
      await installation.launch();
    }
    // The backend is ready again once it has reached the sidecar.
    expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
  });
});
