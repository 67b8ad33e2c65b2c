import type { Connection, ConnectionDomain } from '../../src/modules/connections/contract/connections.types';
import { TxtResolver } from '../../src/kernel/network/txt-resolver';
import { CookieBrowser, hiddenFields, type PageAnswer } from './browser-form';
import { openControlPlane } from './control-plane';
import { type Answer, call, type Call } from './http-client';
import { makeApp } from './people';
import { openAllCore, type TestCore } from './test-core';
import { createTestDatabase, type TestDatabase } from './test-database';
import { makeTenant, type TestTenant, tokenOf } from './two-tenants';

/** The redirect URI of every connection of a test installation, whose issuer is the default. */
export const REDIRECT_URI = 'http://localhost:8000/oauth/connections/callback';
/** The redirect URI of the app that people sign in to. */
const APP_CALLBACK = 'https://app.example/cb';

/** An installation with a tenant, for tests of sign-in through identity providers. */
export class ConnectionsWorld {
  /** TXT records by name. Names that are missing have no record; `null` stands for name servers that do not respond. */
  readonly records = new Map<string, readonly string[] | null>();

  private constructor(
    readonly database: TestDatabase,
    readonly core: TestCore,
    readonly plane: Awaited<ReturnType<typeof openControlPlane>>,
  ) {
    this.core.context.get(TxtResolver).recordsOf = (name) => {
      const records = this.records.get(name) ?? [];
      return this.records.get(name) === null ? Promise.reject(new Error('No response.')) : Promise.resolve(records);
    };
  }

  /** @param port the port of the control plane; 0: any free port. */
  static async open(environment: Readonly<Record<string, string>> = {}, port = 0): Promise<ConnectionsWorld> {
    const database = await createTestDatabase();
    const core = await openAllCore(database, { CONNECTIONS_PRIVATE_ADDRESSES: 'true', ...environment });
    await core.context.init();
    return new ConnectionsWorld(database, core, await openControlPlane(core, port));
  }

  async close(): Promise<void> {
    await this.plane.close();
    await this.core.close();
    await this.database.drop();
  }

  /** Creates a tenant with an app and an administrator's token. @param callback the redirect URI of the app. */
  async tenant(name: string, callback = APP_CALLBACK): Promise<ConnectionsTenant> {
    const tenant = await makeTenant(this.core, name);
    const app = await makeApp(this.core, tenant.id, { first_party: true, redirect_uris: [callback] });
    const of = { clientId: app.client_id, callback };
    return new ConnectionsTenant(this, tenant, of, await tokenOf(this.core, tenant, { scope: 'admin' }));
  }
}

/** A tenant of a {@link ConnectionsWorld}. */
export class ConnectionsTenant {
  constructor(
    readonly world: ConnectionsWorld,
    readonly tenant: TestTenant,
    private readonly app: { readonly clientId: string; readonly callback: string },
    private readonly admin: string,
  ) {}

  get id(): string {
    return this.tenant.id;
  }

  send<T = Record<string, unknown>>(
    method: string,
    path: string,
    json?: unknown,
    more: Partial<Call> = {},
  ): Promise<Answer<T>> {
    const body = json === undefined ? {} : { json };
    return call<T>(`${this.world.plane.url}/api/v1${path}`, { method, token: this.admin, ...body, ...more });
  }

  async connect(members: object): Promise<Connection> {
    const { status, body, text } = await this.send<Connection>('POST', '/connections', { name: 'Company', ...members });
    if (status !== 201) throw new Error(text);
    return body;
  }

  /** Adds a domain to a connection and verifies it. */
  async verifyDomain(connectionId: string, domain: string): Promise<void> {
    const path = `/connections/${connectionId}/domains`;
    const { body } = await this.send<ConnectionDomain>('POST', path, { domain });
    this.world.records.set(body.recordName, ['other', body.recordValue]);
    const { status, text } = await this.send('POST', `${path}/${domain}/verify`);
    if (status !== 200) throw new Error(text);
  }

  /** The path of an authorization request of the app. */
  authorizePath(more: Readonly<Record<string, string>> = {}): string {
    return `/oauth/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: this.app.clientId,
      redirect_uri: this.app.callback,
      scope: 'openid',
      state: 'state-of-the-app',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      ...more,
    }).toString()}`;
  }

  browser(): SignInBrowser {
    return new SignInBrowser(this, new CookieBrowser(this.world.plane.url));
  }
}

/** A browser that signs in through a provider. */
export class SignInBrowser {
  constructor(
    private readonly tenant: ConnectionsTenant,
    readonly cookies: CookieBrowser,
  ) {}

  signInPage(more: Readonly<Record<string, string>> = {}): Promise<PageAnswer> {
    return this.cookies.get(this.tenant.authorizePath(more));
  }

  /** Opens the sign-in page and follows a provider's button. @returns the URL at the provider. */
  async start(connectionId: string, more: Readonly<Record<string, string>> = {}): Promise<URL> {
    const page = await this.signInPage(more);
    const [, href = ''] = new RegExp(`id="${connectionId}"\\s+href="([^"]*)"`).exec(page.text) ?? [];
    if (href === '') throw new Error(`The sign-in page has no button: ${page.status} ${page.text}`);
    const answer = await this.cookies.get(href.replaceAll('&amp;', '&'));
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`The browser is not sent to the provider: ${answer.status} ${answer.text}`);
    return new URL(location);
  }

  /** Follows the provider's redirect back. */
  back(url: URL): Promise<PageAnswer> {
    return this.cookies.get(`${url.pathname}${url.search}`);
  }

  /** Proves an account on the page that asks for it. */
  prove(page: PageAnswer, credentials: { readonly email: string; readonly password: string }): Promise<PageAnswer> {
    return this.cookies.post('/oauth/connections/link', { ...hiddenFields(page), ...credentials });
  }

  /** Sends the code of an authenticator app on the page for the second factor. */
  enterCode(page: PageAnswer, code: string): Promise<PageAnswer> {
    return this.cookies.post('/oauth/second-factor', { ...hiddenFields(page), code });
  }

  /** Returns the redirect to the app, after sign-in; `null` if the browser is not signed in. */
  async appRedirect(): Promise<URL | null> {
    const { headers } = await this.signInPage();
    const location = headers.get('location');
    return location === null ? null : new URL(location);
  }
}
