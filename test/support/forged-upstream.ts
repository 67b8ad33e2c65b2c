import { createServer, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { freePorts } from './free-ports';

/**
 * A provider that does whatever a test tells it: a hostile one, or one with the quirks of Apple and GitHub, which cannot run here. Honest
 * providers are tested with oidc-provider (`upstream-provider.ts`).
 */
export interface ForgedUpstream {
  readonly issuer: string;
  /** The behavior of the provider. Every member can be changed at any time. */
  readonly does: {
    metadata: Readonly<Record<string, unknown>>;
    /** Answers the request for metadata itself, for attacks below JSON; `null` sends the metadata. */
    answersMetadata: ((response: ServerResponse) => void) | null;
    /** Replaces claims of the ID token, which is otherwise valid for the client `coresdk`. */
    claims: JWTPayload;
    /** Signs with a key that it does not publish. */
    signsWithOtherKey: boolean;
    /** Answers of other paths, as JSON. */
    answers: Readonly<Record<string, unknown>>;
  };
  /** The forms that it received at its token endpoint, newest last. */
  readonly tokenRequests: readonly URLSearchParams[];
  readonly close: () => Promise<void>;
}

export async function openForgedUpstream(): Promise<ForgedUpstream> {
  const [port] = await freePorts(1);
  const issuer = `http://127.0.0.1:${port}`;
  const [published, hidden] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(published.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const does: ForgedUpstream['does'] = {
    metadata: {},
    answersMetadata: null,
    claims: {},
    signsWithOtherKey: false,
    answers: {},
  };
  const tokenRequests: URLSearchParams[] = [];
  const idToken = (): Promise<string> => {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'coresdk', sub: 'forged', iat: seconds, exp: seconds + 300, ...does.claims };
    const { privateKey } = does.signsWithOtherKey ? hidden : published;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', issuer);
    const send = (body: unknown): void => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    };
    if (pathname in does.answers) send(does.answers[pathname]);
    else if (pathname === '/.well-known/openid-configuration') {
      if (does.answersMetadata !== null) does.answersMetadata(response);
      else send({ ...metadataOf(issuer), ...does.metadata });
    } else if (pathname === '/jwks') send({ keys: [jwk] });
    else if (pathname === '/token') {
      let body = '';
      request.on('data', (chunk: Buffer) => void (body += chunk.toString('utf8')));
      request.on('end', () => {
        tokenRequests.push(new URLSearchParams(body));
        void idToken().then((token) => send({ access_token: 'at', token_type: 'Bearer', id_token: token }));
      });
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    issuer,
    does,
    tokenRequests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function metadataOf(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}
