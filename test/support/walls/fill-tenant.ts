import { newUlid } from '../../../src/kernel/ids/ids';
import { makePerson } from '../people';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../two-tenants';
import { fillPeople, SCOPES } from './fill-people';
import { fillOnce, fillSecrets, fillSettings } from './fill-settings';
import { fillScim } from './fill-scim';
import { fillThings } from './fill-things';
import { TenantCalls } from './tenant-calls';
import type { WallsRequest, WallsWorld } from './walls-world';

/** A tenant with a resource of every kind. */
export interface FilledTenant {
  readonly id: string;
  /** Bearer tokens for an app, the owner, a viewer and an API key, with every scope of a tenant. */
  readonly callers: readonly string[];
  /** Ids and names of its resources that others can know, by kind. The kind is the path segment before them. */
  readonly handles: Readonly<Record<string, readonly string[]>>;
  /** Strings that only this tenant can know: ids and names of resources, and the secret in every other string. */
  readonly hidden: readonly string[];
  /** Lists by path, each with a cursor that the tenant received. */
  readonly cursors: Readonly<Record<string, string>>;
  /** One resource of each kind that tests can change or delete because no caller depends on it. */
  readonly spare: Readonly<Record<string, string>>;
  /** A separate app's `Authorization` header for the OAuth endpoints. */
  readonly basic: string;
  /** Writes of the tenant with their idempotency keys. */
  readonly keyed: readonly WallsRequest[];
  /** A string that is part of each of the tenant's strings except names. */
  readonly secret: string;
}

/**
 * Creates a tenant with two resources of every kind, through the APIs where they exist: one with names that others can know, and one
 * with names that are unknown to everyone else.
 */
export async function fillTenant(world: WallsWorld, name: string, secret: string): Promise<FilledTenant> {
  const calls = await callsOf(world, await makeTenant(world.core, name), secret);
  const basic = await fill(calls);
  calls.isKnown = false;
  await fill(calls);
  calls.isKnown = true;
  await fillOnce(calls);
  await world.core.feed.catchUp();
  const { callers, handles, spare, keyed, tenant } = calls;
  const hidden = [secret, ...calls.hidden];
  return { id: tenant.id, callers, handles, hidden, cursors: await cursorsOf(calls), spare, basic, keyed, secret };
}

async function callsOf(world: WallsWorld, tenant: TestTenant, secret: string): Promise<TenantCalls> {
  const claims = { ...claimsOf(await tenant.issueToken()), scope: SCOPES.join(' ') };
  const people = [await makePerson(world.core, tenant.id, 'owner'), await makePerson(world.core, tenant.id, 'viewer')];
  const tokens = people.map(({ user: { id, role }, session }) =>
    signToken(world.core, { ...claims, sub: id, user_id: id, sid: session.id, roles: [role], jti: newUlid() }),
  );
  const app = signToken(world.core, { ...claims, jti: newUlid() });
  return new TenantCalls(world, tenant, secret, people[0]?.user.id ?? '', [app, ...tokens]);
}

async function fill(calls: TenantCalls): Promise<string> {
  // Makes the names of new resources unique.
  const tag = newUlid().slice(-8);
  const basic = await fillPeople(calls, tag);
  await fillThings(calls, tag);
  await fillScim(calls, tag);
  await fillSettings(calls, tag);
  await fillSecrets(calls, tag);
  return basic;
}

/** Lists with a second page. */
const LISTS = [
  ...['/v1/users', '/v1/users/invitations', '/v1/groups', '/v1/credentials', '/v1/projects', '/v1/audit', '/v1/events'],
  ...['/v1/webhooks', '/v1/flags', '/v1/secrets', '/v1/files?tier=shared', '/v1/oauth/apps'],
  '/v1/jobs',
  ...['/api/v1/apps', '/api/v1/audit', '/api/v1/config/versions', '/api/v1/flags/scheduled', '/api/v1/flags/versions'],
  ...['/api/v1/rate-limits', '/api/v1/saml-providers', '/api/v1/scopes', '/api/v1/secrets', '/api/v1/token-events'],
  ...['/api/v1/secrets/bundles', '/api/v1/secrets/grants', '/api/v1/managed-objects', '/api/v1/connections'],
];

async function cursorsOf(calls: TenantCalls): Promise<Readonly<Record<string, string>>> {
  const cursors: Record<string, string> = {};
  for (const path of LISTS) {
    const { text } = await calls.send('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1`);
    const { nextCursor } = JSON.parse(text) as { readonly nextCursor: string | null };
    if (nextCursor !== null) cursors[path.split('?')[0] ?? ''] = nextCursor;
  }
  return cursors;
}
