import { makeApp, makePerson, tokensFor } from '../support/people';
import { eventually } from '../support/eventually';
import { GrpcClient } from '../support/grpc-client';
import { activateBundle } from '../support/policy-bundle';
import { openAllCore, openSidecarCore, openSidecarSurface, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../support/two-tenants';
import type { MintAgentTokenResponse } from '../../src/kernel/grpc/generated/cpod/clients/v1/auth';
import type { AgentSpawnGateResponse } from '../../src/kernel/grpc/generated/coresdk/v1/datagate';
import { systemContext } from '../../src/kernel/context/call-context';
import { newUlid } from '../../src/kernel/ids/ids';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import type { RegisteredApp } from '../../src/modules/apps/contract/apps.types';
import { AuthPort } from '../../src/modules/auth/contract/auth.port';
import { GrantsPort } from '../../src/modules/oauth/contract/grants.port';
import { OauthPort } from '../../src/modules/oauth/contract/oauth.port';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { SessionsPort } from '../../src/modules/users/contract/sessions.port';
import { UsersPort } from '../../src/modules/users/contract/users.port';
import {
  type AgentMint,
  type AgentSpawn,
  AgentsPort,
  type AgentVerdict,
} from '../../src/modules/agents/contract/agents.port';

type Person = Awaited<ReturnType<typeof makePerson>>;

let database: TestDatabase;
let control: TestCore;
let sidecars: readonly [TestCore, TestCore];
let a: TestTenant;
let b: TestTenant;
let app: RegisteredApp;
const context = systemContext('req-agents');

beforeAll(async () => {
  database = await createTestDatabase();
  control = await openAllCore(database);
  sidecars = [await openSidecarCore(database), await openSidecarCore(database)];
  [a, b] = [await makeTenant(control, 'a'), await makeTenant(control, 'b')];
  app = await makeApp(control, a.id);
});

afterAll(async () => {
  for (const core of [...sidecars, control]) await core.close();
  await database.drop();
});

async function personToken(person?: Person): Promise<string> {
  const who = person ?? (await makePerson(control, a.id));
  const scope = 'openid offline_access projects.read projects.write';
  return (await tokensFor(control, app, who, { scope })).access_token;
}

const spawn = (parentToken: string, order: Partial<AgentSpawn> = {}, core: TestCore = sidecars[0]) =>
  core.context.get(AgentsPort).spawn(context, {
    parentToken,
    tenant: null,
    agentId: 'reports',
    capabilities: ['projects.read', 'files.read'],
    ttlSeconds: 120,
    ...order,
  });

const mint = (parentToken: string, order: Partial<AgentMint> = {}, core: TestCore = sidecars[0]) =>
  core.context.get(AgentsPort).mint(context, {
    parentToken,
    tenant: null,
    targetService: 'reports',
    scopes: ['projects.read'],
    ttlSeconds: null,
    ...order,
  });

function granted(verdict: AgentVerdict): Extract<AgentVerdict, { allowed: true }> {
  if (!verdict.allowed) throw new Error(`Denied: ${verdict.code} ${verdict.reason}`);
  return verdict;
}

const judge = (core: TestCore, token: string) =>
  core.context.get(AuthPort).validateToken(null, { token, tenant: null, expectedAudience: null });

const refusedEverywhere = (token: string) =>
  eventually(async () => {
    for (const core of [...sidecars, control]) {
      expect(await judge(core, token)).toEqual({ valid: false, refusal: 'token_revoked' });
    }
  });

const audited = (agentId: string) =>
  queryAs(
    database.adminUrl,
    `SELECT tenant_id, actor_type, action, outcome, reason FROM audit.events
     WHERE resource_type = 'agent' AND resource_id = $1 ORDER BY id`,
    [agentId],
  );

describe('an agent that a user starts', () => {
  it('gets the requested scopes that the user has, for a limited time, in the contract’s format', async () => {
    const person = await makePerson(control, a.id);
    const parent = await personToken(person);
    const verdict = granted(await spawn(parent, { agentId: 'agent-of-form' }));
    const [claims, parents] = [claimsOf(verdict.token), claimsOf(parent)];
    expect(verdict).toMatchObject({ scopes: ['projects.read'], ttlSeconds: 120 });
    expect(verdict.chain).toEqual([`user:${person.user.id}`, 'agent:agent-of-form']);
    expect(claims).toMatchObject({
      sub: `agent:agent-of-form@user:${person.user.id}@tenant:${a.id}`,
      principal_type: 'agent',
      grant_type: 'agent_spawn',
      act: { sub: 'agent:agent-of-form' },
      scope: 'projects.read',
      client_id: app.client_id,
      tenant_id: a.id,
      user_id: person.user.id,
      grant_id: parents.grant_id,
      parent_jtis: [parents.jti],
    });
    expect(claims.exp - claims.iat).toBe(120);
    await eventually(async () =>
      expect(await audited('agent-of-form')).toEqual([
        { tenant_id: a.id, actor_type: 'user', action: 'agent.spawn', outcome: 'success', reason: '' },
      ]),
    );
  });

  it('acts as an agent: valid on every sidecar, limited by its scopes, and not a user for token introspection', async () => {
    const { token } = granted(await spawn(await personToken()));
    for (const core of [...sidecars, control]) expect(await judge(core, token)).toMatchObject({ valid: true });
    const ask = (action: string) =>
      sidecars[1].context.get(AuthPort).authorize(context, {
        principal: { token, tenant: a.slug },
        action,
        resource: 'project/1',
        context: {},
        requiredScope: '',
      });
    expect(await ask('project.get')).toMatchObject({ allowed: true });
    expect(await ask('project.update')).toMatchObject({
      allowed: false,
      reason: 'insufficient_scope: This call needs the scope "projects.write".',
    });
    const { client_id, client_secret = '' } = app;
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    const request = { form: { token }, authorization, requestId: 'req-i', ip: '192.0.2.1', traceparent: '' };
    expect(await control.context.get(OauthPort).introspect(request)).toMatchObject({
      active: true,
      principal_type: 'agent',
      act: { sub: 'agent:reports' },
    });
  });

  it.each([
    [0, 1],
    [-5, 1],
    [1, 1],
    [300, 300],
    [301, 300],
    [1e15, 300],
  ])('that requests a lifetime of %d s lives for %d s', async (ttlSeconds, lives) => {
    expect(granted(await spawn(await personToken(), { ttlSeconds })).ttlSeconds).toBe(lives);
  });

  it('never outlives its parent', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const parent = signToken(control, { ...claimsOf(await personToken()), jti: newUlid(), exp });
    const { token, ttlSeconds } = granted(await spawn(parent, { ttlSeconds: 300 }));
    expect(claimsOf(token).exp).toBe(exp);
    expect(ttlSeconds).toBeLessThanOrEqual(60);
  });

  it.each<[string, string, Partial<AgentSpawn>]>([
    ['without any scope that the user has', 'nothing_to_delegate', { capabilities: ['files.read'] }],
    ['without capabilities', 'nothing_to_delegate', { capabilities: [] }],
    [
      'with a name that could be mistaken for the name of another user’s agent',
      'invalid_request',
      { agentId: 'x@user:usr-1' },
    ],
    ['without a name', 'invalid_request', { agentId: '' }],
    ['with a name that is too long', 'invalid_request', { agentId: 'a'.repeat(129) }],
    ['with a wildcard', 'invalid_request', { capabilities: ['projects.*'] }],
    ['with too many capabilities', 'invalid_request', { capabilities: Array(101).fill('projects.read') }],
    ['with a scope only for people', 'scope_reserved', { capabilities: ['openid', 'projects.read'] }],
    ['of an unknown tenant', 'tenant_mismatch', { tenant: 'nobody' }],
  ])('is refused %s, with the code %s', async (_name, code, order) => {
    expect(await spawn(await personToken(), order)).toMatchObject({ allowed: false, code });
  });

  it('is refused and recorded for another tenant, with the token of an app or agent, and with an invalid token', async () => {
    const parent = await personToken();
    expect(await spawn(parent, { tenant: b.slug })).toMatchObject({ code: 'tenant_mismatch' });
    expect(await spawn(await a.issueToken(), { agentId: 'of-an-app' })).toMatchObject({ code: 'not_a_user' });
    expect(await audited('of-an-app')).toEqual([
      { tenant_id: a.id, actor_type: 'service', action: 'agent.spawn', outcome: 'denied', reason: 'not_a_user' },
    ]);
    const { token } = granted(await spawn(parent));
    expect(await spawn(token)).toMatchObject({ code: 'not_a_user' });
    expect(await spawn('not-a-token', { agentId: 'of-nobody' })).toMatchObject({ code: 'token_malformed' });
    expect(await audited('of-nobody')).toMatchObject([{ tenant_id: 'system', outcome: 'denied' }]);
    // A caller without a valid token cannot fill the installation's log.
    const began = performance.now();
    for (let n = 0; n < 50; n++) await spawn('not-a-token', { agentId: 'of-nobody' });
    const seconds = Math.ceil((performance.now() - began) / 1_000);
    expect((await audited('of-nobody')).length).toBeLessThanOrEqual(2 + seconds);
  });

  it('never gets a reserved scope, even for a user with that scope and a policy that allows everything', async () => {
    const parent = signToken(control, {
      ...claimsOf(await personToken()),
      jti: newUlid(),
      scope: 'admin projects.read',
    });
    const wanted = { capabilities: ['admin', 'projects.read'] };
    expect(await spawn(parent, wanted)).toMatchObject({ code: 'denied', reason: 'scope_reserved' });
    await withPolicy('allow := true', async () => {
      expect(await spawn(parent, wanted)).toMatchObject({ code: 'scope_reserved' });
      expect(await mint(parent, { scopes: ['admin'] })).toMatchObject({ code: 'scope_reserved' });
      expect(await mint(parent, { scopes: ['files.read'] })).toMatchObject({ code: 'scope_not_held_by_parent' });
    });
  });
});

describe('an agent’s token, minted from any token', () => {
  it('has the parent’s scopes or fewer, lasts 300 s by default, and names the delegator', async () => {
    const verdict = granted(await mint(await a.issueToken()));
    expect(verdict).toMatchObject({ ttlSeconds: 300, scopes: ['projects.read'] });
    expect(verdict.chain).toEqual([`app:${a.clientId}`, 'agent:reports']);
    expect(claimsOf(verdict.token)).toMatchObject({
      sub: `agent:reports@app:${a.clientId}@tenant:${a.id}`,
      grant_type: 'agent_delegation',
      act: { sub: 'agent:reports' },
    });
  });

  it('can be delegated to at most three agents in a row, each with fewer scopes and no later expiry', async () => {
    const parent = await personToken();
    const both = ['projects.read', 'projects.write'];
    const first = granted(await mint(parent, { targetService: 'planner', scopes: both, ttlSeconds: 200 }));
    const second = granted(await mint(first.token, { targetService: 'https://reports.internal/v1' }, sidecars[1]));
    const third = granted(await mint(second.token, { targetService: 'mailer' }));
    expect(claimsOf(third.token)).toMatchObject({
      act: { sub: 'agent:mailer', act: { sub: 'agent:https://reports.internal/v1', act: { sub: 'agent:planner' } } },
      parent_jtis: [parent, first.token, second.token].map((token) => claimsOf(token).jti),
    });
    expect(third.chain.slice(1)).toEqual(['agent:planner', 'agent:https://reports.internal/v1', 'agent:mailer']);
    expect(claimsOf(third.token).exp).toBeLessThanOrEqual(claimsOf(first.token).exp);
    expect(await mint(second.token, { scopes: both })).toMatchObject({ reason: 'scope_not_held_by_parent' });
    expect(await mint(third.token)).toMatchObject({ code: 'chain_too_long' });
  });

  it('is refused without scopes, and by a tenant’s own policy for that tenant only', async () => {
    expect(await mint(await a.issueToken(), { scopes: [] })).toMatchObject({
      code: 'denied',
      reason: 'scopes_missing',
    });
    await withPolicy('allow if input.target_service == "only-this"', async () => {
      expect(await mint(await a.issueToken())).toMatchObject({ allowed: false, code: 'undefined' });
      expect(await mint(await a.issueToken(), { targetService: 'only-this' })).toMatchObject({ allowed: true });
      expect(await mint(await b.issueToken())).toMatchObject({ allowed: true });
    });
  });

  it('has its refusal recorded with the revision of the policy that refused it', async () => {
    const revisions = () =>
      queryAs(database.adminUrl, `SELECT policy_revision AS revision FROM audit.events WHERE resource_id = $1`, [
        'unwanted',
      ]);
    await withPolicy('allow if input.target_service == "only-this"', async () => {
      expect(await mint(await a.issueToken(), { targetService: 'unwanted' })).toMatchObject({ allowed: false });
    });
    expect(await revisions()).toEqual([{ revision: expect.stringMatching(/^\d+$/) }]);
  });
});

describe('the end of a parent token ends its agents, on every sidecar', () => {
  async function family(person: Person): Promise<readonly [parent: string, ...agents: string[]]> {
    const parent = await personToken(person);
    const child = granted(await spawn(parent)).token;
    return [parent, child, granted(await mint(child, {}, sidecars[1])).token];
  }

  it.each<[string, (person: Person, parent: string) => Promise<unknown>]>([
    ['its own revocation', (_, parent) => sidecars[1].context.get(AuthPort).revokeToken(null, parent, null, '')],
    [
      'the end of its grant',
      ({ user }, parent) =>
        control.context
          .get(GrantsPort)
          .revoke(
            { ...systemContext('req-g', a.id), actor: { type: 'user', id: user.id }, appId: app.client_id },
            claimsOf(parent).grant_id ?? '',
          ),
    ],
    [
      'the suspension of its user',
      ({ user }) => control.context.get(UsersPort).setStatus(systemContext('req-u', a.id), user.id, 'suspended'),
    ],
  ])('%s', async (_name, end) => {
    const person = await makePerson(control, a.id);
    const [parent, ...agents] = await family(person);
    for (const agent of agents) expect(await judge(sidecars[1], agent)).toMatchObject({ valid: true });
    await end(person, parent);
    for (const agent of agents) await refusedEverywhere(agent);
  });

  it('the end of its session', async () => {
    const person = await makePerson(control, a.id);
    const parent = (await tokensFor(control, app, person, { scope: 'openid projects.read' })).access_token;
    const { token } = granted(await spawn(parent));
    await control.context.get(SessionsPort).end(systemContext('req-s', a.id), person.session.id);
    await refusedEverywhere(token);
  });

  it('the deletion of its app, and the suspension of its tenant', async () => {
    const tenant = await makeTenant(control, 'c');
    const other = await makeApp(control, tenant.id);
    const person = await makePerson(control, tenant.id);
    const ofApp = granted(await mint((await tokensFor(control, other, person)).access_token)).token;
    const ofTenant = granted(await mint(await tenant.issueToken())).token;
    await control.context.get(AppsPort).remove(systemContext('req-a', tenant.id), other.client_id);
    await refusedEverywhere(ofApp);
    expect(await judge(sidecars[0], ofTenant)).toMatchObject({ valid: true });
    await control.context.get(TenantsPort).setStatus(systemContext('req-t'), tenant.id, 'suspended');
    await refusedEverywhere(ofTenant);
  });

  it('even for a token from a process that had not yet received the revocation', async () => {
    const parent = await personToken();
    const { token } = granted(await spawn(parent));
    await sidecars[0].context.get(AuthPort).revokeToken(null, parent, null, '');
    // As if a lagging sidecar had minted it after the revocation: it names the parent token by id.
    const late = signToken(control, { ...claimsOf(token), jti: newUlid(Date.now() + 5_000) });
    await refusedEverywhere(late);
  });
});

describe('agents over gRPC', () => {
  it('start with AgentSpawnGate, which denies in an OK response that contains no grant data', async () => {
    const surface = await openSidecarSurface(sidecars[0]);
    const client = new GrpcClient(surface.address);
    const ask = (request: object) => client.call<AgentSpawnGateResponse>('DataGateService', 'AgentSpawnGate', request);
    try {
      const userJwt = `Bearer ${await personToken()}`;
      const asked = { userJwt, agentId: 'reports', capabilities: ['projects.read', 'files.read'], ttlSecs: 1_000 };
      const allowed = await ask(asked);
      expect(allowed).toMatchObject({
        allowed: true,
        reason: '',
        effectivePermissions: ['projects.read'],
        error: null,
      });
      expect(allowed.grantedTtlSecs).toBe(300);
      expect(await judge(sidecars[1], allowed.agentToken)).toMatchObject({ valid: true });
      const nothing = { allowed: false, agentToken: '', effectivePermissions: [], grantedTtlSecs: 0 };
      for (const [members, status] of [
        [{ userJwt: '' }, 401],
        [{ agentId: 'a b' }, 400],
        [{ tenant: { tenantId: b.id } }, 401],
        [{ capabilities: ['files.read'] }, 403],
      ] as const) {
        expect(await ask({ ...asked, ...members })).toMatchObject({ ...nothing, error: { status } });
      }
      const malformed = await client.raw('/coresdk.v1.DataGateService/AgentSpawnGate', Buffer.from('ffff', 'hex'));
      expect(malformed.code).toBe(0);
    } finally {
      client.close();
      await surface.close();
    }
  });

  it('get tokens from MintAgentToken, which refuses in an OK response without a token', async () => {
    const surface = await openSidecarSurface(sidecars[0]);
    const client = new GrpcClient(surface.address);
    const ask = (request: object) => client.call<MintAgentTokenResponse>('AuthService', 'MintAgentToken', request);
    try {
      const parentToken = await a.issueToken();
      const asked = { parentToken, targetService: 'reports', scopes: ['projects.read'], tenantId: a.slug };
      const minted = await ask(asked);
      expect(minted.expiresInSeconds).toBe(300);
      expect(JSON.parse(minted.delegationChainJson)).toEqual([`app:${a.clientId}`, 'agent:reports']);
      expect(await judge(sidecars[1], minted.token)).toMatchObject({ valid: true });
      expect((await ask({ ...asked, ttlSeconds: 20 })).expiresInSeconds).toBe(20);
      const refused = { token: '', expiresInSeconds: 0, delegationChainJson: '[]' };
      for (const members of [{ parentToken: 'x' }, { tenantId: b.slug }, { scopes: ['files.read'] }, { scopes: [] }]) {
        expect(await ask({ ...asked, ...members })).toEqual(refused);
      }
      const malformed = await client.raw('/coresdk.v1.AuthService/MintAgentToken', Buffer.from('ffff', 'hex'));
      expect(malformed.code).toBe(0);
    } finally {
      client.close();
      await surface.close();
    }
  });
});

/** Runs `work` while tenant A's own policy contains this rule about delegation. */
async function withPolicy(rule: string, work: () => Promise<void>): Promise<void> {
  const activate = async (source: string): Promise<void> => {
    await activateBundle(database.adminUrl, a.id, { modules: { 'policy.rego': source } });
    await sidecars[0].feed.catchUp();
  };
  await activate(`package coresdk.agent_delegation\n\n${rule}\n`);
  try {
    await work();
  } finally {
    await activate('package unrelated\n\nnothing := true\n');
  }
}
