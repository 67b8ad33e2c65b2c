import type { IncomingMessage } from 'node:http';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { limitsConfig } from '../../kernel/limits/limits.config';
import { call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { JsonLimit } from '../../kernel/http/body/accepted-body';
import { Readiness } from '../../kernel/health/readiness';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import { knownCallers } from '../../kernel/http/callers/known-callers';
import { setCallContext } from '../../kernel/http/request-state';
import { PublicRoute } from '../../kernel/http/routes/route-access';
import { Clock } from '../../kernel/time/clock';
import { newId } from '../../kernel/ids/ids';
import { systemContext } from '../../kernel/context/call-context';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { createBackendSurface } from '../backend/backend.surface';
import { createControlPlaneSurface } from '../control-plane/control-plane.surface';
import { remoteForwarder } from './control-plane-forwarder';
import { limitedBodies } from './body-gate';
import { EntryRefusals } from './entry-refusals';

const LARGE_BYTES = 20_000;

@Controller()
class BodyController {
  @Post('body')
  @HttpCode(200)
  @PublicRoute()
  @JsonLimit(LARGE_BYTES)
  take(@Body() _body: unknown): object {
    return {};
  }
}

@Module({ controllers: [BodyController] })
class BodyModule {}

const PER_ADDRESS = 20;
const PER_CLIENT = 40;

let database: TestDatabase;
let core: TestCore;
let controlPlane: RestSurface;
let backend: RestSurface;
let url: string;
let publicUrl: string;
let a: TestTenant;
let b: TestTenant;
let hosts = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, {
    LIMIT_PER_ADDRESS: String(PER_ADDRESS),
    LIMIT_PER_CLIENT: String(PER_CLIENT),
  });
  controlPlane = await openControlPlane(['127.0.0.1']);
  url = await controlPlane.app.getUrl();
  backend = await createBackendSurface(core.context, {
    logger: core.logger,
    controlPlane: remoteForwarder(url),
    trustedProxies: new Set(['127.0.0.1']),
  });
  await backend.app.listen(0, '127.0.0.1');
  publicUrl = await backend.app.getUrl();
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterAll(async () => {
  await backend.close();
  await controlPlane.close();
  await core.close();
  await database.drop();
});

async function openControlPlane(proxies: readonly string[]): Promise<RestSurface> {
  const { context, settings, logger } = core;
  const { CONTROL_PLANE_TOKEN: serviceToken } = settings.role;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  const trustedProxies = new Set(proxies);
  const surface = await createControlPlaneSurface(context, {
    readiness: new Readiness(),
    logger,
    serviceToken,
    trustedProxies,
  });
  await surface.app.listen(0, '127.0.0.1');
  return surface;
}

/** Stops the clock that refills limits until the test ends, so that a slow machine does not allow more requests than a fast machine. */
function stopRefilling(): void {
  jest.spyOn(performance, 'now').mockReturnValue(performance.now());
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** Returns an unused address. */
function newAddress(): string {
  hosts++;
  return `198.51.${Math.floor(hosts / 250)}.${(hosts % 250) + 1}`;
}

/** Returns an unused client id, so that its own limit does not matter; the client need not exist. */
const newClient = (): string => `app-guessed-${hosts++}`;

const by = (address: string) => ({ forwarded: `for=${address}` });

/** Requests a token with a wrong secret. */
const guess = (clientId: string, address: string, base = `${url}/oauth/token`) =>
  call(base, { basic: [clientId, 'wrong'], form: { grant_type: 'client_credentials' }, headers: by(address) });

/** Guesses while the responses are 401, for the given client or for a new client each time; returns the number of guesses. */
async function guessAll(
  clientId: string | null,
  address: string,
  most = 2 * PER_ADDRESS,
  base?: string,
): Promise<number> {
  for (let guesses = 0; guesses < most; guesses++) {
    if ((await guess(clientId ?? newClient(), address, base)).status !== 401) return guesses;
  }
  return most;
}

/** Returns only the records about an address or a client. */
const audited = (address: string) =>
  queryAs<{ action: string; reason: string; resource_id: string; metadata: { by?: string; omitted?: number } }>(
    database.adminUrl,
    'SELECT action, reason, resource_id, metadata FROM audit.events WHERE ip = $1 ORDER BY ts, id',
    [address],
  );

describe('failures at the token endpoint', () => {
  it('are limited by address before the secret is checked: 429 in the format of OAuth, with a retry time', async () => {
    const address = newAddress();
    expect(await guessAll(null, address)).toBe(PER_ADDRESS);
    const refused = await guess(newClient(), address);
    const words = expectError(refused, 429, 'temporarily_unavailable').error_description;
    expect(words).toMatch(/^There were too many requests from this address; try again in [123] s\.$/);
    expect(refused.headers.get('retry-after')).toMatch(/^[123]$/);
    expect(refused.headers.get('ratelimit')).toMatch(/^"address-failures";r=0;t=(60|5\d)$/);
    expect(refused.headers.get('ratelimit-policy')).toBe(`"address-failures";q=${PER_ADDRESS};w=60`);
    expect(refused.headers.get('cache-control')).toBe('no-store');
    // Another address is not affected.
    expect((await guess(newClient(), newAddress())).status).toBe(401);
  });

  it('reduce the remaining number in the response, and successful requests do not', async () => {
    const address = newAddress();
    const bad = await guess(newClient(), address);
    expect(bad.headers.get('ratelimit')).toBe(`"address-failures";r=${PER_ADDRESS - 1};t=3`);
    expect(bad.headers.get('www-authenticate')).toMatch(/^Basic /);
    // An application's token without the scope is refused, but does not count as a guess.
    const refused = await call(`${url}/oauth/introspect`, {
      token: await a.issueToken(),
      form: { token: 'x' },
      headers: by(address),
    });
    expect([refused.status, refused.headers.get('ratelimit')?.slice(0, 23)]).toEqual([403, '"address-failures";r=19']);
    const wrongForm = await call(`${url}/oauth/token`, { json: {}, headers: by(address) });
    expect(wrongForm.status).toBe(400);
    expect((await guess(newClient(), address)).headers.get('ratelimit')).toContain(`r=${PER_ADDRESS - 2}`);
  });

  it('do not limit a client that always succeeds', async () => {
    const address = newAddress();
    const { client_id, client_secret = '' } = await core.context
      .get(AppsPort)
      .register(systemContext(newId('req'), a.id), newApp.parse({ name: 'Busy' }));
    const ask = () =>
      call(`${url}/oauth/token`, {
        basic: [client_id, client_secret],
        form: { grant_type: 'client_credentials' },
        headers: by(address),
      });
    const answers = await Promise.all(Array.from({ length: 5 * PER_ADDRESS }, ask));
    for (const { status, headers } of answers) {
      expect([status, headers.get('ratelimit')]).toEqual([200, `"address-failures";r=${PER_ADDRESS};t=0`]);
    }
  });

  it.each(['introspect', 'revoke'])('have the same limit at %s, with a secret or a bearer token', async (endpoint) => {
    const address = newAddress();
    const ask = (credentials: object) =>
      call(`${url}/oauth/${endpoint}`, { ...credentials, form: { token: 'x' }, headers: by(address) });
    for (let attempt = 0; attempt < PER_ADDRESS / 2; attempt++) {
      expect((await ask({ basic: [newClient(), 'wrong'] })).status).toBe(401);
      expect((await ask({ token: 'a.b.c' })).status).toBe(401);
    }
    expect((await ask({ token: 'a.b.c' })).status).toBe(429);
    expect((await guess(newClient(), address)).status).toBe(429);
  });

  it.each(['token', 'introspect', 'revoke'])(
    'at %s include assertions whose subject is not a string',
    async (endpoint) => {
      const address = newAddress();
      const parts = [{ alg: 'RS256' }, { iss: 1, sub: 1 }].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      );
      const answer = await call(`${url}/oauth/${endpoint}`, {
        form: {
          grant_type: 'client_credentials',
          token: 'x',
          client_assertion: [...parts, 'AAAA'].join('.'),
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        },
        headers: by(address),
      });
      expectError(answer, 401, 'invalid_client');
      expect(answer.headers.get('ratelimit')).toContain(`r=${PER_ADDRESS - 1}`);
      expect(await audited(address)).toMatchObject([{ reason: 'invalid_client' }]);
    },
  );

  it('by one client block that client at that address, but no other client', async () => {
    const address = newAddress();
    const [broken, other] = await Promise.all(
      ['Broken', 'Other'].map((name) =>
        core.context.get(AppsPort).register(systemContext(newId('req'), a.id), newApp.parse({ name })),
      ),
    );
    const ask = (app: typeof broken, at: string, base: string) =>
      call(base, {
        basic: [app?.client_id ?? '', app?.client_secret ?? ''],
        form: { grant_type: 'client_credentials' },
        headers: by(at),
      });
    for (const base of [`${publicUrl}/v1/oauth/token`, `${url}/oauth/token`]) {
      const statuses = await Promise.all(
        Array.from({ length: 640 }, () => guess(broken?.client_id ?? '', address, base)),
      );
      expect(new Set(statuses.map(({ status }) => status))).toContain(429);
      expect((await ask(broken, address, base)).headers.get('ratelimit')).toMatch(/^"client-address-failures";r=0/);
      expect((await ask(other, address, base)).status).toBe(200);
      expect((await ask(broken, newAddress(), base)).status).toBe(200);
    }
  });

  it('by one client from many addresses do not block that client at other addresses', async () => {
    for (let host = 0; host < PER_CLIENT / 4; host++) await guessAll(b.clientId, newAddress(), 5);
    const attacker = newAddress();
    expect(await guessAll(b.clientId, attacker)).toBe(5);
    const refused = await guess(b.clientId, attacker);
    expect(expectError(refused, 429, 'temporarily_unavailable').error_description).toMatch(/for this client/);
    expect((await guess(newClient(), attacker)).status).toBe(401);
    expect((await guess(b.clientId, newAddress())).status).toBe(401);
    expect(await b.issueToken()).toMatch(/^ey/);
  });

  it('over the limit are recorded once a second, with a count', async () => {
    const address = newAddress();
    stopRefilling();
    await guessAll(null, address, PER_ADDRESS);
    const before = await audited(address);
    expect(before).toHaveLength(PER_ADDRESS);
    const began = Date.now();
    const flood = await Promise.all(Array.from({ length: 200 }, (_, index) => guess(`app-${index}`, address)));
    const seconds = (Date.now() - began) / 1000;
    expect(flood.filter(({ status }) => status === 429)).toHaveLength(200);
    jest.restoreAllMocks();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await guess(newClient(), address);
    await guess(newClient(), address);
    const rows = (await audited(address)).slice(before.length).filter(({ action }) => action === 'limit.refuse');
    expect(rows.length).toBeGreaterThanOrEqual(1);
    expect(rows.length).toBeLessThanOrEqual(Math.ceil(seconds) + 2);
    expect(rows[0]).toMatchObject({ reason: 'rate_limited', resource_id: '/oauth/token', metadata: { by: 'address' } });
  });
});

describe('requests before sign-in', () => {
  const paths = [
    '/oauth/sign-in',
    '/oauth/console',
    '/oauth/password',
    '/auth/login',
    '/oauth/authorize',
    '/oauth/register',
  ];

  it.each(paths)('are limited by address at %s, and each request counts', async (path) => {
    const address = newAddress();
    stopRefilling();
    for (let count = 1; count <= PER_ADDRESS; count++) {
      const answer = await call(url + path, { headers: by(address) });
      expect(answer.status).not.toBe(429);
      expect(answer.headers.get('ratelimit')).toMatch(`"address-requests";r=${PER_ADDRESS - count};`);
    }
    const refused = await call(url + path, { headers: by(address) });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-4]$/);
    // Routes without a limit still respond, and failures are counted separately.
    expect((await call(`${url}/oauth/pages.css`, { headers: by(address) })).status).toBe(200);
    expect((await guess(newClient(), address)).status).toBe(401);
  });

  it('are refused with a page in the language of the browser if it requests a page', async () => {
    const address = newAddress();
    const headers = { ...by(address), accept: 'text/html,*/*;q=0.8', 'accept-language': 'de' };
    for (let count = 0; count < PER_ADDRESS; count++) await call(`${url}/oauth/authorize`, { headers });
    const refused = await call(`${url}/oauth/authorize`, { headers });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(refused.text).toMatch(/<html lang="de"/);
    expect(refused.headers.get('retry-after')).toMatch(/^[123]$/);
    expect(refused.headers.get('x-request-id')).toBe(refused.requestId);
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
    expect(refused.headers.get('content-security-policy')).not.toBeNull();
  });
});

describe('the backend in front of the control plane', () => {
  it('passes the address to the control plane, so that both count the same address', async () => {
    const address = newAddress();
    expect(await guessAll(null, address, 100, `${publicUrl}/v1/oauth/token`)).toBe(PER_ADDRESS);
    const refused = await guess(newClient(), address, `${publicUrl}/v1/oauth/token`);
    expectError(refused, 429, 'temporarily_unavailable');
    expect((await guess(newClient(), address)).status).toBe(429);
    expect((await guess(newClient(), newAddress(), `${publicUrl}/v1/oauth/token`)).status).toBe(401);
  });

  it('limits failures independently, whatever address the control plane sees', async () => {
    const address = newAddress();
    for (let attempt = 0; attempt < PER_ADDRESS; attempt++) {
      const answer = await call(`${publicUrl}/v1/oauth/introspect`, {
        token: 'a.b.c',
        form: { token: 'x' },
        headers: by(address),
      });
      expect(answer.status).toBe(401);
    }
    const before = (await audited(address)).length;
    const refused = await guess(newClient(), address, `${publicUrl}/v1/oauth/token`);
    expect(refused.status).toBe(429);
    expect((await audited(address)).slice(before)).toMatchObject([
      { action: 'limit.refuse', resource_id: '/v1/oauth/token' },
    ]);
  });

  it('limits the pages that it forwards', async () => {
    const address = newAddress();
    const ask = () => call(`${publicUrl}/oauth/authorize?client_id=x`, { headers: by(address) });
    for (let count = 0; count < PER_ADDRESS; count++) expect((await ask()).status).not.toBe(429);
    expect((await ask()).status).toBe(429);
  });
});

describe('a forwarded address', () => {
  it('is accepted only from a trusted proxy', async () => {
    const surface = await openControlPlane([]);
    const token = `${await surface.app.getUrl()}/oauth/token`;
    for (let attempt = 0; attempt < PER_ADDRESS; attempt++) {
      expect((await guess(`app-${attempt}`, newAddress(), token)).status).toBe(401);
    }
    expect((await guess('app-x', newAddress(), token)).status).toBe(429);
    await surface.close();
  });
});

describe('bodies that are too large', () => {
  let surface: RestSurface;
  let target: string;

  beforeAll(async () => {
    const { context, settings, logger } = core;
    const refusals = new EntryRefusals(context.get(AuditPort), context.get(Clock));
    surface = await createRestSurface(BodyModule, {
      name: 'limits',
      logger,
      isHttps: false,
      trustedProxies: new Set(['127.0.0.1']),
      front: [limitedBodies(settings.of(limitsConfig), refusals)],
      guards: [],
      interceptors: [],
    });
    await surface.app.listen(0, '127.0.0.1');
    target = `${await surface.app.getUrl()}/body`;
  });

  afterAll(() => surface.close());

  const send = (address: string, bytes: number, token?: string) =>
    call(target, {
      json: 'x'.repeat(bytes - 2),
      headers: by(address),
      ...(token === undefined ? {} : { token }),
    });

  it('are limited by address with a 429 before any guard, and small bodies are not', async () => {
    const address = newAddress();
    for (let sent = 0; sent < PER_ADDRESS; sent += 1) {
      expectError(await send(address, LARGE_BYTES + 1), 413, 'payload_too_large');
    }
    const refused = await send(address, LARGE_BYTES + 1);
    expect(expectError(refused, 429, 'rate_limited').error_description).toContain('from this address');
    expect(refused.headers.get('retry-after')).toMatch(/^[123]$/);
    expect((await send(address, LARGE_BYTES)).status).toBe(429);
    expect((await send(address, 100)).status).toBe(200);
    expect((await send(newAddress(), LARGE_BYTES)).status).toBe(200);
  });

  it('of one app do not block another app at the same address', async () => {
    const address = newAddress();
    const token = `of-an-app-${hosts}`;
    const seen = { headers: { authorization: `Bearer ${token}` } } as IncomingMessage;
    setCallContext(seen, { ...systemContext('req-1', a.id), appId: newClient() });
    knownCallers.remember(seen);
    expect((await send(address, LARGE_BYTES, token)).status).toBe(200);
    for (let sent = 0; sent < PER_ADDRESS; sent += 1) {
      expect((await send(address, LARGE_BYTES + 1, token)).status).toBe(413);
    }
    const refused = await send(address, LARGE_BYTES + 1, token);
    expect(expectError(refused, 429, 'rate_limited').error_description).toContain('for this client');
    expect((await send(address, LARGE_BYTES, 'of-another')).status).toBe(200);
  });
});
