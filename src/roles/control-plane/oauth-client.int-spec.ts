import * as oauth from 'oauth4webapi';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import {
  agreeTo,
  answerOf,
  authorizationParameters,
  authorizationRequest,
  makeApp,
  makePerson,
  type Person,
} from '../../../test/support/people';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { AuthorizationPort } from '../../modules/oauth/contract/authorization.port';
import { createControlPlaneSurface } from './control-plane.surface';

const ISSUER = 'http://localhost:8000';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let tenantId: string;
let ada: Person;
let server: oauth.AuthorizationServer;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    trustedProxies: new Set(),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  tenantId = (await makeTenant(core, 'a')).id;
  ada = await makePerson(core, tenantId);
  const issuer = new URL(ISSUER);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

/** The metadata names the backend's paths; like the backend, the tests call the control plane instead. */
const options = {
  [oauth.allowInsecureRequests]: true,
  [oauth.customFetch]: (target: string, init: oauth.CustomFetchOptions<string, URLSearchParams | undefined>) =>
    fetch(target.replace(ISSUER, url).replace('/v1/oauth/', '/oauth/'), init as RequestInit),
} as const;

async function authorize(client: oauth.Client, verifier: string): Promise<URLSearchParams> {
  const challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const request = authorizationRequest(authorizationParameters(client.client_id, challenge), ada.session);
  const step = await agreeTo(core.context.get(AuthorizationPort), request);
  const callback = new URL('https://app.example/cb');
  callback.search = new URLSearchParams(answerOf(step)).toString();
  return oauth.validateAuthResponse(server, client, callback, 'state-1');
}

async function exchange(client: oauth.Client, authentication: oauth.ClientAuth): Promise<oauth.TokenEndpointResponse> {
  const verifier = oauth.generateRandomCodeVerifier();
  const parameters = await authorize(client, verifier);
  const redirectUri = 'https://app.example/cb';
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    redirectUri,
    verifier,
    options,
  );
  const checks = { expectedNonce: 'nonce-1', maxAge: 3600, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, checks);
  await oauth.validateApplicationLevelSignature(server, answer, options);
  return tokens;
}

/** Registers a client of the given kind, and returns it with its authentication method. */
async function makeClient(kind: string): Promise<[oauth.Client, oauth.ClientAuth]> {
  if (kind === 'private_key_jwt') {
    const { publicKey, privateKey } = await oauth.generateKeyPair('PS256');
    const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey);
    const members = { token_endpoint_auth_method: kind, jwks: { keys: [{ kty, n, e }] } };
    const { client_id } = await makeApp(core, tenantId, members);
    return [{ client_id }, oauth.PrivateKeyJwt(privateKey)];
  }
  const app = await makeApp(
    core,
    tenantId,
    kind === 'none' ? { app_type: 'spa' } : { token_endpoint_auth_method: kind },
  );
  const client = { client_id: app.client_id };
  if (app.client_secret === undefined) return [client, oauth.None()];
  const proof = kind === 'client_secret_post' ? oauth.ClientSecretPost : oauth.ClientSecretBasic;
  return [client, proof(app.client_secret)];
}

describe.each(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])(
  'a strict OpenID Connect client that authenticates with %s',
  (kind) => {
    it('signs a user in, reads the user info, refreshes, and revokes everything', async () => {
      const [client, authentication] = await makeClient(kind);
      const tokens = await exchange(client, authentication);
      const first = tokens.refresh_token ?? '';
      expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: ada.user.id, sid: ada.session.id });

      const userinfo = await oauth.userInfoRequest(server, client, tokens.access_token, options);
      expect(await oauth.processUserInfoResponse(server, client, ada.user.id, userinfo)).toMatchObject({
        name: 'Ada Lovelace',
        email: ada.user.email,
      });

      const refresh = await oauth.refreshTokenGrantRequest(server, client, authentication, first, options);
      const next = await oauth.processRefreshTokenResponse(server, client, refresh);
      expect(next.refresh_token).not.toBe(first);

      const last = next.refresh_token ?? '';
      if (kind !== 'none') {
        const asked = await oauth.introspectionRequest(server, client, authentication, next.access_token, options);
        const introspected = await oauth.processIntrospectionResponse(server, client, asked);
        expect(introspected).toMatchObject({ active: true, sub: ada.user.id });
      }
      const revoked = await oauth.revocationRequest(server, client, authentication, last, options);
      await oauth.processRevocationResponse(revoked);
      const late = await oauth.userInfoRequest(server, client, next.access_token, options);
      expect(late.status).toBe(401);
    });
  },
);
