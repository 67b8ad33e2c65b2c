import type { User } from '../../users/contract/users.types';
import { userinfoClaims } from './userinfo-claims';

const user: User = {
  id: 'usr-a',
  tenantId: 'tnt-a',
  email: 'a@example.test',
  emailVerified: false,
  displayName: 'A',
  avatarUrl: 'https://img.example/a.png',
  role: 'owner',
  status: 'active',
  locale: 'pt-BR',
  credentialVersion: 3,
  createdAtMs: 0,
  updatedAtMs: 1_795_536_000_999,
};

const profile = {
  name: 'A',
  picture: 'https://img.example/a.png',
  locale: 'pt-BR',
  updated_at: 1_795_536_000,
};
const email = { email: 'a@example.test', email_verified: false };

describe('the claims about a user', () => {
  // OpenID Connect Core §5.4.
  it.each([
    [['openid'], {}],
    [['openid', 'profile'], profile],
    [['openid', 'email'], email],
    [['email', 'projects.read', 'profile', 'openid'], { ...profile, ...email }],
    [['openid', 'profile.read', 'emails'], {}],
  ])('are exactly those that the scopes %j allow', (scopes, claims) => {
    expect(userinfoClaims(user, scopes)).toStrictEqual({ sub: 'usr-a', ...claims });
  });

  it('state whether the email address is verified', () => {
    expect(userinfoClaims({ ...user, emailVerified: true }, ['email'])).toMatchObject({ email_verified: true });
  });

  it('omit claims without a value (OpenID Connect Core §5.3.2)', () => {
    const bare = { ...user, email: null, avatarUrl: null, locale: null };
    expect(userinfoClaims(bare, ['openid', 'profile', 'email'])).toStrictEqual({
      sub: 'usr-a',
      name: 'A',
      updated_at: 1_795_536_000,
    });
  });
});
