import type { User } from '../../users/contract/users.types';
import type { Userinfo } from '../contract/oauth.types';

/** Returns the userinfo claims that an access token's scopes allow (OpenID Connect Core §5.4). */
export function userinfoClaims(user: User, scopes: readonly string[]): Userinfo {
  return {
    sub: user.id,
    ...(scopes.includes('profile') ? profileClaims(user) : {}),
    ...(scopes.includes('email') && user.email !== null
      ? { email: user.email, email_verified: user.emailVerified }
      : {}),
  };
}

/** Returns the claims of `profile`. §5.1: a claim without a value is omitted, not null. */
function profileClaims(user: User): Partial<Userinfo> {
  return {
    name: user.displayName,
    ...(user.avatarUrl === null ? {} : { picture: user.avatarUrl }),
    ...(user.locale === null ? {} : { locale: user.locale }),
    updated_at: Math.floor(user.updatedAtMs / 1000),
  };
}
