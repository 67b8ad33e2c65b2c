import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import { cpodSession, requireSession, sessionOf } from '../src/session/express.js';
import { CpodSession, sessionGuard, sessionMiddleware } from '../src/session/nest.js';
import { nextSessions } from '../src/session/next.js';
import type { Session } from '../src/session/session.js';
import type { Sessions } from '../src/session/sessions.js';
import { Jar, ORIGIN, SessionWorld } from './session-world.js';

let world: SessionWorld;
let server: Server | null;

beforeEach(async () => {
  server = null;
  world = await SessionWorld.open();
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  await world.backend.close();
});

/** The same application in each framework: an open page that names the user, and `/own` for signed-in users. */
const frameworks: [string, (sessions: Sessions) => Promise<Server>][] = [
  [
    'Express',
    (sessions) => {
      const app = express();
      app.use(cpodSession(sessions));
      app.get('/', (request, response) => void response.send(sessionOf(request, sessions)?.user.sub ?? 'nobody'));
      app.all(
        '/own',
        requireSession(sessions),
        (request, response) => void response.send(sessionOf(request, sessions)?.user.sub),
      );
      return new Promise((resolve) => {
        const started = app.listen(0, '127.0.0.1', () => resolve(started));
      });
    },
  ],
  [
    'Nest',
    async (sessions) => {
      @Controller()
      class Pages {
        @Get('own')
        @UseGuards(sessionGuard(sessions))
        own(@CpodSession(sessions) session: Session): string {
          return session.user.sub;
        }

        @Post('own')
        @UseGuards(sessionGuard(sessions))
        change(@CpodSession(sessions) session: Session): string {
          return session.user.sub;
        }
      }
      @Module({ controllers: [Pages] })
      class App {}
      const app = await NestFactory.create(App, { logger: false });
      app.use(sessionMiddleware(sessions));
      await app.listen(0, '127.0.0.1');
      return app.getHttpServer() as Server;
    },
  ],
];

describe.each(frameworks)('sessions in %s', (_name, open) => {
  let base: string;
  let sessions: Sessions;

  beforeEach(async () => {
    sessions = world.sessions();
    server = await open(sessions);
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  const send = (path: string, jar: Jar, init: RequestInit = {}): Promise<Response> =>
    fetch(base + path, { ...init, headers: { cookie: jar.header, ...init.headers }, redirect: 'manual' });

  it('begin with a redirect, and end with a POST from the same origin', async () => {
    const jar = new Jar();
    const page = await send('/own?a=1', jar, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/auth/sign-in?returnTo=%2Fown%3Fa%3D1']);
    expect((await send('/own', jar)).status).toBe(401);
    const callback = await world.begin(sessions, jar);
    const signedIn = await send(callback, jar);
    jar.apply(signedIn.headers.getSetCookie());
    const own = await send('/own', jar);
    expect([own.status, own.headers.get('cache-control'), await own.text()]).toEqual([200, 'no-store', 'usr-1']);
    expect((await send('/auth/sign-out', jar, { method: 'POST' })).status).toBe(403);
    const out = await send('/auth/sign-out', jar, { method: 'POST', headers: { origin: ORIGIN } });
    jar.apply(out.headers.getSetCookie());
    expect([out.status, jar.cookies.size, (await send('/own', jar)).status]).toEqual([303, 0, 401]);
  });

  it('refuse a change from a page of another origin', async () => {
    const jar = await world.signIn(sessions);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await send('/own', jar, { method: 'POST', headers: foreign })).status).toBe(403);
    const own = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
    expect((await send('/own', jar, { method: 'POST', headers: own })).status).toBeLessThan(300);
  });

  it('are refreshed once for parallel requests, and refused while the platform is down', async () => {
    world.tokenSeconds = 0;
    const jar = await world.signIn(sessions);
    world.refusal = { status: 503, error: 'unavailable' };
    expect((await send('/own', jar)).status).toBe(503);
    world.refusal = null;
    world.refreshes = 0;
    world.tokenSeconds = 3600;
    const all = await Promise.all(Array.from({ length: 20 }, () => send('/own', jar)));
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(world.refreshes).toBe(1);
    const [first] = all;
    jar.apply(first?.headers.getSetCookie() ?? []);
    expect((await send('/own', jar)).status).toBe(200);
    expect(world.refreshes).toBe(1);
  });
});

it('a route without the middleware stays closed', () => {
  expect(() => sessionOf({}, world.sessions())).toThrow('did not pass the session middleware');
});

it('a route for the sessions of another client stays closed', async () => {
  const [own, other] = [world.sessions(), world.sessions({ clientId: 'app-other' })];
  const request = { method: 'GET', url: '/', headers: { cookie: (await world.signIn(own)).header } };
  const response = { statusCode: 200, getHeader: () => undefined, setHeader: () => undefined, end: () => undefined };
  const next = jest.fn();
  await cpodSession(own)(request, response, next);
  expect(sessionOf(request, own)).toMatchObject({ user: { sub: 'usr-1' } });
  expect(() => sessionOf(request, other)).toThrow('did not pass the session middleware');
  expect(() => requireSession(other)(request, response, next)).toThrow('did not pass the session middleware');
  expect(next).toHaveBeenCalledTimes(1);
  await cpodSession(other)(request, response, next);
  expect([sessionOf(request, other), sessionOf(request, own)?.user.sub]).toEqual([null, 'usr-1']);
});

describe('sessions in Next.js', () => {
  const forwarded: Headers[] = [];
  const NextResponse = {
    next: ({ request }: { readonly request: { readonly headers: Headers } }): Response => {
      forwarded.push(request.headers);
      return new Response();
    },
  };

  /** The functions of an application, for a render that sees the cookies of a header. */
  function parts(sessions: Sessions, header = '') {
    const all =
      header === ''
        ? []
        : header.split('; ').map((one) => ({ name: one.split('=')[0] ?? '', value: one.replace(/^[^=]*=/, '') }));
    const redirect = (path: string): never => {
      throw new Error(`to ${path}`);
    };
    return nextSessions(() => sessions, { cookies: async () => ({ getAll: () => all }), redirect, NextResponse });
  }

  it('are refreshed once in the proxy, and each render gets the new cookie', async () => {
    const sessions = world.sessions();
    world.tokenSeconds = 0;
    const jar = await world.signIn(sessions);
    expect(await parts(sessions, jar.header).getSession()).toBeNull();
    world.tokenSeconds = 3600;
    forwarded.length = 0;
    const { proxy } = parts(sessions);
    const answers = await Promise.all(Array.from({ length: 20 }, () => proxy(jar.request('/page'))));
    expect(world.refreshes).toBe(1);
    for (const [at, answer] of answers.entries()) {
      const own = new Jar();
      own.apply(answer.headers.getSetCookie());
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const seen = forwarded[at]?.get('cookie') ?? '';
      for (const header of [own.header, seen]) {
        expect(await parts(sessions, header).requireSession()).toMatchObject({
          user: { sub: 'usr-1' },
          accessToken: 'at-1',
        });
      }
    }
  });

  it('come from no cookie that the browser did not send', async () => {
    const sessions = world.sessions();
    const foreign = await world.signIn(sessions);
    // Next.js decodes the value of a cookie that another subdomain has set.
    const value = `x; ${foreign.header}`;
    const cookies = async () => ({ getAll: () => [{ name: 'a', value }] });
    const redirect = (path: string): never => {
      throw new Error(`to ${path}`);
    };
    expect(await nextSessions(() => sessions, { cookies, redirect, NextResponse }).getSession()).toBeNull();
  });

  it('are required in the data layer, whatever the proxy did', async () => {
    const { requireSession } = parts(world.sessions());
    await expect(requireSession('/orders')).rejects.toThrow('to /auth/sign-in?returnTo=%2Forders');
    await expect(requireSession('//evil.example')).rejects.toThrow('to /auth/sign-in?returnTo=%2F');
  });

  it('are not changed by the proxy on the paths of the handlers', async () => {
    const sessions = world.sessions();
    world.tokenSeconds = 0;
    const jar = await world.signIn(sessions);
    const init = { method: 'POST', headers: { origin: ORIGIN } };
    const { proxy, handlers } = parts(sessions);
    expect((await proxy(jar.request('/auth/sign-out', init))).headers.getSetCookie()).toEqual([]);
    jar.apply((await handlers.POST(jar.request('/auth/sign-out', init))).headers.getSetCookie());
    expect([jar.cookies.size, world.refreshes]).toEqual([0, 0]);
    expect((await handlers.GET(jar.request('/auth/other'))).status).toBe(404);
  });

  it('are refused for changes from other origins and during outages', async () => {
    const sessions = world.sessions();
    world.tokenSeconds = 0;
    const jar = await world.signIn(sessions);
    const { proxy } = parts(sessions);
    const init = { method: 'POST', headers: { origin: 'https://evil.example' } };
    expect((await proxy(jar.request('/page', init))).status).toBe(403);
    world.refusal = { status: 503, error: 'unavailable' };
    expect((await proxy(jar.request('/page'))).status).toBe(503);
  });
});
