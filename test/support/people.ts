import { hash, randomBytes } from 'node:crypto';
import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp, type RegisteredApp } from '../../src/modules/apps/contract/apps.types';
import { AuthorizationPort } from '../../src/modules/oauth/contract/authorization.port';
import type { AuthorizationRequest, AuthorizationStep } from '../../src/modules/oauth/contract/authorization.types';
import { OauthPort } from '../../src/modules/oauth/contract/oauth.port';
import type { OauthRequest, TokenAnswer } from '../../src/modules/oauth/contract/oauth.types';
import { SessionsPort } from '../../src/modules/users/contract/sessions.port';
import { UsersPort } from '../../src/modules/users/contract/users.port';
import type { Session, User, UserRole } from '../../src/modules/users/contract/users.types';
import type { TestCore } from './test-core';

const ORIGIN = { ip: '192.0.2.1', userAgent: 'test', requestId: 'req-people' };
const TRACE = { requestId: 'req-people', ip: '192.0.2.1', traceparent: '' };

/** A signed-in person of a tenant. */
export interface Person {
  readonly user: User;
  readonly session: Session;
}

export async function makePerson({ context }: TestCore, tenantId: string, role: UserRole = 'member'): Promise<Person> {
  const email = `${newId('usr')}@example.com`;
  const input = { email, displayName: 'Ada Lovelace', role, password: null };
  const users = context.get(UsersPort);
  const created = await users.create(systemContext('req-people', tenantId), input);
  const user = await users.setStatus(systemContext('req-people', tenantId), created.id, 'active');
  const { session } = await context.get(SessionsPort).start(user, ['pwd'], ORIGIN);
  return { user, session };
}

/** Registers a user-facing app; `members` are those of a registration request. */
export function makeApp(
  { context }: TestCore,
  tenantId: string,
  members: Readonly<Record<string, unknown>> = {},
): Promise<RegisteredApp> {
  const input = newApp.parse({
    name: 'Shop',
    app_type: 'web',
    declared_scopes: ['openid', 'profile', 'email', 'offline_access', 'projects.read', 'projects.write'],
    redirect_uris: ['https://app.example/cb'],
    ...members,
  });
  return context.get(AppsPort).register(systemContext('req-people', tenantId), input);
}

/** Returns a PKCE verifier with its challenge. */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: hash('sha256', verifier, 'base64url') };
}

/** Returns the parameters of a valid authorization request; `changes` replace them, and `undefined` removes one. */
export function authorizationParameters(
  clientId: string,
  challenge: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): [string, string][] {
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'https://app.example/cb',
    scope: 'openid profile email offline_access projects.read',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  };
  return Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
}

export function authorizationRequest(
  parameters: readonly (readonly [string, string])[],
  session: Session | null,
  signInAskedAtMs: number | null = null,
): AuthorizationRequest {
  return { parameters, session, signInAskedAtMs, ...TRACE };
}

/** Returns the members of a response in the redirect URI. */
export function answerOf(step: AuthorizationStep): Readonly<Record<string, string>> {
  if (step.step === 'form_post') return step.fields;
  if (step.step !== 'redirect') throw new Error(`Expected a redirect: ${JSON.stringify(step)}`);
  return Object.fromEntries(new URL(step.location).searchParams);
}

/** Responds to a request on behalf of a user who consents if the consent page is shown. */
export async function agreeTo(
  port: AuthorizationPort,
  request: AuthorizationRequest,
  remember = true,
): Promise<AuthorizationStep> {
  const step = await port.authorize(request);
  return step.step === 'consent' ? port.consent(request, { allow: true, remember, shown: step.shown }) : step;
}

/** Returns a code and its verifier for a user who consents. */
export async function codeFor(
  { context }: TestCore,
  app: RegisteredApp,
  { session }: Person,
  changes: Readonly<Record<string, string | undefined>> = {},
  more: readonly (readonly [string, string])[] = [],
): Promise<{ readonly code: string; readonly verifier: string }> {
  const { verifier, challenge } = pkce();
  const parameters = [...authorizationParameters(app.client_id, challenge, changes), ...more];
  const step = await agreeTo(context.get(AuthorizationPort), authorizationRequest(parameters, session));
  const { code } = answerOf(step);
  if (code === undefined) throw new Error(`There is no code: ${JSON.stringify(step)}`);
  return { code, verifier };
}

/** Returns a request to an endpoint from a client that authenticates with its secret or, without one, its id. */
export function clientRequest(app: RegisteredApp, form: Readonly<Record<string, unknown>>): OauthRequest {
  const { client_id, client_secret } = app;
  const authorization =
    client_secret === undefined
      ? undefined
      : `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
  return { form: client_secret === undefined ? { client_id, ...form } : form, authorization, ...TRACE };
}

/** Returns the form that exchanges a code. */
export function codeForm(
  code: string,
  verifier: string,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const known = { grant_type: 'authorization_code', redirect_uri: 'https://app.example/cb' };
  return { ...known, code, code_verifier: verifier, ...changes };
}

/** Gets a person's tokens for an app through the complete flow. */
export async function tokensFor(
  core: TestCore,
  app: RegisteredApp,
  person: Person,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<TokenAnswer & { readonly refresh_token: string }> {
  const { code, verifier } = await codeFor(core, app, person, changes);
  const answer = await core.context.get(OauthPort).token(clientRequest(app, codeForm(code, verifier)));
  return { ...answer, refresh_token: answer.refresh_token ?? '' };
}
