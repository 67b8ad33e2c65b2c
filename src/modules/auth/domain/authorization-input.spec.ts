import type { AccessTokenClaims } from '../../oauth/contract/access-token.types';
import { authorizationInput } from './authorization-input';

const claims: AccessTokenClaims = {
  iss: 'https://issuer.example',
  sub: 'app-1',
  aud: 'https://issuer.example',
  exp: 2,
  iat: 1,
  jti: '01j',
  client_id: 'app-1',
  scope: 'projects.read files.read',
  tenant_id: 'tnt-acme',
  tenant_slug: 'acme',
  app_id: 'app-1',
  roles: ['member'],
};
const bearer = { subject: 'app-1', tenantId: 'tnt-acme', roles: ['member'], claims };
const query = {
  principal: { token: '', tenant: null },
  action: 'read',
  resource: 'documents/1',
  context: {},
  requiredScope: '',
};

describe('the input of an authorization decision', () => {
  it('contains the facts from the token and the query', () => {
    expect(authorizationInput(bearer, { ...query, context: { ip: '192.0.2.1' } })).toStrictEqual({
      subject: 'app-1',
      action: 'read',
      resource: 'documents/1',
      tenant_id: 'tnt-acme',
      scopes: ['projects.read', 'files.read'],
      claims,
      context: {
        ip: '192.0.2.1',
        subject: 'app-1',
        tenant_id: 'tnt-acme',
        tenant_slug: 'acme',
        roles: ['member'],
        scopes: ['projects.read', 'files.read'],
        client_id: 'app-1',
        app_id: 'app-1',
      },
    });
  });

  it('cannot have its facts replaced by the context', () => {
    const context = {
      subject: 'root',
      roles: ['owner'],
      scopes: ['platform.admin'],
      tenant_id: 'tnt-other',
      tenant_slug: 'other',
      client_id: 'app-other',
      app_id: 'app-other',
    };
    expect(authorizationInput(bearer, { ...query, context })).toEqual(authorizationInput(bearer, query));
  });

  it('does not contain scopes for a principal without a token', () => {
    const person = { subject: 'usr-1', tenantId: 'tnt-acme', roles: ['viewer'], claims: null };
    const input = authorizationInput(person, { ...query, context: { roles: ['owner'], scopes: ['admin'] } });
    expect(Object.keys(input)).not.toContain('scopes');
    expect(input).toMatchObject({ subject: 'usr-1', context: { roles: ['viewer'] } });
  });

  it('contains the scopes assigned to a service of the installation, not the scopes in its context', () => {
    const service = { subject: 'worker', tenantId: 'tnt-acme', roles: [], claims: null, scopes: ['files.read'] };
    expect(authorizationInput(service, { ...query, context: { scopes: ['admin'] } })).toStrictEqual({
      subject: 'worker',
      action: 'read',
      resource: 'documents/1',
      tenant_id: 'tnt-acme',
      scopes: ['files.read'],
      context: { subject: 'worker', tenant_id: 'tnt-acme', roles: [], scopes: ['files.read'] },
    });
  });

  it("copies the tenant and owner of the resource, and accepts the tenant's id or slug", () => {
    const owned = (tenant: unknown) =>
      authorizationInput(bearer, { ...query, context: { resource_tenant: tenant, resource_owner: 'usr-1' } });
    for (const name of ['acme', 'tnt-acme']) {
      expect(owned(name)).toMatchObject({
        resource_tenant: 'tnt-acme',
        resource_owner: 'usr-1',
        context: { resource_tenant: 'tnt-acme' },
      });
    }
    for (const other of ['globex', 7, null]) expect(owned(other)).toMatchObject({ resource_tenant: other });
  });

  it('contains an empty list of scopes for a token without scopes', () => {
    expect(authorizationInput({ ...bearer, claims: { ...claims, scope: '' } }, query)).toMatchObject({ scopes: [] });
  });
});
