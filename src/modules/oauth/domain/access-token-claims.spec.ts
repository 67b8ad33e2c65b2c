import { buildAccessTokenClaims, type TokenFacts } from './access-token-claims';

const FACTS: TokenFacts = {
  issuer: 'https://id.example.com',
  audience: 'https://id.example.com',
  jti: 'jti-1',
  issuedAt: 1_000,
  expiresAt: 4_600,
  client: { clientId: 'app-crm' },
  tenant: { id: 'tnt-a', slug: 'acme' },
  scopes: ['projects.read', 'projects.write'],
  serviceId: 'app-crm',
  person: null,
  signIn: null,
  credentialId: null,
};
const PERSON = { user: { id: 'usr-a', role: 'member' }, groups: ['grp-1'] } as const;

describe('the claims of an access token', () => {
  it('contain the app, its tenant and its scopes, but no personal claims, for a client’s own token', () => {
    expect(buildAccessTokenClaims(FACTS)).toEqual({
      iss: 'https://id.example.com',
      sub: 'app-crm',
      aud: 'https://id.example.com',
      exp: 4_600,
      iat: 1_000,
      jti: 'jti-1',
      client_id: 'app-crm',
      scope: 'projects.read projects.write',
      tenant_id: 'tnt-a',
      tenant_slug: 'acme',
      app_id: 'app-crm',
      roles: [],
    });
  });

  it('name the person as the subject, with role and groups', () => {
    const { sub, user_id: userId, roles, groups } = buildAccessTokenClaims({ ...FACTS, person: PERSON });
    expect({ sub, userId, roles, groups }).toEqual({
      sub: 'usr-a',
      userId: 'usr-a',
      roles: ['member'],
      groups: ['grp-1'],
    });
  });

  it('contain at most 100 groups, and omit the groups claim if there are none', () => {
    const groups = Array.from({ length: 101 }, (_, n) => `grp-${n}`);
    const many = buildAccessTokenClaims({ ...FACTS, person: { ...PERSON, groups } });
    expect(many.groups).toEqual(groups.slice(0, 100));
    expect(buildAccessTokenClaims({ ...FACTS, person: { ...PERSON, groups: [] } })).not.toHaveProperty('groups');
  });

  it('state how and when the person signed in, and name the session and grant if there are any', () => {
    const signIn = { sessionId: 'ses-1', authTimeMs: 900_999, amr: ['pwd'], grantId: 'gnt-1' };
    expect(buildAccessTokenClaims({ ...FACTS, person: PERSON, signIn })).toMatchObject({
      sid: 'ses-1',
      auth_time: 900,
      acr: 'urn:cpod:params:oauth:acr:1fa',
      amr: ['pwd'],
      grant_id: 'gnt-1',
    });
    const offline = buildAccessTokenClaims({
      ...FACTS,
      person: PERSON,
      signIn: { ...signIn, sessionId: null, grantId: null },
    });
    expect(Object.keys(offline)).not.toEqual(expect.arrayContaining(['sid']));
    expect(offline).not.toHaveProperty('grant_id');
  });

  it('name the API key that was used', () => {
    const claims = buildAccessTokenClaims({ ...FACTS, serviceId: 'app-owner', credentialId: 'crd-1' });
    expect(claims).toMatchObject({ sub: 'app-owner', credential_id: 'crd-1' });
  });
});
