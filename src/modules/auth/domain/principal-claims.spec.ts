import type { Principal } from '../contract/principal.types';
import { claimsOf, type CurrentFacts } from './principal-claims';

const NOW = 1_795_536_000;

const service: Principal = {
  actor: { type: 'service', id: 'app-a' },
  appId: 'app-a',
  userId: null,
  scopes: null,
  credentialId: null,
  grantId: null,
  sessionId: null,
  tokenIds: [],
  issuedAt: NOW - 1_000,
  expiresAt: null,
};
const facts: CurrentFacts = {
  issuer: 'https://id.example',
  tenantId: 'tnt-a',
  tenantSlug: 'a',
  roles: [],
  groups: [],
  scopes: [],
  now: NOW,
};
const plain = {
  iss: 'https://id.example',
  sub: 'app-a',
  aud: 'https://id.example',
  iat: NOW - 1_000,
  exp: NOW + 300,
  jti: '',
  client_id: 'app-a',
  app_id: 'app-a',
  scope: '',
  tenant_id: 'tnt-a',
  tenant_slug: 'a',
  roles: [],
};

describe('the claims that a policy receives for stored work', () => {
  it('are null for a person in the console, who has no app', () => {
    expect(
      claimsOf({ ...service, actor: { type: 'user', id: 'usr-a' }, appId: null, userId: 'usr-a' }, facts),
    ).toBeNull();
  });

  it('omit members without a value, and are valid for five minutes', () => {
    expect(claimsOf(service, facts)).toStrictEqual(plain);
  });

  it.each<[string, Partial<Principal>, Partial<CurrentFacts>, object]>([
    [
      'a user’s token: its audience, and the user’s current rights',
      {
        actor: { type: 'user', id: 'usr-a' },
        userId: 'usr-a',
        grantId: 'grt-a',
        sessionId: 'ses-a',
        tokenIds: ['01a'],
        scopes: ['admin'],
      },
      { roles: ['viewer'], groups: ['grp-a', 'grp-b'], scopes: ['projects.read', 'files.read'] },
      {
        sub: 'usr-a',
        user_id: 'usr-a',
        grant_id: 'grt-a',
        sid: 'ses-a',
        jti: '01a',
        roles: ['viewer'],
        groups: ['grp-a', 'grp-b'],
        scope: 'projects.read files.read',
      },
    ],
    [
      'an agent’s token: its type, its expiry, and its parents',
      { actor: { type: 'agent', id: 'agt-a' }, userId: 'usr-a', tokenIds: ['01c', '01a', '01b'], expiresAt: NOW + 7 },
      {},
      {
        sub: 'agt-a',
        user_id: 'usr-a',
        jti: '01c',
        parent_jtis: ['01a', '01b'],
        exp: NOW + 7,
        principal_type: 'agent',
      },
    ],
    ['an API key', { credentialId: 'crd-a' }, {}, { credential_id: 'crd-a' }],
  ])('represent %s', (_what, principal, current, claims) => {
    expect(claimsOf({ ...service, ...principal }, { ...facts, ...current })).toStrictEqual({ ...plain, ...claims });
  });

  it.each(['service', 'user', 'system'] as const)('do not mark a %s as an agent', (type) => {
    expect(claimsOf({ ...service, actor: { type, id: 'x' } }, facts)).not.toHaveProperty('principal_type');
  });
});
