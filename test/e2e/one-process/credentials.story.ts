import * as oauth from 'oauth4webapi';
import type { CredentialWithKey } from '../../../src/modules/credentials/contract/credentials.types';
import type { ValidateTokenResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/auth';
import { eventually } from '../../support/eventually';
import { expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const API_KEY = 'urn:cpod:params:oauth:token-type:api_key';
const SCOPES = ['projects.read', 'credentials.read', 'credentials.write', 'admin'];
/** Allows http, because the installation under test has no TLS proxy. */
const INSECURE = { [oauth.allowInsecureRequests]: true };

/** @param borrow returns the installation, once it is running. */
export const credentialsStory = (borrow: () => Installation): void =>
  describe('API keys', () => {
    let installation: Installation;
    let token: string;
    let clientId: string;

    beforeAll(async () => {
      installation = borrow();
      const admin = await installation.adminToken();
      const app = await installation.register(admin, { declared_scopes: SCOPES, default_scopes: SCOPES });
      clientId = app.client_id;
      token = await installation.token(app.client_id, app.client_secret);
    });

    const make = async (scopes: readonly string[]): Promise<CredentialWithKey> => {
      const json = { name: 'CI', scopes };
      const answer = await installation.backend<CredentialWithKey>('/v1/credentials', { token, json });
      expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
      return answer.body;
    };

    const use = async (bearer: string): Promise<number> =>
      (await installation.backend('/v1/projects', { token: bearer })).status;

    /** Exchanges an API key for a token, with oauth4webapi and the discovered endpoints. */
    const exchange = async (key: string, parameters: Record<string, string> = {}) => {
      const issuer = new URL(installation.backendUrl);
      const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...INSECURE });
      const server = await oauth.processDiscoveryResponse(issuer, found);
      expect(server.grant_types_supported).toContain(TOKEN_EXCHANGE);
      const client = { client_id: clientId };
      const form = { subject_token: key, subject_token_type: API_KEY, ...parameters };
      const response = await oauth.genericTokenEndpointRequest(
        server,
        client,
        oauth.None(),
        TOKEN_EXCHANGE,
        form,
        INSECURE,
      );
      return oauth.processGenericTokenEndpointResponse(server, client, response);
    };

    test('a key is created, used, exchanged and revoked, after which neither it nor its tokens work', async () => {
      const { key, id } = await make(['projects.read', 'credentials.read']);
      expect(await use(key)).toBe(200);
      const made = await exchange(key, { scope: 'projects.read' });
      expect(made).toMatchObject({
        token_type: 'bearer',
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        scope: 'projects.read',
      });
      expect(await use(made.access_token)).toBe(200);
      const sidecars = installation.everySidecar();
      for (const sidecar of sidecars) {
        const verdict = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', { token: key });
        expect(verdict).toMatchObject({ valid: true, subject: clientId, claims: { credential_id: id } });
      }
      const revoked = await installation.backend(`/v1/credentials/${id}/revoke`, { token, method: 'POST' });
      expect([revoked.status, revoked.body]).toMatchObject([200, { status: 'revoked' }]);
      await eventually(async () => {
        for (const bearer of [key, made.access_token]) {
          expect(await use(bearer)).toBe(401);
          for (const sidecar of sidecars) {
            const verdict = await sidecar.call('AuthService', 'ValidateToken', { token: bearer });
            expect(verdict).toMatchObject({ valid: false });
          }
        }
      });
      await eventually(() => expect(exchange(key)).rejects.toMatchObject({ error: 'invalid_request', status: 400 }));
    });

    test('a key with the scope admin administers its tenant at the control plane, as X-API-Key or as a bearer token', async () => {
      const [admin, reader] = [await make(['admin']), await make(['projects.read'])];
      const list = (headers: Record<string, string>) => installation.controlPlane('/api/v1/apps', { headers });
      expect((await list({ 'x-api-key': admin.key })).status).toBe(200);
      expect((await list({ authorization: `Bearer ${admin.key}` })).status).toBe(200);
      expectError(await list({ 'x-api-key': reader.key }), 403, 'forbidden');
      expectError(await list({ 'x-api-key': 'cpod_x' }), 401, 'unauthorized');
      expectError(await list({ 'x-api-key': 'anything' }), 401, 'unauthorized');
      expectError(await list({}), 401, 'unauthorized');
    });

    test('no log contains a key', async () => {
      const { key } = await make(['projects.read']);
      await use(key);
      await use(`${key}x`);
      await exchange(key);
      await installation.controlPlane('/api/v1/apps', { headers: { 'x-api-key': key } });
      expect(installation.logs()).not.toContain(key.slice(17, 60));
      const stored = await installation.query<{ found: string }>(
        `SELECT 'audit' AS found FROM audit.events AS e WHERE e::text LIKE $1
       UNION ALL SELECT 'outbox' FROM kernel.outbox AS o WHERE o::text LIKE $1
       UNION ALL SELECT 'changes' FROM kernel.changes AS c WHERE c::text LIKE $1`,
        [`%${key.slice(17, 60)}%`],
      );
      expect(stored).toEqual([]);
    });
  });
