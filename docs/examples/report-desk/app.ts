/**
 * The report desk: people sign in, have figures made into a report by a skill, watch it being made, and keep it as a file.
 * What they may do is decided by the tenant's policy: nobody deletes a report. No framework, so that all of it is seen.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ApiError, CpodClient, LoginError, type PendingLogin } from '@cpod/sdk';

const { CPOD_BASE_URL: baseUrl, CPOD_CLIENT_ID = '', CPOD_CLIENT_SECRET, PORT = '8765' } = process.env;
const home = `http://127.0.0.1:${PORT}`;
const client = { clientId: CPOD_CLIENT_ID, clientSecret: CPOD_CLIENT_SECRET };
const LOGIN = {
  clientId: CPOD_CLIENT_ID,
  redirectUri: `${home}/callback`,
  scope: 'openid offline_access skills.run jobs.read files.read files.write',
};
const MAX_BYTES = 64 * 1024;

/** In memory: whoever restarts the desk signs in again. Keep them in a store that the servers of a real app share. */
const begun = new Map<string, PendingLogin>();
const people = new Map<string, CpodClient>();

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** What the desk does, by method and path. */
const routes: Readonly<Record<string, (asked: Asked) => Promise<void>>> = {
  'GET /login': async ({ response }) => {
    const { url, pending } = await CpodClient.beginLogin(LOGIN, { baseUrl });
    const id = newId();
    begun.set(id, pending);
    response.writeHead(303, { location: url, 'set-cookie': cookie('desk-login', id) }).end();
  },

  'GET /callback': async ({ request, response, url }) => {
    const id = cookieOf(request, 'desk-login');
    const pending = begun.get(id);
    // Once: an answer that comes again is not of a sign-in that goes on here.
    begun.delete(id);
    if (!pending) throw new LoginError('state_mismatch', 'No sign-in was begun in this browser.');
    const tokens = await CpodClient.exchangeCode(url, pending, { baseUrl, clientSecret: CPOD_CLIENT_SECRET });
    const session = newId();
    people.set(session, CpodClient.fromToken(tokens, { baseUrl, client }));
    response.setHeader('set-cookie', cookie('desk-session', session));
    send(response, 200, { signedIn: tokens.idClaims?.['sub'] });
  },

  'POST /reports': async ({ request, response }) => {
    const person = personOf(request);
    const { id } = await person.skills.run('report', await bodyOf(request));
    const seen: string[] = [];
    for await (const { type, stage } of person.jobs.watch(id)) seen.push(stage ? `${type}: ${stage}` : type);
    const { status, output, error } = await person.jobs.get(id);
    if (status !== 'completed') return send(response, 422, { id, status, error: error?.message, seen });
    const file = await person.files.write('shared', `reports/${id}.json`, JSON.stringify(output), {
      contentType: 'application/json',
      ifNoneMatch: '*',
    });
    send(response, 201, { id, seen, report: output, file: file.uri });
  },

  'GET /reports': async ({ request, response }) => {
    const files = personOf(request).files.list({ tier: 'shared', prefix: 'reports/' });
    send(response, 200, { reports: (await files.all(100)).map(({ key }) => key) });
  },

  'DELETE /reports': async ({ request, response, url }) => {
    await personOf(request).files.delete('shared', `reports/${url.searchParams.get('id') ?? ''}.json`);
    response.writeHead(204).end();
  },
};

createServer((request, response) => {
  const url = new URL(request.url ?? '/', home);
  const route = routes[`${request.method} ${url.pathname}`];
  if (!route) return send(response, 404, { error: 'There is no such page.' });
  route({ request, response, url }).catch((fault: unknown) => refuse(response, fault));
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`The report desk is at ${home}/login\n`));

/** The backend's no is the desk's no, with its status; whatever else goes wrong is no permission either. */
function refuse(response: ServerResponse, fault: unknown): void {
  if (fault instanceof ApiError) return send(response, fault.status, { error: fault.code, reason: fault.reason });
  if (fault instanceof LoginError) return send(response, 401, { error: fault.code });
  if (fault instanceof SyntaxError) return send(response, 400, { error: 'invalid_request' });
  process.stderr.write(`${String(fault)}\n`);
  send(response, 503, { error: 'unavailable' });
}

function personOf(request: IncomingMessage): CpodClient {
  const person = people.get(cookieOf(request, 'desk-session'));
  if (!person) throw new LoginError('login_required', 'Sign in first.');
  return person;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BYTES) throw new SyntaxError('That is too much.');
  }
  return JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const newId = (): string => randomBytes(32).toString('base64url');

/** `Lax`: it comes along when the sign-in leads back here, and with no form of another site. Add `Secure` behind TLS. */
const cookie = (name: string, value: string): string => `${name}=${value}; HttpOnly; SameSite=Lax; Path=/`;

function cookieOf({ headers }: IncomingMessage, name: string): string {
  const all = (headers.cookie ?? '').split('; ').map((one) => one.split('='));
  return all.find(([own]) => own === name)?.[1] ?? '';
}
