import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express, { type Request, type Response } from 'express';
import passport from 'passport';
import { AppError } from '../../../kernel/errors/app-error';
import { setSentBody } from '../../../kernel/http/body/accepted-body';
import type { PasskeysPort } from '../../factors/contract/passkeys.port';
import type { SignInPort } from '../../users/contract/sign-in.port';
import type { SignInOrigin, SignInOutcome } from '../../users/contract/users.types';
import type { PasskeyForms } from './browser/passkey-forms';
import type { Visit } from './browser/visit';
import { SignInStrategies } from './sign-in-strategies';

const ORIGIN: SignInOrigin = { ip: '192.0.2.1', userAgent: 'test', requestId: 'req-1' };
const THROTTLED: SignInOutcome = { outcome: 'throttled', retryAfterSeconds: 7 };

/** Redirects to an identity provider, like methods that will be added later. */
class Elsewhere extends passport.Strategy {
  override readonly name = 'elsewhere';

  override authenticate(_request: Request, { tenantId }: { readonly tenantId: string | null }): void {
    this.redirect(`https://idp.example.com/?tenant=${tenantId ?? ''}`, 303);
  }
}

let server: Server;
let asked: unknown[];
let outcome: () => Promise<SignInOutcome>;
let ended: PromiseWithResolvers<SignInOutcome | null>;

beforeAll(async () => {
  const ports: SignInPort = {
    withPassword: (...attempt) => {
      asked.push(attempt);
      return outcome();
    },
    withEmailCode: (...attempt) => {
      asked.push(attempt);
      return outcome();
    },
    proveForLink: () => Promise.reject(new Error('No strategy proves accounts for links.')),
    anywhere: (...attempt) => {
      asked.push(attempt);
      return outcome();
    },
  };
  const forms: Pick<PasskeyForms, 'site' | 'answer'> = {
    site: () => ({ rpId: 'localhost', origins: ['http://localhost'] }),
    answer: (_visit, use, userId, form) =>
      form.value('answer') === '' ? null : { challenge: `${use}${userId}`, json: form.value('answer') },
  };
  const passkeys: Pick<PasskeysPort, 'signIn'> = {
    signIn: (_site, tenantId, answer) => {
      asked.push([tenantId, answer]);
      return Promise.resolve(null);
    },
  };
  const strategies = new SignInStrategies(ports, forms as PasskeyForms, passkeys as PasskeysPort);
  strategies.use(new Elsewhere());
  const app = express();
  app.use(express.raw({ type: '*/*' }), (request: Request, response: Response) => {
    setSentBody(request, { type: 'application/x-www-form-urlencoded', bytes: request.body as Buffer });
    const tenantId = request.path === '/anywhere' ? null : 'tnt-a';
    const run = async () => strategies.run({ request, origin: ORIGIN } as Visit, response, tenantId);
    run().then(
      (found) => {
        ended.resolve(found);
        if (found !== null) response.end();
      },
      (error: unknown) => {
        ended.reject(error);
        response.end();
      },
    );
  });
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  asked = [];
  outcome = () => Promise.resolve(THROTTLED);
  ended = Promise.withResolvers();
});

async function send(fields: Readonly<Record<string, string>>, path = '/'): Promise<globalThis.Response> {
  const { port } = server.address() as AddressInfo;
  const body = new URLSearchParams(fields);
  ended.promise.catch(() => undefined);
  return fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, redirect: 'manual' });
}

describe('signing in through a strategy', () => {
  it('reads address and password from the form, and returns the port’s outcome', async () => {
    await send({ email: ' ada@example.com ', password: ' kept as it is ' });
    await expect(ended.promise).resolves.toEqual(THROTTLED);
    await send({ email: 'ada@example.com', password: 'x', method: 'password' }, '/anywhere');
    expect(asked).toEqual([
      ['tnt-a', 'ada@example.com', ' kept as it is ', ORIGIN],
      ['ada@example.com', 'x', ORIGIN],
    ]);
  });

  it('rejects with the port’s error', async () => {
    outcome = () => Promise.reject(new AppError('unavailable', 'The store is away.'));
    await send({ email: 'ada@example.com', password: 'x' });
    await expect(ended.promise).rejects.toThrow('The store is away.');
  });

  it('passes a passkey to its port, and refuses a form without one', async () => {
    await send({ method: 'passkey', answer: '{}' });
    await expect(ended.promise).resolves.toEqual({ outcome: 'refused' });
    ended = Promise.withResolvers();
    await send({ method: 'passkey' });
    await expect(ended.promise).resolves.toEqual({ outcome: 'refused' });
    expect(asked).toEqual([['tnt-a', { challenge: 'sign-in', json: '{}' }]]);
  });

  it('lets a strategy redirect the browser', async () => {
    const answer = await send({ method: 'elsewhere' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://idp.example.com/?tenant=tnt-a']);
    await expect(ended.promise).resolves.toBeNull();
    expect(asked).toEqual([]);
  });

  it('refuses an unknown method', async () => {
    await send({ method: 'session', email: 'ada@example.com', password: 'x' });
    await expect(ended.promise).rejects.toMatchObject({ code: 'invalid_request' });
    expect(asked).toEqual([]);
  });
});
