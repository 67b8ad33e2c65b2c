import { PLATFORM_SCOPES } from '../../../src/modules/apps/contract/platform-scopes';
import { newId } from '../../../src/kernel/ids/ids';
import { codeFor, makeApp, makePerson, tokensFor } from '../people';
import { queryAs } from '../test-database';
import type { TenantCalls } from './tenant-calls';

/** The scopes of a tenant's callers. */
export const SCOPES: readonly string[] = [...PLATFORM_SCOPES.keys(), 'admin'];

/**
 * Creates a user with a session, an app with their grant, tokens and a code; an invitation, a group with members, and an
 * API key.
 * @returns the app's `Authorization` header for the OAuth endpoints
 */
export async function fillPeople(calls: TenantCalls, tag: string): Promise<string> {
  const { world, secret: name, tenant } = calls;
  const { core, database } = world;
  const person = await makePerson(core, tenant.id);
  // Uses the first user, because other requests can change it.
  calls.know('users', person.user.id, person.user.email ?? '', `in.${tag}@example.com`);
  calls.know('sessions', person.session.id);
  const grants = ['authorization_code', 'refresh_token', 'client_credentials'];
  const app = await makeApp(core, tenant.id, { name, grant_types: grants, platform_context: true });
  calls.know('apps', app.client_id);
  const { access_token: token, refresh_token: refresh } = await tokensFor(core, app, person);
  calls.know('tokens', token, refresh);
  await codeFor(core, app, person);
  const [grant] = await queryAs<{ id: string }>(database.adminUrl, 'SELECT id FROM oauth.grants WHERE user_id = $1', [
    person.user.id,
  ]);
  calls.know('grants', grant?.id ?? '');
  await calls.post('invitations', '/v1/users', { email: `in.${tag}@example.com`, displayName: name });
  const members = [person.user.id];
  const named = { displayName: `${name} ${tag}`, externalId: `ext-${tag}` };
  const group = await calls.post('groups', '/v1/groups', { ...named, members });
  calls.know('groups', `ext-${tag}`);
  await calls.put(`/v1/groups/${group.id}/members/${calls.owner}`);
  await fillDirectory(calls, group.id, tag);
  const { key } = await calls.post<{ key: string }>('credentials', '/v1/credentials', { name, scopes: SCOPES });
  if (calls.isKnown) calls.callers.push(key);
  await fillFactors(calls, person.user.id, app.client_id, tag);
  await queryAs(
    database.adminUrl,
    `INSERT INTO users.sign_in_codes (tenant_id, id, user_id, code_hash, browser_hash, request, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $4, $5, now(), now() + interval '1 day')`,
    [tenant.id, newId('sic'), person.user.id, Buffer.from(tag), name],
  );
  return `Basic ${Buffer.from(`${app.client_id}:${app.client_secret ?? ''}`).toString('base64')}`;
}

/** Gives a user a passkey with a recovery code and an answered challenge, and sets a rule for the app. */
async function fillFactors(calls: TenantCalls, userId: string, appId: string, tag: string): Promise<void> {
  const { world, tenant, secret } = calls;
  const rule = { secondFactor: 'optional' };
  await calls.put(`/api/v1/sign-in-rules/apps/${appId}`, rule);
  await queryAs(
    world.database.adminUrl,
    `WITH handle AS (INSERT INTO factors.user_handles (tenant_id, user_id, handle) VALUES ($1, $2, $3)),
       code AS (INSERT INTO factors.recovery_codes (tenant_id, user_id, code_hash, created_at) VALUES ($1, $2, $3, now())),
       challenge AS (INSERT INTO factors.used_challenges (tenant_id, challenge_hash, expires_at)
         VALUES ($1, $3, now() + interval '1 day'))
     INSERT INTO factors.factors (tenant_id, id, user_id, kind, name, created_at, credential_id, public_key, rp_id)
     VALUES ($1, $4, $2, 'passkey', $5, now(), $3, $3, 'localhost')`,
    [tenant.id, userId, Buffer.from(`factor ${tag}`), newId('fac'), secret],
  );
}

/** Creates an identity provider with its token, an extension, a rule for roles, and a nested group. */
async function fillDirectory(calls: TenantCalls, groupId: string, tag: string): Promise<void> {
  const { secret: name } = calls;
  const json = { name, preset: 'okta' };
  const connection = await calls.post<{ token: string }>('connections', '/api/v1/scim-connections', json);
  if (calls.isKnown) calls.callers.push(connection.token);
  const urn = `urn:${tag.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}:scim:User`;
  const attributes = [{ name: 'badge', type: 'string' }];
  await calls.put(`/api/v1/scim-extensions/${urn}`, { resource: 'User', name, attributes });
  calls.know('extensions', urn);
  await calls.put('/api/v1/group-roles', { rules: [], defaultRole: 'member' });
  const nested = await calls.post('groups', '/v1/groups', { displayName: `${name} ${tag} nested` });
  const Operations = [{ op: 'add', path: 'members', value: [{ value: nested.id }] }];
  const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
  await calls.send('PATCH', `/scim/v2/Groups/${groupId}`, patch, { authorization: `Bearer ${connection.token}` });
}
