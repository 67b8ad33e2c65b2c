import { systemContext } from '../../src/kernel/context/call-context';
import { newId, newUlid } from '../../src/kernel/ids/ids';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp } from '../../src/modules/apps/contract/apps.types';
import type { PrincipalAct } from '../../src/modules/auth/contract/auth.port';
import { contextOfPrincipal, type Principal, principalOf } from '../../src/modules/auth/contract/principal.types';
import { CredentialsPort } from '../../src/modules/credentials/contract/credentials.port';
import { AccountsPort } from '../../src/modules/users/contract/accounts.port';
import { SessionsPort } from '../../src/modules/users/contract/sessions.port';
import { UsersPort } from '../../src/modules/users/contract/users.port';
import type { UserRole } from '../../src/modules/users/contract/users.types';
import { contextOfClaims } from '../../src/roles/http/claims-context';
import { eventually } from '../support/eventually';
import { makePerson } from '../support/people';
import { activateBundle } from '../support/policy-bundle';
import { claimsOf, suspendTenant, tokenOf } from '../support/two-tenants';
import { makeTenant, type TestTenant } from '../support/two-tenants';
import type { AuthWorld } from './auth.port.suite';

const READ: PrincipalAct = {
  action: 'project.get',
  resource: 'project/prj-1',
  context: {},
  requiredScope: 'projects.read',
};

/** The contract of `AuthPort.authorizePrincipal`, for any adapter. */
export function authorizePrincipalSuite(adapter: string, open: () => Promise<AuthWorld>): void {
  describe(`AuthPort.authorizePrincipal, ${adapter}`, () => {
    let world: AuthWorld;

    beforeAll(async () => {
      world = await open();
    });

    afterAll(async () => {
      await world.close();
    });

    const ofTenant = (tenantId = world.a.id) => systemContext(newId('req'), tenantId);
    const ask = async (principal: Principal, act: Partial<PrincipalAct> = {}, tenantId = world.a.id) => {
      const verdict = await world.auth.authorizePrincipal(ofTenant(tenantId), principal, { ...READ, ...act });
      return { ...verdict, who: undefined };
    };
    const denied = (code: string): unknown => expect.objectContaining({ allowed: false, code });
    /** Returns the principal of a call whose token belongs to a tenant's app and has these claims replaced. */
    const bearer = async (claims: object = {}, tenant: TestTenant = world.a): Promise<Principal> =>
      principalOf(contextOfClaims(ofTenant(tenant.id), claimsOf(await tokenOf(world.issuer, tenant, claims))));
    const person = async (role: UserRole = 'member') => {
      const { user, session } = await makePerson(world.issuer, world.a.id, role);
      return {
        user,
        session,
        principal: await bearer({ sub: user.id, user_id: user.id, roles: [role], sid: session.id }),
      };
    };
    const users = () => world.issuer.context.get(UsersPort);

    it('restores the same principal from the context of a call made for it', async () => {
      const from = { requestId: newId('req'), ip: null, traceparent: null };
      const whole = await bearer({ user_id: 'usr-1', grant_id: 'grt-1', sid: 'ses-1', credential_id: 'crd-1' });
      const agent = await bearer({ principal_type: 'agent', parent_jtis: [newUlid()] });
      const unknown: Principal = { ...whole, scopes: null, credentialId: null, tokenIds: [] };
      for (const principal of [whole, agent, unknown]) {
        expect(principalOf(contextOfPrincipal(principal, world.a.id, from))).toEqual(principal);
      }
      expect([whole.expiresAt, agent.expiresAt]).toEqual([null, expect.any(Number)]);
    });

    it('lets an app use its scopes even after its token expires', async () => {
      const past = Math.floor(Date.now() / 1_000) - 5;
      expect(await ask(await bearer())).toEqual({ allowed: true });
      expect(await ask(await bearer({ exp: past }))).toEqual({ allowed: true });
      expect(await ask(await bearer({ scope: '' }))).toEqual(denied('insufficient_scope'));
      expect(await ask(await bearer(), { requiredScope: 'files.read' })).toMatchObject({
        code: 'insufficient_scope',
        reason:
          `This work needs the scope "files.read". The app ${world.a.clientId} declares it: ` +
          'submit it with a token that has it.',
      });
      expect(await ask(await bearer(), { action: 'project.delete', requiredScope: '' })).toEqual(denied('denied'));
    });

    it('uses the declared scopes of the app if no scopes were stored', async () => {
      const kept = await bearer();
      expect(await ask({ ...kept, scopes: null, tokenIds: [] })).toEqual({ allowed: true });
      const act = { action: 'order.get', requiredScope: 'orders.read' };
      expect(await ask({ ...kept, scopes: null, tokenIds: [] }, act)).toMatchObject({
        code: 'insufficient_scope',
        reason: expect.stringContaining(`npx coresdk apps add-scope ${world.a.clientId} orders.read`),
      });
    });

    it('denies a scope that the app has lost, and everything after the app is deleted', async () => {
      const apps = world.issuer.context.get(AppsPort);
      const declared = { declared_scopes: ['projects.read', 'files.read'] };
      const app = await apps.register(ofTenant(), newApp.parse({ name: 'Passing', ...declared }));
      const principal = await bearer({ client_id: app.client_id, app_id: app.client_id, sub: app.client_id });
      await eventually(async () => expect(await ask(principal)).toEqual({ allowed: true }));
      await apps.update(ofTenant(), app.client_id, { declared_scopes: ['files.read'] });
      await eventually(async () => expect(await ask(principal)).toEqual(denied('insufficient_scope')));
      await apps.remove(ofTenant(), app.client_id);
      await eventually(async () => expect(await ask(principal)).toEqual(denied('app_deleted')));
      // This work was set up by the deleted app, not by a new app with the same id.
      await apps.register(ofTenant(), newApp.parse({ name: 'Passing', client_id: app.client_id, ...declared }));
      const before = { ...principal, issuedAt: principal.issuedAt - 10 };
      expect(await ask(before)).toEqual(denied('app_deleted'));
    });

    it('denies everything after its token or a parent token is revoked', async () => {
      const parent = newUlid();
      const [token, child] = [await tokenOf(world.issuer, world.a), await bearer({ parent_jtis: [parent] })];
      const own = principalOf(contextOfClaims(ofTenant(), claimsOf(token)));
      expect(await ask(child)).toEqual({ allowed: true });
      await world.auth.revokeToken(ofTenant(), token, null, '');
      expect(await ask(own)).toEqual(denied('token_revoked'));
      await world.auth.revokeToken(ofTenant(), await tokenOf(world.issuer, world.a, { jti: parent }), null, '');
      expect(await ask(child)).toEqual(denied('token_revoked'));
    });

    it('follows the current role of a person, and ends with the person but not with the session', async () => {
      const { user, session, principal } = await person();
      const change = { action: 'project.update', requiredScope: '' };
      const wide = { ...principal, scopes: null };
      expect(await ask(principal)).toEqual({ allowed: true });
      await world.issuer.context.get(SessionsPort).end(ofTenant(), session.id);
      expect(await ask(principal)).toEqual({ allowed: true });
      await world.issuer.context.get(AccountsPort).update(ofTenant(), user.id, { role: 'viewer' }, null);
      await eventually(async () => expect(await ask(wide, change)).toEqual(denied('denied')));
      await users().setStatus(ofTenant(), user.id, 'suspended');
      await eventually(async () => expect(await ask(principal)).toEqual(denied('user_inactive')));
    });

    it('authorizes a person in the console by role only', async () => {
      const { user } = await person('owner');
      const context = { ...ofTenant(), actor: { type: 'user', id: user.id } as const };
      expect(await ask(principalOf(context), { action: 'project.delete' })).toEqual({ allowed: true });
      const viewer = await person('viewer');
      const reads = principalOf({ ...context, actor: { type: 'user', id: viewer.user.id } });
      expect(await ask(reads, { action: 'project.delete' })).toEqual(denied('denied'));
    });

    it('denies an agent after its token expires', async () => {
      const now = Math.floor(Date.now() / 1_000);
      const agent = { principal_type: 'agent', sub: 'agent:mailer@app:x', parent_jtis: [newUlid()] };
      expect(await ask(await bearer({ ...agent, exp: now + 60 }))).toEqual({ allowed: true });
      expect(await ask(await bearer({ ...agent, exp: now - 1 }))).toEqual(denied('agent_expired'));
    });

    it('denies a principal after its API key is revoked', async () => {
      const { clientId } = world.a;
      const credentials = world.issuer.context.get(CredentialsPort);
      const owner = { actor: { type: 'service', id: clientId }, appId: clientId, scopes: ['projects.read'] } as const;
      const input = { name: 'CI', scopes: ['projects.read'], expiresAt: null };
      const { id } = await credentials.create({ ...ofTenant(), ...owner }, input);
      const principal = await bearer({ credential_id: id });
      expect(await ask(principal)).toEqual({ allowed: true });
      await credentials.revoke({ ...ofTenant(), ...owner }, id, null);
      await eventually(async () => expect(await ask(principal)).toEqual(denied('credential_ended')));
      expect(await ask({ ...principal, credentialId: newId('crd') })).toEqual(denied('credential_ended'));
    });

    it('denies old work whose grant no longer exists, even without an entry in the deny list', async () => {
      const { principal } = await person();
      const young = { ...principal, tokenIds: [], grantId: newId('grt') };
      expect(await ask(young)).toEqual({ allowed: true });
      const aged = { ...young, appId: null, scopes: null, issuedAt: principal.issuedAt - 90_000 };
      expect(await ask(aged)).toEqual(denied('grant_revoked'));
    });

    it('asks the policy of the tenant with current facts', async () => {
      const tenant = await makeTenant(world.issuer, 'c');
      const source = `package authz

default allow := false

allow if {
  input.claims.client_id == "${tenant.clientId}"
  input.claims.tenant_slug == "${tenant.slug}"
  input.subject == "${tenant.clientId}"
  input.scopes == ["projects.read"]
  input.context.step == "first"
}

deny_reason := "not by this workflow"`;
      await activateBundle(world.adminUrl, tenant.id, { modules: { 'authz.rego': source } });
      const principal = await bearer({}, tenant);
      const decidedBy = { policyRevision: '1' };
      await eventually(async () =>
        expect(await ask(principal, { context: { step: 'first' } }, tenant.id)).toEqual({
          allowed: true,
          ...decidedBy,
        }),
      );
      expect(await ask(principal, {}, tenant.id)).toEqual({
        allowed: false,
        code: 'denied',
        reason: 'not by this workflow',
        ...decidedBy,
      });
    });

    it('restricts a service without an app by policy only, and the platform only by tenant', async () => {
      const service = principalOf({ ...ofTenant(), actor: { type: 'service', id: 'billing' } });
      expect(await ask(service)).toEqual({ allowed: true });
      expect(await ask(principalOf(ofTenant()), { action: 'anything.at-all' })).toEqual({ allowed: true });
      const deny = 'package authz\n\ndefault allow := false\n';
      const tenant = await makeTenant(world.issuer, 'd');
      await activateBundle(world.adminUrl, tenant.id, { modules: { 'authz.rego': deny } });
      await eventually(async () => expect(await ask(service, {}, tenant.id)).toEqual(denied('denied')));
    });

    it('belongs to one tenant: in other tenants, neither the app nor the person exists', async () => {
      const { principal } = await person();
      expect(await ask(await bearer(), {}, world.b.id)).toEqual(denied('app_deleted'));
      expect(await ask(principal, {}, world.b.id)).toEqual(denied('user_inactive'));
      expect(await ask(principal, {}, newId('tnt'))).toEqual(denied('tenant_inactive'));
    });

    it('denies everything after the tenant is suspended', async () => {
      const tenant = await makeTenant(world.issuer, 'e');
      const principal = await bearer({}, tenant);
      await suspendTenant(world.issuer, tenant.id);
      await eventually(async () => expect(await ask(principal, {}, tenant.id)).toEqual(denied('tenant_inactive')));
    });

    it('is unavailable while its caches are stale', async () => {
      const principal = await bearer();
      await world.judge.feed.stop();
      await eventually(async () =>
        expect(await ask(principal)).toMatchObject({ allowed: false, code: 'unavailable', outage: expect.any(String) }),
      );
    });
  });
}
