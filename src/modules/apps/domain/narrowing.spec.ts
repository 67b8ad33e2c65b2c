import { narrowing, type SelfManaged } from './narrowing';

const APP: SelfManaged = {
  name: 'An agent',
  declared_scopes: ['projects.read', 'files.read'],
  default_scopes: ['projects.read'],
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://a.example/one', 'https://a.example/two'],
  logo_uri: 'https://a.example/logo',
  policy_uri: null,
  jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] },
  jwks_uri: null,
};

describe('an app’s change to its own registration after an administrator has changed the app', () => {
  it.each([
    [{}],
    [APP],
    [{ declared_scopes: ['files.read'] }],
    [{ grant_types: ['authorization_code' as const], redirect_uris: ['https://a.example/two'] }],
    [{ logo_uri: null }],
  ])('can narrow with %j', (patch) => {
    expect(narrowing(APP, patch)).toMatchObject({ ...patch, default_scopes: expect.any(Array) });
  });

  it.each([
    [{ declared_scopes: ['files.read', 'files.write'] }, '/declared_scopes'],
    [{ grant_types: ['authorization_code' as const, 'client_credentials' as const] }, '/grant_types'],
    [{ redirect_uris: ['https://a.example/one', 'https://evil.example/'] }, '/redirect_uris'],
    [{ name: 'Another' }, '/name'],
    [{ logo_uri: 'https://evil.example/logo' }, '/logo_uri'],
    [{ policy_uri: 'https://evil.example/policy' }, '/policy_uri'],
    [{ jwks: null }, '/jwks'],
    [{ jwks_uri: 'https://evil.example/jwks' }, '/jwks_uri'],
  ])('is refused for %j', (patch, pointer) => {
    expect(() => narrowing(APP, patch)).toThrow(
      expect.objectContaining({ code: 'invalid_request', fields: [expect.objectContaining({ pointer })] }),
    );
  });

  it('keeps only the default scopes that are still declared', () => {
    const all = ['projects.read', 'files.read'];
    expect(narrowing(APP, { declared_scopes: all, default_scopes: all }).default_scopes).toEqual(['projects.read']);
    expect(narrowing(APP, { declared_scopes: ['files.read'] }).default_scopes).toEqual([]);
  });
});
