/** Pages for signed-in users, rendered on a server with Express: a list of projects, and a form that creates one. */
import { CpodClient } from '@cpod/sdk';
import { createSessions, type Session } from '@cpod/sdk/session';
import { cpodSession, requireSession, sessionOf } from '@cpod/sdk/session/express';
import express, { type NextFunction, type Request, type Response } from 'express';

const { CPOD_BASE_URL: baseUrl, CPOD_CLIENT_ID = '', CPOD_CLIENT_SECRET = '' } = process.env;
const { CPOD_SESSION_KEYS = '', ORIGIN = 'http://localhost:3000', PORT = '3000' } = process.env;

const sessions = createSessions({
  baseUrl,
  clientId: CPOD_CLIENT_ID,
  clientSecret: CPOD_CLIENT_SECRET,
  redirectUri: `${ORIGIN}/auth/callback`,
  postLogoutRedirectUri: `${ORIGIN}/`,
  scope: 'openid email offline_access projects.read projects.write',
  keys: CPOD_SESSION_KEYS.split(','),
  onFault: (fault) => process.stderr.write(`Session fault: ${String(fault)}\n`),
});

const app = express();
app.use(cpodSession(sessions));

app.get('/', (request, response) => {
  const session = sessionOf(request, sessions);
  const body = session
    ? `<p>Signed in as ${escape(session.user['email'])}</p>
      <p><a href="/projects">Projects</a></p>
      <form method="post" action="/auth/sign-out"><button>Sign out</button></form>`
    : `<p><a href="${sessions.signInPath('/projects')}">Sign in</a></p>`;
  response.send(page(body));
});

app.get('/projects', requireSession(sessions), async (request, response) => {
  const projects = await clientOf(request).projects.list().all();
  const items = projects.map(({ name }) => `<li>${escape(name)}</li>`).join('');
  const form = `<form method="post"><input name="key" placeholder="Key" /><input name="name" placeholder="Name" />
    <button>Create</button></form>`;
  response.send(page(`<ul>${items}</ul>${form}`));
});

app.post('/projects', requireSession(sessions), express.urlencoded(), async (request, response) => {
  const { key, name } = request.body as Readonly<Record<string, string>>;
  await clientOf(request).projects.create({ key: String(key), name: String(name) });
  response.redirect(303, '/projects');
});

app.use((fault: unknown, _request: Request, response: Response, _next: NextFunction) => {
  process.stderr.write(`${String(fault)}\n`);
  response.status(502).send(page('<p>The platform refused the request.</p>'));
});

app.listen(Number(PORT), () => process.stdout.write(`Open ${ORIGIN}\n`));

/** Returns a client that acts as the signed-in user. The platform authorizes each of its calls. */
function clientOf(request: Request): CpodClient {
  const session: Session | null = sessionOf(request, sessions);
  if (session === null) throw new Error('The route needs requireSession.');
  return CpodClient.fromToken(session.accessToken, { baseUrl });
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><title>Projects</title>${body}</html>`;
}

function escape(value: unknown): string {
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
