import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import { CpodClient } from '../src/client.js';
import { callerOf, cpodGate, type GateClient, type GateOptions, type GateRequest } from '../src/express.js';
import { type Caller, CpodCaller, cpodGuard } from '../src/nest.js';

const INVOICE: GateOptions<GateRequest> = { action: 'invoice.approve', resource: 'invoice/42' };
const OUT = 'http://127.0.0.1:9';
const ISSUER = 'https://platform.example';
/** An audience of the application. */
const OWN = 'https://invoices.example';

/** The responses from the backend or client, and the status that the gate must return. */
const cases: [string, Partial<GateClient>, GateOptions<GateRequest>, number][] = [
  ['an allowed action', decides({ allowed: true, claims: { sub: 'usr-1' } }), INVOICE, 200],
  ['a denial by the policy', decides({ allowed: false, reason: 'insufficient_role' }), INVOICE, 403],
  ['a scope that the policy requires', decides({ allowed: false, reason: 'insufficient_scope' }), INVOICE, 403],
  ['a denial without a reason', decides({ allowed: false }), INVOICE, 403],
  ['a revoked token', decides({ allowed: false, reason: 'token_revoked' }), INVOICE, 401],
  ['a token from another tenant', decides({ allowed: false, reason: 'tenant_mismatch' }), INVOICE, 401],
  ['a string instead of true', decides({ allowed: 'true' }), INVOICE, 403],
  ['a number instead of true', decides({ allowed: 1 }), INVOICE, 403],
  ['an undefined decision', { authorize: async () => undefined as never }, INVOICE, 503],
  ['an outage', { authorize: () => Promise.reject(new Error('out')) }, INVOICE, 503],
  ['an error that is thrown synchronously', { authorize: () => raise() }, INVOICE, 503],
  ['an unreachable backend', CpodClient.fromToken('t', { baseUrl: OUT, maxRetries: 0 }), INVOICE, 503],
  ['a resource that cannot be determined', decides({ allowed: true }), { ...INVOICE, resource: () => raise() }, 503],
  ['a granted scope', decides({ allowed: true, claims: { scope: 'a b' } }), { ...INVOICE, scopes: ['b'] }, 200],
  ['a missing scope', decides({ allowed: true, claims: { scope: 'a bc' } }), { ...INVOICE, scopes: ['b'] }, 403],
  ['a token without scopes', decides({ allowed: true, claims: {} }), { ...INVOICE, scopes: ['b'] }, 403],
  ['a valid token', introspects({}), {}, 200],
  ['a refresh token', introspects({ token_type: undefined }), {}, 401],
  ['a token for the MCP endpoint', introspects({ aud: `${ISSUER}/mcp` }), {}, 401],
  ['a token for another resource', introspects({ aud: ['https://other.example'] }), {}, 401],
  ['a token for the issuer and another resource', introspects({ aud: [ISSUER, 'https://other.example'] }), {}, 200],
  ['a token without an audience', introspects({ aud: undefined }), {}, 401],
  ['a token without an audience and issuer', introspects({ aud: undefined, iss: undefined }), {}, 401],
  ['a token for the named audience', introspects({ aud: [OWN] }), { audience: OWN }, 200],
  ['a token for one of the named audiences', introspects({ aud: OWN }), { audience: ['https://b.example', OWN] }, 200],
  ['a token for the issuer, not the named audience', introspects({}), { audience: OWN }, 401],
  ['a token for no audience of an empty list', introspects({}), { audience: [] }, 401],
  [
    'an allowed action for the MCP endpoint',
    decides({ allowed: true, claims: { aud: `${ISSUER}/mcp` } }),
    INVOICE,
    401,
  ],
  ['an allowed action without an audience', decides({ allowed: true, claims: { aud: undefined } }), INVOICE, 401],
  [
    'an allowed action with the named audience',
    decides({ allowed: true, claims: { aud: OWN } }),
    { ...INVOICE, audience: OWN },
    200,
  ],
  ['an invalid token', { validateToken: async () => ({ active: false }) }, {}, 401],
  ['an empty introspection response', { validateToken: async () => ({}) as never }, {}, 401],
  ['an outage during validation', { validateToken: () => Promise.reject(new Error('out')) }, {}, 503],
];

interface Decided {
  readonly allowed: unknown;
  readonly reason?: string;
  readonly claims?: object;
}

function decides({ claims, ...decision }: Decided): Partial<GateClient> {
  const known = { iss: ISSUER, aud: ISSUER, ...claims };
  return { authorize: async () => ({ reason: '', ...decision, claims: known }) as never };
}

function introspects(claims: object): Partial<GateClient> {
  const known = { active: true, token_type: 'Bearer', iss: ISSUER, aud: ISSUER };
  return { validateToken: async () => ({ ...known, ...claims }) as never };
}

function raise(): never {
  throw new Error('no');
}

interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server of each kind, with one route that returns the caller. */
const servers: [string, (client: GateClient, options: GateOptions<GateRequest>) => Promise<Server>][] = [
  [
    'Express',
    (client, options) => {
      const app = express();
      app.get('/approve', cpodGate(client, options), (request, response) => void response.json(callerOf(request)));
      return new Promise((resolve) => {
        const server = app.listen(0, '127.0.0.1', () => resolve(server));
      });
    },
  ],
  [
    'Nest',
    async (client, options) => {
      @Controller()
      class Approvals {
        @Get('approve')
        @UseGuards(cpodGuard(client, options))
        approve(@CpodCaller() caller: Caller): Caller {
          return caller;
        }
      }
      @Module({ controllers: [Approvals] })
      class Approval {}
      const app = await NestFactory.create(Approval, { logger: false });
      return (await app.listen(0, '127.0.0.1')) as Server;
    },
  ],
];

describe.each(servers)('the gate of %s', (_name, open) => {
  async function ask(
    client: Partial<GateClient>,
    options: GateOptions<GateRequest>,
    headers: Readonly<Record<string, string>> = { authorization: 'Bearer abc' },
  ): Promise<Answer> {
    const server = await open(client as GateClient, options);
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/approve?x=1`;
      const response = await fetch(url, { headers: { ...headers, connection: 'close' } });
      const body = (await response.json()) as Answer['body'];
      return { status: response.status, challenge: response.headers.get('www-authenticate'), body };
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it.each(cases)('returns the required status for %s', async (_case, client, options, status) => {
    const answer = await ask(client, options);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body).toMatchObject({ token: 'abc', claims: expect.any(Object) as object });
    else expect(answer.body).toMatchObject({ error: expect.any(String) as string, status });
    if (status === 401) expect(answer.challenge).toBe('Bearer error="invalid_token"');
  });

  it.each([
    [{}, 'Bearer'],
    [{ authorization: 'Basic YTpi' }, 'Bearer error="invalid_request"'],
    [{ authorization: 'Bearer' }, 'Bearer error="invalid_request"'],
    [{ authorization: 'Bearer a b' }, 'Bearer error="invalid_request"'],
  ])('refuses the headers %j without a request to the backend', async (headers: Record<string, string>, challenge) => {
    const authorize = jest.fn();
    expect(await ask({ authorize }, INVOICE, headers)).toMatchObject({ status: 401, challenge });
    expect(authorize).not.toHaveBeenCalled();
  });

  it.each([
    [{ allowed: false, reason: 'insufficient_scope' }, [], 'Bearer error="insufficient_scope"'],
    [{ allowed: true, claims: { scope: 'a b' } }, ['b', 'c', 'd'], 'Bearer error="insufficient_scope", scope="c d"'],
  ])('names a missing scope as the reason of a refusal: %j', async (decided, scopes, challenge) => {
    const answer = await ask(decides(decided), { ...INVOICE, scopes });
    expect(answer).toMatchObject({ status: 403, challenge, body: { error: 'insufficient_scope' } });
  });

  it('authorizes the path unless `resource` is set, and reports errors', async () => {
    const authorize = jest.fn(() => Promise.reject(new Error('out')));
    const onFault = jest.fn(() => raise());
    expect((await ask({ authorize }, { action: 'a.read', onFault }, { authorization: 'bearer t' })).status).toBe(503);
    expect(authorize).toHaveBeenCalledWith({ token: 't', action: 'a.read', resource: '/approve' });
    expect(onFault).toHaveBeenCalledWith(new Error('out'));
  });
});

it('an Express gate authorizes the resource that the route names', async () => {
  const claims = { iss: ISSUER, aud: ISSUER };
  const authorize = jest.fn(async () => ({ allowed: true, claims, reason: '' }));
  const app = express();
  const resource = (request: express.Request): string => `invoice/${String(request.params['id'])}`;
  const gate = cpodGate({ authorize } as Partial<GateClient> as GateClient, { action: 'invoice.approve', resource });
  app.use(
    '/api',
    express.Router().get('/invoices/:id', gate, (_request, response) => void response.json({})),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { authorization: 'Bearer t', connection: 'close' };
  expect((await fetch(`http://127.0.0.1:${port}/api/invoices/42`, { headers })).status).toBe(200);
  expect(authorize).toHaveBeenCalledWith({ token: 't', action: 'invoice.approve', resource: 'invoice/42' });
  await new Promise((resolve) => server.close(resolve));
});

it('a handler without a gate has no caller', () => {
  expect(() => callerOf({})).toThrow('did not pass a gate');
});
