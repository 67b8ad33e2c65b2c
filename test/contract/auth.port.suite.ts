import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { oauthConfig } from '../../src/modules/oauth/oauth.config';
import { systemContext } from '../../src/kernel/context/call-context';
import { newId, newUlid } from '../../src/kernel/ids/ids';
import type { AdmissionPort } from '../../src/modules/auth/contract/admission.port';
import type { AuthorizeQuery, AuthPort, ValidateToken } from '../../src/modules/auth/contract/auth.port';
import { CredentialsPort } from '../../src/modules/credentials/contract/credentials.port';
import type { TokenRefusal } from '../../src/modules/oauth/contract/access-token.types';
import { eventually } from '../support/eventually';
import { activateBundle } from '../support/policy-bundle';
import { queryAs } from '../support/test-database';
import { claimsOf, signToken, type TestTenant } from '../support/two-tenants';
import type { TestCore } from '../support/test-core';

/** The requirements that the auth port suite places on the adapter under test. */
export interface AuthWorld {
  readonly auth: AuthPort;
  readonly admissions: AdmissionPort;
  /** Issues tokens. */
  readonly issuer: TestCore;
  /** Validates tokens: the issuer itself, or the process at the other end of the connection. */
  readonly judge: TestCore;
  readonly a: TestTenant;
  readonly b: TestTenant;
  /** The superuser's URL, to inspect what was written. */
  readonly adminUrl: string;
  readonly close: () => Promise<void>;
}

/** An audience that the installation recognizes in addition to its issuer. */
export const OTHER_AUDIENCE = 'https://other.example';
/** The maximum staleness of the validator's data before the validator must refuse; the smallest allowed value. */
export const MAX_AGE_MS = 1_500;

/** The contract of {@link AuthPort}, for any adapter. */
export function authPortSuite(adapter: string, open: () => Promise<AuthWorld>): void {
  describe(`AuthPort, ${adapter}`, () => {
    let world: AuthWorld;
    const context = systemContext(newId('req'));

    beforeAll(async () => {
      world = await open();
    });

    afterAll(async () => {
      await world.close();
    });

    const validate = (token: string, options: Partial<ValidateToken> = {}) =>
      world.auth.validateToken(context, { token, tenant: null, expectedAudience: null, ...options });

    /** Returns a valid token of tenant A with these claims replaced. */
    const altered = async (claims: Readonly<Record<string, unknown>>, typ?: string): Promise<string> =>
      signToken(world.issuer, { ...claimsOf(await world.a.issueToken()), jti: newUlid(), ...claims }, typ);

    it('returns the claims of a valid token as signed', async () => {
      const token = await world.a.issueToken();
      expect(await validate(token)).toEqual({ valid: true, claims: claimsOf(token) });
    });

    it('accepts a token with the prefix "Bearer " and without a context', async () => {
      const token = await world.a.issueToken();
      const query = { token: `Bearer ${token}`, tenant: null, expectedAudience: null };
      expect(await world.auth.validateToken(null, query)).toMatchObject({ valid: true });
    });

    it('supports claims of every shape: several audiences, roles and non-ASCII characters', async () => {
      const aud = [world.issuer.settings.of(oauthConfig).ISSUER_URL, 'https://élsewhere.example'];
      const token = await altered({ aud, roles: ['billing', 'ops'], sub: 'app-"ü" [1]' });
      expect(await validate(token)).toEqual({ valid: true, claims: claimsOf(token) });
    });

    it('can be limited to a tenant by id or by slug', async () => {
      const token = await world.a.issueToken();
      expect(await validate(token, { tenant: world.a.id })).toMatchObject({ valid: true });
      expect(await validate(token, { tenant: world.a.slug })).toMatchObject({ valid: true });
    });

    it('isolates tenants: one tenant’s token is invalid for the other', async () => {
      const token = await world.a.issueToken();
      for (const tenant of [world.b.id, world.b.slug, 'nobody', newId('tnt')]) {
        expect(await validate(token, { tenant })).toEqual({ valid: false, refusal: 'tenant_mismatch' });
      }
    });

    it('requires the expected audience, even if the installation does not recognize it', async () => {
      const own = await world.a.issueToken();
      const issuer = world.issuer.settings.of(oauthConfig).ISSUER_URL;
      expect(await validate(own, { expectedAudience: issuer })).toMatchObject({ valid: true });
      expect(await validate(own, { expectedAudience: OTHER_AUDIENCE })).toEqual({
        valid: false,
        refusal: 'token_wrong_audience',
      });
      expect(await validate(own, { expectedAudience: 'my-service' })).toEqual({
        valid: false,
        refusal: 'token_wrong_audience',
      });
      const other = await altered({ aud: OTHER_AUDIENCE });
      expect(await validate(other, { expectedAudience: OTHER_AUDIENCE })).toMatchObject({ valid: true });
    });

    it('accepts a token for /mcp only at that endpoint', async () => {
      const mcp = `${world.issuer.settings.of(oauthConfig).ISSUER_URL}/mcp`;
      const token = await altered({ aud: mcp });
      expect(await validate(token)).toEqual({ valid: false, refusal: 'token_wrong_audience' });
      expect(await world.auth.isRevoked(context, token)).toBe(true);
      expect(await authorize(token)).toMatchObject({ allowed: false, code: 'token_wrong_audience' });
      expect(await validate(token, { expectedAudience: mcp })).toMatchObject({ valid: true });
      const principal = { token, tenant: null, expectedAudience: mcp };
      expect(await authorize(token, { principal })).toEqual({ allowed: true });
      const both = await altered({ aud: [mcp, world.issuer.settings.of(oauthConfig).ISSUER_URL] });
      expect(await validate(both)).toMatchObject({ valid: true });
    });

    const past = Math.floor(Date.now() / 1000) - 60;
    it.each<[string, TokenRefusal, () => Promise<string>]>([
      ['empty', 'token_malformed', async () => ''],
      ['not a JWT', 'token_malformed', async () => 'not-a-token'],
      ['three empty parts', 'token_malformed', async () => 'a.b.c'],
      ['longer than any token of this installation', 'token_malformed', async () => 'a'.repeat(20_000)],
      ['without a client', 'token_malformed', () => altered({ client_id: undefined })],
      ['with a scope that is not a string', 'token_malformed', () => altered({ scope: 7 })],
      ['expired', 'token_expired', () => altered({ iat: past - 60, exp: past })],
      ['for later', 'token_not_yet_valid', () => altered({ nbf: past + 3_600 })],
      ['from another issuer', 'token_wrong_issuer', () => altered({ iss: 'https://evil.example' })],
      ['for another audience', 'token_wrong_audience', () => altered({ aud: 'https://elsewhere.example' })],
      ['of another type', 'token_wrong_type', () => altered({}, 'JWT')],
      ['with changed claims', 'token_signature_invalid', async () => tamper(await world.a.issueToken())],
      ['unsigned', 'token_signature_invalid', async () => unsigned(await world.a.issueToken())],
      [
        'signed with the public key as a secret',
        'token_signature_invalid',
        async () => withPublicKey(await world.a.issueToken(), await world.auth.jwks(context)),
      ],
      [
        'of an unknown key',
        'token_signature_invalid',
        async () => withHeader(await world.a.issueToken(), { kid: 'k' }),
      ],
    ])('refuses a token that is %s, with the reason %s', async (_name, refusal, make) => {
      const token = await make();
      expect(await validate(token)).toEqual({ valid: false, refusal });
      expect(await world.auth.isRevoked(context, token)).toBe(true);
    });

    it('revokes a token permanently, returns the same response to a repeated revocation, and leaves other tokens valid', async () => {
      const [token, sibling, ofB] = await Promise.all([
        world.a.issueToken(),
        world.a.issueToken(),
        world.b.issueToken(),
      ]);
      expect(await world.auth.isRevoked(context, token)).toBe(false);
      expect(await world.auth.revokeToken(context, token, null, 'lost laptop')).toBe(true);
      expect(await validate(token)).toEqual({ valid: false, refusal: 'token_revoked' });
      expect(await world.auth.isRevoked(context, token)).toBe(true);
      expect(await world.auth.revokeToken(context, token, null, 'again')).toBe(true);
      expect(await validate(sibling)).toMatchObject({ valid: true });
      expect(await validate(ofB)).toMatchObject({ valid: true });
    });

    it('has committed a revocation and its audit event when it returns', async () => {
      const token = await world.a.issueToken();
      const { jti } = claimsOf(token);
      await world.auth.revokeToken(context, token, world.a.slug, 'stolen');
      const kept = await queryAs(world.adminUrl, 'SELECT tenant_id FROM kernel.changes WHERE key = $1', [
        `token:${jti}`,
      ]);
      expect(kept).toEqual([{ tenant_id: world.a.id }]);
      // Staged in the same transaction; the sweep might have moved it already.
      const events = await queryAs(
        world.adminUrl,
        `SELECT tenant_id, payload->>'action' AS action, payload->'metadata'->>'reason' AS reason
         FROM kernel.outbox WHERE payload->>'resourceId' = $1 AND payload->>'action' LIKE '%revoke'
         UNION ALL
         SELECT tenant_id, action, metadata->>'reason' FROM audit.events WHERE resource_id = $1 AND action LIKE '%revoke'`,
        [jti],
      );
      expect(events).toEqual([{ tenant_id: world.a.id, action: 'oauth.token.revoke', reason: 'stolen' }]);
    });

    it('does not revoke other tenants’ tokens', async () => {
      const token = await world.a.issueToken();
      expect(await world.auth.revokeToken(context, token, world.b.id, '')).toBe(false);
      expect(await world.auth.revokeToken(context, token, world.b.slug, '')).toBe(false);
      expect(await validate(token)).toMatchObject({ valid: true });
    });

    it.each(['', 'not-a-token', 'a.b.c'])('finds nothing to revoke in %j', async (token) => {
      expect(await world.auth.revokeToken(context, token, null, '')).toBe(false);
    });

    it('publishes the signing key without private parts', async () => {
      const { keys } = JSON.parse(await world.auth.jwks(context)) as { readonly keys: readonly { kid: string }[] };
      const header = JSON.parse(Buffer.from((await world.a.issueToken()).split('.')[0] ?? '', 'base64url').toString());
      expect(keys.map(({ kid }) => kid)).toContain(header.kid);
      for (const key of keys) {
        expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      }
    });

    /** Authorizes a call. Omits the subject from the result, because only the service itself knows the subject. */
    const authorize = async (token: string, query: Partial<AuthorizeQuery> = {}, callContext = context) => {
      const verdict = await world.auth.authorize(callContext, {
        principal: { token, tenant: null },
        action: 'project.get',
        resource: 'project/prj-1',
        context: {},
        requiredScope: '',
        ...query,
      });
      return { ...verdict, who: undefined };
    };

    it('authorizes actions that the scopes of a token cover, and returns the reason for a denial', async () => {
      const token = await world.a.issueToken();
      expect(await authorize(token)).toEqual({ allowed: true });
      expect(await authorize(`Bearer ${token}`, { action: 'read', resource: 'projects/1' })).toEqual({ allowed: true });
      expect(await authorize(token, { action: 'project.delete' })).toEqual({
        allowed: false,
        code: 'denied',
        reason: 'insufficient_scope: This call needs the scope "projects.write".',
      });
    });

    it('denies an invalid token and returns the reason', async () => {
      const token = await world.a.issueToken();
      expect(await authorize('not-a-token')).toMatchObject({ allowed: false, code: 'token_malformed' });
      expect(await authorize(tamper(token))).toMatchObject({ allowed: false, code: 'token_signature_invalid' });
      for (const tenant of [world.b.id, world.b.slug]) {
        const narrowed = { principal: { token, tenant } };
        expect(await authorize(token, narrowed)).toMatchObject({ allowed: false, code: 'tenant_mismatch' });
      }
      expect(await authorize(token, { principal: { token, tenant: world.a.slug } })).toEqual({ allowed: true });
    });

    it('requires every required scope, and supports granted patterns', async () => {
      const token = await altered({ scope: 'projects.read jobs.*' });
      expect(await authorize(token, { requiredScope: 'projects.read jobs.write' })).toEqual({ allowed: true });
      const { clientId } = world.a;
      const remedies = {
        'files.read': `The app ${clientId} declares it: request it with the token (scope=files.read).`,
        'orders.read': `The app ${clientId} does not declare it. To add it: npx coresdk apps add-scope ${clientId} orders.read`,
      };
      for (const [scope, remedy] of Object.entries(remedies)) {
        expect(await authorize(token, { requiredScope: `projects.read ${scope}` })).toEqual({
          allowed: false,
          code: 'insufficient_scope',
          reason: `This call needs the scope "${scope}". ${remedy}`,
        });
      }
    });

    it('denies access to a resource of another tenant, named by id or slug', async () => {
      const token = await altered({ scope: 'platform.admin' });
      const owned = (owner: unknown) => authorize(token, { context: { resource_tenant: owner } });
      for (const owner of [world.b.id, world.b.slug, 'nobody', 7]) {
        expect(await owned(owner)).toMatchObject({ allowed: false, code: 'tenant_wall' });
      }
      for (const owner of [world.a.id, world.a.slug]) expect(await owned(owner)).toEqual({ allowed: true });
    });

    it('authorizes a subject without a token by its roles in its tenant', async () => {
      const asSubject = (roles: readonly string[], members: Partial<AuthorizeQuery> = {}) =>
        authorize('', { principal: { subject: 'usr-1', tenantId: world.a.id, roles }, ...members });
      expect(await asSubject(['viewer'])).toEqual({ allowed: true });
      expect(await asSubject(['viewer'], { action: 'project.delete' })).toMatchObject({ code: 'denied' });
      expect(await asSubject([])).toMatchObject({
        code: 'denied',
        reason: 'insufficient_role: This call needs one of these roles: owner, admin, member, viewer.',
      });
      expect(await asSubject(['owner'], { requiredScope: 'projects.read' })).toMatchObject({
        code: 'insufficient_scope',
        reason: 'This call needs the scope "projects.read".',
      });
      const owner = { context: { resource_owner: 'usr-1' }, action: 'project.delete' };
      expect(await asSubject([], owner)).toEqual({ allowed: true });
    });

    it('passes claims and context to the tenant’s own policy unchanged, and does not let the context override a fact', async () => {
      const source = `package authz

default allow := false

allow if {
  input.claims.jti != ""
  input.claims.aud != ""
  input.context.amount == 12.5
  input.context.tags == ["a", "é"]
  input.context.none == null
  input.context.roles == []
  input.context.client_id == input.claims.client_id
  input.subject == "${world.b.clientId}"
}

deny_reason := "not as it was asked"`;
      await activateBundle(world.adminUrl, world.b.id, { modules: { 'authz.rego': source } });
      const token = await world.b.issueToken();
      const known = { amount: 12.5, tags: ['a', 'é'], none: null, roles: ['owner'], client_id: 'app-other' };
      // The denial names the policy version that made the decision. The other tenant uses the default policy, which has no version.
      const decidedBy = { policyRevision: '1' };
      await eventually(async () =>
        expect(await authorize(token, { context: known })).toEqual({ allowed: true, ...decidedBy }),
      );
      expect(await authorize(token, { context: { ...known, amount: '12.5' } })).toEqual({
        allowed: false,
        code: 'denied',
        reason: 'not as it was asked',
        ...decidedBy,
      });
      expect(await authorize(await world.a.issueToken())).toEqual({ allowed: true });
    });

    it('records a denial by the policy once, unless the caller records it', async () => {
      const token = await world.a.issueToken();
      const [own, recorded] = [systemContext(newId('req')), systemContext(newId('req'))];
      const query = { principal: { token, tenant: null }, action: 'project.delete', resource: '', context: {} };
      await world.auth.authorize(own, { ...query, requiredScope: '' });
      await world.auth.authorize(recorded, { ...query, requiredScope: '' }, { callerRecordsDenials: true });
      const audited = (requestId: string) =>
        queryAs(
          world.adminUrl,
          'SELECT tenant_id, app_id, actor_id, action, outcome FROM audit.events WHERE request_id = $1',
          [requestId],
        );
      const { id: tenantId, clientId } = world.a;
      await eventually(async () =>
        expect(await audited(own.requestId)).toEqual([
          { tenant_id: tenantId, app_id: clientId, actor_id: clientId, action: 'policy.evaluate', outcome: 'denied' },
        ]),
      );
      expect(await audited(recorded.requestId)).toEqual([]);
    });

    /** Creates an API key of tenant A's app. */
    const newKey = () => {
      const { id: tenantId, clientId } = world.a;
      const maker = { actor: { type: 'service', id: clientId }, appId: clientId, scopes: ['projects.read'] } as const;
      const input = { name: 'CI', scopes: ['projects.read'], expiresAt: null };
      return world.issuer.context
        .get(CredentialsPort)
        .create({ ...systemContext(newId('req'), tenantId), ...maker }, input);
    };

    it('accepts an API key as it accepts a token, with the claims of the key’s owner', async () => {
      const { key, id } = await newKey();
      const { id: tenantId, slug, clientId } = world.a;
      expect(await validate(`Bearer ${key}`)).toMatchObject({
        valid: true,
        claims: { sub: clientId, client_id: clientId, tenant_id: tenantId, scope: 'projects.read', credential_id: id },
      });
      expect(await validate(key, { tenant: slug })).toMatchObject({ valid: true });
      expect(await validate(key, { tenant: world.b.slug })).toEqual({ valid: false, refusal: 'tenant_mismatch' });
      expect(await authorize(key)).toMatchObject({ allowed: true });
      expect(await authorize(key, { action: 'project.delete' })).toMatchObject({ allowed: false });
      expect(await validate(key.slice(0, -1))).toEqual({ valid: false, refusal: 'key_mistyped' });
    });

    it('revokes an API key for any caller who presents it, and applies revocations made by other processes', async () => {
      const [leaked, revoked] = [await newKey(), await newKey()];
      for (const { key } of [leaked, revoked]) expect(await validate(key)).toMatchObject({ valid: true });
      expect(await world.auth.revokeToken(context, leaked.key, null, 'leaked')).toBe(true);
      expect(await validate(leaked.key)).toEqual({ valid: false, refusal: 'token_revoked' });
      expect(await world.auth.isRevoked(context, leaked.key)).toBe(true);
      const { id: tenantId, clientId } = world.a;
      const owner = { ...systemContext(newId('req'), tenantId), actor: { type: 'service', id: clientId } as const };
      await world.issuer.context.get(CredentialsPort).revoke(owner, revoked.id, null);
      await eventually(async () =>
        expect(await validate(revoked.key)).toEqual({ valid: false, refusal: 'token_revoked' }),
      );
    });

    it('refuses every request as unavailable when its caches are stale', async () => {
      const token = await world.a.issueToken();
      const unseen = await world.a.issueToken();
      const { key } = await newKey();
      await validate(token);
      await validate(key);
      await world.judge.feed.stop();
      await sleep(MAX_AGE_MS + 100);
      expect(await validate(token)).toEqual({ valid: false, refusal: 'unavailable', outage: 'revocations_stale' });
      // Checking an unknown signature needs the keys first.
      expect(await validate(unseen)).toEqual({ valid: false, refusal: 'unavailable', outage: 'keys_stale' });
      expect(await authorize(token)).toMatchObject({ allowed: false, code: 'unavailable' });
      expect(await validate(key)).toEqual({ valid: false, refusal: 'unavailable', outage: 'state_stale' });
      const subject = { subject: 'usr-1', tenantId: world.a.id, roles: ['owner'] };
      expect(await authorize('', { principal: subject })).toMatchObject({ allowed: false, code: 'unavailable' });
      expect(await world.auth.isRevoked(context, token)).toBe(true);
    });
  });
}

function parts(token: string): [header: string, claims: string, signature: string] {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return [header, claims, signature];
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Returns the token with a different scope under the same signature. */
function tamper(token: string): string {
  const [header, , signature] = parts(token);
  return `${header}.${encode({ ...claimsOf(token), scope: 'admin' })}.${signature}`;
}

function unsigned(token: string): string {
  return `${encode({ alg: 'none', typ: 'at+jwt' })}.${parts(token)[1]}.`;
}

function withHeader(token: string, members: object): string {
  const [header, claims, signature] = parts(token);
  const known: object = JSON.parse(Buffer.from(header, 'base64url').toString());
  return `${encode({ ...known, ...members })}.${claims}.${signature}`;
}

/** CVE-2015-9235: the public key is not secret, so an HMAC with it proves nothing. */
function withPublicKey(token: string, jwks: string): string {
  const [header, claims] = parts(withHeader(token, { alg: 'HS256' }));
  const secret = JSON.stringify(JSON.parse(jwks).keys[0]);
  const signature = createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url');
  return `${header}.${claims}.${signature}`;
}
