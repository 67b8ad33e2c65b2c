import { createHmac } from 'node:crypto';
import type { MintAgentTokenResponse } from '../../../src/kernel/grpc/generated/cpod/clients/v1/auth';
import type {
  RefreshTokenResponse,
  ValidatePlatformContextResponse,
  ValidateSamlAssertionResponse,
} from '../../../src/kernel/grpc/generated/coresdk/v1/auth';
import type { AgentSpawnGateResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/datagate';
import { canonicalJson } from '../../../src/kernel/json/canonical-json';
import type { App, AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { SamlProvider } from '../../../src/modules/saml/contract/saml-providers.types';
import { eventually } from '../../support/eventually';
import type { GrpcClient } from '../../support/grpc-client';
import { expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { assertionXml, AUDIENCE, encode, ENTITY_ID, IDP, RECIPIENT, sign } from '../../support/saml';
import { OWNER } from './owner';

/** @param borrow returns the installation, once it is running. */
export const delegationStory = (borrow: () => Installation): void =>
  describe('delegation', () => {
    let installation: Installation;
    let admin: string;
    let sidecars: readonly GrpcClient[];

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      sidecars = installation.everySidecar();
    });

    const sidecar = (index: number): GrpcClient => {
      const found = sidecars[index % sidecars.length];
      if (!found) throw new Error('There is no sidecar.');
      return found;
    };

    test('an agent can do only what its token allows, and nothing after its parent is revoked', async () => {
      const app = await installation.register(admin);
      const parentToken = await installation.token(app.client_id, app.client_secret);
      const minted = await sidecar(0).call<MintAgentTokenResponse>('AuthService', 'MintAgentToken', {
        parentToken,
        targetService: 'reports',
        scopes: ['projects.read'],
      });
      const { token } = minted;
      expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
      const write = await installation.backend('/v1/projects', { token, json: { key: 'AG', name: 'By an agent' } });
      expect(write.status).toBe(403);
      const revoked = await sidecar(1).call<{ success: boolean }>('AuthService', 'RevokeToken', { token: parentToken });
      expect(revoked.success).toBe(true);
      await eventually(async () => expect((await installation.backend('/v1/projects', { token })).status).toBe(401));
    });

    test('a person’s agent ends with the person’s token', async () => {
      const login = await installation.controlPlane<{ token: string }>('/auth/login', { json: OWNER });
      expect(login.status).toBe(200);
      const spawned = await sidecar(0).call<AgentSpawnGateResponse>('DataGateService', 'AgentSpawnGate', {
        userJwt: login.body.token,
        agentId: 'planner',
        capabilities: ['projects.read', 'no.such.scope'],
        ttlSecs: 60,
      });
      expect(spawned).toMatchObject({ allowed: true, effectivePermissions: ['projects.read'], error: null });
      expect(spawned.grantedTtlSecs).toBe(60);
      const token = spawned.agentToken;
      expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
      await sidecar(1).call('AuthService', 'RevokeToken', { token: login.body.token });
      await eventually(async () => expect((await installation.backend('/v1/projects', { token })).status).toBe(401));
    });

    test('an app signs a context with the secret that it got over REST', async () => {
      const app = await installation.register(admin, { platform_context: true });
      const context = (by: AppWithSecret): object => {
        const signed = {
          tenant_id: 'default',
          client_id: by.client_id,
          permissions: ['projects.read', 'audit.read'],
          issued_at: new Date().toISOString(),
        };
        const signature = createHmac('sha256', by.client_secret).update(canonicalJson(signed)).digest('base64');
        const rawContext = Buffer.from(JSON.stringify({ ...signed, signature })).toString('base64');
        return { rawContext, tenantId: 'default', clientId: by.client_id };
      };
      const ask = (index: number, by: AppWithSecret) =>
        sidecar(index).call<ValidatePlatformContextResponse>('AuthService', 'ValidatePlatformContext', context(by));
      const valid = { valid: true, permissions: ['projects.read'], error: '' };
      expect(await ask(0, app)).toEqual(valid);
      expect(await ask(1, { ...app, client_secret: 'another' })).toMatchObject({ valid: false, permissions: [] });
      const path = `/v1/oauth/apps/${app.client_id}`;
      const rotated = await installation.backend<AppWithSecret>(`${path}/rotate-secret`, {
        token: admin,
        json: { overlap_seconds: 0 },
      });
      await eventually(async () => expect(await ask(1, app)).toMatchObject({ valid: false }));
      expect(await ask(1, rotated.body)).toEqual(valid);
      const refused = await installation.backend<App>(path, {
        method: 'PATCH',
        token: admin,
        json: { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.example/jwks' },
      });
      expectError(refused, 400, 'invalid_request');
    });

    test('a browser app without rotation is refused, and an invalid refresh token gets an OK response without a token', async () => {
      const spa = { name: 'Spa', app_type: 'spa', redirect_uris: ['https://a.example/cb'], refresh_rotation: false };
      expectError(await installation.backend('/v1/oauth/apps', { token: admin, json: spa }), 400, 'invalid_request');
      const answer = await sidecar(0).call<RefreshTokenResponse>('AuthService', 'RefreshToken', {
        refreshToken: 'rt_x',
      });
      expect(answer).toMatchObject({ token: '', expiresAt: 0, error: { extensions: { reason: 'invalid_grant' } } });
    });

    test('an identity provider is registered over REST, and its assertion is accepted once', async () => {
      const json = {
        entityId: ENTITY_ID,
        name: 'IdP',
        certificates: [IDP.certificate],
        audience: AUDIENCE,
        recipients: [RECIPIENT],
        attributeMapping: { groups: 'groups' },
      };
      const path = '/api/v1/saml-providers';
      const made = await installation.controlPlane<SamlProvider>(path, { token: admin, json });
      expect(made.status).toBe(201);
      expectError(await installation.controlPlane(path, { token: admin, json }), 409, 'conflict');
      expectError(await installation.controlPlane(path, { json }), 401, 'unauthorized');
      const wrong = { ...json, entityId: 'https://x.example', certificates: ['x'] };
      expectError(await installation.controlPlane(path, { token: admin, json: wrong }), 400, 'invalid_request');
      const request = {
        assertionB64: encode(sign(assertionXml(Date.now()))),
        idpEntityId: ENTITY_ID,
        tenantId: 'default',
      };
      const ask = (index: number) =>
        sidecar(index).call<ValidateSamlAssertionResponse>('AuthService', 'ValidateSAMLAssertion', request);
      await eventually(async () => expect(await ask(0)).toMatchObject({ valid: true, userId: 'ada@example.com' }));
      for (const index of [0, 1]) {
        expect(await ask(index)).toMatchObject({ valid: false, error: { extensions: { reason: 'replayed' } } });
      }
      const gone = await installation.controlPlane(`${path}/${made.body.id}`, { method: 'DELETE', token: admin });
      expect(gone.status).toBe(204);
      expectError(await installation.controlPlane(`${path}/${made.body.id}`, { token: admin }), 404, 'not_found');
    });
  });
