import type { TenantCalls } from './tenant-calls';

/** Creates an identity provider's connection, its resources (a nested group), an extension, and group roles. */
export async function fillScim(calls: TenantCalls, tag: string): Promise<void> {
  const { secret } = calls;
  const connection = { name: secret, preset: 'rfc' };
  const { token } = await calls.post<{ token: string }>('connections', '/api/v1/scim-connections', connection);
  const urn = `urn:walls:${tag}`;
  const attributes = [{ name: 'note', type: 'string', description: secret }];
  await calls.put(`/api/v1/scim-extensions/${urn}`, { resource: 'User', name: secret, attributes });
  calls.know('extensions', urn);
  await calls.put('/api/v1/group-roles', {
    rules: [{ group: `leads-${tag}`, role: 'admin' }],
    defaultRole: 'member',
  });
  const inner = await makeGroup(calls, token, `inner-${tag}`, []);
  await makeGroup(calls, token, `outer-${tag}`, [{ value: inner }]);
}

/** @returns its id. */
async function makeGroup(
  calls: TenantCalls,
  token: string,
  displayName: string,
  members: readonly object[],
): Promise<string> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  const { text } = await calls.by(token, 'POST', '/scim/v2/Groups', { schemas, displayName, members });
  const { id } = JSON.parse(text) as { readonly id: string };
  calls.know('groups', id);
  return id;
}
