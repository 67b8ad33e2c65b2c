import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { CookieBrowser } from './browser-form';
import { freePorts } from './free-ports';

/** The claims of a person at the provider. `sub` identifies them. */
export type UpstreamPerson = Readonly<Record<string, unknown>> & { readonly sub: string };

/** A certified OpenID provider (oidc-provider) in this process, as somebody's company runs it. */
export interface UpstreamProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Sets who signs in next. */
  readonly personIs: (person: UpstreamPerson) => void;
  /** Signs that person in, as a browser would. @returns the URL to which the provider sends the browser back. */
  readonly signIn: (authorizationUrl: string) => Promise<URL>;
  readonly close: () => Promise<void>;
}

const SCOPES = 'openid email profile';

/** @param isAutomatic false: a page asks before the person is signed in. */
export async function openUpstream(redirectUri: string, isAutomatic = true): Promise<UpstreamProvider> {
  const [port] = await freePorts(1);
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['coresdk', 'secret-of-the-upstream-client'];
  let person: UpstreamPerson = { sub: 'nobody' };
  const people = new Map<string, UpstreamPerson>();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [redirectUri],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => people.get(accountId) ?? { sub: accountId },
    }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    adapter: MemoryAdapter,
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 300, IdToken: 300, Interaction: 300, Session: 300 },
    cookies: { keys: ['a key of the tests'] },
    loadExistingGrant: async ({ oidc }: ProviderContext) => {
      const accountId = oidc.session.accountId;
      const grant = new provider.Grant({ accountId, clientId });
      grant.addOIDCScope(SCOPES);
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  const server = createServer((request, response) => {
    const isInteraction = request.url?.startsWith('/interaction/') === true;
    if (!isInteraction) void callback(request, response);
    else if (isAutomatic || request.method === 'POST') {
      people.set(person.sub, person);
      void provider.interactionFinished(request, response, { login: { accountId: person.sub, remember: false } });
    } else {
      const page =
        '<!doctype html><title>Company</title><form method="post"><button>Sign in at the company</button></form>';
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    issuer,
    clientId,
    clientSecret,
    personIs: (next) => {
      person = next;
    },
    signIn: (authorizationUrl) => walkTo(new CookieBrowser(issuer), authorizationUrl, redirectUri),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Keeps the provider's sessions, codes and grants. Its own adapter warns that it is not for production. */
class MemoryAdapter {
  private readonly stored = new Map<string, Record<string, unknown>>();

  async upsert(id: string, payload: Record<string, unknown>): Promise<void> {
    this.stored.set(id, payload);
  }

  async find(id: string): Promise<Record<string, unknown> | undefined> {
    return this.stored.get(id);
  }

  async findByUid(uid: string): Promise<Record<string, unknown> | undefined> {
    return [...this.stored.values()].find((one) => one['uid'] === uid);
  }

  async consume(id: string): Promise<void> {
    const found = this.stored.get(id);
    if (found !== undefined) found['consumed'] = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.stored.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, one] of this.stored) if (one['grantId'] === grantId) this.stored.delete(id);
  }
}

interface ProviderContext {
  readonly oidc: { readonly session: { readonly accountId: string } };
}

async function walkTo(browser: CookieBrowser, start: string, end: string): Promise<URL> {
  let at = start;
  for (let step = 0; step < 8; step++) {
    const answer = await browser.get(at);
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`The provider shows a page: ${answer.status} ${answer.text}`);
    if (location.startsWith(end)) return new URL(location);
    at = new URL(location, at).href;
  }
  throw new Error('The provider redirects endlessly.');
}
