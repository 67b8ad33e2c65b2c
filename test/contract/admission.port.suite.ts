import { systemContext } from '../../src/kernel/context/call-context';
import { newId, newUlid } from '../../src/kernel/ids/ids';
import type { AdmissionQuery } from '../../src/modules/auth/contract/admission.port';
import { MCP_PATH } from '../../src/modules/oauth/contract/access-token.types';
import { oauthConfig } from '../../src/modules/oauth/oauth.config';
import { AuditRetentionPort } from '../../src/modules/audit/contract/audit-retention.port';
import { auditEvent, stagedAuditEvent } from '../../src/modules/audit/contract/audit.types';
import { newRateLimitRule } from '../../src/modules/rate-limit/contract/rate-limit-rules.types';
import { RulesRepository } from '../../src/modules/rate-limit/storage/rules.repository';
import { eventually } from '../support/eventually';
import { activateBundle } from '../support/policy-bundle';
import { claimsOf, signToken } from '../support/two-tenants';
import { type AuthWorld, OTHER_AUDIENCE } from './auth.port.suite';

/** Lets only owners change a project, and lets everyone read it. */
const POLICY = `package authz
default allow := false
allow if input.action == "project.get"
allow if input.context.project.role == "owner"
allow if input.resource_owner == input.context.expected
`;

/** The contract of {@link AdmissionPort}, for any adapter. */
export function admissionPortSuite(adapter: string, open: () => Promise<AuthWorld>): void {
  describe(`AdmissionPort, ${adapter}`, () => {
    let world: AuthWorld;
    const context = systemContext(newId('req'));

    beforeAll(async () => {
      world = await open();
      await activateBundle(world.adminUrl, world.a.id, { modules: { 'authz.rego': POLICY } });
      await putRule('projects', { route: 'GET /v1/projects/{id}', limit: 1_000, windowSeconds: 3_600 });
      await putRule('tight', { route: 'POST /v1/tight', limit: 1, windowSeconds: 3_600 });
      await world.judge.feed.catchUp();
    });

    afterAll(async () => {
      await world.close();
    });

    const putRule = (name: string, rule: object) => {
      const action = { action: 'x', resourceType: 'x', resourceId: 'x' };
      const event = stagedAuditEvent(auditEvent(systemContext('req-1', world.a.id), action, Date.now()));
      const rules = world.judge.context.get(RulesRepository, { strict: false });
      return rules.put(world.a.id, name, newRateLimitRule.parse(rule), () => undefined, event);
    };

    const admit = (token: string, more: Partial<AdmissionQuery> = {}) =>
      world.admissions.admit(context, {
        token,
        audience: null,
        requiredScope: '',
        action: 'project.get',
        resource: 'project/prj-1',
        context: { method: 'GET', ip: '192.0.2.1' },
        isOwn: false,
        membership: null,
        route: 'GET /v1/projects/:id',
        ...more,
      });

    const altered = async (claims: Readonly<Record<string, unknown>>): Promise<string> =>
      signToken(world.issuer, { ...claimsOf(await world.a.issueToken()), jti: newUlid(), ...claims });

    const denied = { decision: { allowed: false, code: 'denied' }, limit: null };

    it('returns every stage of an admitted request: claims, policy decision and remaining limit', async () => {
      const token = await world.a.issueToken();
      const [first, second] = [await admit(token), await admit(token)];
      expect(first).toMatchObject({
        token: { valid: true, claims: claimsOf(token) },
        decision: { allowed: true, policyRevision: '1' },
        limit: { allowed: true, policy: 'projects', reason: null, lease: null },
      });
      expect(second.limit?.remaining).toBeLessThan(first.limit?.remaining ?? 0);
    });

    it('stops at an invalid token, without asking the policy or counting the request', async () => {
      expect(await admit('a.b.c')).toEqual({
        token: { valid: false, refusal: 'token_malformed' },
        decision: null,
        limit: null,
      });
      const token = await altered({ app_id: 'app-counted' });
      const expired = await altered({ app_id: 'app-counted', exp: Math.floor(Date.now() / 1000) - 60 });
      const before = await admit(token);
      for (let count = 0; count < 5; count++) {
        expect((await admit(expired)).token).toEqual({ valid: false, refusal: 'token_expired' });
      }
      expect((await admit(token)).limit?.remaining).toBe((before.limit?.remaining ?? 0) - 1);
    });

    it('refuses a token whose audience is only a company resource or another endpoint', async () => {
      const issuer = world.issuer.settings.of(oauthConfig).ISSUER_URL;
      const wrong = { token: { valid: false, refusal: 'token_wrong_audience' }, decision: null, limit: null };
      expect(await admit(await altered({ aud: OTHER_AUDIENCE }))).toEqual(wrong);
      expect(await admit(await altered({ aud: issuer + MCP_PATH }))).toEqual(wrong);
      expect(await admit(await world.a.issueToken(), { audience: issuer + MCP_PATH })).toEqual(wrong);
      expect(await admit(await altered({ aud: issuer + MCP_PATH }), { audience: issuer + MCP_PATH })).toMatchObject({
        limit: { allowed: true },
      });
    });

    it('checks the scope before the policy, and the limit last', async () => {
      const token = await world.a.issueToken();
      expect(await admit(token, { requiredScope: 'nothing.of.it' })).toMatchObject({
        token: { valid: true },
        decision: { allowed: false, code: 'insufficient_scope' },
        limit: null,
      });
      expect(await admit(token, { action: 'project.delete' })).toMatchObject({ token: { valid: true }, ...denied });
    });

    it('accepts a membership only for the person and tenant of the token', async () => {
      const [user, stranger] = [newId('usr'), newId('usr')];
      const token = await altered({ user_id: user, sub: user });
      const member = (tenantId: string, userId: string) => ({
        action: 'project.delete',
        membership: { tenantId, userId, project: { id: 'prj-1', role: 'owner' } },
      });
      expect(await admit(token, member(world.a.id, user))).toMatchObject({ limit: { allowed: true } });
      expect(await admit(token, member(world.a.id, stranger))).toMatchObject(denied);
      expect(await admit(token, member(world.b.id, user))).toMatchObject(denied);
      // An app's token has no membership, whatever its subject.
      const app = await altered({ sub: user });
      expect(await admit(app, member(world.a.id, user))).toMatchObject(denied);
      const agent = await altered({ sub: user, user_id: user, principal_type: 'agent' });
      expect(await admit(agent, member(world.a.id, user))).toMatchObject(denied);
    });

    it('makes the caller the owner of their own resource, whatever the request says', async () => {
      const user = newId('usr');
      const token = await altered({ user_id: user, sub: user });
      const own = { action: 'project.delete', context: { expected: user, resource_owner: 'usr-other' } };
      expect(await admit(token, { ...own, isOwn: true })).toMatchObject({ decision: { allowed: true } });
      expect(await admit(token, own)).toMatchObject(denied);
    });

    it('refuses a request over the limit, and returns the time to wait', async () => {
      const token = await world.a.issueToken();
      const route = { route: 'POST /v1/tight' };
      expect(await admit(token, route)).toMatchObject({ limit: { allowed: true, policy: 'tight', remaining: 0 } });
      const { decision, limit } = await admit(token, route);
      expect(decision).toMatchObject({ allowed: true });
      expect(limit).toMatchObject({ allowed: false, reason: 'rate', policy: 'tight' });
      expect(limit?.retryAfterMs).toBeGreaterThan(0);
    });

    it('reports at the next call whether the tenant’s reads are now recorded in aggregate', async () => {
      const retention = world.issuer.context.get(AuditRetentionPort);
      const tokens = [await world.a.issueToken(), await world.b.issueToken()];
      const aggregates = async () => Promise.all(tokens.map(async (token) => (await admit(token)).aggregatesReads));
      expect(await aggregates()).toEqual([false, false]);
      for (const reads of ['aggregated', 'each'] as const) {
        await retention.put(systemContext('req-1', world.a.id), { keepDays: null, legalHold: null, reads });
        await world.judge.feed.catchUp();
        expect(await aggregates()).toEqual([reads === 'aggregated', false]);
      }
    });

    it('refuses a revoked token at the next call', async () => {
      const token = await world.a.issueToken();
      expect(await admit(token)).toMatchObject({ limit: { allowed: true } });
      await world.auth.revokeToken(context, token, null, '');
      await eventually(async () => {
        expect((await admit(token)).token).toEqual({ valid: false, refusal: 'token_revoked' });
      });
    });
  });
}
