import { eventually } from '../../../test/support/eventually';
import { makeApp, makePerson, tokensFor } from '../../../test/support/people';
import { activateBundle } from '../../../test/support/policy-bundle';
import {
  STANDING_SCOPES,
  STANDING_WORK,
  type StandingKind,
  type StandingPiece,
  StandingWork,
} from '../../../test/support/standing-work';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, suspendTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { AgentsPort } from '../../modules/agents/contract/agents.port';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { CredentialsPort } from '../../modules/credentials/contract/credentials.port';
import { newCredential } from '../../modules/credentials/contract/credentials.types';
import { AuthorityCheckTask } from '../../modules/jobs/authority-check-task';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import { GrantsPort } from '../../modules/oauth/contract/grants.port';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { AccountsPort } from '../../modules/users/contract/accounts.port';
import { SessionsPort } from '../../modules/users/contract/sessions.port';
import { TriggerAuthorityTask } from '../../modules/workflows/trigger-authority-task';
import { contextOfClaims } from '../http/claims-context';

let database: TestDatabase;
let core: TestCore;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const get = <T extends object>(port: abstract new (...args: never[]) => T): T =>
  core.context.get(port, { strict: false });
const inTenant = (tenantId: string): CallContext => systemContext(newId('req'), tenantId);

/** A caller who sets up work, and the action that ends their authority. */
interface Caller {
  readonly context: CallContext;
  readonly end: () => Promise<unknown>;
}

const ANONYMOUS: CallContext = {
  ...systemContext('req-ended'),
  actor: { type: 'service', id: '' },
  isPlatformAdmin: false,
};

async function contextOf(token: string): Promise<CallContext> {
  const verdict = await get(AccessTokensPort).verify(token);
  if (!verdict.valid) throw new Error(`The token is invalid: ${verdict.refusal}`);
  return { ...contextOfClaims(ANONYMOUS, verdict.claims), requestId: newId('req') };
}

/** A member who is signed in to an app, and their token. */
async function signedIn(tenantId: string) {
  const scopes = ['openid', ...STANDING_SCOPES];
  const app = await makeApp(core, tenantId, { declared_scopes: scopes });
  const person = await makePerson(core, tenantId);
  const { access_token: token } = await tokensFor(core, app, person, { scope: scopes.join(' ') });
  return { app, person, token, context: await contextOf(token), userId: person.user.id };
}

/** An app with its own token. */
async function service(tenantId: string) {
  const input = newApp.parse({ name: 'Robot', declared_scopes: STANDING_SCOPES, default_scopes: STANDING_SCOPES });
  const { client_id: clientId, client_secret: secret } = await get(AppsPort).register(inTenant(tenantId), input);
  const authorization = `Basic ${Buffer.from(`${clientId}:${secret ?? ''}`).toString('base64')}`;
  const form = { grant_type: 'client_credentials' };
  const from = { requestId: newId('req'), ip: '192.0.2.1', traceparent: '' };
  const { access_token: token } = await get(OauthPort).token({ form, authorization, ...from });
  return { clientId, context: await contextOf(token) };
}

/** Allows agents to own triggers, as a tenant's policy can. */
const TRIGGERS_FOR_AGENTS = `package authz

import data.coresdk.authz as base

default allow := false

allow if base.allow

allow if endswith(input.action, ".trigger.create")
`;

const ENDINGS: readonly (readonly [name: string, reason: string, make: (tenantId: string) => Promise<Caller>])[] = [
  [
    'its API key is revoked',
    'credential_ended',
    async (tenantId) => {
      const { context: owner } = await signedIn(tenantId);
      const input = newCredential.parse({ name: 'robot', scopes: STANDING_SCOPES });
      const { id, key } = await get(CredentialsPort).create(owner, input);
      return { context: await contextOf(key), end: () => get(CredentialsPort).revoke(owner, id, null) };
    },
  ],
  [
    'its user is suspended',
    'user_inactive',
    async (tenantId) => {
      const { context, userId } = await signedIn(tenantId);
      return { context, end: () => get(AccountsPort).setStatus(inTenant(tenantId), userId, 'suspended') };
    },
  ],
  [
    'its user is deleted',
    'user_inactive',
    async (tenantId) => {
      const { context, userId } = await signedIn(tenantId);
      return { context, end: () => get(AccountsPort).remove(inTenant(tenantId), userId, false, null) };
    },
  ],
  [
    'its app is deleted',
    'app_deleted',
    async (tenantId) => {
      const { context, clientId } = await service(tenantId);
      return { context, end: () => get(AppsPort).remove(inTenant(tenantId), clientId) };
    },
  ],
  [
    'its app loses the scope',
    'insufficient_scope',
    async (tenantId) => {
      const { context, clientId } = await service(tenantId);
      const patch = { declared_scopes: ['workflows.read', 'jobs.read'], default_scopes: [] };
      return { context, end: () => get(AppsPort).update(inTenant(tenantId), clientId, patch) };
    },
  ],
  [
    'its user loses the role',
    'denied',
    async (tenantId) => {
      const { context, userId } = await signedIn(tenantId);
      return { context, end: () => get(AccountsPort).update(inTenant(tenantId), userId, { role: 'viewer' }, null) };
    },
  ],
  [
    'the consent that it depends on is withdrawn',
    // As long as tokens issued under the grant can still be valid, the deny list decides first.
    'token_revoked',
    async (tenantId) => {
      const { context } = await signedIn(tenantId);
      const [grant] = await get(GrantsPort).list(context);
      return { context, end: () => get(GrantsPort).revoke(context, grant?.id ?? '') };
    },
  ],
  [
    "its agent's token expires",
    'agent_expired',
    async (tenantId) => {
      const { token: parentToken } = await signedIn(tenantId);
      await activateBundle(database.adminUrl, tenantId, { modules: { 'authz.rego': TRIGGERS_FOR_AGENTS } });
      await core.feed.catchUp();
      const order = { parentToken, tenant: null, agentId: 'helper', capabilities: STANDING_SCOPES, ttlSeconds: 300 };
      const spawned = await get(AgentsPort).spawn(ANONYMOUS, order);
      if (!spawned.allowed) throw new Error(spawned.reason);
      const context = await contextOf(spawned.token);
      return { context, end: () => expireAgents(tenantId) };
    },
  ],
  [
    'its tenant is suspended',
    'tenant_inactive',
    async (tenantId) => {
      const { context } = await service(tenantId);
      return { context, end: () => suspendTenant(core, tenantId) };
    },
  ],
];

/** Simulates that the agents' tokens, which live at most five minutes, have expired. */
async function expireAgents(tenantId: string): Promise<void> {
  for (const table of ['jobs.jobs', 'jobs.schedules', 'workflows.triggers']) {
    const sql = `UPDATE ${table} SET principal = jsonb_set(principal, '{expiresAt}', '1795000000')
      WHERE tenant_id = $1 AND principal -> 'actor' ->> 'type' = 'agent' RETURNING 1`;
    expect(await queryAs(database.adminUrl, sql, [tenantId])).not.toEqual([]);
  }
}

/** Sets up all kinds of work for a caller. */
async function allFor(context: CallContext, tenantId: string): Promise<ReadonlyMap<StandingKind, StandingPiece>> {
  const work = new StandingWork(core, database, tenantId);
  const pieces = new Map<StandingKind, StandingPiece>();
  for (const kind of STANDING_WORK) pieces.set(kind, await work.setUp(kind, context));
  return pieces;
}

/** Returns the reasons why the work was stopped, from the audit log and from records that have not been moved to it yet. */
async function reasonsOf(resourceId: string): Promise<readonly string[]> {
  const sql = `SELECT payload ->> 'reason' AS reason FROM kernel.outbox
      WHERE payload ->> 'resourceId' = $1 AND payload ->> 'outcome' = 'denied'
    UNION SELECT reason FROM audit.events WHERE resource_id = $1 AND outcome = 'denied'`;
  return (await queryAs<{ reason: string }>(database.adminUrl, sql, [resourceId])).map(({ reason }) => reason);
}

describe.each(ENDINGS)('when %s', (_name, reason, make) => {
  let pieces: ReadonlyMap<StandingKind, StandingPiece>;
  let tenantId: string;

  beforeAll(async () => {
    tenantId = (await makeTenant(core, 'end')).id;
    const { context, end } = await make(tenantId);
    pieces = await allFor(context, tenantId);
    await end();
    await core.feed.catchUp();
  });

  it.each(STANDING_WORK)('%s ends, and the audit log records the reason', async (kind) => {
    const piece = pieces.get(kind);
    if (piece === undefined) throw new Error(`There is no ${kind}.`);
    await piece.fire();
    // Ticks, events and jobs of a suspended tenant wait; the sweeps stop them.
    if (reason === 'tenant_inactive') {
      await get(AuthorityCheckTask).sweep(0, 0);
      await get(TriggerAuthorityTask).sweep(0);
    }
    await eventually(async () => expect(await piece.state()).toBe('ended'));
    await eventually(async () => expect(await reasonsOf(piece.resourceId)).toEqual([reason]));
  });
});

describe.each<[string, (tenantId: string) => Promise<CallContext>]>([
  ['the access token expires', async (tenantId) => expired((await signedIn(tenantId)).context)],
  [
    'the user signs out',
    async (tenantId) => {
      const { context, person } = await signedIn(tenantId);
      await get(SessionsPort).end(inTenant(tenantId), person.session.id);
      return context;
    },
  ],
])('when %s', (_name, make) => {
  let pieces: ReadonlyMap<StandingKind, StandingPiece>;

  beforeAll(async () => {
    const { id } = await makeTenant(core, 'live');
    pieces = await allFor(await make(id), id);
  });

  it.each(STANDING_WORK)('%s keeps running', async (kind) => {
    const piece = pieces.get(kind);
    await piece?.fire();
    await eventually(async () => expect(await piece?.state()).toBe('ran'));
  });
});

/** Returns the same caller with a token that has since expired. */
function expired(context: CallContext): CallContext {
  const { token } = context;
  return token === undefined ? context : { ...context, token: { ...token, expiresAt: 1_795_000_000 } };
}
