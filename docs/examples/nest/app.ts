/** Pages for signed-in users, rendered on a server with NestJS: a list of projects, and a form that creates one. */
import 'reflect-metadata';
import { Body, Controller, Get, Header, Module, Post, Redirect, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CpodClient } from '@cpod/sdk';
import { createSessions, type Session } from '@cpod/sdk/session';
import { CpodSession, sessionGuard, sessionMiddleware, sessionOf } from '@cpod/sdk/session/nest';

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

@Controller()
class HomeController {
  @Get()
  @Header('content-type', 'text/html')
  home(@Req() request: object): string {
    const session = sessionOf(request, sessions);
    if (session === null) return page(`<p><a href="${sessions.signInPath('/projects')}">Sign in</a></p>`);
    return page(`<p>Signed in as ${escape(session.user['email'])}</p>
      <p><a href="/projects">Projects</a></p>
      <form method="post" action="/auth/sign-out"><button>Sign out</button></form>`);
  }
}

@Controller('projects')
@UseGuards(sessionGuard(sessions))
class ProjectsController {
  @Get()
  @Header('content-type', 'text/html')
  async list(@CpodSession(sessions) session: Session): Promise<string> {
    const projects = await clientOf(session).projects.list().all();
    const items = projects.map(({ name }) => `<li>${escape(name)}</li>`).join('');
    return page(`<ul>${items}</ul><form method="post"><input name="key" placeholder="Key" />
      <input name="name" placeholder="Name" /><button>Create</button></form>`);
  }

  @Post()
  @Redirect('/projects', 303)
  async create(@CpodSession(sessions) session: Session, @Body() body: Record<string, string>): Promise<void> {
    await clientOf(session).projects.create({ key: String(body['key']), name: String(body['name']) });
  }
}

@Module({ controllers: [HomeController, ProjectsController] })
class AppModule {}

/** Returns a client that acts as the signed-in user. The platform authorizes each of its calls. */
function clientOf(session: Session): CpodClient {
  return CpodClient.fromToken(session.accessToken, { baseUrl });
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><title>Projects</title>${body}</html>`;
}

function escape(value: unknown): string {
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.use(sessionMiddleware(sessions));
await app.listen(Number(PORT));
process.stdout.write(`Open ${ORIGIN}\n`);
