/**
 * The report desk: users sign in, a skill turns their figures into a report, and the desk stores the report as a file.
 * The tenant's policy decides what users can do: it denies the deletion of reports. There is no framework, so that
 * you can see all the code.
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

/** In memory: users must sign in again after a restart. In a real app, use a store that all servers share. */
const pendingLogins = new Map<string, PendingLogin>();
const users = new Map<string, CpodClient>();

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** The handlers, by method and path. */
const routes: Readonly<Record<string, (exchange: Exchange) => Promise<void>>> = {
  'GET /login': async ({ response }) => {
    const { url, pending } = await CpodClient.beginLogin(LOGIN, { baseUrl });
    const id = newId();
    pendingLogins.set(id, pending);
    response.writeHead(303, { location: url, 'set-cookie': cookie('desk-login', id) }).end();
  },

  'GET /callback': async ({ request, response, url }) => {
    const id = cookieOf(request, 'desk-login');
    const pending = pendingLogins.get(id);
    // A sign-in accepts only one response: a repeated response is not valid.
    pendingLogins.delete(id);
    if (!pending) throw new LoginError('state_mismatch', 'This browser has not started a sign-in.');
    const tokens = await CpodClient.exchangeCode(url, pending, { baseUrl, clientSecret: CPOD_CLIENT_SECRET });
    const session = newId();
    users.set(session, CpodClient.fromToken(tokens, { baseUrl, client }));
    response.setHeader('set-cookie', cookie('desk-session', session));
    send(response, 200, { signedIn: tokens.idClaims?.['sub'] });
  },

  'POST /reports': async ({ request, response }) => {
    const user = userOf(request);
    const { id } = await user.skills.run('report', await bodyOf(request));
    const seen: string[] = [];
    for await (const { type, stage } of user.jobs.watch(id)) seen.push(stage ? `${type}: ${stage}` : type);
    const { status, output, error } = await user.jobs.get(id);
    if (status !== 'completed') return send(response, 422, { id, status, error: error?.message, seen });
    const file = await user.files.write('shared', `reports/${id}.json`, JSON.stringify(output), {
      contentType: 'application/json',
      ifNoneMatch: '*',
    });
    send(response, 201, { id, seen, report: output, file: file.uri });
  },

  'GET /reports': async ({ request, response }) => {
    const files = userOf(request).files.list({ tier: 'shared', prefix: 'reports/' });
    send(response, 200, { reports: (await files.all(100)).map(({ key }) => key) });
  },

  'DELETE /reports': async ({ request, response, url }) => {
    await userOf(request).files.delete('shared', `reports/${url.searchParams.get('id') ?? ''}.json`);
    response.writeHead(204).end();
  },
};

createServer((request, response) => {
  const url = new URL(request.url ?? '/', home);
  const route = routes[`${request.method} ${url.pathname}`];
  if (!route) return send(response, 404, { error: 'not_found' });
  route({ request, response, url }).catch((fault: unknown) => refuse(response, fault));
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`The report desk is at ${home}/login\n`));

/** Passes on a refusal by the backend, with its status. Every other failure is treated as a refusal, too. */
function refuse(response: ServerResponse, fault: unknown): void {
  if (fault instanceof ApiError) return send(response, fault.status, { error: fault.code, reason: fault.reason });
  if (fault instanceof LoginError) return send(response, 401, { error: fault.code });
  if (fault instanceof SyntaxError) return send(response, 400, { error: 'invalid_request' });
  process.stderr.write(`${String(fault)}\n`);
  send(response, 503, { error: 'unavailable' });
}

function userOf(request: IncomingMessage): CpodClient {
  const user = users.get(cookieOf(request, 'desk-session'));
  if (!user) throw new LoginError('login_required', 'Sign in first.');
  return user;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BYTES) throw new SyntaxError(`The body must not exceed ${MAX_BYTES} bytes.`);
  }
  return JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const newId = (): string => randomBytes(32).toString('base64url');

/** `Lax`: browsers send it on the redirect after the sign-in, but not with other sites' forms. Add `Secure` behind TLS. */
const cookie = (name: string, value: string): string => `${name}=${value}; HttpOnly; SameSite=Lax; Path=/`;

function cookieOf({ headers }: IncomingMessage, name: string): string {
  const all = (headers.cookie ?? '').split('; ').map((one) => one.split('='));
  return all.find(([own]) => own === name)?.[1] ?? '';
}
